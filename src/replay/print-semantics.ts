import type { ReplaySummary } from '../model/replay-summary.ts'
import type { Semantics } from '../model/semantics.ts'
import { formatTime, TICKS_PER_SECOND } from '../model/time.ts'

/** The switches in force as JSON can hold them: times as text, the window as `24h`. */
export function printSemantics(semantics: Semantics): ReplaySummary['semantics'] {
  const { asOf, groupWindow, ...rest } = semantics
  return {
    ...rest,
    asOf: asOf === 'event' ? asOf : formatTime(asOf),
    groupWindow: printWindow(groupWindow),
  }
}

const UNITS = [
  ['d', 86_400n],
  ['h', 3600n],
  ['m', 60n],
  ['s', 1n],
] as const

/** The largest unit that divides it, days only beyond the usual 24 h. */
function printWindow(ticks: bigint): string {
  const seconds = ticks / TICKS_PER_SECOND
  for (const [unit, size] of UNITS) {
    const isWhole = seconds % size === 0n && (unit !== 'd' || seconds > size)
    if (isWhole && seconds >= size) return `${seconds / size}${unit}`
  }
  return `${seconds}s`
}
