import { ImageFormatError } from './image-format-error.ts'
import {
  alignSection,
  BYTE_ORDER_MARK,
  ELEMENT_BYTES,
  HEADER,
  HEADER_BYTES,
  HEADER_WORDS,
  IMAGE_MAGIC,
  IMAGE_VERSION,
  isLittleEndianHost,
  SECTIONS,
  TABLE_BYTES,
} from './image-layout.ts'
import { checksumOf } from './image-writer.ts'
import type { SectionProofs } from './section-proofs.ts'

const FIRST_SECTION_OFFSET = alignSection(HEADER_BYTES + TABLE_BYTES)
const REVERSED_BYTE_ORDER = 0x0d0c0b0a

/** How much of an image is checked on opening: `trusted` is for bytes that this program has already verified. */
export type Scrutiny = 'full' | 'trusted'

/** The header and the sections of an image as typed views. Nothing is copied, nothing is allocated by claimed sizes. */
export class ImageSections {
  readonly bytes: Uint8Array
  readonly #words: Uint32Array

  private constructor(bytes: Uint8Array, words: Uint32Array) {
    this.bytes = bytes
    this.#words = words
  }

  /** Checks identity, sizes, the section table and (under full scrutiny) the checksum; throws an `ImageFormatError`. */
  static open(given: Uint8Array, scrutiny: Scrutiny, proofs: SectionProofs | null): ImageSections {
    if (!isLittleEndianHost()) {
      throw new ImageFormatError(
        'big-endian-host',
        0,
        'expected a little-endian machine, found a big-endian one',
      )
    }
    // 64-bit views need an aligned start, which a slice of a larger buffer may lack.
    const bytes = given.byteOffset % 8 === 0 ? given : new Uint8Array(given)
    if (bytes.length < HEADER_BYTES) {
      checkMagic(bytes)
      throw tooShort(HEADER_BYTES, bytes.length)
    }
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.length / 4))
    checkIdentity(bytes, words)
    checkSize(bytes, words)
    if (scrutiny === 'full') checkChecksum(words, proofs)
    checkTable(words)
    if (scrutiny === 'full') checkPadding(bytes, words)
    return new ImageSections(bytes, words)
  }

  header(field: keyof typeof HEADER): number {
    return this.#words[HEADER[field]]! // the header was found whole
  }

  /** Byte offset of a section in the image. */
  offsetOf(section: number): number {
    return this.#words[HEADER_WORDS + section * 2]!
  }

  u8(section: number): Uint8Array {
    return new Uint8Array(this.bytes.buffer, this.#start(section), this.#length(section))
  }

  u32(section: number): Uint32Array {
    return new Uint32Array(this.bytes.buffer, this.#start(section), this.#length(section) / 4)
  }

  i64(section: number): BigInt64Array {
    return new BigInt64Array(this.bytes.buffer, this.#start(section), this.#length(section) / 8)
  }

  f64(section: number): Float64Array {
    return new Float64Array(this.bytes.buffer, this.#start(section), this.#length(section) / 8)
  }

  #start(section: number): number {
    return this.bytes.byteOffset + this.offsetOf(section)
  }

  #length(section: number): number {
    return this.#words[HEADER_WORDS + section * 2 + 1]!
  }
}

function checkMagic(bytes: Uint8Array): void {
  for (let i = 0; i < 4; i += 1) {
    const byte = bytes[i]
    if (byte === undefined) throw tooShort(HEADER_BYTES, bytes.length)
    if (byte !== ((IMAGE_MAGIC >>> (i * 8)) & 0xff)) {
      throw new ImageFormatError('bad-magic', i, 'expected an index image, found another kind of file')
    }
  }
}

function checkIdentity(bytes: Uint8Array, words: Uint32Array): void {
  checkMagic(bytes)
  const byteOrder = words[HEADER.byteOrder]!
  if (byteOrder !== BYTE_ORDER_MARK) {
    const found = byteOrder === REVERSED_BYTE_ORDER ? 'a big-endian one' : byteOrder.toString(16)
    throw new ImageFormatError(
      'wrong-byte-order',
      HEADER.byteOrder * 4,
      `expected a little-endian image, found ${found}; compile the rules on a little-endian machine`,
    )
  }
  const version = words[HEADER.version]!
  if (version !== IMAGE_VERSION) {
    throw new ImageFormatError(
      version < IMAGE_VERSION ? 'older-version' : 'newer-version',
      HEADER.version * 4,
      `expected image version ${IMAGE_VERSION}, found ${version}; compile the rules again`,
    )
  }
}

function checkSize(bytes: Uint8Array, words: Uint32Array): void {
  const totalBytes = words[HEADER.totalBytes]!
  if (bytes.length < totalBytes) throw tooShort(totalBytes, bytes.length)
  if (totalBytes < FIRST_SECTION_OFFSET || totalBytes % 64 !== 0) {
    throw new ImageFormatError(
      'bad-header',
      HEADER.totalBytes * 4,
      `expected a size in blocks of 64 bytes, at least ${FIRST_SECTION_OFFSET}, found ${totalBytes}`,
    )
  }
  if (bytes.length > totalBytes) {
    throw new ImageFormatError(
      'trailing-bytes',
      totalBytes,
      `expected ${totalBytes} bytes, found ${bytes.length}`,
    )
  }
}

function checkChecksum(words: Uint32Array, proofs: SectionProofs | null): void {
  const checksum = proofs === null ? checksumOf(words) : proofs.checksumOf(words, HEADER.checksumLow)
  if (words[HEADER.checksumLow] !== checksum.low || words[HEADER.checksumHigh] !== checksum.high) {
    throw new ImageFormatError(
      'bad-checksum',
      HEADER.checksumLow * 4,
      'expected bytes that fit their checksum, found altered ones; compile the rules again',
    )
  }
}

/** Sections lie in declared order, each directly behind the last one, and end with the image: none overlap. */
function checkTable(words: Uint32Array): void {
  if (words[HEADER.sectionCount] !== SECTIONS.length) {
    throw new ImageFormatError(
      'bad-section',
      HEADER.sectionCount * 4,
      `expected ${SECTIONS.length} sections, found ${words[HEADER.sectionCount]}`,
    )
  }
  let end = FIRST_SECTION_OFFSET
  SECTIONS.forEach(({ name, element }, i) => {
    const entry = HEADER_WORDS + i * 2
    const offset = words[entry]!
    const length = words[entry + 1]!
    if (offset !== end || length % ELEMENT_BYTES[element] !== 0) {
      throw new ImageFormatError(
        'bad-section',
        entry * 4,
        `expected section ${name} at ${end} in whole elements, found ${length} bytes at ${offset}`,
      )
    }
    end = alignSection(offset + length)
  })
  if (end !== words[HEADER.totalBytes]) {
    throw new ImageFormatError(
      'bad-section',
      HEADER_BYTES,
      `expected sections that end at ${words[HEADER.totalBytes]}, found ${end}`,
    )
  }
}

/** What carries no meaning is zero: equal images are equal bytes, and nothing hides between sections. */
function checkPadding(bytes: Uint8Array, words: Uint32Array): void {
  for (let word = 0; word < HEADER_WORDS; word += 1) {
    if (words[word] !== 0 && !USED_HEADER_WORDS.has(word)) throw notZero(word * 4)
  }
  for (let i = -1; i < SECTIONS.length; i += 1) {
    const entry = HEADER_WORDS + i * 2
    const start = i < 0 ? HEADER_BYTES + TABLE_BYTES : words[entry]! + words[entry + 1]!
    const end = alignSection(start)
    for (let at = start; at < end; at += 1) if (bytes[at] !== 0) throw notZero(at)
  }
}

const USED_HEADER_WORDS: ReadonlySet<number> = new Set(Object.values(HEADER))

function notZero(offset: number): ImageFormatError {
  return new ImageFormatError('bad-section', offset, 'expected zero between sections, found another byte')
}

function tooShort(expected: number, found: number): ImageFormatError {
  return new ImageFormatError('truncated', found, `expected ${expected} bytes, found ${found}`)
}
