import type { ErrorDetail } from './api-error.ts'
import { readReference, type ReferenceBase } from './bind-reference.ts'
import type { Profile } from './profile.ts'
import { propertyRules, type StoredValue } from './property-rules.ts'
import type { EntityType } from './query/entity-types.ts'
import { readValue, shown } from './read-value.ts'

/** How the body of an entity is read. */
export interface BodyReading {
  readonly entity: EntityType
  readonly profile: Profile
  readonly references: ReferenceBase
  /** A PATCH may leave out what a POST must send. */
  readonly isPatch: boolean
  /** False where the definition is known without a binding. */
  readonly needsBind: boolean
}

/** What a body says: the properties that it sends and the definition that it binds to. */
export interface EntityBody {
  readonly values: ReadonlyMap<string, StoredValue>
  /** Null when the body binds to nothing. */
  readonly boundTo: bigint | null
  /** The binding stands under the name that the first edition of the API's page gave it. */
  readonly hasPluralBind: boolean
}

const BIND = 'AlertDefinition@odata.bind'
const PLURAL_BIND = 'AlertDefinitions@odata.bind'
const MEMBER_LIMIT = 256
const SHOWN_NAME = 60

/**
 * Reads the JSON of one entity; what is wrong goes to `problems`, each with a target below `place` (ti-api 1.7).
 * A POST gets every writable property, left-out ones by their fallback; a PATCH only those sent.
 */
export function readEntityBody(
  json: unknown,
  place: string,
  reading: BodyReading,
  problems: ErrorDetail[],
): EntityBody {
  const { entity, profile, isPatch } = reading
  const rules = propertyRules(entity)
  const values = new Map<string, StoredValue>()
  let boundTo: bigint | null = null
  let hasPluralBind = false
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    const message = `expected a JSON object with the properties of ${entity.name}; found ${shown(json)}.`
    problems.push({ code: 'InvalidRequestBody', message, target: place === '' ? null : place })
    return { values, boundTo, hasPluralBind }
  }
  const members = Object.entries(json)
  if (members.length > MEMBER_LIMIT) {
    const message = `${entity.name} has at most ${MEMBER_LIMIT} members; found ${members.length}.`
    problems.push({ code: 'InvalidRequestBody', message, target: place === '' ? null : place })
    return { values, boundTo, hasPluralBind }
  }
  for (const [key, value] of members) {
    const target = below(place, key)
    const rule = rules.get(key)
    if (rule?.isReadOnly === true) {
      if (profile.ignoresReadOnly) continue
      const message = `${key} is written by the service alone; leave it out.`
      problems.push({ code: 'InvalidRequestBody', message, target })
    } else if (rule !== undefined) {
      const read = readValue(rule, value, target, profile)
      if (read.ok) values.set(key, read.value)
      else problems.push(read.problem)
    } else if (isBind(key, reading)) {
      hasPluralBind ||= key === PLURAL_BIND
      const read = readReference(value, below(place, 'AlertDefinition'), reading.references)
      if (!read.ok) problems.push(read.problem)
      else if (boundTo !== null && boundTo !== read.id) problems.push(twoBinds(place))
      else boundTo = read.id
    } else if (!isControl(key)) {
      problems.push(unknownMember(key, entity, target))
    }
  }
  if (!isPatch) completeForPost(json, place, reading, values, problems)
  return { values, boundTo, hasPluralBind }
}

function completeForPost(
  json: object,
  place: string,
  reading: BodyReading,
  values: Map<string, StoredValue>,
  problems: ErrorDetail[],
): void {
  for (const [name, rule] of propertyRules(reading.entity)) {
    if (rule.isReadOnly || Object.hasOwn(json, name)) continue
    if (rule.isRequired) problems.push(missing(name, below(place, name)))
    else values.set(name, rule.fallback)
  }
  if (reading.entity.set !== 'IndicatorsOfCompromise' || !reading.needsBind) return
  if (!Object.keys(json).some((key) => isBind(key, reading))) {
    problems.push(missing(BIND, below(place, 'AlertDefinition')))
  }
}

function isBind(key: string, { entity, profile }: BodyReading): boolean {
  if (entity.set !== 'IndicatorsOfCompromise') return false
  return key === BIND || (key === PLURAL_BIND && profile.takesPluralBind)
}

/** Control information is ignored, but a binding that this entity does not have would be lost silently. */
function isControl(key: string): boolean {
  return (key.startsWith('@') || key.includes('@odata.')) && !key.endsWith('@odata.bind')
}

/** The path of a property inside the body. */
export function below(place: string, name: string): string {
  const short = name.length > SHOWN_NAME ? `${name.slice(0, SHOWN_NAME)}…` : name
  return (place === '' ? short : `${place}.${short}`).toWellFormed()
}

function missing(name: string, target: string): ErrorDetail {
  return { code: 'MissingRequiredParameter', message: `Parameter ${name} is missing; send it.`, target }
}

function twoBinds(place: string): ErrorDetail {
  const message = `the body binds to two definitions; send ${BIND} once.`
  return { code: 'InvalidRequestBody', message, target: below(place, 'AlertDefinition') }
}

function unknownMember(key: string, entity: EntityType, target: string): ErrorDetail {
  const names = [...propertyRules(entity).values()]
    .filter((rule) => !rule.isReadOnly)
    .map((rule) => rule.info.name)
  const message = `${entity.name} has no property ${shown(key)}; it has ${names.join(', ')}.`
  return { code: 'InvalidRequestBody', message, target }
}
