import { compareUtf8 } from '../../model/compare-utf8.ts'
import type { RuleSet } from '../../model/rule-set.ts'
import type { ParseOptions } from '../../rules/parse-options.ts'
import { checkQuotas } from './check-quotas.ts'
import { checkSettings } from './check-settings.ts'
import { countDeletes } from './delete-limit.ts'
import { draftChanges } from './draft-changes.ts'
import type { DraftChanges } from './draft-changes.ts'
import type { RemoteDefinition, RemoteState } from '../entities.ts'
import { heldIndicator, isNonEquals } from './held-indicator.ts'
import type { HeldIndicator } from './held-indicator.ts'
import { makeRoom } from './make-room.ts'
import { orderChanges } from './order-changes.ts'
import { ownedDigest } from './owned-digest.ts'
import { readOwnership } from './ownership.ts'
import { planDigest } from './plan-file.ts'
import { planNotes } from './plan-notes.ts'
import type { PlanSettings } from './plan-settings.ts'
import type { Change, Plan, PlanBasis, QuotaForecast } from '../plan.ts'
import { allowedUse, forecastQuotas } from './quotas.ts'
import type { Refusal } from './refusal.ts'

/** What a plan is made from; times and digests of files are arguments, so that the same input gives the same bytes. */
export interface PlanInput {
  readonly rules: RuleSet
  readonly remote: RemoteState
  readonly basis: Pick<PlanBasis, 'api' | 'tenant' | 'toolVersion' | 'createdAt' | 'expiresAt' | 'rules'>
  readonly settings: PlanSettings
}

/** A plan, or every reason why there is none. */
export type PlanResult =
  | { readonly ok: true; readonly plan: Plan; readonly notes: readonly string[] }
  | { readonly ok: false; readonly refusals: readonly Refusal[] }

/** Compares rules with a tenant and says what to write, in order, or why nothing may be written. Pure. */
export function makePlan({ rules, remote, basis, settings }: PlanInput): PlanResult {
  const { owned, refusals } = readOwnership(rules, remote, settings)
  const early = [...checkSettings(rules, settings), ...refusals]
  if (early.length > 0) return { ok: false, refusals: early }
  const held = heldByDefinition(remote, owned, settings.parseOptions ?? DEFAULT_OPTIONS)
  const draft = draftChanges({ rules, owned, held, prune: settings.prune })
  const { changes, quotas } = withinQuotas(draft, remote, settings)
  const overQuota = checkQuotas(quotas, settings)
  if (overQuota.length > 0) return { ok: false, refusals: overQuota }
  const claimed = new Set(settings.claimed)
  const content: Omit<Plan, 'digest'> = {
    schemaVersion: 1,
    basis: {
      ...basis,
      remote: remoteBasis(remote, owned, held),
      flags: {
        prune: settings.prune,
        deleteFirst: settings.deleteFirst,
        adopt: settings.adopt.toSorted(compareUtf8),
        owned: {
          prefix: settings.owned?.prefix ?? null,
          names: (settings.owned?.names ?? []).toSorted(compareUtf8),
        },
      },
    },
    changes,
    kept: draft.kept,
    quotas,
    deletes: countDeletes(changes),
    claims: rules.definitions.map(({ Name }) => Name).filter((name) => !claimed.has(name)),
  }
  return {
    ok: true,
    plan: { ...content, digest: planDigest(content) },
    notes: planNotes({ rules, remote, owned, draft, settings }),
  }
}

const DEFAULT_OPTIONS: ParseOptions = { nonEqualsHash: 'allow' }

/** The indicators of each owned definition, by its Id, ascending by their own. */
function heldByDefinition(
  remote: RemoteState,
  owned: ReadonlyMap<string, RemoteDefinition>,
  options: ParseOptions,
): ReadonlyMap<number, readonly HeldIndicator[]> {
  const held = new Map<number, HeldIndicator[]>()
  for (const { Id } of owned.values()) held.set(Id, [])
  for (const indicator of remote.indicators)
    held.get(indicator.definitionId)?.push(heldIndicator(indicator, options))
  for (const list of held.values()) list.sort((a, b) => a.Id - b.Id)
  return held
}

/** Orders the changes; where they do not fit on the way and may be reordered, as many deletes as needed go first. */
function withinQuotas(
  draft: DraftChanges,
  remote: RemoteState,
  { deleteFirst, quotas: configured }: PlanSettings,
): { readonly changes: readonly Change[]; readonly quotas: readonly QuotaForecast[] } {
  const changes = orderChanges(draft)
  const quotas = forecastQuotas(remote, changes, configured)
  const over = new Map(quotas.map((quota) => [quota.name, Math.max(0, quota.peak - allowedUse(quota))]))
  const needed = {
    definitions: over.get('definitions') ?? 0,
    indicators: over.get('indicators') ?? 0,
    nonEqualsIndicators: over.get('nonEqualsIndicators') ?? 0,
  }
  if (!deleteFirst || Object.values(needed).every((count) => count === 0)) return { changes, quotas }
  const nonEqualsIds = new Set(remote.indicators.filter(isNonEquals).map(({ Id }) => Id))
  const room = makeRoom(draft, needed, nonEqualsIds)
  if (room === null) return { changes, quotas }
  const reordered = orderChanges(draft, room)
  return { changes: reordered, quotas: forecastQuotas(remote, reordered, configured) }
}

function remoteBasis(
  remote: RemoteState,
  owned: ReadonlyMap<string, RemoteDefinition>,
  held: ReadonlyMap<number, readonly HeldIndicator[]>,
): PlanBasis['remote'] {
  const ownedDefinitionIds = [...owned.values()].map(({ Id }) => Id).sort((a, b) => a - b)
  const ownedIndicators = [...held.values()].flat()
  return {
    ownedDigest: ownedDigest(remote, ownedDefinitionIds),
    ownedDefinitionIds,
    ownedIndicatorIds: ownedIndicators.map(({ Id }) => Id).sort((a, b) => a - b),
    maxDefinitionId: largestId(remote.definitions),
    maxIndicatorId: largestId(remote.indicators),
    unmanagedDefinitions: remote.definitions.length - ownedDefinitionIds.length,
    unmanagedIndicators: remote.indicators.length - ownedIndicators.length,
    opaqueIndicators: ownedIndicators.filter(({ body }) => body === null).length,
  }
}

function largestId(entities: readonly { readonly Id: number }[]): number {
  return entities.reduce((largest, { Id }) => Math.max(largest, Id), 0)
}
