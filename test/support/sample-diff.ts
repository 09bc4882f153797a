import { resolveRules } from '../../src/cli/resolve-rules.ts'
import type { DiffOptions } from '../../src/harness/diff/diff-rules.ts'
import type { DiffSide } from '../../src/harness/diff/diff-side.ts'
import { diffRules } from '../../src/harness/diff/diff-rules.ts'
import type { RuleDiff } from '../../src/model/rule-diff.ts'
import { parseTime } from '../../src/model/time.ts'
import { changedSampleRules } from './changed-samples.ts'

/** The diff of the samples' rules and a changed copy of them, with fixed words where two runs may differ. */
export async function sampleDiff(logs: readonly string[], options: DiffOptions = {}): Promise<RuleDiff> {
  const { diff } = await diffRules(
    sideOf('samples/rules', 'git:main:rules'),
    sideOf(changedSampleRules(), 'rules'),
    logs,
    { workers: 0, now: parseTime('2026-11-23T00:00:00Z') ?? 0n, ...options },
  )
  return repeatable(diff)
}

/** The same without what may differ between runs and versions. */
function repeatable(diff: RuleDiff): RuleDiff {
  const { behaviour } = diff
  return {
    ...diff,
    toolVersion: '0.0.0',
    behaviour:
      behaviour === null
        ? null
        : { ...behaviour, timing: { ...behaviour.timing, milliseconds: 100, bytesPerSecond: 35_000_000 } },
  }
}

function sideOf(rules: string, reference: string): DiffSide {
  const resolved = resolveRules({ rules: [rules], iocs: [], nonEqualsHash: null })
  return { reference, image: resolved.image, rules: resolved.rules }
}
