import { assertNever } from '../../model/assert-never.ts'
import { ASSUMED_QUOTAS, QUOTA_NAMES, type QuotaName, type Quotas } from '../../model/quotas.ts'
import type { RemoteState } from '../entities.ts'
import { isNonEquals } from './held-indicator.ts'
import type { Change, QuotaForecast } from '../plan.ts'

/** What a tenant uses now: disabled, expired, opaque and unmanaged entities count (sync 7). */
function usedQuotas(remote: RemoteState): Quotas {
  return {
    definitions: remote.definitions.length,
    indicators: remote.indicators.length,
    nonEqualsIndicators: remote.indicators.filter(isNonEquals).length,
  }
}

/** Follows the changes in their order and gives what is used before, at most on the way, and after. */
export function forecastQuotas(
  remote: RemoteState,
  changes: readonly Change[],
  configured: { readonly [Name in QuotaName]?: number },
): readonly QuotaForecast[] {
  const nonEqualsIds = new Set(remote.indicators.filter(isNonEquals).map(({ Id }) => Id))
  const before = usedQuotas(remote)
  const used = { ...before }
  const peak = { ...before }
  for (const change of changes) {
    addEffect(used, change, nonEqualsIds)
    for (const name of QUOTA_NAMES) peak[name] = Math.max(peak[name], used[name])
  }
  return QUOTA_NAMES.map((name) => ({
    name,
    limit: configured[name] ?? ASSUMED_QUOTAS[name],
    assumed: configured[name] === undefined,
    before: before[name],
    peak: peak[name],
    after: used[name],
  }))
}

/**
 * The most of a quota that a plan may use. A tenant that holds more than the limit proves the limit wrong,
 * so what it holds is allowed: plans that do not add must stay possible.
 */
export function allowedUse({ limit, before }: Pick<QuotaForecast, 'limit' | 'before'>): number {
  return Math.max(limit, before)
}

type OutCounts = { -readonly [Name in QuotaName]: number }

function addEffect(out: OutCounts, change: Change, nonEqualsIds: ReadonlySet<number>): void {
  switch (change.kind) {
    case 'create-definition':
      out.definitions++
      return
    case 'create-indicator':
      out.indicators++
      if (isNonEquals(change.body)) out.nonEqualsIndicators++
      return
    case 'delete-indicator':
      out.indicators--
      if (nonEqualsIds.has(change.Id)) out.nonEqualsIndicators--
      return
    case 'delete-definition':
      out.definitions--
      out.indicators -= change.cascade.length
      for (const { Id } of change.cascade) if (nonEqualsIds.has(Id)) out.nonEqualsIndicators--
      return
    // Neither a PATCH nor a re-bind changes a count: no PATCH touches a function (sync 2).
    case 'patch-definition':
    case 'patch-indicator':
    case 'rebind-indicator':
      return
    default:
      assertNever(change)
  }
}
