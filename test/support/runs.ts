/**
 * How often properties run, and from which seed. One variable sets the number of cases of all properties together:
 * `DRYFIRE_RUNS=2000000 npm test` is the long run. A failure prints its seed and path; `DRYFIRE_SEED` repeats it.
 */

const ORDINARY_RUNS = 200_000
/** Fewer cases than this prove nothing, whatever the share. */
const LEAST_RUNS = 50
const ORDINARY_SEED = 20_261_123

const TOTAL_RUNS: number = wholeNumber('DRYFIRE_RUNS', ORDINARY_RUNS)

/** Seed of every property in the suite. */
export const SEED: number = wholeNumber('DRYFIRE_SEED', ORDINARY_SEED)

/** The number of cases for a property that takes this share (0 to 1) of the total. */
export function runs(share: number): number {
  return Math.max(LEAST_RUNS, Math.round(TOTAL_RUNS * share))
}

/** True when more cases than in the ordinary run were asked for: then what takes turns there is done in full. */
export function isLongRun(): boolean {
  return TOTAL_RUNS > ORDINARY_RUNS
}

/** Parameters of `fc.assert` for a property with this share: seeded, and failing loudly with seed and path. */
export function parameters(share: number): { readonly numRuns: number; readonly seed: number } {
  return { numRuns: runs(share), seed: SEED }
}

function wholeNumber(name: string, ordinary: number): number {
  const text = process.env[name]
  if (text === undefined || text === '') return ordinary
  if (!/^[0-9]{1,12}$/.test(text)) throw new Error(`${name} must be a whole number, found "${text}"`)
  return Number(text)
}
