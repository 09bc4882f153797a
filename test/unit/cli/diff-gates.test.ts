import { expect, test } from 'vitest'
import { parseDiffGate } from '../../../src/cli/diff-gates.ts'
import type { RuleDiff } from '../../../src/model/rule-diff.ts'
import { sampleDiff } from '../../support/sample-diff.ts'

const DIFF = await sampleDiff(['samples/telemetry'])
const QUIET: RuleDiff = {
  ...DIFF,
  structure: { ...DIFF.structure, definitions: none(), iocs: none(), opaque: none(), byDefinition: [] },
  behaviour: null,
}

function none(): RuleDiff['structure']['iocs'] {
  return { added: 0, removed: 0, changed: 0, unchanged: 9 }
}

test('gained and lost count detections and compare with a bound', () => {
  const { gained = 0, lost = 0 } = DIFF.behaviour?.detections ?? {}
  const trips = (text: string): boolean => parseDiffGate(text).trips(DIFF)

  expect([gained > 0, lost > 0]).toEqual([true, true])
  expect(trips('gained')).toBe(true)
  expect(trips(`gained > ${gained - 1}`)).toBe(true)
  expect(trips(`gained>${gained}`)).toBe(false)
  expect(trips(`lost>=${lost}`)).toBe(true)
  expect(trips(`lost>${lost}`)).toBe(false)
})

test('changes holds when anything differs, in the rules or in what fires', () => {
  const { trips, needsLogs } = parseDiffGate('changes')

  expect(needsLogs).toBe(false)
  expect(trips(DIFF)).toBe(true)
  expect(trips({ ...QUIET, behaviour: DIFF.behaviour })).toBe(true)
  expect(trips({ ...QUIET, structure: { ...QUIET.structure, iocs: { ...none(), changed: 1 } } })).toBe(true)
  expect(trips({ ...QUIET, structure: { ...QUIET.structure, opaque: { ...none(), added: 1 } } })).toBe(true)
  expect(trips({ ...QUIET, structure: { ...QUIET.structure, opaque: null } })).toBe(false)
  expect(trips(QUIET)).toBe(false)
})

test.each(['', 'alerts>1', 'gained>', 'gained<3', 'lost>-1', 'changes>1', 'Gained', 'gained>1e3'])(
  'the gate "%s" is refused with what there is',
  (text) => {
    expect(() => parseDiffGate(text)).toThrow(/--fail-on does not know/)
  },
)
