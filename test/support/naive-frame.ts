import { isUtf8 } from './second-scanner.ts'

/** How a source is framed (semantics 1). */
export type NaiveFraming = 'lines' | 'container' | 'delimited'

/** Why a record was not looked at. */
type QuarantineReason = 'no-object' | 'too-long' | 'column-count' | 'strict'

/** A record with its place in the source. */
export interface NaiveRecord {
  /** 1-based, counting quarantined records too. */
  readonly record: number
  /** 1-based physical line where it begins. */
  readonly line: number
  /** Where it begins and ends in the source, without its terminator. */
  readonly byteOffset: number
  readonly end: number
  readonly bytes: Uint8Array
  readonly quarantine: QuarantineReason | null
}

export interface NaiveFrames {
  readonly records: readonly NaiveRecord[]
  /** First row of a delimited source, decoded. */
  readonly header: readonly string[]
  /** Terminators are counted with their record, everything that is in no record as skipped. */
  readonly byteCount: {
    readonly total: number
    readonly examined: number
    readonly quarantined: number
    readonly skipped: number
  }
}

export interface NaiveFrameOptions {
  readonly framing: NaiveFraming
  readonly maxRecordBytes: number
  readonly validate: 'lenient' | 'strict'
  /** Of delimited sources. */
  readonly separator?: string
}

/** Keys with which the first object of a container opens. */
const WRAPPER_KEYS = ['records', 'Results', 'results', 'value', 'Schema', 'schema']
const RECORD_KEYS = ['records', 'Results', 'results', 'value']
const CLASSIFIED_BYTES = 65_536
const STRICT_DEPTH = 1000

interface Span {
  readonly start: number
  /** Without the terminator. */
  readonly end: number
  /** With it. */
  readonly next: number
  readonly quarantine: QuarantineReason | null
}

interface Element extends Span {
  readonly untrimmed: number
}

/** Decides between lines and container for JSON. */
export function naiveFraming(source: Uint8Array): 'lines' | 'container' {
  const text = latin1(source).slice(bomLength(source))
  const firstByte = text.trimStart().charAt(0)
  if (firstByte === '[') return 'container'
  if (WRAPPER_KEYS.includes(openingKey(text.trimStart()) ?? '')) return 'container'
  const lines = latin1(source).slice(0, CLASSIFIED_BYTES).slice(bomLength(source)).split('\n')
  return lines.some((line) => isObjectText(line)) ? 'lines' : 'container'
}

/** Frames a whole source. */
export function naiveFrames(source: Uint8Array, options: NaiveFrameOptions): NaiveFrames {
  const text = latin1(source)
  const begin = bomLength(source)
  const { spans, header } = spansOf(text, begin, options)
  const records = spans.map((span, i): NaiveRecord => {
    const [first, last] = shownPart(text, span, options)
    const bytes = source.slice(first, last)
    const isRefused =
      span.quarantine === null && options.validate === 'strict' && !isStrictJson(bytes, options)
    return {
      record: i + 1,
      line: text.slice(0, span.start).split('\n').length,
      byteOffset: first,
      end: last,
      bytes,
      quarantine: isRefused ? 'strict' : span.quarantine,
    }
  })
  let examined = 0
  let quarantined = 0
  spans.forEach((span, i) => {
    if (records[i]?.quarantine === null) examined += span.next - span.start
    else quarantined += span.next - span.start
  })
  const total = source.length
  return {
    records,
    header,
    byteCount: { total, examined, quarantined, skipped: total - examined - quarantined },
  }
}

/** Cells of a delimited row, decoded. */
export function naiveCells(row: Uint8Array, separator = ','): readonly string[] {
  const line = latin1(row).replace(/\r$/, '')
  return splitOutsideQuotes(line, separator).map((cell) =>
    new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.from(unquoted(cell), 'latin1')),
  )
}

/** In a cell that opens with a quote, quotes are no text, but two of them inside quotation are one. */
function unquoted(cell: string): string {
  if (!cell.startsWith('"')) return cell
  let text = ''
  let isQuoted = false
  for (let at = 0; at < cell.length; at += 1) {
    if (cell.charAt(at) !== '"') text += cell.charAt(at)
    else if (isQuoted && cell.charAt(at + 1) === '"') {
      text += '"'
      at += 1
    } else isQuoted = !isQuoted
  }
  return text
}

