import type { FieldMap } from '../model/field-map.ts'
import type { RowLayout } from '../model/row-layout.ts'
import { LEFT_BRACE, LEFT_BRACKET } from '../canonical/ascii.ts'
import { isJsonSpace } from './bytes.ts'
import type { HeadSample, LogFormat } from './formats/format.ts'
import { EVERY_STRING } from './every-string.ts'
import { FORMATS } from './formats/registry.ts'
import type { Classification } from './frame.ts'
import { holdsRecordLine, opensAsContainer } from './json-framing.ts'
import { readHeader } from './read-header.ts'
import { refuseHead } from './refuse-head.ts'
import { sampleJson } from './sample-head.ts'
import { readZeekHeader } from './zeek-header.ts'

export type { Classification } from './frame.ts'

export interface ClassifyOptions {
  /** `--log-format`: one of `LOG_FORMATS`, or null to recognise the format. */
  readonly logFormat: string | null
  /** `--field-map`: takes the place of the format's own map. */
  readonly userMap: FieldMap | null
  readonly fields: 'mapped' | 'any'
  /** `--table`. */
  readonly table: string | null
}

/** Names for `--log-format`. */
export const LOG_FORMATS: readonly string[] = FORMATS.map((format) => format.name)

/**
 * Says what log a stream is from its first 64 KiB, decompressed, or from all of it when `isWhole`. Total: bytes that
 * are no log of any kind are still framed, so that what cannot be read is counted.
 */
export function classify(head: Uint8Array, isWhole: boolean, options: ClassifyOptions): Classification {
  const refused = refuseHead(head)
  if (refused !== null) return { ...UNREAD, evidence: [refused.reason], refused }
  const forced = FORMATS.find((format) => format.name === options.logFormat) ?? null
  if (options.logFormat !== null && forced === null) return refuseFormat(options.logFormat)
  const bomBytes = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0
  const first = firstSign(head, bomBytes)
  if (first === head.length && isWhole && forced?.shape !== 'delimited') {
    const fieldMap = chooseMap(forced?.fieldMap ?? null, options)
    return {
      ...UNREAD,
      format: forced?.name ?? 'empty',
      bomBytes,
      fieldMap: fieldMap ?? { ...EVERY_STRING, name: 'empty', any: false },
      evidence: ['there is no record'],
    }
  }
  const zeek = forced === null || forced.shape === 'zeek' ? readZeekHeader(head, bomBytes, isWhole) : null
  if (zeek !== null) return zeekLog(zeek, bomBytes, forced, options)
  if (forced?.shape === 'zeek') {
    const reason = `the log has no line of #fields, which the format ${forced.name} needs`
    return { ...UNREAD, bomBytes, evidence: [reason], refused: { reason, fix: 'Give another --log-format.' } }
  }
  const isJson = head[first] === LEFT_BRACE || head[first] === LEFT_BRACKET
  const wantsRows = forced === null ? !isJson : forced.shape === 'delimited'
  const layout = wantsRows ? readHeader(head, bomBytes, isWhole, forced !== null) : null
  // A line that is a JSON object is no row: then the first line is a comment or a greeting, not a header.
  if (layout !== null && (forced !== null || !holdsRecordLine(head, bomBytes, isWhole))) {
    const columns = layout.columns
    const sample: HeadSample = {
      shape: 'delimited',
      framing: 'delimited',
      path: null,
      wrapperKeys: [],
      columns,
      records: [],
      table: options.table,
    }
    const evidence = [`the first row names ${columns.length} columns`]
    return conclude(sample, evidence, { bomBytes, delimited: layout }, forced, options)
  }
  if (forced?.shape === 'delimited') {
    const reason = `the log has no header row, which the format ${forced.name} needs`
    return { ...UNREAD, bomBytes, evidence: [reason], refused: { reason, fix: 'Give another --log-format.' } }
  }
  const { framing, why } = jsonFraming(head, bomBytes, isWhole)
  const sample: HeadSample = {
    shape: 'json',
    framing,
    path: null,
    columns: [],
    table: options.table,
    ...sampleJson(head, bomBytes, isWhole, framing),
  }
  const found = conclude(sample, [why], { bomBytes, delimited: null }, forced, options)
  // Prose is read like everything else, so that what cannot be framed is counted, but it is no format.
  const isProse = forced === null && options.userMap === null && !isJson && framing === 'container'
  return isProse ? { ...found, format: UNREAD.format, evidence: [PROSE] } : found
}

