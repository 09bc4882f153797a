import { HEADER } from '../../src/engine/image-layout.ts'
import { checksumOf } from '../../src/engine/image-writer.ts'

/** Computes the checksum of an image's bytes and writes it into the header. */
export function sealImage(image: Uint8Array): void {
  const words = new Uint32Array(image.buffer, image.byteOffset, image.byteLength / 4)
  const { low, high } = checksumOf(words)
  words[HEADER.checksumLow] = low
  words[HEADER.checksumHigh] = high
}

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
