import { changePlace, changeText } from './change-text.ts'
import type { ApplyProblem } from './apply-report.ts'
import type { ApplyRun } from './apply-run.ts'
import { APPLY_CODES, ApplyStop } from './apply-stop.ts'
import { deliver, refusalText, refusedFor, remedyOf, type Refusal } from './deliver.ts'
import type { DefinitionBody } from './entities.ts'
import { changeAt } from './progress.ts'
import type { BoundIndicator, WriteOutcome } from './provider.ts'

const BAD_REQUEST = 400
const TOO_LARGE = 413

/** A change that the service does not take, and what it said. */
interface BadItem {
  readonly change: number
  readonly text: string
}

/**
 * Sends one chunk of creations. On 400 the items that the reply names are left out and the rest is sent once more; a
 * second 400, or none named, halves it until the bad item is alone, in at most 2·log2(n) + 2 requests (sync 12). What is
 * good stays applied; a bad item stops the apply.
 */
export async function createChunk(run: ApplyRun, changes: readonly number[]): Promise<void> {
  const first = await send(run, changes)
  if (first === null) return
  if (first.refusal.status !== TOO_LARGE) return withoutBadItems(run, first)
  // Halved once only: a service that finds the half too large as well wants something else.
  if (first.changes.length < 2) throw refusedChunk(run, first)
  for (const half of halves(first.changes)) {
    const again = await send(run, half)
    if (again !== null) await withoutBadItems(run, again)
  }
}

/** Changes that were refused together, and why. */
interface RefusedChanges {
  readonly changes: readonly number[]
  readonly refusal: Refusal
}

async function withoutBadItems(run: ApplyRun, refused: RefusedChanges): Promise<void> {
  if (refused.refusal.status !== BAD_REQUEST) throw refusedChunk(run, refused)
  const named = namedItems(refused)
  const isNamed = new Set(named.map(({ change }) => change))
  const rest = refused.changes.filter((change) => !isNamed.has(change))
  const again = named.length === 0 ? refused : rest.length === 0 ? null : await send(run, rest)
  if (again !== null && again.refusal.status !== BAD_REQUEST) throw refusedChunk(run, again)
  const found = again === null ? [] : await new Bisection(run, again).run()
  const bad = [...named, ...found]
  if (bad.length > 0) throw stopFor(run, bad)
}

/** Items that the reply names as the reason, each once, in order. */
function namedItems({ changes, refusal }: RefusedChanges): readonly BadItem[] {
  const texts = new Map<number, string>()
  for (const { index, message } of refusal.refused) {
    const change = changes[index]
    if (change !== undefined && !texts.has(change)) texts.set(change, refusalText({ ...refusal, message }))
  }
  return [...texts].map(([change, text]) => ({ change, text })).toSorted((a, b) => a.change - b.change)
}

/**
 * Depth first, left first. Each level costs two requests when the bad item is on the left (the half, and the other half
 * after it) and one when it is on the right (a good left half says so): at most 2·log2(n) in all.
 */
class Bisection {
  readonly #run: ApplyRun
  readonly #refused: RefusedChanges
  #budget: number

  constructor(run: ApplyRun, refused: RefusedChanges) {
    this.#run = run
    this.#refused = refused
    this.#budget = Math.floor(2 * Math.log2(refused.changes.length))
  }

  async run(): Promise<readonly BadItem[]> {
    const bad = await this.#narrow(this.#refused)
    return bad === null ? [] : [bad]
  }

  /** The first bad one of changes that were refused together; null when all went through in the end. */
  async #narrow(refused: RefusedChanges): Promise<BadItem | null> {
    const [only] = refused.changes
    if (refused.changes.length === 1 && only !== undefined)
      return { change: only, text: refusalText(refused.refusal) }
    const [left, right] = halves(refused.changes)
    const refusedLeft = await this.#try(left)
    if (refusedLeft === null) {
      // The left half was good, so the right one holds the bad item; only an item that is alone is asked about.
      if (right.length > 1) return this.#narrow({ changes: right, refusal: refused.refusal })
      const refusedRight = await this.#try(right)
      return refusedRight === null ? null : this.#narrow(refusedRight)
    }
    const bad = await this.#narrow(refusedLeft)
    const refusedRight = await this.#try(right)
    return bad === null && refusedRight !== null ? this.#narrow(refusedRight) : bad
  }

  async #try(changes: readonly number[]): Promise<RefusedChanges | null> {
    if (this.#budget === 0) throw unclear(this.#run, { changes, refusal: this.#refused.refusal })
    this.#budget--
    const refused = await send(this.#run, changes)
    if (refused !== null && refused.refusal.status !== BAD_REQUEST) throw refusedChunk(this.#run, refused)
    return refused
  }
}

/** Sends creations of one kind in one request; null when all are there. */
async function send(run: ApplyRun, changes: readonly number[]): Promise<RefusedChanges | null> {
  const delivery = await deliver(run, changes, (changes, signal) => sendBulk(run, changes, signal))
  return delivery.kind === 'done' ? null : delivery
}

function sendBulk(run: ApplyRun, changes: readonly number[], signal: AbortSignal): Promise<WriteOutcome> {
  const definitions: DefinitionBody[] = []
  const indicators: BoundIndicator[] = []
  for (const number of changes) {
    const change = changeAt(run.progress.plan, number)
    if (change.kind === 'create-definition') definitions.push(change.body)
    if (change.kind !== 'create-indicator') continue
    const definitionId = run.progress.definitionId(change.definition)
    if (definitionId === null) throw new Error(`definition ${change.definition.Name} has no Id yet`)
    indicators.push({ definitionId, body: change.body })
  }
  return definitions.length > 0
    ? run.provider.createDefinitions(definitions, signal)
    : run.provider.createIndicators(indicators, signal)
}

function halves(changes: readonly number[]): readonly [readonly number[], readonly number[]] {
  const middle = Math.floor(changes.length / 2)
  return [changes.slice(0, middle), changes.slice(middle)]
}

function stopFor(run: ApplyRun, bad: readonly BadItem[]): ApplyStop {
  return new ApplyStop(
    'remote',
    bad.map(({ change, text }): ApplyProblem => {
      const subject = changeAt(run.progress.plan, change)
      return {
        code: APPLY_CODES.refusedItem,
        message: `the service refuses to ${changeText(subject)}: ${text}`,
        place: changePlace(subject),
        fix: remedyOf(BAD_REQUEST).fix,
      }
    }),
  )
}

/** The service refuses the request as a whole. */
function refusedChunk(run: ApplyRun, { changes, refusal }: RefusedChanges): ApplyStop {
  const [first] = changes
  if (first === undefined || changes.length === 1) return refusedFor(run, first ?? 0, refusal)
  const subject = changeAt(run.progress.plan, first)
  const { code, fix } = remedyOf(refusal.status)
  const { acknowledged, planned } = run.progress.counts()
  const message =
    `the service refuses to ${changeText(subject)} and ${changes.length - 1} more: ${refusalText(refusal)}; ` +
    `${acknowledged} of ${planned} changes are applied`
  return new ApplyStop('remote', [{ code, message, place: null, fix }])
}

function unclear(run: ApplyRun, refused: RefusedChanges): ApplyStop {
  const [problem] = refusedChunk(run, refused).problems
  const message = `${problem?.message ?? ''}; no single item can be found that it refuses`
  return new ApplyStop('remote', [
    { code: APPLY_CODES.refused, message, place: null, fix: problem?.fix ?? null },
  ])
}
