import { runSession } from '../../src/cli/run-session.ts'
import { openTestSession } from '../../src/cli/test-session.ts'
import type { MutationInput } from '../../src/harness/mutate/mutate.ts'
import { defenderRows } from '../../src/logs/formats/defender-rows.ts'
import { DEFAULT_SEMANTICS } from '../../src/model/semantics.ts'
import { BASE } from './run-rule-tests.ts'

/** The samples' rules and tests, run, as `mutate` gets them. */
export async function sampleMutation(): Promise<MutationInput> {
  const session = await openTestSession({
    paths: ['samples/rules'],
    rules: { rules: [], iocs: [], nonEqualsHash: null },
    areRulesGiven: false,
    base: BASE,
    mayExpectNothing: false,
    mayBeImage: false,
    baseFiles: [],
  })
  const run = await runSession(session.tests, BASE, { bail: false, signal: null })
  const { fieldMap } = defenderRows
  if (fieldMap === null) throw new Error('rows have a field map')
  return {
    ruleSets: session.ruleSets.map(({ rules }) => rules),
    runs: run.runs,
    skipped: 0,
    seed: 1,
    sample: 10_000,
    isWanted: null,
    semantics: DEFAULT_SEMANTICS,
    fieldMap,
    signal: null,
  }
}
