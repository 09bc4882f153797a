import { createHash } from 'node:crypto'
import { STATE_CODES } from './state-error.ts'

/**
 * Lines that prove themselves whole: NDJSON, each line numbered and sealed over itself and everything before it.
 *
 *   {"n":0,"sum":"<sha256>","entry":{"dryfire":"journal","schema":1,"key":"<tenant>"}}
 *   {"n":1,"sum":"<sha256>","entry":...}
 *
 * sum(n) = SHA-256(sum(n-1) LF n LF entry). A line that was moved, changed or taken from another file breaks the chain.
 */
const SCHEMA = 1
const LINE = /^\{"n":(\d{1,15}),"sum":"([0-9a-f]{64})","entry":(.*)\}$/s
const HEADER_SCHEMA = /"dryfire":"[a-z]{1,20}","schema":(\d{1,9})/
const LF = 0x0a

/** What a file of sealed lines says that it is. */
export interface LinesHeader {
  readonly kind: 'journal' | 'claims'
  /** The tenant's key, so that no file is read for another. */
  readonly key: string
}

/** Where the chain stands. */
export interface LinesEnd {
  readonly count: number
  readonly sum: string
  /** Bytes up to the end of the last whole line. */
  readonly bytes: number
}

/** The entries of a file of sealed lines, or why it cannot be trusted. */
export type LinesResult =
  | {
      readonly ok: true
      /** JSON texts, without the header. */
      readonly entries: readonly string[]
      readonly end: LinesEnd
      /** True when bytes of a line that was never finished follow. */
      readonly isTorn: boolean
    }
  | { readonly ok: false; readonly code: string; readonly reason: string }

const START: LinesEnd = { count: 0, sum: '', bytes: 0 }

/** A new file with its header and these entries. */
export function sealLines(
  header: LinesHeader,
  entries: readonly string[],
): { readonly bytes: Uint8Array; readonly end: LinesEnd } {
  const first = JSON.stringify({ dryfire: header.kind, schema: SCHEMA, key: header.key })
  return sealAfter(START, [first, ...entries])
}

/** The bytes that continue a chain. */
export function sealAfter(
  end: LinesEnd,
  entries: readonly string[],
): { readonly bytes: Uint8Array; readonly end: LinesEnd } {
  let { count, sum } = end
  let text = ''
  for (const entry of entries) {
    sum = nextSum(sum, count, entry)
    text += `{"n":${count},"sum":"${sum}","entry":${entry}}\n`
    count++
  }
  const bytes = new TextEncoder().encode(text)
  return { bytes, end: { count, sum, bytes: end.bytes + bytes.length } }
}

/**
 * Reads sealed lines. Only the end of a file may be incomplete, and only without its line feed: that is what a crash
 * leaves of an append that nobody has acted on. Everything else is damage.
 */
export function openLines(bytes: Uint8Array, header: LinesHeader): LinesResult {
  if (bytes.length === 0) return damaged('it is empty')
  const whole = bytes.subarray(0, bytes.lastIndexOf(LF) + 1)
  const tail = bytes.subarray(whole.length)
  const lines = new TextDecoder().decode(whole).split('\n').slice(0, -1)
  const otherSchema = schemaProblem(lines[0] ?? '')
  if (otherSchema !== null) return otherSchema
  const entries: string[] = []
  let end = START
  let offset = 0
  for (const line of lines) {
    const entry = openLine(line, end)
    if (entry === null) return damaged(`line ${end.count + 1} does not fit its checksum`)
    offset += Buffer.byteLength(line) + 1
    end = { count: end.count + 1, sum: nextSum(end.sum, end.count, entry), bytes: offset }
    entries.push(entry)
  }
  const first = entries.shift()
  if (first === undefined) return damaged('its first line is incomplete')
  const problem = headerProblem(first, header)
  return problem ?? { ok: true, entries, end, isTorn: tail.length > 0 }
}

function openLine(line: string, end: LinesEnd): string | null {
  const match = LINE.exec(line)
  if (match === null) return null
  const [, number, sum, entry] = match
  if (entry === undefined || Number(number) !== end.count) return null
  return sum === nextSum(end.sum, end.count, entry) ? entry : null
}

/** Said before any checksum, since another schema may have others. */
function schemaProblem(line: string): LinesResult | null {
  const schema = HEADER_SCHEMA.exec(line)?.[1]
  if (schema === undefined || Number(schema) === SCHEMA) return null
  const age = Number(schema) < SCHEMA ? 'an older' : 'a newer'
  return { ok: false, code: STATE_CODES.otherSchema, reason: `${age} version wrote it` }
}

function headerProblem(text: string, header: LinesHeader): LinesResult | null {
  const found: unknown = JSON.parse(text)
  if (typeof found !== 'object' || found === null) return damaged('it has no header')
  const isKind = 'dryfire' in found && found.dryfire === header.kind
  if (!isKind || !('key' in found) || found.key !== header.key)
    return { ok: false, code: STATE_CODES.otherOwner, reason: 'it belongs to another tenant or purpose' }
  return null
}

function nextSum(sum: string, number: number, entry: string): string {
  return createHash('sha256').update(`${sum}\n${number}\n${entry}`, 'utf8').digest('hex')
}

function damaged(reason: string): LinesResult {
  return { ok: false, code: STATE_CODES.damaged, reason }
}