/** True when a whole text is JSON by RFC 8259, UTF-8, and not nested too deeply. */
export function naiveStrictJson(bytes: Uint8Array): boolean {
  if (!isUtf8(bytes)) return false
  const text = Buffer.from(bytes).toString('utf8')
  try {
    JSON.parse(text)
  } catch {
    return false
  }
  let depth = 0
  let deepest = 0
  let inString = false
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charAt(at)
    if (inString && sign === '\\') at += 1
    else if (sign === '"') inString = !inString
    else if (!inString && '{['.includes(sign)) deepest = Math.max(deepest, (depth += 1))
    else if (!inString && '}]'.includes(sign)) depth -= 1
  }
  return deepest <= STRICT_DEPTH
}

/** A record without the blanks around it; a quarantined one as it stands; of a row only the CR of its end is cut. */
function shownPart(text: string, span: Span, options: NaiveFrameOptions): readonly [number, number] {
  if (span.quarantine !== null) return [span.start, span.end]
  const row = text.slice(span.start, span.end)
  if (options.framing === 'delimited') return [span.start, span.start + row.replace(/\r$/, '').length]
  const front = row.length - row.replace(/^[ \t\r]+/, '').length
  return [span.start + front, span.start + front + trimmed(row).length]
}

function isStrictJson(bytes: Uint8Array, options: NaiveFrameOptions): boolean {
  return options.framing === 'delimited' ? isUtf8(bytes) : naiveStrictJson(bytes)
}

function spansOf(
  text: string,
  begin: number,
  options: NaiveFrameOptions,
): { readonly spans: readonly Span[]; readonly header: readonly string[] } {
  if (options.framing === 'lines') return { spans: lineSpans(text, begin, options), header: [] }
  if (options.framing === 'container')
    return { spans: elementSpans(text, begin, options.maxRecordBytes), header: [] }
  return rowSpans(text, begin, options)
}

function lineSpans(text: string, begin: number, options: NaiveFrameOptions): readonly Span[] {
  const spans: Span[] = []
  let start = begin
  while (start < text.length) {
    const newline = text.indexOf('\n', start)
    const end = newline < 0 ? text.length : newline
    const next = newline < 0 ? text.length : newline + 1
    const line = text.slice(start, end)
    if (trimmed(line) !== '') {
      const isTooLong = line.length > options.maxRecordBytes
      const quarantine = isTooLong ? 'too-long' : isObjectText(line) ? null : 'no-object'
      spans.push({ start, end, next, quarantine })
    }
    start = next
  }
  return spans
}

function rowSpans(
  text: string,
  begin: number,
  options: NaiveFrameOptions,
): { readonly spans: readonly Span[]; readonly header: readonly string[] } {
  const separator = options.separator ?? ','
  const spans: Span[] = []
  let header: readonly string[] | null = null
  let start = begin
  while (start < text.length) {
    let end = start
    let isQuoted = false
    while (end < text.length && (isQuoted || text.charAt(end) !== '\n')) {
      if (text.charAt(end) === '"') isQuoted = !isQuoted
      end += 1
    }
    let quarantine: QuarantineReason | null = null
    if (end - start > options.maxRecordBytes) {
      quarantine = 'too-long'
      const newline = text.indexOf('\n', start + options.maxRecordBytes)
      end = newline < 0 ? text.length : newline
    }
    const next = Math.min(end + 1, text.length)
    const row = text.slice(start, end)
    if (trimmed(row) !== '') {
      const columnCount = splitOutsideQuotes(row, separator).length
      if (header === null) header = naiveCells(Buffer.from(row, 'latin1'), separator)
      else {
        if (quarantine === null && columnCount !== header.length) quarantine = 'column-count'
        spans.push({ start, end, next, quarantine })
      }
    }
    start = next
  }
  return { spans, header: header ?? [] }
}

function splitOutsideQuotes(row: string, separator: string): readonly string[] {
  const cells: string[] = []
  let cell = ''
  let isQuoted = false
  for (const sign of row) {
    if (sign === '"') isQuoted = !isQuoted
    if (sign === separator && !isQuoted) {
      cells.push(cell)
      cell = ''
    } else cell += sign
  }
  return [...cells, cell]
}

/**
 * Elements of a top-level array, of the record arrays in a wrapper object, or whole top-level objects. Only strings and
 * brackets are looked at: a closing bracket of either kind closes the innermost open one.
 */
function elementSpans(text: string, begin: number, maxRecordBytes: number): readonly Span[] {
  // The cap counts an element with the blanks around it.
  return allElements(text, begin).map(({ untrimmed, ...span }) =>
    untrimmed > maxRecordBytes ? { ...span, quarantine: 'too-long' } : span,
  )
}

