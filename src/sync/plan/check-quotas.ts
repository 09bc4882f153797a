import { formatCount } from '../../model/count-text.ts'
import type { QuotaForecast } from '../plan.ts'
import { allowedUse } from './quotas.ts'
import { QUOTA_NOUNS, QUOTA_WORDS } from '../../model/quotas.ts'
import type { Refusal } from './refusal.ts'

/** Why the plan does not fit the quotas: nothing that a service would answer with 507 is begun (sync 7). */
export function checkQuotas(
  quotas: readonly QuotaForecast[],
  options: { readonly deleteFirst: boolean },
): readonly Refusal[] {
  return quotas.flatMap((quota) => {
    const allowed = allowedUse(quota)
    if (quota.after > allowed) return [tooMuch(quota)]
    if (quota.peak <= allowed) return []
    return [options.deleteFirst ? noRoom(quota) : tooHigh(quota)]
  })
}

function tooMuch(quota: QuotaForecast): Refusal {
  const { name, before, after } = quota
  const fix = quota.assumed
    ? `Delete rules, or set quotas.${QUOTA_WORDS[name]} in dryfire.config.yaml if the tenant's quota is known to be larger.`
    : 'Delete rules, or plan with --prune.'
  const message = `the tenant would hold ${formatCount(after)} ${QUOTA_NOUNS[name]} (now ${formatCount(before)}); ${limitOf(quota)}`
  return { code: 'PLAN008', failure: 'safety', message, fix }
}

function tooHigh(quota: QuotaForecast): Refusal {
  const { name, peak, after } = quota
  const message = `the tenant would hold ${formatCount(peak)} ${QUOTA_NOUNS[name]} on the way to ${formatCount(after)}; ${limitOf(quota)}`
  return {
    code: 'PLAN007',
    failure: 'safety',
    message,
    fix: 'Plan with --delete-first: then as many deletes as needed run before the creates.',
  }
}

function noRoom(quota: QuotaForecast): Refusal {
  const { name, peak } = quota
  const message = `even with --delete-first the tenant would hold ${formatCount(peak)} ${QUOTA_NOUNS[name]} on the way; ${limitOf(quota)}`
  return {
    code: 'PLAN009',
    failure: 'safety',
    message,
    fix: 'Apply the change in two steps: first rules without what is to go, then the rest.',
  }
}

function limitOf({ limit, assumed }: QuotaForecast): string {
  return `the quota is ${formatCount(limit)}${assumed ? ' (assumed)' : ''}`
}
