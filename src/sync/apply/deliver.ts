import { formatCount } from '../../model/count-text.ts'
import { changePlace, changeText } from './change-text.ts'
import type { ApplyRun } from './apply-run.ts'
import { APPLY_CODES, ApplyStop } from './apply-stop.ts'
import { changeAt } from './progress.ts'
import type { WriteOutcome } from '../provider.ts'
import { resolveUnknown } from './read-back.ts'

/** A reply that proves that nothing happened. */
export type Refusal = Extract<WriteOutcome, { readonly kind: 'absent' }>

/** What became of changes that were sent together. */
export type Delivery =
  | { readonly kind: 'done' }
  /** `changes` are those that were sent last: what was lost before and showed later is not among them. */
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly changes: readonly number[] }

/**
 * Sends changes until they are done or refused. After a lost reply only what quiet readings do not show is sent again;
 * after too many lost replies the apply stops, since the service may still be doing what it was asked (sync 11).
 * `beforeEach` may stop it before any of the requests.
 */
export async function deliver(
  run: ApplyRun,
  changes: readonly number[],
  send: (changes: readonly number[], signal: AbortSignal) => Promise<WriteOutcome>,
  beforeEach: () => Promise<void> = async () => {},
): Promise<Delivery> {
  let left = changes
  for (let attempt = 1; ; attempt++) {
    const sent = left
    await beforeEach()
    const outcome = await run.write({ changes: sent, surplus: null }, (signal) => send(sent, signal))
    if (outcome.kind === 'done') return { kind: 'done' }
    if (outcome.kind === 'absent') return { kind: 'refused', refusal: outcome, changes: sent }
    left = await resolveUnknown(run, sent)
    if (left.length === 0) return { kind: 'done' }
    if (attempt >= run.settings.attempts) throw unanswered(run, left, outcome.reason)
  }
}

/** Says a refusal in words: `400 InvalidInput: too long (request 1f)`. */
export function refusalText({ status, code, message, requestId }: Refusal): string {
  return `${status} ${code}: ${message}${requestId === null ? '' : ` (request ${requestId})`}`
}

/** Stops an apply because the service refused a change for good. */
export function refusedFor(run: ApplyRun, change: number, refusal: Refusal): ApplyStop {
  const { code, fix } = remedyOf(refusal.status)
  const subject = changeAt(run.progress.plan, change)
  const message = `the service refuses to ${changeText(subject)}: ${refusalText(refusal)}`
  return new ApplyStop('remote', [{ code, message, place: changePlace(subject), fix }])
}

/** What helps against a refusal. */
export function remedyOf(status: number): { readonly code: string; readonly fix: string } {
  switch (status) {
    case 400:
      return { code: APPLY_CODES.refusedItem, fix: 'Correct the rule, then make a new plan.' }
    case 401:
    case 403:
      return {
        code: APPLY_CODES.refused,
        fix: 'Check the rights of the application, then run apply --resume.',
      }
    case 404:
      return { code: APPLY_CODES.gone, fix: 'Find out who else writes to this tenant, then make a new plan.' }
    case 413:
      return { code: APPLY_CODES.tooLarge, fix: 'Split the definition, or shorten its texts.' }
    case 507:
      return {
        code: APPLY_CODES.quota,
        fix: 'Free or raise the quota, then run apply --resume; or shorten the rules and make a new plan.',
      }
    default:
      return { code: APPLY_CODES.refused, fix: 'Find out why, then run apply --resume or make a new plan.' }
  }
}

function unanswered(run: ApplyRun, changes: readonly number[], reason: string): ApplyStop {
  const [first] = changes
  const subject = first === undefined ? null : changeAt(run.progress.plan, first)
  const what = subject === null ? 'nothing' : changeText(subject)
  const more = changes.length > 1 ? ` and ${formatCount(changes.length - 1)} more` : ''
  return new ApplyStop('remote', [
    {
      code: APPLY_CODES.unknown,
      message: `no reply and no sign of it, ${run.settings.attempts} times: ${what}${more} (${reason})`,
      place: subject === null ? null : changePlace(subject),
      fix: 'Run apply --resume when the service answers again.',
    },
  ])
}