function allElements(text: string, begin: number): readonly Element[] {
  const spans: Element[] = []
  let at = begin
  while (at < text.length) {
    const sign = text.charAt(at)
    if (' \t\r\n,}]'.includes(sign)) {
      at += 1
      continue
    }
    const end = sign === '{' || sign === '[' ? endOfBrackets(text, at) : endOfStray(text, at)
    if (sign === '[') spans.push(...arrayElements(text, at, end))
    else if (sign === '{' && isWrapper(text.slice(at, end))) spans.push(...wrapperElements(text, at, end))
    else spans.push(...element(text, at, end))
    at = end
  }
  return spans
}

function isWrapper(object: string): boolean {
  return WRAPPER_KEYS.includes(openingKey(object) ?? '')
}

/** Elements of every array that stands directly in the object under a key of records. */
function wrapperElements(text: string, open: number, end: number): readonly Element[] {
  const spans: Element[] = []
  let key = ''
  let at = open + 1
  while (at < end) {
    const sign = text.charAt(at)
    if (sign === '"') {
      const close = endOfQuotes(text, at)
      if (/^[ \t\r\n]*:/.test(text.slice(close, close + 64))) key = text.slice(at + 1, close - 1)
      at = close
    } else if (sign === '{' || sign === '[') {
      const close = endOfBrackets(text, at)
      if (sign === '[' && RECORD_KEYS.includes(key)) spans.push(...arrayElements(text, at, close))
      // A key holds until its first value or a comma.
      key = ''
      at = close
    } else {
      if (sign === ',') key = ''
      at += 1
    }
  }
  return spans
}

function arrayElements(text: string, open: number, end: number): readonly Element[] {
  const isClosed = '}]'.includes(text.charAt(end - 1)) && endOfBrackets(text, open, true) !== -1
  const last = isClosed ? end - 1 : end
  const spans: Element[] = []
  let start = open + 1
  let at = start
  while (at < last) {
    const sign = text.charAt(at)
    if (sign === ',') {
      spans.push(...element(text, start, at))
      start = at + 1
      at += 1
    } else if (sign === '"') at = Math.min(endOfQuotes(text, at), last)
    else if (sign === '{' || sign === '[') at = Math.min(endOfBrackets(text, at), last)
    else at += 1
  }
  return [...spans, ...element(text, start, last)]
}

function element(text: string, start: number, end: number): readonly Element[] {
  const inside = text.slice(start, end)
  const front = inside.length - inside.replace(/^[ \t\r\n]+/, '').length
  const core = inside.replace(/^[ \t\r\n]+/, '').replace(/[ \t\r\n]+$/, '')
  if (core === '') return []
  const quarantine = core.startsWith('{') && core.endsWith('}') && core.length > 1 ? null : 'no-object'
  const first = start + front
  return [
    { start: first, end: first + core.length, next: first + core.length, quarantine, untrimmed: end - start },
  ]
}

function endOfBrackets(text: string, open: number, orMinusOne = false): number {
  let depth = 0
  let at = open
  while (at < text.length) {
    const sign = text.charAt(at)
    if (sign === '"') {
      at = endOfQuotes(text, at)
      continue
    }
    if (sign === '{' || sign === '[') depth += 1
    if (sign === '}' || sign === ']') depth -= 1
    at += 1
    if (depth === 0) return at
  }
  return orMinusOne ? -1 : text.length
}

function endOfQuotes(text: string, open: number): number {
  let at = open + 1
  while (at < text.length && text.charAt(at) !== '"') at += text.charAt(at) === '\\' ? 2 : 1
  return Math.min(at + 1, text.length)
}

/** Something at top level that is neither object nor array: up to the next bracket or line, quotes or not. */
function endOfStray(text: string, start: number): number {
  let at = start
  while (at < text.length && !'{[\n'.includes(text.charAt(at))) at += 1
  return at
}

function openingKey(text: string): string | null {
  return /^\{[ \t\r\n]*"([^"\\]*)"[ \t\r\n]*:/.exec(text)?.[1] ?? null
}

function isObjectText(line: string): boolean {
  const core = trimmed(line)
  return core.length > 1 && core.startsWith('{') && core.endsWith('}')
}

function trimmed(line: string): string {
  return line.replace(/^[ \t\r]+/, '').replace(/[ \t\r]+$/, '')
}

function bomLength(source: Uint8Array): number {
  return source[0] === 0xef && source[1] === 0xbb && source[2] === 0xbf ? 3 : 0
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1')
}
