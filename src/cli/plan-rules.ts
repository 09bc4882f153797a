import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import type { PlanBasis } from '../sync/plan.ts'
import type { ResolvedRuleSet, RuleRequest } from './resolve-rules.ts'
import { resolveRuleSet } from './resolve-rules.ts'
import { UsageError } from './usage-error.ts'

/** Rules as a plan holds them: the set, and which bytes of which files it was made from (sync 9). */
export interface PlannedRules {
  readonly resolved: ResolvedRuleSet
  readonly basis: PlanBasis['rules']
}

/** Reads the rules of a plan, or of a plan that is to be applied; references become absolute, so that any folder will do. */
export async function readPlannedRules(request: RuleRequest): Promise<PlannedRules> {
  if (request.iocs.length > 0)
    throw new UsageError('a plan is made from rule files', 'write the value of --ioc into a rule file')
  const foreign = request.rules.find((reference) => reference.startsWith('tenant:'))
  if (foreign !== undefined)
    throw new UsageError(
      `a plan compares the tenant with rules, found "${foreign}" as the rules`,
      'name rule files',
    )
  const references = request.rules.map((reference) =>
    reference.startsWith('git:') ? reference : resolve(reference),
  )
  const resolved = await resolveRuleSet({ ...request, rules: references })
  const files = new Map(resolved.files.map(({ name, bytes }) => [name, sha256(bytes)]))
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

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
