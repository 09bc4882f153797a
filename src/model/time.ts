/**
 * A point in time: signed count of 100 ns ticks since 1970-01-01T00:00:00Z.
 * Telemetry carries seven decimals; a double would lose the last one, a Date the last four.
 */
export type TimeTicks = bigint

export const TICKS_PER_MS = 10_000n
export const TICKS_PER_SECOND = 10_000_000n

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,20}))?)?(?:([Zz])|([+-])(\d{2}):?(\d{2}))?$/

/**
 * Reads an ISO 8601 date-time. A missing zone means UTC (hunting exports omit it); digits past the seventh are cut.
 * Returns null for anything else, including dates that do not exist.
 */
export function parseTime(text: string): TimeTicks | null {
  return parseUsualTime(text) ?? parseAnyTime(text)
}

const DIGIT_ZERO = 0x30
/** The spelling that nearly all telemetry has, up to the seconds; `0` stands for any digit. */
const USUAL = '0000-00-00T00:00:00'
/** By number of the month. */
const MONTH_DAYS: readonly number[] = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
/** With a point, seven digits and a Z. */
const USUAL_LENGTH = USUAL.length + 9

/** `YYYY-MM-DDTHH:MM:SS` in UTC, with up to seven decimals: read once per hit, so without a regular expression. */
function parseUsualTime(text: string): TimeTicks | null {
  const last = text.length - 1
  if (last < USUAL.length || last >= USUAL_LENGTH || text[last] !== 'Z') return null
  for (let i = 0; i < USUAL.length; i += 1) {
    const unit = text.charCodeAt(i)
    const usual = USUAL.charCodeAt(i)
    if (usual === DIGIT_ZERO ? !isDigit(unit) : unit !== usual) return null
  }
  const year = number(text, 0, 4)
  const month = number(text, 5, 7)
  const day = number(text, 8, 10)
  const hour = number(text, 11, 13)
  const minute = number(text, 14, 16)
  const second = number(text, 17, 19)
  // The last day of February is left to the long way.
  if (year < 1000 || month < 1 || month > 12 || day < 1 || day > MONTH_DAYS[month]!) return null
  if (hour > 23 || minute > 59 || second > 59) return null
  const ticks = fraction(text, USUAL.length, last)
  if (ticks < 0) return null
  const ofDay = ((hour * 60 + minute) * 60 + second) * 10_000_000 + ticks // below 2^53
  return startOfDay(year, month, day) + BigInt(ofDay)
}

/** The last days that were asked for, one for each day of a month: events come in the order of time, or nearly. */
const KNOWN_DAYS = Array.from({ length: 32 }, () => -1)
const KNOWN_STARTS = Array.from({ length: 32 }, () => 0n)

function startOfDay(year: number, month: number, day: number): TimeTicks {
  const number = (year * 100 + month) * 100 + day
  if (KNOWN_DAYS[day] !== number) {
    KNOWN_DAYS[day] = number
    KNOWN_STARTS[day] = BigInt(Date.UTC(year, month - 1, day)) * TICKS_PER_MS
  }
  return KNOWN_STARTS[day] ?? 0n
}

/** Ticks of `.1234567`; 0 for no text, less for another one. */
function fraction(text: string, start: number, end: number): number {
  if (start === end) return 0
  if (text[start] !== '.' || start + 1 === end) return -1
  let ticks = 0
  for (let i = start + 1; i < start + 8; i += 1) {
    const unit = i < end ? text.charCodeAt(i) : DIGIT_ZERO
    if (!isDigit(unit)) return -1
    ticks = ticks * 10 + unit - DIGIT_ZERO
  }
  return ticks
}

function number(text: string, start: number, end: number): number {
  let value = 0
  for (let i = start; i < end; i += 1) value = value * 10 + text.charCodeAt(i) - DIGIT_ZERO
  return value
}

function isDigit(unit: number): boolean {
  return unit >= DIGIT_ZERO && unit <= 0x39
}

function parseAnyTime(text: string): TimeTicks | null {
  const parts = ISO.exec(text)
  if (parts === null) return null
  const [, year, month, day, hour, minute, second, fraction, , sign, zoneHour, zoneMinute] = parts
  const fields = [year, month, day, hour, minute, second ?? '0'].map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const date = new Date(0)
  date.setUTCFullYear(fields[0], fields[1] - 1, fields[2])
  date.setUTCHours(fields[3], fields[4], fields[5], 0)
  const isReal =
    date.getUTCMonth() === fields[1] - 1 &&
    date.getUTCDate() === fields[2] &&
    fields[3] <= 23 &&
    fields[4] <= 59 &&
    fields[5] <= 59
  if (!isReal) return null
  const offsetMinutes = sign === undefined ? 0 : Number(zoneHour) * 60 + Number(zoneMinute)
  if (offsetMinutes > 24 * 60) return null
  const utcMs = date.getTime() - (sign === '-' ? -offsetMinutes : offsetMinutes) * 60_000
  const ticks = BigInt((fraction ?? '').slice(0, 7).padEnd(7, '0'))
  return BigInt(utcMs) * TICKS_PER_MS + ticks
}

/** Fewer digits are no time of a log, and more are no seconds. */
const EPOCH_SECONDS = /^(\d{9,11})(?:\.(\d{1,20}))?$/

/** Reads seconds since 1970 with up to seven decimals, further ones are cut. Returns null for anything else. */
export function parseEpochSeconds(text: string): TimeTicks | null {
  const parts = EPOCH_SECONDS.exec(text)
  if (parts === null) return null
  const [, seconds = '', fraction = ''] = parts
  return BigInt(seconds) * TICKS_PER_SECOND + BigInt(fraction.slice(0, 7).padEnd(7, '0'))
}

/** Prints ticks as `YYYY-MM-DDTHH:MM:SS[.fffffff]Z`, trailing zeros of the fraction dropped; parseTime reads it back. */
export function formatTime(time: TimeTicks): string {
  const fraction = ((time % TICKS_PER_SECOND) + TICKS_PER_SECOND) % TICKS_PER_SECOND
  const wholeMs = Number((time - fraction) / TICKS_PER_MS)
  const seconds = new Date(wholeMs).toISOString().slice(0, -5)
  const digits = fraction === 0n ? '' : '.' + fraction.toString().padStart(7, '0').replace(/0+$/, '')
  return `${seconds}${digits}Z`
}
