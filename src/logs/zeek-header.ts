import { CARRIAGE_RETURN, COMMA, LINE_FEED, TAB } from '../canonical/ascii.ts'
import { type RowLayout, ZEEK_FIELD_BYTES, type ZeekLayout } from '../model/row-layout.ts'
import { isJsonSpace } from './bytes.ts'
import { unescapeZeek } from './zeek-escapes.ts'

/** The byte that a line of a Zeek header begins with. Cells that do are escaped. */
export const HASH_SIGN = 0x23

/** Most columns of a Zeek log; Zeek's own have a tenth of them. */
const COLUMN_LIMIT = 1024

const ZEEK_START: ZeekLayout = {
  setSeparator: COMMA,
  emptyField: '(empty)',
  unsetField: '-',
  path: null,
  types: [],
  fault: null,
}

/** The layout before any header: it names no columns. */
export const NO_ZEEK_HEADER: RowLayout = { separator: TAB, columns: [], zeek: ZEEK_START }

/** A layout whose rows cannot be read, because a part of its header was lost. */
export function lostHeader(fault: string): RowLayout {
  return { ...NO_ZEEK_HEADER, zeek: { ...ZEEK_START, fault } }
}

/**
 * The layout that the lines of `#` at the beginning of a log give, blank ones passed over; null where they are no header of
 * Zeek's. What the sample cuts off is left out.
 */
export function readZeekHeader(head: Uint8Array, start: number, isWhole: boolean): RowLayout | null {
  let layout = NO_ZEEK_HEADER
  let at = start
  while (true) {
    while (at < head.length && isJsonSpace(head[at])) at += 1
    if (at > start && head[at - 1] !== LINE_FEED) break // blanks before it: the framer takes it for a row
    const newline = head.indexOf(LINE_FEED, at)
    const end = newline === -1 && isWhole ? head.length : newline
    if (head[at] !== HASH_SIGN || end === -1) break
    layout = afterHeaderLine(layout, head, at, head[end - 1] === CARRIAGE_RETURN ? end - 1 : end)
    at = end
  }
  return layout.columns.length > 0 || (layout.zeek?.fault ?? null) !== null ? layout : null
}

/**
 * The layout behind one line of a header, `bytes[start, end)` without its terminator. `#separator` begins a new header;
 * what is no line of a header changes nothing. Total.
 */
export function afterHeaderLine(layout: RowLayout, bytes: Uint8Array, start: number, end: number): RowLayout {
  const line = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1')
  const name = NAME.exec(line)?.[0] ?? ''
  const rest = line.slice(name.length + 1)
  if (name === '#separator') return line[name.length] === ' ' ? withSeparator(rest) : layout
  const { zeek = ZEEK_START } = layout
  const separator = String.fromCharCode(layout.separator)
  if (line[name.length] !== separator) return layout
  const change = (zeekChange: Partial<ZeekLayout>): RowLayout => ({
    ...layout,
    zeek: { ...zeek, ...zeekChange },
  })
  const fault = (text: string): RowLayout => change({ fault: zeek.fault ?? `the header's ${name} ${text}` })
  switch (name) {
    case '#set_separator': {
      const text = unescapeZeek(rest)
      return text.length === 1 ? change({ setSeparator: text.charCodeAt(0) }) : fault(oneByte(text))
    }
    case '#empty_field':
    case '#unset_field': {
      const text = unescapeZeek(rest)
      if (text.length > ZEEK_FIELD_BYTES) return fault(`is longer than ${ZEEK_FIELD_BYTES} bytes`)
      return change(name === '#empty_field' ? { emptyField: text } : { unsetField: text })
    }
    case '#path':
      return change({ path: rest === zeek.unsetField ? null : textOf(rest) })
    case '#fields': {
      const columns = rest.split(separator, COLUMN_LIMIT + 1)
      if (columns.length > COLUMN_LIMIT) return fault(`names more than ${COLUMN_LIMIT} columns`)
      return { ...change({ types: [] }), columns: columns.map(textOf) }
    }
    case '#types': {
      const types = rest.split(separator, COLUMN_LIMIT + 1)
      if (types.length === layout.columns.length) return change({ types })
      const count = types.length > COLUMN_LIMIT ? `more than ${COLUMN_LIMIT}` : `${types.length}`
      return fault(`names ${count} types for ${layout.columns.length} columns`)
    }
    default:
      return layout
  }
}

const NAME = /^#[a-z_]+/

function withSeparator(text: string): RowLayout {
  const separator = unescapeZeek(text)
  if (separator.length !== 1) return lostHeader(`the header's #separator ${oneByte(separator)}`)
  return separator === '\n' || separator === '\r' || separator === '#'
    ? lostHeader(`the header's #separator separates nothing`)
    : { ...NO_ZEEK_HEADER, separator: separator.charCodeAt(0) }
}

function oneByte(text: string): string {
  return `has ${text.length} bytes, and one is known`
}

/** A text of the header, from one character per byte. */
function textOf(latin1: string): string {
  return Buffer.from(unescapeZeek(latin1), 'latin1').toString('utf8')
}
