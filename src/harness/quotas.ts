import type { QuotaUse } from '../model/bench-report.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import { DETECTION_FUNCTIONS } from '../model/indicator.ts'
import { ASSUMED_QUOTAS as ASSUMED } from '../model/quotas.ts'
import type { RuleSet } from '../model/rule-set.ts'

/** What a tenant may hold. Disabled and expired IOCs count. */
export interface Quotas {
  readonly definitions: number
  readonly iocs: number
  readonly nonEquals: number
}

/**
 * What holds where nobody says more. That there are three quotas is documented, their size is not: these are
 * assumptions, so that going beyond them is a warning and no error (ti-api 1.9).
 */
export const ASSUMED_QUOTAS: Quotas = {
  definitions: ASSUMED.definitions,
  iocs: ASSUMED.indicators,
  nonEquals: ASSUMED.nonEqualsIndicators,
}

const EQUALS = DETECTION_FUNCTIONS.indexOf('Equals')

const NOUNS: {
  readonly [Q in keyof Quotas]: { readonly code: string; readonly noun: string; readonly flag: string }
} = {
  definitions: { code: 'QUOTA001', noun: 'alert definitions', flag: '--max-definitions' },
  iocs: { code: 'QUOTA002', noun: 'IOCs', flag: '--max-iocs' },
  nonEquals: { code: 'QUOTA003', noun: 'IOCs with another function than Equals', flag: '--max-non-equals' },
}

/** Says which quotas a rule set goes beyond: an error where the number was given, a warning where it is assumed. */
export function checkQuotas(rules: RuleSet, given: Partial<Quotas>): readonly Diagnostic[] {
  const counts = countRules(rules)
  const kinds: readonly (keyof Quotas)[] = ['definitions', 'iocs', 'nonEquals']
  return kinds.flatMap((kind) => {
    const limit = given[kind] ?? ASSUMED_QUOTAS[kind]
    if (counts[kind] <= limit) return []
    const { code, noun, flag } = NOUNS[kind]
    const isGiven = given[kind] !== undefined
    const excess = `the rules hold ${counts[kind]} ${noun}, ${counts[kind] - limit} more than ${limit}`
    return [
      {
        code,
        severity: isGiven ? 'error' : 'warning',
        message: isGiven
          ? excess
          : `${excess}, which is an assumption: the service does not publish its quota`,
        fix: isGiven ? null : `Give the quota of your tenant with ${flag}.`,
        span: null,
        related: [],
      },
    ]
  })
}

/** How much of each quota a rule set uses. */
export function quotaUse(rules: RuleSet, given: Partial<Quotas>): readonly QuotaUse[] {
  const counts = countRules(rules)
  const kinds: readonly (keyof Quotas)[] = ['definitions', 'iocs', 'nonEquals']
  return kinds.map((quota) => ({
    quota,
    used: counts[quota],
    isLeast: false,
    limit: given[quota] ?? ASSUMED_QUOTAS[quota],
    isAssumed: given[quota] === undefined,
  }))
}

function countRules({ definitions, indicators, opaque }: RuleSet): Quotas {
  let nonEquals = opaque.filter(({ DetectionFunction }) => DetectionFunction !== 'Equals').length
  for (let row = 0; row < indicators.count; row += 1)
    if (indicators.detectionFunction[row] !== EQUALS) nonEquals += 1
  return { definitions: definitions.length, iocs: indicators.count + opaque.length, nonEquals }
}
