import { CARRIAGE_RETURN, LINE_FEED } from '../canonical/ascii.ts'
import type { SourceSpan } from '../model/diagnostic.ts'
import type { DiagnosticList, Spot } from './diagnostic-list.ts'
import { SourceText } from './source-text.ts'

const LINE_TEXT_LIMIT = 20_000

/** Decodes a rule document as UTF-8, with or without a BOM; null after a diagnostic. */
export function decodeSource(
  file: string,
  bytes: Uint8Array,
  diagnostics: DiagnosticList,
): SourceText | null {
  if (!checkEncoding(file, bytes, diagnostics)) return null
  try {
    return new SourceText(file, new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    const offset = invalidUtf8Offset(bytes)
    diagnostics.error(byteSpot(file, bytes, offset, offset + 1), {
      code: 'RULE003',
      message: `expected UTF-8, found the byte ${hexByte(bytes[offset])}, which is not`,
      fix: 'Save the file as UTF-8.',
    })
    return null
  }
}

/** Refuses UTF-16 and UTF-32 by name, since their bytes would read as nonsense; true when the bytes may be UTF-8. */
export function checkEncoding(file: string, bytes: Uint8Array, diagnostics: DiagnosticList): boolean {
  const encoding = wideEncodingOf(bytes)
  if (encoding === null) return true
  const span: SourceSpan = { file, line: 1, column: 1, length: 1, lineText: '' }
  diagnostics.error(
    { file, span: () => span },
    {
      code: 'RULE002',
      message: `expected UTF-8, found ${encoding}`,
      fix: 'Save the file as UTF-8.',
    },
  )
  return false
}

function wideEncodingOf(bytes: Uint8Array): string | null {
  const [a, b, c, d] = bytes
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? 'UTF-32LE' : 'UTF-16LE'
  if (a === 0xfe && b === 0xff) return 'UTF-16BE'
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return 'UTF-32BE'
  // Without a BOM: the first character of a rule file is ASCII, so its other byte is zero.
  if (a === 0 && b !== undefined && b !== 0) return 'UTF-16BE'
  if (a !== undefined && a !== 0 && b === 0) return c === 0 ? 'UTF-32LE' : 'UTF-16LE'
  return null
}

/** The first byte of a line whose number is known, so that lines need not be counted from the beginning. */
export interface KnownLine {
  readonly offset: number
  readonly line: number
}

const FIRST_LINE: KnownLine = { offset: 0, line: 1 }

/** The place of bytes `[start, end)`, counted in code points after a BOM; bytes that are not UTF-8 count one each. */
export function byteSpot(
  file: string,
  bytes: Uint8Array,
  start: number,
  end: number,
  known: KnownLine = FIRST_LINE,
): Spot {
  return { file, span: () => byteSpan(file, bytes, start, end, known) }
}

function byteSpan(file: string, bytes: Uint8Array, start: number, end: number, known: KnownLine): SourceSpan {
  const lineStart = lineStartOf(bytes, start)
  const lineEnd = lineEndOf(bytes, start)
  let { line } = known
  for (
    let at = bytes.indexOf(LINE_FEED, known.offset);
    at >= 0 && at < lineStart;
    at = bytes.indexOf(LINE_FEED, at + 1)
  )
    line++
  const markEnd = Math.max(Math.min(end, lineEnd), start)
  return {
    file,
    line,
    column: lossyLength(bytes, lineStart, start) + 1,
    length: Math.max(1, lossyLength(bytes, start, markEnd)),
    lineText: lineEnd - lineStart > LINE_TEXT_LIMIT ? '' : decodeLossy(bytes, lineStart, lineEnd),
  }
}

function lineStartOf(bytes: Uint8Array, offset: number): number {
  const feed = offset === 0 ? -1 : bytes.lastIndexOf(LINE_FEED, offset - 1)
  if (feed >= 0) return feed + 1
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? Math.min(3, offset) : 0
}

function lineEndOf(bytes: Uint8Array, offset: number): number {
  const feed = bytes.indexOf(LINE_FEED, offset)
  const end = feed < 0 ? bytes.length : feed
  return bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end
}

function lossyLength(bytes: Uint8Array, start: number, end: number): number {
  let count = 0
  for (const _ of decodeLossy(bytes, start, end)) count++
  return count
}

/** Decodes bytes for display; what is not UTF-8 becomes U+FFFD. */
function decodeLossy(bytes: Uint8Array, start: number, end: number): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(start, end))
}

/** A byte as two hex digits. */
export function hexByte(byte: number | undefined): string {
  return (byte ?? 0).toString(16).toUpperCase().padStart(2, '0')
}

/** Offset of the first byte that does not belong to a well-formed UTF-8 sequence, or -1. */
export function invalidUtf8Offset(bytes: Uint8Array): number {
  let i = 0
  while (i < bytes.length) {
    const length = sequenceLength(bytes, i)
    if (length === 0) return i
    i += length
  }
  return -1
}

/** Length of the sequence at `i` (Unicode 15, table 3-7), or 0 where it is not well-formed. */
function sequenceLength(bytes: Uint8Array, i: number): number {
  const first = bytes[i] ?? 0
  if (first < 0x80) return 1
  const second = bytes[i + 1] ?? 0
  if (first >= 0xc2 && first <= 0xdf) return isContinuation(second) ? 2 : 0
  if (first >= 0xe0 && first <= 0xef) {
    const isInRange =
      isContinuation(second) && (first !== 0xe0 || second >= 0xa0) && (first !== 0xed || second < 0xa0)
    return isInRange && isContinuation(bytes[i + 2] ?? 0) ? 3 : 0
  }
  if (first < 0xf0 || first > 0xf4) return 0
  const isInRange =
    isContinuation(second) && (first !== 0xf0 || second >= 0x90) && (first !== 0xf4 || second < 0x90)
  return isInRange && isContinuation(bytes[i + 2] ?? 0) && isContinuation(bytes[i + 3] ?? 0) ? 4 : 0
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80
}
