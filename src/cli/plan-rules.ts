import { resolve } from 'node:path'
import type { PlanBasis } from '../sync/plan.ts'
import { sha256Hex } from '../sync/sha256.ts'
import type { OptionValues } from './option-values.ts'
import type { ResolvedRuleSet } from './resolve-rules.ts'
import { resolveRuleSet } from './resolve-rules.ts'
import type { RuleRequest } from './rule-request.ts'
import { TENANT } from './rule-request.ts'
import { UsageError } from './usage-error.ts'

/** Rules as a plan holds them: the set, and which bytes of which files it was made from (sync 9). */
export interface PlannedRules {
  readonly resolved: ResolvedRuleSet
  readonly basis: PlanBasis['rules']
}

/** Which rules a plan is about. `--ioc` and `tenant:` are none: a plan compares a tenant with files. */
export function readPlanRequest(values: OptionValues, rules: readonly string[]): RuleRequest {
  if (rules.length === 0)
    throw new UsageError('no rules given', 'name them with -r RULES, or as rules: in dryfire.config.yaml')
  const foreign = rules.find((reference) => reference.startsWith(TENANT))
  if (foreign !== undefined)
    throw new UsageError(`a plan compares the tenant with rule files, found "${foreign}"`, 'name rule files')
  return { rules, iocs: [], nonEqualsHash: values.choice('non-equals-hash', ['allow', 'reject'], null) }
}

/** Reads the rules of a plan, or of a plan that is to be applied; references become absolute, so that any folder will do. */
export function readPlannedRules(request: RuleRequest): PlannedRules {
  const references = request.rules.map((reference) =>
    reference.startsWith('git:') ? reference : resolve(reference),
  )
  const resolved = resolveRuleSet(request)
  const files = new Map(resolved.files.map(({ name, bytes }) => [name, sha256Hex([bytes])]))
  return {
    resolved,
    basis: {
      references,
      files: [...files]
        .map(([path, digest]) => ({ path, sha256: digest }))
        .sort((a, b) => (a.path < b.path ? -1 : 1)),
    },
  }
}
