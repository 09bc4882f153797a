import { expect, test } from 'vitest'
import { SEED } from '../support/runs.ts'
import { compareKernels } from './compare-kernels.ts'

/** `npm run test:sieve` reads ten million. */
const LINES = 200_000

test('for all lines, whole or broken, wasm, portable and off report the same, and all that the oracle reports', () => {
  const seen = compareKernels({ seed: SEED, lines: LINES })

  expect(seen.lines).toBeGreaterThanOrEqual(LINES)
  expect(seen.hits).toBeGreaterThan(LINES / 50)
  expect(seen.rowHits).toBeGreaterThan(LINES / 200)
  expect(seen.quarantined).toBeGreaterThan(LINES / 200)
  expect(seen.oracle).toBeGreaterThan(LINES / 4000)
  // The sieves drop lines, or nothing was compared.
  expect(seen.wasm).toBeLessThan(seen.off * 0.7)
  expect(seen.portable).toBeLessThan(seen.off * 0.7)
}, 900_000)
