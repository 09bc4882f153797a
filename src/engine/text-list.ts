/** Texts in one byte buffer: text i is `bytes[offset[i] .. offset[i + 1])`. The buffer may be longer than its texts. */
export interface TextList {
  readonly count: number
  readonly offset: Uint32Array
  readonly bytes: Uint8Array
}

/** Chosen texts of a list; `direction` reverse takes each one back to front. */
export interface TextPick {
  readonly source: TextList
  readonly rows: Uint32Array
  readonly direction: 'forward' | 'reverse'
}

/** Copies chosen texts, in the given order. */
export function pickTexts(
  source: TextList,
  rows: Uint32Array,
  direction: 'forward' | 'reverse' = 'forward',
): TextList {
  return joinTexts([{ source, rows, direction }])
}

/** Copies the chosen texts of several lists, one after the other. */
export function joinTexts(picks: readonly TextPick[]): TextList {
  const count = picks.reduce((sum, { rows }) => sum + rows.length, 0)
  const offset = new Uint32Array(count + 1)
  let next = 0
  for (const { source, rows } of picks) {
    measureTexts(source.offset, rows, offset, next)
    next += rows.length
  }
  // Whole words, so that the bytes can be mixed into the seed four at a time.
  const byteLength = Math.ceil(offset[count]! / 4) * 4
  const bytes = new Uint8Array(byteLength + LAST_WORD)
  next = 0
  for (const { source, rows, direction } of picks) {
    if (direction === 'forward') copyTexts(source, rows, bytes, offset[next]!)
    else copyReversed(source, rows, bytes, offset[next]!)
    next += rows.length
  }
  bytes.fill(0, offset[count])
  return { count, offset, bytes: bytes.subarray(0, byteLength) }
}

/** Bytes that are copied behind the end of a text, and one more. */
const LAST_WORD = 4

/** Continues the offsets of texts, of which `first` are there, by those of chosen ones. */
function measureTexts(from: Uint32Array, rows: Uint32Array, offset: Uint32Array, first: number): void {
  let end = offset[first]!
  for (let i = 0; i < rows.length; i += 1) {
    const row = rows[i]! // i < rows.length
    end += from[row + 1]! - from[row]!
    offset[first + i + 1] = end
  }
}

/**
 * Four bytes at a time, up to three of them behind a text's end, which the next text writes over: how many bytes are left over
 * is a branch that no processor foresees. `out` has room for them.
 *
 * Texts are looked for some at a time before they are copied, so that a processor waits for the memory of many at once:
 * 700,000 names in random order took a third of the time.
 */
function copyTexts({ offset, bytes }: TextList, rows: Uint32Array, out: Uint8Array, outOffset: number): void {
  const from = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const to = new DataView(out.buffer, out.byteOffset, out.byteLength)
  const lastWhole = bytes.length - LAST_WORD
  const starts = new Uint32Array(SOUGHT_TEXTS)
  const ends = new Uint32Array(SOUGHT_TEXTS)
  const firstBytes = new Uint8Array(SOUGHT_TEXTS)
  let at = outOffset
  for (let first = 0; first < rows.length; first += SOUGHT_TEXTS) {
    const count = Math.min(SOUGHT_TEXTS, rows.length - first)
    for (let i = 0; i < count; i += 1) {
      const row = rows[first + i]! // first + i < rows.length
      starts[i] = offset[row]!
      ends[i] = offset[row + 1]!
    }
    for (let i = 0; i < count; i += 1) firstBytes[i] = bytes[starts[i]!]!
    for (let i = 0; i < count; i += 1) {
      const start = starts[i]!
      const length = ends[i]! - start
      if (start + length <= lastWhole)
        for (let byte = 0; byte < length; byte += 4) to.setUint32(at + byte, from.getUint32(start + byte))
      else for (let byte = 0; byte < length; byte += 1) out[at + byte] = bytes[start + byte]!
      at += length
    }
  }
}

/** Texts that are looked for at a time. */
const SOUGHT_TEXTS = 256

function copyReversed(
  { offset, bytes }: TextList,
  rows: Uint32Array,
  out: Uint8Array,
  outOffset: number,
): void {
  let at = outOffset
  for (let i = 0; i < rows.length; i += 1) {
    const start = offset[rows[i]!]!
    for (let byte = offset[rows[i]! + 1]! - 1; byte >= start; byte -= 1, at += 1) out[at] = bytes[byte]!
  }
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
