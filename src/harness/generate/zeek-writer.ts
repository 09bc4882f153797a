import { parseTime, TICKS_PER_SECOND } from '../../model/time.ts'
import type { TelemetryEvent } from './telemetry-event.ts'
import { ZEEK_COLUMNS } from './zeek-event.ts'

const SEPARATOR = '\t'
const SET_SEPARATOR = ','
const UNSET = '-'
const EMPTY = '(empty)'

const HEAD = [
  '#separator \\x09',
  `#set_separator\t${SET_SEPARATOR}`,
  `#empty_field\t${EMPTY}`,
  `#unset_field\t${UNSET}`,
  '#path\tgenerated',
  `#fields\t${ZEEK_COLUMNS.map(([name]) => name).join(SEPARATOR)}`,
  `#types\t${ZEEK_COLUMNS.map(([, type]) => type).join(SEPARATOR)}`,
  '',
].join('\n')

/** Rows of a Zeek log below one header. */
export function zeekRowWriter(): {
  readonly head: string
  readonly record: (event: TelemetryEvent) => string
} {
  return {
    head: HEAD,
    record: ({ row, time }) =>
      ZEEK_COLUMNS.map(([name, type]) => (type === 'time' ? epochSeconds(time) : cell(row[name]))).join(
        SEPARATOR,
      ),
  }
}

/** An event as Zeek writes it in JSON. */
export function zeekJson({ row, table, time }: TelemetryEvent): string {
  const { ts: _, ...rest } = row
  return `{"_path":${JSON.stringify(table)},"ts":${epochSeconds(time)},${JSON.stringify(rest).slice(1)}`
}

/** Microseconds, as Zeek has them. */
function epochSeconds(time: string): string {
  const ticks = parseTime(time) ?? 0n
  const micros = (ticks < 0n ? 0n : ticks) / 10n
  const perSecond = TICKS_PER_SECOND / 10n
  return `${micros / perSecond}.${String(micros % perSecond).padStart(6, '0')}`
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return UNSET
  if (Array.isArray(value))
    return value.length === 0 ? EMPTY : value.map((member) => escaped(member)).join(',')
  return escaped(value)
}

/** Whatever a reader would take for something else is spelled by its bytes. */
function escaped(value: unknown): string {
  const text = String(value)
  if (text === '') return EMPTY
  const isMistaken = text === UNSET || text === EMPTY || text.startsWith('#')
  return isMistaken ? hex(text.charAt(0)) + spelled(text.slice(1)) : spelled(text)
}

function spelled(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]|[\\,]/gu, (sign) => (sign === '\\' ? '\\\\' : hex(sign)))
}

function hex(sign: string): string {
  return [...new TextEncoder().encode(sign)]
    .map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`)
    .join('')
}
