import { isZeekList, type RowLayout, type ZeekLayout } from '../model/row-layout.ts'
import { unescapedZeek } from './zeek-escapes.ts'

/** Gives the bytes of every cell of one row of a Zeek log: the separator always ends one. */
export function forEachZeekCell(
  bytes: Uint8Array,
  start: number,
  end: number,
  separator: number,
  visit: (cell: number, cellStart: number, cellEnd: number) => void,
): void {
  let cell = 0
  let cellStart = start
  for (let i = start; i < end; i += 1) {
    if (bytes[i] !== separator) continue
    visit(cell, cellStart, i)
    cell += 1
    cellStart = i + 1
  }
  visit(cell, cellStart, end)
}

/** Takes the text `bytes[start, end)`, escapes undone; `index` is its place in a list. */
type VisitValue = (index: number | null, bytes: Buffer, start: number, end: number) => void

/**
 * Gives the texts of the cell `bytes[start, end)`: its own, or those of a set's or vector's members with their index. The
 * header's words for none and for empty are no texts.
 */
export function forEachZeekValue(
  layout: RowLayout,
  cell: number,
  bytes: Buffer,
  start: number,
  end: number,
  visit: VisitValue,
): void {
  const { zeek } = layout
  if (zeek === undefined || isNothing(zeek, bytes, start, end)) return
  if (!isZeekList(zeek, cell)) {
    visitText(null, bytes, start, end, visit)
    return
  }
  forEachZeekCell(bytes, start, end, zeek.setSeparator, (index, from, to) => {
    if (!isNothing(zeek, bytes, from, to)) visitText(index, bytes, from, to, visit)
  })
}

function visitText(index: number | null, bytes: Buffer, start: number, end: number, visit: VisitValue): void {
  const plain = unescapedZeek(bytes, start, end)
  if (plain === null) visit(index, bytes, start, end)
  else visit(index, plain, 0, plain.length)
}

/** Whether bytes are one of the header's words for no value. A text that looks like one is escaped. */
function isNothing(
  { unsetField, emptyField }: ZeekLayout,
  bytes: Buffer,
  start: number,
  end: number,
): boolean {
  const length = end - start
  if (length === 0) return true
  return [unsetField, emptyField].some(
    (word) => word.length === length && bytes.toString('latin1', start, end) === word,
  )
}
