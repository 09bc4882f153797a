import { formatCount, formatCountOf } from '../model/count-text.ts'

const BYTE_UNITS = ['kB', 'MB', 'GB', 'TB'] as const
const SECOND_MS = 1000
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000

/** Prints a number of bytes in decimal units with three digits at most: `512 bytes`, `2.87 MB`, `12.4 GB`. */
export function formatBytes(bytes: number): string {
  let amount = bytes
  let unit: string | null = null
  for (const next of BYTE_UNITS) {
    // 999.5 would print as 1000 of the smaller unit.
    if (amount < 999.5) break
    amount /= 1000
    unit = next
  }
  return unit === null ? formatCountOf(bytes, 'byte') : `${threeDigits(amount)} ${unit}`
}

/** Prints a duration in the unit that suits it: `85 ms`, `1.24 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < SECOND_MS - 0.5) return `${Math.round(milliseconds)} ms`
  if (milliseconds < MINUTE_MS - 500) return `${threeDigits(milliseconds / SECOND_MS)} s`
  const seconds = Math.round(milliseconds / SECOND_MS)
  if (milliseconds < HOUR_MS - 500) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  const minutes = Math.round(seconds / 60)
  return `${formatCount(Math.floor(minutes / 60))} h ${minutes % 60} min`
}

function threeDigits(amount: number): string {
  return amount.toFixed(amount < 9.995 ? 2 : amount < 99.95 ? 1 : 0)
}
