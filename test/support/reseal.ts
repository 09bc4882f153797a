import { sealImage } from '../../src/engine/image-writer.ts'

/** A copy of an image with some bytes changed and a fresh checksum: what a forger would hand in. */
export function resealed(
  image: Uint8Array,
  changes: readonly (readonly [offset: number, byte: number])[],
): Uint8Array {
  const copy = image.slice()
  for (const [offset, byte] of changes) copy[offset] = byte
  sealImage(copy)
  return copy
}
