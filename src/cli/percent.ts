import { UsageError } from './usage-error.ts'

/** The share in percent that `--fail-under` gives; null: no gate. Throws a UsageError. */
export function percentOf(flag: unknown): number | null {
  if (typeof flag !== 'string') return null
  const percent = /^\d{1,3}(?:\.\d{1,3})?%?$/.test(flag) ? Number.parseFloat(flag) : Number.NaN
  if (percent >= 0 && percent <= 100) return percent
  throw new UsageError(`--fail-under needs a percentage from 0 to 100, found "${flag}"`, 'write it as 90')
}
