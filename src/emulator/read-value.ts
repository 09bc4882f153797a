import { assertNever } from '../model/assert-never.ts'
import { parseTime } from '../model/time.ts'
import type { ErrorDetail } from './api-error.ts'
import type { Profile } from './profile.ts'
import type { PropertyRule, StoredValue } from './property-rules.ts'

/** A value ready for its column, or what is wrong with it. */
export type ReadValue =
  { readonly ok: true; readonly value: StoredValue } | { readonly ok: false; readonly problem: ErrorDetail }

/** With a zone, as Edm.DateTimeOffset demands; `parseTime` alone would read a time without one as UTC. */
const ZONED = /^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9:.]+(?:[Zz]|[+-][0-9]{2}:[0-9]{2})$/
const FIRST_TIME = -621_355_968_000_000_000n
const LAST_TIME = 2_534_023_007_999_999_999n
const SHOWN_UNITS = 40

/** Reads one JSON value for a property (ti-api 1.3 to 1.5). The target is the property's path in the body. */
export function readValue(rule: PropertyRule, json: unknown, target: string, profile: Profile): ReadValue {
  const { type, name, isNullable } = rule.info
  if (json === null) {
    if (isNullable) return { ok: true, value: null }
    return refuse('InvalidInput', `${name} must not be null; send a value or leave it out.`, target)
  }
  switch (type.kind) {
    case 'String':
      return readText(rule, json, target)
    case 'Boolean':
      return readBoolean(name, json, target, profile)
    case 'Enum':
      return readMember(name, type.members, json, target)
    case 'DateTimeOffset':
      return readTime(name, json, target)
    case 'Int64':
      return refuse('InvalidInput', `${name} is assigned by the service; leave it out.`, target)
    default:
      return assertNever(type)
  }
}

/** A JSON value in a message: its kind and, for a short text, the text. Never walks into nested values. */
export function shown(json: unknown): string {
  if (json === null) return 'null'
  if (Array.isArray(json)) return 'an array'
  if (typeof json === 'object') return 'an object'
  if (typeof json === 'number' || typeof json === 'boolean') return `the ${typeof json} ${json}`
  if (typeof json !== 'string') return `a ${typeof json}`
  const text = JSON.stringify(json.slice(0, SHOWN_UNITS).toWellFormed())
  return json.length > SHOWN_UNITS ? `${text}… (${json.length} characters)` : text
}

function readText(rule: PropertyRule, json: unknown, target: string): ReadValue {
  const { name } = rule.info
  if (typeof json !== 'string') {
    return refuse('InvalidRequestBody', `${name} must be a string; found ${shown(json)}.`, target)
  }
  if (rule.maxLength !== null && json.length > rule.maxLength) {
    const message = `${name} takes at most ${rule.maxLength} characters; found ${json.length}. Shorten it.`
    return refuse('InvalidInput', message, target)
  }
  // Neither survives storage and the trip through other JSON readers unchanged.
  if (!json.isWellFormed() || json.includes('\0')) {
    const message = `${name} must be well-formed text without U+0000; found ${shown(json)}.`
    return refuse('InvalidInput', message, target)
  }
  return { ok: true, value: json }
}

function readBoolean(name: string, json: unknown, target: string, profile: Profile): ReadValue {
  if (typeof json === 'boolean') return { ok: true, value: json ? 1 : 0 }
  if (profile.takesTextBooleans && typeof json === 'string' && /^(?:true|false)$/i.test(json)) {
    return { ok: true, value: json.toLowerCase() === 'true' ? 1 : 0 }
  }
  const message = `${name} must be true or false without quotes; found ${shown(json)}.`
  return refuse('InvalidRequestBody', message, target)
}

function readMember(name: string, members: readonly string[], json: unknown, target: string): ReadValue {
  if (typeof json !== 'string') {
    return refuse('InvalidRequestBody', `${name} must be a string; found ${shown(json)}.`, target)
  }
  const folded = json.toLowerCase()
  const index = members.findIndex((member) => member.toLowerCase() === folded)
  if (index >= 0) return { ok: true, value: index }
  const message = `${name} must be one of ${members.join(', ')}; found ${shown(json)}.`
  return refuse('InvalidInput', message, target)
}

function readTime(name: string, json: unknown, target: string): ReadValue {
  if (typeof json !== 'string') {
    return refuse('InvalidRequestBody', `${name} must be a string or null; found ${shown(json)}.`, target)
  }
  const time = ZONED.test(json) ? parseTime(json) : null
  if (time === null || time < FIRST_TIME || time > LAST_TIME) {
    const message = `${name} must be a date and time with a zone, like 2027-01-01T00:00:00Z; found ${shown(json)}.`
    return refuse('InvalidInput', message, target)
  }
  return { ok: true, value: time }
}

function refuse(code: string, message: string, target: string): ReadValue {
  return { ok: false, problem: { code, message, target } }
}
