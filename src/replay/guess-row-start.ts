import { LINE_FEED, QUOTE } from '../canonical/ascii.ts'
import type { ByteSource } from '../files/byte-source.ts'
import type { RowStart } from '../logs/framer.ts'
import type { RowLayout } from '../model/row-layout.ts'

/** Bytes that are looked at for a guess. */
const WINDOW_BYTES = 65_536

/**
 * Where the first row in `[from, to)` of a file probably begins, behind the header `layout`; null where none is in sight.
 * In CSV a newline ends a row only outside of quotation, and which bytes are quoted is known from the file's beginning
 * alone: of the two possibilities the one counts that gives more rows of the header's width. Who reads the rows before says
 * whether the guess was right.
 */
export function guessRowStart(
  source: ByteSource,
  layout: RowLayout,
  from: number,
  to: number,
): RowStart | null {
  const window = new Uint8Array(WINDOW_BYTES)
  const bytes = window.subarray(0, source.readAt(window, from - 1))
  const index = layout.zeek === undefined ? behindCsvRow(bytes, layout) : bytes.indexOf(LINE_FEED) + 1
  const offset = from - 1 + index
  return index === 0 || offset >= to ? null : { offset, isBehindHeader: true, layout }
}

/** The index behind the first line feed that ends a row, or 0. */
function behindCsvRow(bytes: Uint8Array, layout: RowLayout): number {
  const plain = readRows(bytes, layout, false)
  const quoted = readRows(bytes, layout, true)
  return quoted.fitting > plain.fitting ? quoted.start : plain.start
}

/** Where the first row begins when the first byte stands in quotation or not, and how many more rows fit than do not. */
function readRows(
  bytes: Uint8Array,
  { separator, columns }: RowLayout,
  isQuotedFirst: boolean,
): { readonly start: number; readonly fitting: number } {
  let isQuoted = isQuotedFirst
  let start = 0
  let fitting = 0
  let cells = 1
  for (const [i, byte] of bytes.entries()) {
    if (byte === QUOTE) isQuoted = !isQuoted
    else if (isQuoted) continue
    else if (byte === separator) cells += 1
    else if (byte === LINE_FEED) {
      if (start === 0) start = i + 1
      else fitting += cells === columns.length ? 1 : -1
      cells = 1
    }
  }
  return { start, fitting }
}
