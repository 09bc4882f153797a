/** Texts in one byte buffer: text i is `bytes[offset[i] .. offset[i + 1])`. The buffer may be longer than its texts. */
export interface TextList {
  readonly count: number
  readonly offset: Uint32Array
  readonly bytes: Uint8Array
}

/** Copies chosen texts, in the given order; `direction` reverse writes each one back to front. */
export function pickTexts(
  source: TextList,
  rows: Uint32Array,
  direction: 'forward' | 'reverse' = 'forward',
): TextList {
  const count = rows.length
  const offset = new Uint32Array(count + 1)
  for (let i = 0; i < count; i += 1) {
    const row = rows[i]! // i < count
    offset[i + 1] = offset[i]! + (source.offset[row + 1]! - source.offset[row]!)
  }
  // Whole words, so that the bytes can be mixed into the seed four at a time.
  const bytes = new Uint8Array(Math.ceil(offset[count]! / 4) * 4)
  for (let i = 0, to = 0; i < count; i += 1) {
    const start = source.offset[rows[i]!]!
    const end = source.offset[rows[i]! + 1]!
    if (direction === 'forward')
      for (let from = start; from < end; from += 1, to += 1) bytes[to] = source.bytes[from]!
    else for (let from = end - 1; from >= start; from -= 1, to += 1) bytes[to] = source.bytes[from]!
  }
  return { count, offset, bytes }
}

/** Orders two texts by their bytes; a prefix stands before what it begins. */
export function compareTexts(list: TextList, left: number, right: number): number {
  const { offset, bytes } = list
  const leftStart = offset[left]!
  const rightStart = offset[right]!
  const leftLength = offset[left + 1]! - leftStart
  const rightLength = offset[right + 1]! - rightStart
  const shorter = Math.min(leftLength, rightLength)
  for (let i = 0; i < shorter; i += 1) {
    const difference = bytes[leftStart + i]! - bytes[rightStart + i]! // i < both lengths
    if (difference !== 0) return difference
  }
  return leftLength - rightLength
}

/** Whether each text comes behind the one before it. */
export function doTextsAscend(list: TextList): boolean {
  for (let i = 1; i < list.count; i += 1) if (compareTexts(list, i - 1, i) >= 0) return false
  return true
}

/** True for the bytes that canonical values are made of: ASCII without blanks and control characters. */
export function isPrintable(byte: number): boolean {
  return byte > 0x20 && byte < 0x7f
}
