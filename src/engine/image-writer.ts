import { Checksum, type BlockMixer } from './checksum.ts'
import { CompileError } from './compile-error.ts'
import {
  alignSection,
  BYTE_ORDER_MARK,
  HEADER,
  HEADER_BYTES,
  HEADER_WORDS,
  IMAGE_BYTES_LIMIT,
  IMAGE_MAGIC,
  IMAGE_VERSION,
  SECTIONS,
  TABLE_BYTES,
} from './image-layout.ts'

/** The header fields that a compile decides; the writer adds magic, sizes and checksum. */
export type HeaderFields = {
  readonly [
    K in
      | 'seedLow'
      | 'seedHigh'
      | 'options'
      | 'indicatorCount'
      | 'patternCount'
      | 'read'
      | 'duplicate'
      | 'disabled'
      | 'opaque'
      | 'rejected'
  ]: number
}

/** Section contents by index into `SECTIONS`. */
export type SectionContents = ReadonlyMap<number, ArrayBufferView>

/** Where an image is written, and how its checksum is mixed. */
export interface ImageWriting {
  /** Gives memory for so many bytes, whatever stands in it; by default it is new. */
  readonly memoryFor?: (byteLength: number) => Uint8Array | null
  readonly mixBlocks?: BlockMixer | undefined
}

/** Lays sections out behind the header and the table, in their declared order, and seals the image. */
export function writeImage(
  fields: HeaderFields,
  contents: SectionContents,
  { memoryFor, mixBlocks }: ImageWriting = {},
): Uint8Array {
  const offsets: number[] = []
  let end = alignSection(HEADER_BYTES + TABLE_BYTES)
  SECTIONS.forEach((_, i) => {
    offsets.push(end)
    end = alignSection(end + (contents.get(i)?.byteLength ?? 0))
  })
  if (end > IMAGE_BYTES_LIMIT) {
    throw new CompileError(
      'limit',
      `expected an image of at most ${IMAGE_BYTES_LIMIT} bytes, found ${end}; split the rules`,
    )
  }
  const image = memoryFor?.(end) ?? new Uint8Array(end)
  const words = new Uint32Array(image.buffer, image.byteOffset, end / 4)
  words.fill(0, 0, (offsets[0] ?? end) / 4)
  const header = {
    ...fields,
    magic: IMAGE_MAGIC,
    byteOrder: BYTE_ORDER_MARK,
    version: IMAGE_VERSION,
    sectionCount: SECTIONS.length,
    totalBytes: end,
  }
  for (const [name, value] of Object.entries(header)) words[HEADER[name as keyof typeof HEADER]] = value
  offsets.forEach((offset, i) => {
    words[HEADER_WORDS + i * 2] = offset
    words[HEADER_WORDS + i * 2 + 1] = contents.get(i)?.byteLength ?? 0
  })
  const checksum = new Checksum(undefined, undefined, mixBlocks).add(words, 0, (offsets[0] ?? end) / 4)
  offsets.forEach((offset, i) => {
    const content = contents.get(i)
    if (content === undefined) return
    const bytes = new Uint8Array(content.buffer, content.byteOffset, content.byteLength)
    image.fill(0, offset + bytes.length, alignSection(offset + bytes.length))
    for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
      const piece = bytes.subarray(from, from + PIECE_BYTES)
      image.set(piece, offset + from)
      checksum.add(words, (offset + from) / 4, alignSection(offset + from + piece.length) / 4)
    }
  })
  words[HEADER.checksumLow] = checksum.low
  words[HEADER.checksumHigh] = checksum.high
  return image
}

/** Bytes that are written and mixed at a time, on section boundaries: they are still near when they are mixed. */
const PIECE_BYTES = 131_072

/** The checksum of all words, the two that hold it taken as 0. */
export function checksumOf(words: Uint32Array): Checksum {
  return new Checksum()
    .add(words, 0, HEADER.checksumLow)
    .add(NO_CHECKSUM)
    .add(words, HEADER.checksumHigh + 1)
}

const NO_CHECKSUM = new Uint32Array(2)
