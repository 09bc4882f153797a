import { formatCount } from '../../model/count-text.ts'
import { quoted } from '../../canonical/value-problem.ts'
import type { RemoteState } from '../entities.ts'
import { ownedDigest } from './owned-digest.ts'
import { adoptionOf } from './ownership.ts'
import type { Plan } from '../plan.ts'
import type { Refusal } from './refusal.ts'

/** The world as `apply` finds it. */
export interface PlanWorld {
  /** Milliseconds since 1970. */
  readonly now: number
  /** As `Provider.api` and `Provider.tenant`. */
  readonly api: string
  readonly tenant: string
  readonly toolVersion: string
  /** The rule files as they are now, as in `PlanBasis.rules.files`. */
  readonly rulesFiles: readonly { readonly path: string; readonly sha256: string }[]
  /** Null where it was not read yet: then it is not judged. */
  readonly remote: RemoteState | null
}

/** Why a plan no longer fits, one refusal for each reason; empty when it does (sync 9). Before the first write only. */
export function checkPlanFits(plan: Plan, world: PlanWorld): readonly Refusal[] {
  const refusals = [
    expired(plan, world),
    otherTenant(plan, world),
    otherVersion(plan, world),
    rulesChanged(plan, world),
    world.remote === null ? null : remoteChanged(plan, world.remote),
  ]
  return refusals.filter((refusal) => refusal !== null)
}

function expired({ basis }: Plan, { now }: PlanWorld): Refusal | null {
  const expiresAt = Date.parse(basis.expiresAt)
  const createdAt = Date.parse(basis.createdAt)
  // A clock that was set back would else let a plan live for ever.
  if (now < expiresAt && now >= createdAt - CLOCK_SKEW_MS) return null
  const message =
    now < expiresAt
      ? `the plan was made in the future (${basis.createdAt})`
      : `the plan expired at ${basis.expiresAt}`
  return refusal('PLAN020', message, AGAIN)
}

function otherTenant({ basis }: Plan, { api, tenant }: PlanWorld): Refusal | null {
  if (basis.api === api && basis.tenant === tenant) return null
  return refusal(
    'PLAN021',
    `the plan is for tenant ${quoted(basis.tenant)} at ${quoted(basis.api)}, not for tenant ${quoted(tenant)} at ${quoted(api)}`,
    'Configure that tenant and API, or make a plan for this one.',
  )
}

function otherVersion({ basis }: Plan, { toolVersion }: PlanWorld): Refusal | null {
  if (basis.toolVersion === toolVersion) return null
  return refusal(
    'PLAN022',
    `the plan was made by version ${quoted(basis.toolVersion)}, this is ${quoted(toolVersion)}`,
    AGAIN,
  )
}

function rulesChanged({ basis }: Plan, { rulesFiles }: PlanWorld): Refusal | null {
  const now = new Map(rulesFiles.map(({ path, sha256 }) => [path, sha256]))
  const before = new Set(basis.rules.files.map(({ path }) => path))
  const reasons = [
    ...basis.rules.files.flatMap(({ path, sha256 }) => {
      const found = now.get(path)
      return found === undefined
        ? [`${quoted(path)} is gone`]
        : found === sha256
          ? []
          : [`${quoted(path)} changed`]
    }),
    ...[...now.keys()].filter((path) => !before.has(path)).map((path) => `${quoted(path)} is new`),
  ]
  if (reasons.length === 0) return null
  return refusal('PLAN023', `the rules changed since the plan was made: ${listed(reasons)}`, AGAIN)
}

function remoteChanged({ basis, changes }: Plan, remote: RemoteState): Refusal | null {
  const ids = new Set(basis.remote.ownedDefinitionIds)
  const created = new Set(
    changes.flatMap((change) => (change.kind === 'create-definition' ? [change.body.Name] : [])),
  )
  const isAdopted = adoptionOf({ owned: basis.flags.owned, adopt: basis.flags.adopt, claimed: [] })
  // A new definition is in no digest of what was there; a Name that we are about to create, or own, must not stand twice.
  const intruders = remote.definitions.filter(
    ({ Id, Name }) =>
      !ids.has(Id) && (created.has(Name) || (Id > basis.remote.maxDefinitionId && isAdopted(Name))),
  )
  const reasons = intruders.map(({ Id, Name }) => `${quoted(Name)} (Id ${Id}) is new`)
  const isChanged = ownedDigest(remote, basis.remote.ownedDefinitionIds) !== basis.remote.ownedDigest
  if (isChanged) reasons.push('owned definitions or IOCs were created, changed or deleted')
  if (reasons.length === 0) return null
  return refusal('PLAN024', `the tenant changed since the plan was made: ${listed(reasons)}`, AGAIN)
}

const AGAIN = 'Make the plan again.'
/** How far the clock of the machine that made the plan may be ahead. */
const CLOCK_SKEW_MS = 300_000
const LISTED_REASONS = 5

function refusal(code: string, message: string, fix: string): Refusal {
  return { code, failure: 'safety', message, fix }
}

function listed(reasons: readonly string[]): string {
  const more = reasons.length - LISTED_REASONS
  return reasons.slice(0, LISTED_REASONS).join(', ') + (more > 0 ? ` and ${formatCount(more)} more` : '')
}
