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

/** Prints ticks as `YYYY-MM-DDTHH:MM:SS[.fffffff]Z`, trailing zeros of the fraction dropped; parseTime reads it back. */
export function formatTime(time: TimeTicks): string {
  const fraction = ((time % TICKS_PER_SECOND) + TICKS_PER_SECOND) % TICKS_PER_SECOND
  const wholeMs = Number((time - fraction) / TICKS_PER_MS)
  const seconds = new Date(wholeMs).toISOString().slice(0, -5)
  const digits = fraction === 0n ? '' : '.' + fraction.toString().padStart(7, '0').replace(/0+$/, '')
  return `${seconds}${digits}Z`
}
