import { readImage } from '../../src/cli/read-image-ahead.ts'
import { IndexImage } from '../../src/engine/image-reader.ts'
import { ImageMemory } from '../../src/engine/sieve/image-memory.ts'

/** An image in the memory of the kernel, as the command line opens one: it is proven there, and workers share it. */
export function openInMemory(image: Uint8Array): IndexImage {
  const memory = ImageMemory.reserve(image.length)
  if (memory === null) throw new Error('this machine has no kernel')
  memory.bytes.set(image)
  return IndexImage.open(memory.bytes, memory)
}

/** An image from its file, as `dryfire replay -r FILE` opens it. */
export async function readAndProve(path: string): Promise<IndexImage> {
  const space = await readImage(path)
  const memory = space === null ? null : ImageMemory.over(space)
  if (space === null || memory === null) throw new Error('this machine has no kernel')
  return IndexImage.open(space.bytes, memory)
}
