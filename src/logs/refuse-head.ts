import { LEFT_BRACE, LEFT_BRACKET, LINE_FEED } from '../canonical/ascii.ts'
import { isJsonSpace } from './bytes.ts'

/** Why a log cannot be read, and what to do about it. */
export interface Refusal {
  readonly reason: string
  readonly fix: string
}

const TO_UTF8 = 'Convert it to UTF-8 first.'

/** Byte order marks of encodings that are not UTF-8; the longer ones first, since they begin alike. */
const FOREIGN_MARKS: readonly { readonly mark: readonly number[]; readonly encoding: string }[] = [
  { mark: [0xff, 0xfe, 0, 0], encoding: 'UTF-32LE' },
  { mark: [0, 0, 0xfe, 0xff], encoding: 'UTF-32BE' },
  { mark: [0xff, 0xfe], encoding: 'UTF-16LE' },
  { mark: [0xfe, 0xff], encoding: 'UTF-16BE' },
]

/** First bytes of files that are no text. */
const BINARY_MARKS: readonly {
  readonly mark: string
  readonly name: string
  readonly fix: string
}[] = [
  { mark: 'PK\x03\x04', name: 'a zip archive', fix: 'Unpack it and give its files.' },
  { mark: 'ElfFile\0', name: 'a Windows event log (EVTX)', fix: 'Export it as NDJSON first.' },
  { mark: 'PAR1', name: 'a Parquet file', fix: 'Export it as NDJSON or CSV first.' },
  { mark: '\xfd7zXZ\0', name: 'xz data', fix: 'Decompress it first.' },
  { mark: 'BZh', name: 'bzip2 data', fix: 'Decompress it first.' },
  { mark: "7z\xbc\xaf'\x1c", name: 'a 7-Zip archive', fix: 'Unpack it and give its files.' },
  { mark: '%PDF', name: 'a PDF document', fix: 'Give the log itself.' },
  { mark: '\x7fELF', name: 'an executable', fix: 'Give the log itself.' },
]

/** Says why a log with this beginning cannot be read; null when it may be text. */
export function refuseHead(head: Uint8Array): Refusal | null {
  for (const { mark, encoding } of FOREIGN_MARKS) {
    if (mark.every((byte, i) => head[i] === byte)) {
      return { reason: `the log is ${encoding}, by its byte order mark`, fix: TO_UTF8 }
    }
  }
  const unmarked = unmarkedUtf16(head)
  if (unmarked !== null) return { reason: `the log is ${unmarked} without a byte order mark`, fix: TO_UTF8 }
  const opening = Buffer.from(head.subarray(0, 16)).toString('latin1')
  for (const { mark, name, fix } of BINARY_MARKS) {
    if (opening.startsWith(mark)) return { reason: `the file is ${name}`, fix }
  }
  return isBinary(head)
    ? { reason: 'the file is binary: its first bytes hold NUL', fix: 'Give a text log.' }
    : null
}

/** The first character of a text log is ASCII, so UTF-16 shows as a NUL beside it. */
function unmarkedUtf16(head: Uint8Array): string | null {
  const units = Math.min(head.length >> 1, 16)
  if (units < 2) return null
  let highNuls = 0
  let lowNuls = 0
  for (let i = 0; i < units; i += 1) {
    if (head[2 * i] !== 0 && head[2 * i + 1] === 0) highNuls += 1
    if (head[2 * i] === 0 && head[2 * i + 1] !== 0) lowNuls += 1
  }
  if (highNuls === units) return 'UTF-16LE'
  return lowNuls === units ? 'UTF-16BE' : null
}

/** NUL before the first newline; JSON is never binary, whatever a hostile value in it holds. */
function isBinary(head: Uint8Array): boolean {
  let first = 0
  while (first < head.length && isJsonSpace(head[first])) first += 1
  if (head[first] === LEFT_BRACE || head[first] === LEFT_BRACKET) return false
  const newline = head.indexOf(LINE_FEED)
  const nul = head.indexOf(0)
  return nul !== -1 && (newline === -1 || nul < newline)
}