const PROSE =
  'it begins with neither { nor [, no line of the first 64 KiB is one JSON object, and the first line is no header row'

const UNREAD: Classification = {
  format: 'unknown',
  framing: 'lines',
  fieldMap: null,
  bomBytes: 0,
  delimited: null,
  evidence: [],
  refused: null,
}

function refuseFormat(name: string): Classification {
  const reason = `there is no log format ${JSON.stringify(name)}`
  const fix = `Give one of ${LOG_FORMATS.join(', ')}.`
  return { ...UNREAD, evidence: [reason], refused: { reason, fix } }
}

/** A Zeek log by its first header; one whose rows cannot be read is refused. */
function zeekLog(
  layout: RowLayout,
  bomBytes: number,
  forced: LogFormat | null,
  options: ClassifyOptions,
): Classification {
  const fault = layout.zeek?.fault ?? null
  if (fault !== null) {
    const fix = 'Write the log as Zeek does unless told otherwise.'
    return { ...UNREAD, bomBytes, evidence: [fault], refused: { reason: fault, fix } }
  }
  const sample: HeadSample = {
    shape: 'zeek',
    framing: 'delimited',
    wrapperKeys: [],
    columns: layout.columns,
    path: layout.zeek?.path ?? null,
    records: [],
    table: options.table,
  }
  return conclude(sample, [], { bomBytes, delimited: layout }, forced, options)
}

/** Container or lines, by the rule of semantics 1. */
function jsonFraming(
  head: Uint8Array,
  start: number,
  isWhole: boolean,
): { readonly framing: 'lines' | 'container'; readonly why: string } {
  const first = firstSign(head, start)
  if (head[first] === LEFT_BRACKET) return { framing: 'container', why: 'the log begins with [' }
  const opening = opensAsContainer(head, first)
  if (opening !== null) return { framing: 'container', why: `the first object opens with \`${opening}\`` }
  return holdsRecordLine(head, start, isWhole)
    ? { framing: 'lines', why: 'a line is one JSON object' }
    : { framing: 'container', why: 'no line of the first 64 KiB is one JSON object' }
}

function conclude(
  sample: HeadSample,
  evidence: readonly string[],
  layout: Pick<Classification, 'bomBytes' | 'delimited'>,
  forced: LogFormat | null,
  options: ClassifyOptions,
): Classification {
  const { format, why } =
    forced === null ? recognise(sample) : { format: forced, why: ['--log-format says so'] }
  return {
    format: format.name,
    framing: sample.framing,
    fieldMap: chooseMap(format.fieldMap, options),
    ...layout,
    evidence: [...evidence, ...why],
    refused: null,
  }
}

function recognise(sample: HeadSample): { readonly format: LogFormat; readonly why: readonly string[] } {
  for (const format of FORMATS) {
    const why = format.shape === sample.shape ? format.recognise(sample) : null
    if (why !== null) return { format, why }
  }
  throw new Error('the generic formats take what no other format takes')
}

/** A user's map wins; `--fields any` keeps the envelope of the map that would have been used. */
function chooseMap(formatMap: FieldMap | null, options: ClassifyOptions): FieldMap | null {
  const map = options.userMap ?? formatMap
  return options.fields === 'any' ? { ...(map ?? EVERY_STRING), entries: [], any: true } : map
}

function firstSign(head: Uint8Array, start: number): number {
  let i = start
  while (i < head.length && isJsonSpace(head[i])) i += 1
  return i
}
