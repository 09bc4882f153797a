import { QUOTA_NAMES, type Quotas } from '../model/quotas.ts'
import { ApiError } from './api-error.ts'
import type { Sql, Store } from './store.ts'

const COUNTS: Readonly<Record<keyof Quotas, { readonly noun: string; readonly sql: Sql }>> = {
  definitions: {
    noun: 'alert definitions',
    sql: { sql: 'SELECT count(*) FROM "AlertDefinitions"', params: [] },
  },
  indicators: {
    noun: 'indicators',
    sql: { sql: 'SELECT count(*) FROM "IndicatorsOfCompromise"', params: [] },
  },
  nonEqualsIndicators: {
    noun: 'indicators with a function other than Equals',
    sql: { sql: 'SELECT count(*) FROM "IndicatorsOfCompromise" WHERE "DetectionFunction" <> 0', params: [] },
  },
}

/** Refuses with 507 what would pass a quota. Disabled and expired entities count. */
export function checkQuotas(store: Store, quotas: Quotas, added: Quotas): void {
  for (const name of QUOTA_NAMES) {
    if (added[name] === 0) continue
    const { noun, sql } = COUNTS[name]
    const stored = store.count(sql)
    if (stored + added[name] <= quotas[name]) continue
    const message = `the quota is ${quotas[name]} ${noun}; ${stored} are stored and ${added[name]} would be added.`
    throw new ApiError(507, 'QuotaExceeded', `${message} Delete some first.`)
  }
}
