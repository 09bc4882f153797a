import { QUOTE } from '../canonical/ascii.ts'
import { decodeUtf8 } from './decode-string.ts'

/**
 * Gives the bytes of every cell of one row (semantics 1): every quote toggles quotation, and a separator counts only
 * outside it.
 */
export function forEachCell(
  bytes: Uint8Array,
  start: number,
  end: number,
  separator: number,
  visit: (cell: number, cellStart: number, cellEnd: number) => void,
): void {
  let cell = 0
  let cellStart = start
  let isQuoted = false
  for (let i = start; i < end; i += 1) {
    const byte = bytes[i]! // start <= i < end
    if (byte === QUOTE) isQuoted = !isQuoted
    else if (byte === separator && !isQuoted) {
      visit(cell, cellStart, i)
      cell += 1
      cellStart = i + 1
    }
  }
  visit(cell, cellStart, end)
}

/** The texts of a row's cells. */
export function cellsOf(bytes: Uint8Array, start: number, end: number, separator: number): string[] {
  const cells: string[] = []
  forEachCell(bytes, start, end, separator, (_, cellStart, cellEnd) => {
    cells.push(cellText(bytes, cellStart, cellEnd))
  })
  return cells
}

/** Text of a cell (RFC 4180): quotes are taken off one that begins with a quote, any other stands as it is. */
export function cellText(bytes: Uint8Array, start: number, end: number): string {
  if (start === end || bytes[start] !== QUOTE) return decodeUtf8(bytes, start, end)
  const text = decodeUtf8(bytes, start + 1, end)
  const close = text.indexOf('"')
  // Nearly always one pair of quotes around the cell.
  return close === text.length - 1 ? text.slice(0, close) : withoutQuotes(text)
}

/** The text of a cell behind its first quote: quotes that toggle are taken off, two inside quotation are one. */
function withoutQuotes(text: string): string {
  const parts: string[] = []
  let isQuoted = true
  let offset = 0
  while (true) {
    const quote = text.indexOf('"', offset)
    if (quote === -1) break
    parts.push(text.slice(offset, quote))
    const isDoubled = isQuoted && text[quote + 1] === '"'
    if (isDoubled) parts.push('"')
    else isQuoted = !isQuoted
    offset = quote + (isDoubled ? 2 : 1)
  }
  return parts.join('') + text.slice(offset)
}
