import type { Clock } from './clock.ts'
import type { TransportLimits } from './transport-limits.ts'

/** Share of a delay that chance may add, so that many clients do not come back at once. */
const JITTER = 0.25
/** The same for what Retry-After asks, in milliseconds: the service's word is kept, never shortened. */
const RETRY_AFTER_JITTER_MS = 250

/** Why a request is to be sent again. */
export interface RetryCause {
  /** 429: the service did nothing and says when to come back. */
  readonly isThrottled: boolean
  /** The header as sent. */
  readonly retryAfter: string | null
}

/** Counts the attempts of one request and waits between them: growing delays, or what Retry-After says, within a budget. */
export class Retries {
  readonly #limits: TransportLimits
  readonly #clock: Clock
  readonly #chance: () => number
  #failures = 0
  #throttles = 0
  #toldMs = 0

  /** `chance` gives numbers from 0 up to 1. */
  constructor(limits: TransportLimits, clock: Clock, chance: () => number) {
    this.#limits = limits
    this.#clock = clock
    this.#chance = chance
  }

  /** Waits and gives true, or gives false at once when there were attempts enough. Rejects with the signal's reason. */
  async pause(cause: RetryCause, signal: AbortSignal): Promise<boolean> {
    const count = cause.isThrottled ? ++this.#throttles : ++this.#failures
    const most = cause.isThrottled ? this.#limits.throttledAttempts : this.#limits.attempts
    if (count >= most) return false
    const toldMs = retryAfterMs(cause.retryAfter, this.#clock.now())
    if (toldMs === null) return this.#sleep(this.#delayMs(count), signal)
    const leftMs = this.#limits.retryBudgetMs - this.#toldMs
    if (leftMs <= 0) return false
    const waitMs = Math.min(toldMs, leftMs)
    this.#toldMs += Math.max(waitMs, 1)
    return this.#sleep(waitMs + this.#chance() * RETRY_AFTER_JITTER_MS, signal)
  }

  #delayMs(count: number): number {
    const { firstDelayMs, maxDelayMs } = this.#limits
    return Math.min(firstDelayMs * 2 ** (count - 1), maxDelayMs) * (1 + this.#chance() * JITTER)
  }

  async #sleep(ms: number, signal: AbortSignal): Promise<true> {
    signal.throwIfAborted()
    await this.#clock.sleep(Math.round(ms), signal)
    return true
  }
}

/** Milliseconds that a Retry-After header asks for, in seconds or as a date; null when it is absent or neither. */
export function retryAfterMs(header: string | null, nowMs: number): number | null {
  const text = header?.trim() ?? ''
  if (/^\d{1,12}$/.test(text)) return Number(text) * 1000
  if (!HTTP_DATE.test(text)) return null
  const time = Date.parse(text)
  return Number.isNaN(time) ? null : Math.max(0, time - nowMs)
}

/** The one form of dates that servers may send; the two of the last century are not worth their ambiguity. */
const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/
