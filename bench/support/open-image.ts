import { IndexImage } from '../../src/engine/image-reader.ts'
import { ImageMemory } from '../../src/engine/sieve/image-memory.ts'

/** An image in the memory of the kernel, as the command line opens one: it is proven there, and workers share it. */
export function openInMemory(image: Uint8Array): IndexImage {
  const memory = ImageMemory.reserve(image.length)
  if (memory === null) throw new Error('this machine has no kernel')
  memory.bytes.set(image)
  return IndexImage.open(memory.bytes, memory)
}
