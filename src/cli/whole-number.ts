import { UsageError } from './usage-error.ts'

/** A whole number from `least` to `most` that a flag gives, or `fallback` where it is not given. Throws a UsageError. */
export function wholeNumber(
  option: string,
  flag: unknown,
  bounds: { readonly least: number; readonly most: number; readonly fallback: number },
): number {
  const { least, most, fallback } = bounds
  if (typeof flag !== 'string') return fallback
  const number = /^\d{1,12}$/.test(flag) ? Number(flag) : Number.NaN
  if (number >= least && number <= most) return number
  throw new UsageError(
    `${option} needs a whole number from ${least} to ${most}, found "${flag}"`,
    `write it as ${option} ${fallback}`,
  )
}
