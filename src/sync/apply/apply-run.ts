import { assertNever } from '../../model/assert-never.ts'
import type { StateFolder } from '../../files/state-folder.ts'
import type { ApplySettings, ApplyStep, SurplusEntity } from './apply-report.ts'
import { APPLY_CODES, ApplyStop } from './apply-stop.ts'
import { BULK_LIMIT } from '../client/bulk-limits.ts'
import type { Clock } from '../clock.ts'
import type { RemoteIndicator, RemoteState } from '../entities.ts'
import { encodeEntry, type JournalEntry, type JournaledOutcome, type WriteTask } from './journal-entry.ts'
import type { Progress } from './progress.ts'
import type { Provider, WriteOutcome } from '../provider.ts'
import { RemoteError } from '../remote-error.ts'

/** What an apply that was not told otherwise does. */
const DEFAULTS: Required<ApplySettings> = {
  readBackMs: 30_000,
  readBackReads: 3,
  deadlineMs: 300_000,
  attempts: 4,
  bulkItems: BULK_LIMIT,
}

/** With what an apply works. */
export interface ApplyTools {
  readonly provider: Provider
  /** Neither locked nor read yet. */
  readonly state: StateFolder
  readonly clock: Clock
  readonly settings: ApplySettings
  readonly onProgress?: (step: ApplyStep) => void
  /** Stops after the request that is running; what is left is resumable. */
  readonly signal: AbortSignal
}

const THROTTLED = 429

/** One apply at work: what it knows, and the only way to learn or change anything. */
export class ApplyRun {
  readonly progress: Progress
  readonly settings: Required<ApplySettings>
  readonly clock: Clock
  readonly surplus: SurplusEntity[] = []
  readonly #tools: ApplyTools
  #requests = 0

  constructor(tools: ApplyTools, progress: Progress) {
    this.#tools = tools
    this.progress = progress
    this.clock = tools.clock
    this.settings = { ...DEFAULTS, ...tools.settings }
  }

  get provider(): Provider {
    return this.#tools.provider
  }

  /** Writing requests so far. */
  get requests(): number {
    return this.#requests
  }

  /** Writes a fact down, durable, and only then knows it. */
  record(entry: JournalEntry): void {
    this.#tools.state.append(encodeEntry(entry))
    this.progress.fold(entry)
  }

  /** One writing request between its two entries in the journal (sync 11). */
  async write(task: WriteTask, send: (signal: AbortSignal) => Promise<WriteOutcome>): Promise<WriteOutcome> {
    this.stopIfInterrupted()
    this.report('writing')
    const write = this.progress.nextWrite
    this.record({ kind: 'intent', write, task })
    this.#requests++
    const outcome = await sendOnce(send, this.#tools.signal)
    this.record({ kind: 'outcome', write, outcome: journaled(outcome) })
    // A refusal is worth telling even then; that the service was busy is not.
    if (outcome.kind === 'absent' && outcome.status === THROTTLED) this.stopIfInterrupted()
    return outcome
  }

  async readState(): Promise<RemoteState> {
    return this.#reading((signal) => this.provider.readState(signal))
  }

  async readIndicatorsOf(definitionId: number): Promise<readonly RemoteIndicator[]> {
    return this.#reading((signal) => this.provider.readIndicatorsOf(definitionId, signal))
  }

  async sleep(ms: number): Promise<void> {
    await this.#reading((signal) => this.clock.sleep(ms, signal))
  }

  report(action: ApplyStep['action']): void {
    const { acknowledged, planned } = this.progress.counts()
    this.#tools.onProgress?.({ action, acknowledged, planned })
  }

  stopIfInterrupted(): void {
    if (!this.#tools.signal.aborted) return
    throw new ApplyStop('remote', [
      {
        code: APPLY_CODES.interrupted,
        message: 'interrupted; what was written so far is in the journal',
        place: null,
        fix: 'Run apply --resume to go on.',
      },
    ])
  }

  /** A reading that fails stops the apply; it may be resumed. */
  async #reading<Result>(read: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    this.stopIfInterrupted()
    try {
      return await read(this.#tools.signal)
    } catch (cause) {
      this.stopIfInterrupted()
      if (!(cause instanceof RemoteError)) throw cause
      const message = `the tenant cannot be read: ${cause.message}`
      const fix = cause.fix ?? 'Run apply --resume when the service answers again.'
      throw new ApplyStop('remote', [{ code: APPLY_CODES.unreadable, message, place: null, fix }])
    }
  }
}

/** A provider that throws leaves us as wise as a lost reply. */
async function sendOnce(
  send: (signal: AbortSignal) => Promise<WriteOutcome>,
  signal: AbortSignal,
): Promise<WriteOutcome> {
  try {
    return await send(signal)
  } catch (cause) {
    if (!(cause instanceof RemoteError)) throw cause
    return { kind: 'unknown', status: null, reason: cause.message }
  }
}

function journaled(outcome: WriteOutcome): JournaledOutcome {
  switch (outcome.kind) {
    case 'done':
      return { kind: 'done', ids: outcome.ids }
    case 'absent':
      return { kind: 'absent', status: outcome.status, code: outcome.code }
    case 'unknown':
      return { kind: 'unknown' }
    default:
      return assertNever(outcome)
  }
}
