import type { QuotaUse } from '../model/bench-report.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import { DETECTION_FUNCTIONS } from '../model/indicator.ts'
import { ASSUMED_QUOTAS, QUOTA_NAMES, QUOTA_NOUNS, QUOTA_WORDS } from '../model/quotas.ts'
import type { QuotaName, Quotas } from '../model/quotas.ts'
import type { RuleSet } from '../model/rule-set.ts'

const EQUALS = DETECTION_FUNCTIONS.indexOf('Equals')

const CODES: { readonly [Name in QuotaName]: string } = {
  definitions: 'QUOTA001',
  indicators: 'QUOTA002',
  nonEqualsIndicators: 'QUOTA003',
}

/**
 * Says which quotas a rule set goes beyond: an error where the number was given, a warning where it is assumed. That
 * there are three quotas is documented, their size is not (ti-api 1.9).
 */
export function checkQuotas(rules: RuleSet, given: Partial<Quotas>): readonly Diagnostic[] {
  return quotaUse(rules, given).flatMap(({ quota, used, limit, isAssumed }) => {
    if (used <= limit) return []
    const excess = `the rules hold ${used} ${QUOTA_NOUNS[quota]}, ${used - limit} more than ${limit}`
    return [
      {
        code: CODES[quota],
        severity: isAssumed ? 'warning' : 'error',
        message: isAssumed
          ? `${excess}, which is an assumption: the service does not publish its quota`
          : excess,
        fix: isAssumed
          ? `Give the quota of your tenant with --quota ${QUOTA_WORDS[quota]}=N, or under quotas in dryfire.config.yaml.`
          : null,
        span: null,
        related: [],
      },
    ]
  })
}

/** How much of each quota a rule set uses. */
export function quotaUse(rules: RuleSet, given: Partial<Quotas>): readonly QuotaUse[] {
  const counts = countRules(rules)
  return QUOTA_NAMES.map((quota) => ({
    quota,
    used: counts[quota],
    isLeast: false,
    limit: given[quota] ?? ASSUMED_QUOTAS[quota],
    isAssumed: given[quota] === undefined,
  }))
}

/** Disabled, expired and opaque IOCs count: a tenant holds them too. */
function countRules({ definitions, indicators, opaque }: RuleSet): Quotas {
  let nonEqualsIndicators = opaque.filter(({ DetectionFunction }) => DetectionFunction !== 'Equals').length
  for (let row = 0; row < indicators.count; row += 1)
    if (indicators.detectionFunction[row] !== EQUALS) nonEqualsIndicators += 1
  return {
    definitions: definitions.length,
    indicators: indicators.count + opaque.length,
    nonEqualsIndicators,
  }
}
