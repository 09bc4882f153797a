import { expect, test } from 'vitest'
import { applyText, type AppliedView } from '../../../src/report/apply-text.ts'

const PROBLEM = { code: 'APPLY029', place: null, fix: 'Wait.' }
const REPORT: AppliedView = {
  outcome: 'stopped',
  writes: { planned: 3, acknowledged: 1, provenAbsent: 1, unknown: 1 },
  createdDefinitions: 1,
  createdIndicators: 0,
  patchedDefinitions: 0,
  patchedIndicators: 0,
  reboundIndicators: 0,
  deletedDefinitions: 0,
  deletedIndicators: 0,
  fallenIndicators: 0,
  requests: 2,
  problems: [
    { ...PROBLEM, message: 'first' },
    { ...PROBLEM, message: 'second \u001b[31m' },
    { ...PROBLEM, message: 'third', fix: 'Ask.' },
  ],
  surplus: [],
}

test('an apply that stopped says what is open, and a fix that many problems share once', () => {
  const text = applyText(REPORT, { color: false, width: 80 })

  expect(text.split('\n')).toEqual([
    'Stopped: 1 of 3 changes applied, 1 not, 1 unknown, in 2 writing requests',
    '  definitions: 1 created',
    'APPLY029 first',
    'APPLY029 second \\x1b[31m',
    '  fix: Wait.',
    'APPLY029 third',
    '  fix: Ask.',
    'The journal holds what was done: `dryfire apply --resume` goes on with it.',
    '',
  ])
})

test('an apply says what fell with the definitions that it deleted', () => {
  const text = applyText(
    { ...REPORT, deletedDefinitions: 2, deletedIndicators: 1, fallenIndicators: 1200 },
    { color: false, width: 80 },
  )

  expect(text).toContain('  definitions: 1 created, 2 deleted\n')
  expect(text).toContain('  IOCs: 1 deleted, 1,200 deleted with their definition\n')
})

test('an apply that wrote all but could not see it in the tenant does not say that writes are left', () => {
  const writes = { planned: 3, acknowledged: 3, provenAbsent: 0, unknown: 0 }

  const text = applyText({ ...REPORT, writes, problems: [] }, { color: false, width: 80 })

  expect(text.split('\n')).toEqual([
    'Applied but not confirmed: all 3 changes, in 2 writing requests',
    '  definitions: 1 created',
    'Nothing is left to write; `dryfire apply --resume` checks the tenant once more.',
    '',
  ])
})
