import { expect, test } from 'vitest'
import { damaged } from '../../../src/engine/image-format-error.ts'
import { buildRuns, runOf, verifyRuns } from '../../../src/engine/runs.ts'
import { buildRuleSet } from '../../support/rule-set-builder.ts'

const COUNTS = { indicators: 5, definitions: 2 }
/** Ids 0 and 1: definition 0, kind 0; id 2: definition 0, kind 16; ids 3 and 4: definition 1, kind 0. */
const RUNS = [0, 0, 0, 2, 0, 16, 3, 1, 0]

test('a run begins where the definition, the type or the function changes', () => {
  const rules = buildRuleSet([
    { definition: 'a', Type: 'Sha1', Value: '01'.repeat(20) },
    { definition: 'a', Type: 'Sha1', Value: '02'.repeat(20) },
    { definition: 'a', Type: 'DomainName', Value: 'x.example' },
    { definition: 'b', Type: 'Sha1', Value: '01'.repeat(20) },
    { definition: 'b', Type: 'Sha1', Value: '02'.repeat(20) },
  ])

  const runs = buildRuns(rules, Uint32Array.of(0, 1, 2, 3, 4), Uint32Array.of(0, 1))

  expect(Array.from(runs)).toEqual(RUNS)
})

test('every id lies in the run that begins at or before it', () => {
  const runs = Uint32Array.from(RUNS)

  expect([0, 1, 2, 3, 4].map((id) => runOf(runs, id) / 3)).toEqual([0, 0, 1, 2, 2])
})

test('runs as they were built pass their verification, and no runs fit no indicators', () => {
  expect(() => verifyRuns(Uint32Array.from(RUNS), COUNTS, 0)).not.toThrow()
  expect(() => verifyRuns(new Uint32Array(0), { indicators: 0, definitions: 0 }, 0)).not.toThrow()
})

test.each<[string, readonly number[], number, string]>([
  ['do not begin at 0', [1, 0, 0], 64, 'run at id 1'],
  ['repeat an id', [0, 0, 0, 0, 0, 1], 76, 'run at id 0'],
  ['begin past the last id', [0, 0, 0, 5, 0, 1], 76, 'run at id 5'],
  ['name an unknown definition', [0, 2, 0], 64, 'run at id 0'],
  ['name an unknown function', [0, 0, 20], 64, 'run at id 0'],
])('runs that %s are refused by the place of the run', (_, runs, offset, found) => {
  expect(() => verifyRuns(Uint32Array.from(runs), COUNTS, 64)).toThrow(
    damaged(offset, 'ascending runs of known kinds', found),
  )
})

test.each([
  ['are cut off', [0, 0, 0, 2], COUNTS],
  ['are missing', [], COUNTS],
  ['stand where no indicators are', [0, 0, 0], { indicators: 0, definitions: 2 }],
])('runs that %s are refused by their words', (_, runs, counts) => {
  expect(() => verifyRuns(Uint32Array.from(runs), counts, 64)).toThrow(
    damaged(64, 'whole runs, none without indicators', `${runs.length} words`),
  )
})
