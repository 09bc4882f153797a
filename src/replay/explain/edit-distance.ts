import { DOMAIN_TEXT_LIMIT } from '../../model/indicator.ts'

/** Longest text that is compared by edits; names and addresses are shorter, and rows of the table are kept at this size. */
const COMPARED_BYTES_LIMIT = 512

/** Where in the text a pattern has to stand. */
export type PatternPlace = 'whole' | 'start' | 'end' | 'anywhere'

/** The fewest edits between a pattern and a part of a text, and the index behind that part in reading direction. */
export interface Distance {
  edits: number
  end: number
}

/** Rows of the edit table; one thread runs one comparison at a time. */
const rowA = new Uint16Array(COMPARED_BYTES_LIMIT + 2)
const rowB = new Uint16Array(COMPARED_BYTES_LIMIT + 2)

/** Most edits at which a text still counts as near: short texts are near to everything. */
export function nearEdits(length: number): number {
  return Math.min(3, Math.floor(length / 4))
}

/** A bit for every byte: the letters have their own, digits share four, all else shares two. */
const BIT_OF = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x61 && byte <= 0x7a) return byte - 0x61
  if (byte >= 0x30 && byte <= 0x39) return 26 + ((byte - 0x30) & 3)
  return byte === 0x2e ? 30 : 31
})

/** Which bytes occur in a range, as one bit each or shared by few. */
export function bytesPresent({ bytes, start, end }: ByteRange): number {
  let present = 0
  for (let i = start; i < end; i += 1) present |= 1 << BIT_OF[bytes[i]!]! // i < end; a byte is below 256
  return present
}

/** Bytes of one range that do not occur in another, counted low: each of them takes an edit. */
export function countMissing(present: number, other: number): number {
  let bits = present & ~other
  let count = 0
  for (; bits !== 0; count += 1) bits &= bits - 1
  return count
}

/** A range of bytes. */
export interface ByteRange {
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
}

/**
 * Edits (insert, delete, replace a byte) that turn the pattern into the text, or into its beginning, its end or any
 * part of it; `limit + 1` when there are more. Computes a band of `limit` around the diagonal where the place is fixed,
 * and stops at the first row that lies above the limit: nearly all pairs end after a few bytes.
 */
export function editDistance(
  pattern: ByteRange,
  text: ByteRange,
  place: PatternPlace,
  limit: number,
  out: Distance,
): number {
  const patternLength = pattern.end - pattern.start
  const textLength = text.end - text.start
  out.edits = limit + 1
  out.end = 0
  if (patternLength > DOMAIN_TEXT_LIMIT || textLength > COMPARED_BYTES_LIMIT) return out.edits
  if (patternLength - textLength > limit) return out.edits
  if (place === 'whole' && textLength - patternLength > limit) return out.edits
  const isReversed = place === 'end'
  const isFree = place === 'anywhere'
  const step = isReversed ? -1 : 1
  const patternFirst = isReversed ? pattern.end - 1 : pattern.start
  const textFirst = isReversed ? text.end - 1 : text.start
  const above = limit + 1
  let before = rowA
  let row = rowB
  const width = isFree ? textLength : Math.min(textLength, limit)
  for (let j = 0; j <= width; j += 1) before[j] = isFree ? 0 : j
  before[width + 1] = above
  for (let i = 1; i <= patternLength; i += 1) {
    const byte = pattern.bytes[patternFirst + (i - 1) * step]
    const from = isFree ? 1 : Math.max(1, i - limit)
    const to = isFree ? textLength : Math.min(textLength, i + limit)
    row[from - 1] = from === 1 ? Math.min(i, above) : above
    let best = row[from - 1]!
    for (let j = from; j <= to; j += 1) {
      const isSame = text.bytes[textFirst + (j - 1) * step] === byte
      let edits = before[j - 1]! + (isSame ? 0 : 1) // j - 1 >= 0 and within the band of the row before
      if (before[j]! + 1 < edits) edits = before[j]! + 1
      if (row[j - 1]! + 1 < edits) edits = row[j - 1]! + 1
      row[j] = edits
      if (edits < best) best = edits
    }
    if (best > limit) return out.edits
    row[to + 1] = above
    const swap = before
    before = row
    row = swap
  }
  const first = place === 'whole' ? textLength : isFree ? 0 : Math.max(0, patternLength - limit)
  const last = place === 'whole' || isFree ? textLength : Math.min(textLength, patternLength + limit)
  for (let j = first; j <= last; j += 1) {
    const edits = before[j]! // j lies in the band of the last row
    // Of equally near parts the one of the pattern's own length is what a reader expects.
    const isBetter = edits < out.edits || (edits === out.edits && j === patternLength && !isFree)
    if (!isBetter) continue
    out.edits = edits
    out.end = j
  }
  return out.edits
}
