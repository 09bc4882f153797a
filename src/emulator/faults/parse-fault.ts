import type { Fault, FaultPlan, FaultRule, RetryAfter } from './fault-plan.ts'
import { LONGEST_DELAY_MS } from './fault-plan.ts'

/** A fault was written in a way that cannot be read; the message names the part, the fix shows how it is written. */
export class FaultSpecError extends Error {
  override readonly name = 'FaultSpecError'
  readonly fix: string

  constructor(spec: string, problem: string, fix: string) {
    super(`fault ${JSON.stringify(spec.slice(0, SHOWN_CHARACTERS))}: ${problem}`)
    this.fix = fix
  }
}

const FIX = 'write WHEN:WHAT, as in 3:429:retry-after=2 or 1@POST/Actions.BulkUpload:cut-after'
const SHOWN_CHARACTERS = 80
const SPEC_LIMIT = 500
/** More rules than any rehearsal needs; each is looked at for each request. */
const RULES_LIMIT = 1000
const METHODS = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE', 'HEAD', 'OPTIONS']
const WHATS = ['401', '429', '500', '503', '504', '507', 'cut-before', 'cut-after', 'slow', 'truncate']
const LONGEST_RETRY_SECONDS = 86_400

/** Reads faults as `--fault` and the admin path take them, one rule each. Throws a FaultSpecError. */
export function parseFaultPlan(specs: readonly string[]): FaultPlan {
  if (specs.length > RULES_LIMIT)
    throw new FaultSpecError(
      `${specs.length} faults`,
      `at most ${RULES_LIMIT} are taken`,
      'use a range, such as 3+',
    )
  return { rules: specs.map(parseFault) }
}

/** Reads one fault. Throws a FaultSpecError. */
export function parseFault(spec: string): FaultRule {
  if (spec.length > SPEC_LIMIT)
    throw new FaultSpecError(spec, `has ${spec.length} characters, at most ${SPEC_LIMIT} are read`, FIX)
  const [when = '', what, ...options] = spec.trim().split(':')
  if (what === undefined) throw new FaultSpecError(spec, 'says when, but not what goes wrong', FIX)
  return { ...parseWhen(spec, when), fault: parseWhat(spec, what, new OptionWords(spec, options)) }
}

function parseWhen(spec: string, when: string): Omit<FaultRule, 'fault'> {
  const separator = when.indexOf('@')
  const range = separator < 0 ? when : when.slice(0, separator)
  const parts = /^([0-9]{1,9})(?:(\+)|-([0-9]{1,9}))?$/.exec(range)
  if (parts === null)
    throw new FaultSpecError(spec, `expected the number of a request, found ${JSON.stringify(range)}`, FIX)
  const at = Number(parts[1])
  const last = parts[3] === undefined ? at : Number(parts[3])
  if (at < 1 || last < at)
    throw new FaultSpecError(spec, 'requests are counted from 1, and a range ends at or after its start', FIX)
  const count = parts[2] === '+' ? null : last - at + 1
  if (separator < 0) return { at, count, method: null, path: null }
  const filter = when.slice(separator + 1)
  const slash = filter.indexOf('/')
  const method = slash < 0 ? filter : filter.slice(0, slash)
  const path = slash < 0 ? null : filter.slice(slash)
  if (filter === '' || (method !== '' && !METHODS.includes(method)))
    throw new FaultSpecError(
      spec,
      `expected a method (${METHODS.join(', ')}) or a path after @, found ${JSON.stringify(filter)}`,
      'write 2@POST, 2@/AlertDefinitions or 2@POST/AlertDefinitions',
    )
  return { at, count, method: method === '' ? null : method, path }
}

function parseWhat(spec: string, what: string, options: OptionWords): Fault {
  const fault = faultOf(what, options)
  if (fault === null)
    throw new FaultSpecError(
      spec,
      `expected one of ${WHATS.join(', ')}, found ${JSON.stringify(what)}`,
      what.startsWith('cut') ? 'write cut-before or cut-after' : FIX,
    )
  options.refuseUnread(what)
  return fault
}

function faultOf(what: string, options: OptionWords): Fault | null {
  switch (what) {
    case '401':
      return { kind: 'unauthorized' }
    case '429':
      return { kind: 'throttled', retryAfter: options.retryAfter() }
    case '500':
      return { kind: 'server-error' }
    case '503':
      return { kind: 'unavailable', retryAfter: options.retryAfter() }
    case '504':
      return { kind: 'gateway-timeout', effectAfterMs: options.time('later') ?? 0 }
    case '507':
      return { kind: 'quota' }
    case 'cut-before':
      return { kind: 'cut-before' }
    case 'cut-after':
      return { kind: 'cut-after' }
    case 'slow':
      return { kind: 'slow', delayMs: options.requiredTime('delay', 'slow:delay=500ms') }
    case 'truncate':
      return { kind: 'truncated' }
    default:
      return null
  }
}

/** The `name=value` words behind a fault; whoever reads one takes it out. */
class OptionWords {
  readonly #spec: string
  readonly #values: Map<string, string> = new Map()

  constructor(spec: string, words: readonly string[]) {
    this.#spec = spec
    for (const word of words) {
      const separator = word.indexOf('=')
      const name = word.slice(0, Math.max(separator, 0))
      if (separator < 1 || this.#values.has(name))
        throw new FaultSpecError(spec, `expected NAME=VALUE once, found ${JSON.stringify(word)}`, FIX)
      this.#values.set(name, word.slice(separator + 1))
    }
  }

  retryAfter(): RetryAfter | null {
    const seconds = this.#seconds('retry-after')
    const ahead = this.#seconds('retry-date')
    if (seconds !== null && ahead !== null)
      throw new FaultSpecError(this.#spec, 'has retry-after and retry-date', 'keep one of them')
    if (seconds !== null) return { form: 'seconds', seconds }
    return ahead === null ? null : { form: 'date', seconds: ahead }
  }

  time(name: string): number | null {
    const value = this.#take(name)
    if (value === null) return null
    const parts = /^([0-9]{1,9})(ms|s)$/.exec(value)
    const ms = parts === null ? Infinity : Number(parts[1]) * (parts[2] === 's' ? 1000 : 1)
    if (ms > LONGEST_DELAY_MS)
      throw new FaultSpecError(
        this.#spec,
        `${name} is a time up to ${LONGEST_DELAY_MS / 1000}s, found ${JSON.stringify(value)}`,
        `write ${name}=500ms or ${name}=3s`,
      )
    return ms
  }

  requiredTime(name: string, example: string): number {
    const time = this.time(name)
    if (time === null) throw new FaultSpecError(this.#spec, `lacks ${name}=TIME`, `write ${example}`)
    return time
  }

  refuseUnread(what: string): void {
    for (const name of this.#values.keys())
      throw new FaultSpecError(this.#spec, `${what} takes no ${JSON.stringify(name)}`, 'leave it out')
  }

  #seconds(name: string): number | null {
    const value = this.#take(name)
    if (value === null) return null
    if (!/^[0-9]{1,6}$/.test(value) || Number(value) > LONGEST_RETRY_SECONDS)
      throw new FaultSpecError(
        this.#spec,
        `${name} is a whole number of seconds up to ${LONGEST_RETRY_SECONDS}, found ${JSON.stringify(value)}`,
        `write ${name}=2`,
      )
    return Number(value)
  }

  #take(name: string): string | null {
    const value = this.#values.get(name) ?? null
    this.#values.delete(name)
    return value
  }
}
