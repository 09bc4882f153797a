import { setTimeout as sleepMs } from 'node:timers/promises'
import { assertNever } from '../../model/assert-never.ts'
import { ConnectionCut } from './connection-cut.ts'
import type { Fault, FaultPlan, FaultRule } from './fault-plan.ts'
import { faultReply } from './fault-reply.ts'
import { truncatedReply } from './truncated-reply.ts'

/** Answers a request, as a server or a test calls it. */
export type RequestHandler = (request: Request) => Promise<Response>

/** The clock behind faults; a test gives its own, so that hours pass at once. */
export interface FaultClock {
  /** Milliseconds since 1970. */
  now(): number
  /** Resolves after that many milliseconds, or rejects when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/** The clock of this machine. */
export const SYSTEM_FAULT_CLOCK: FaultClock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await sleepMs(ms, undefined, { signal })
  },
}

/** The handler with the faults of the plan: the n-th request that fits a rule goes wrong as the rule says. */
export function withFaults(
  handle: RequestHandler,
  plan: FaultPlan,
  clock: FaultClock = SYSTEM_FAULT_CLOCK,
): RequestHandler {
  const injector = new FaultInjector(handle, plan, clock)
  return (request) => injector.handle(request)
}

/** A rule with what came of it so far. */
export interface FaultCount {
  readonly rule: FaultRule
  /** Requests that its method and path fit. */
  readonly seen: number
  /** Requests that it made go wrong. */
  readonly fired: number
}

/** Faults whose plan can change while requests run, and that counts what they did. */
export class FaultInjector {
  readonly #handle: RequestHandler
  readonly #clock: FaultClock
  readonly #late: Set<Promise<void>> = new Set()
  readonly #closing: AbortController = new AbortController()
  #counters: readonly Counter[]
  #requests = 0

  constructor(handle: RequestHandler, plan: FaultPlan, clock: FaultClock = SYSTEM_FAULT_CLOCK) {
    this.#handle = handle
    this.#clock = clock
    this.#counters = plan.rules.map(newCounter)
  }

  /** Requests since the plan was set. */
  get requests(): number {
    return this.#requests
  }

  /** Every rule with its counts. */
  get counts(): readonly FaultCount[] {
    return this.#counters.map(({ rule, seen, fired }) => ({ rule, seen, fired }))
  }

  /** Replaces the plan; counting starts again at 1. */
  setPlan(plan: FaultPlan): void {
    this.#counters = plan.rules.map(newCounter)
    this.#requests = 0
  }

  /** Answers a request, or lets it go wrong. Throws ConnectionCut where the connection breaks. */
  async handle(request: Request): Promise<Response> {
    const fault = this.#next(request)
    return fault === null ? this.#handle(request) : this.#actOut(fault, request)
  }

  /** Resolves when every effect that was put off has happened. */
  async settled(): Promise<void> {
    while (this.#late.size > 0) await Promise.all(this.#late)
  }

  /** Drops effects that were put off, and ends waiting replies. */
  close(): void {
    this.#closing.abort()
  }

  #next(request: Request): Fault | null {
    this.#requests += 1
    let chosen: Counter | null = null
    const path = new URL(request.url).pathname
    for (const counter of this.#counters) {
      const { rule } = counter
      if (rule.method !== null && rule.method !== request.method) continue
      if (rule.path !== null && !path.includes(rule.path)) continue
      counter.seen += 1
      const isHit = counter.seen >= rule.at && (rule.count === null || counter.seen < rule.at + rule.count)
      if (isHit) chosen ??= counter
    }
    if (chosen === null) return null
    chosen.fired += 1
    return chosen.rule.fault
  }

  async #actOut(fault: Fault, request: Request): Promise<Response> {
    switch (fault.kind) {
      case 'cut-before':
        throw new ConnectionCut()
      case 'cut-after':
        await finish(await this.#handle(request))
        throw new ConnectionCut()
      case 'truncated':
        return truncatedReply(await this.#handle(request))
      case 'slow': {
        const response = await this.#handle(request)
        await this.#sleep(fault.delayMs)
        return response
      }
      case 'gateway-timeout':
        await this.#carryOut(request, fault.effectAfterMs)
        return faultReply(fault, new URL(request.url).pathname, this.#clock.now())
      case 'unauthorized':
      case 'throttled':
      case 'server-error':
      case 'unavailable':
      case 'quota':
        return faultReply(fault, new URL(request.url).pathname, this.#clock.now())
      default:
        return assertNever(fault)
    }
  }

  async #sleep(ms: number): Promise<void> {
    try {
      await this.#clock.sleep(ms, this.#closing.signal)
    } catch {
      throw new ConnectionCut('the server stopped')
    }
  }

  /** The body is read first: it comes through a connection that ends before a late effect happens. */
  async #carryOut(request: Request, afterMs: number): Promise<void> {
    if (afterMs === 0) return finish(await this.#handle(request))
    const copy = await detached(request)
    const late = this.#sleep(afterMs)
      .then(async () => finish(await this.#handle(copy)))
      .catch(() => undefined) // nobody waits for the reply of an effect that comes late
      .finally(() => this.#late.delete(late))
    this.#late.add(late)
  }
}

interface Counter {
  readonly rule: FaultRule
  seen: number
  fired: number
}

function newCounter(rule: FaultRule): Counter {
  return { rule, seen: 0, fired: 0 }
}

/** An unread body would keep what stands behind it open. */
async function finish(response: Response): Promise<void> {
  await response.body?.cancel()
}

async function detached(request: Request): Promise<Request> {
  const { method, headers, url } = request
  if (method === 'GET' || method === 'HEAD')
    return new Request(url, { method, headers: new Headers(headers) })
  return new Request(url, { method, headers: new Headers(headers), body: await request.arrayBuffer() })
}
