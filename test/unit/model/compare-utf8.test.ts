import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareUtf8 } from '../../../src/model/compare-utf8.ts'

const RUNS = 3000
/** Close code points on both sides of the surrogates, so that orders differ often. */
const unit = fc.constantFrom('a', 'b', '/', 'é', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{1f98a}')
const name = fc.array(unit, { maxLength: 4 }).map((units) => units.join(''))

test('for all names, compareUtf8 orders as their UTF-8 bytes do', () => {
  let unlikeJavaScript = 0

  fc.assert(
    fc.property(name, name, (a, b) => {
      const order = Math.sign(compareUtf8(a, b))

      unlikeJavaScript += order === (a < b ? -1 : a > b ? 1 : 0) ? 0 : 1
      expect(order).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
    }),
    { numRuns: RUNS, seed: 20261123 },
  )

  expect(unlikeJavaScript).toBeGreaterThan(RUNS / 50)
})
