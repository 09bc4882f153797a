import { parseTime } from '../model/time.ts'
import type { TimeTicks } from '../model/time.ts'
import { spotOf } from './document-context.ts'
import type { DocumentContext } from './document-context.ts'
import { describeNode, quoted } from './rule-node.ts'
import type { MapNode, NodeRange, RuleNode } from './rule-node.ts'
import { listed, nearestSpelling } from './spelling.ts'

/** A property as it stands in an object. */
export interface Property {
  readonly name: string
  readonly keyRange: NodeRange
  readonly value: RuleNode
}

/** The properties that an object may have, and where else a wrong one belongs. */
export interface PropertyNames {
  /** The object's noun with its article, as in "an indicator". */
  readonly noun: string
  readonly known: readonly string[]
  /** Names known elsewhere, each with the reason why not here and what to do. */
  readonly misplaced?: ReadonlyMap<
    string,
    { readonly code: string; readonly message: string; readonly fix: string }
  >
}

/** The object's properties by name. Unknown and repeated keys are reported; a repeated key keeps its first value. */
export function propertiesOf(
  context: DocumentContext,
  node: MapNode,
  names: PropertyNames,
): ReadonlyMap<string, Property> {
  const properties = new Map<string, Property>()
  for (const { key, keyRange, value } of node.entries) {
    const earlier = properties.get(key)
    if (earlier !== undefined) {
      context.diagnostics.error(spotOf(context, keyRange), {
        code: 'RULE010',
        message: `the key ${quoted(key)} stands twice in ${names.noun}`,
        fix: 'Delete one of the two.',
        related: [{ message: 'the first stands here', spot: spotOf(context, earlier.keyRange) }],
      })
      continue
    }
    properties.set(key, { name: key, keyRange, value })
    if (names.known.includes(key)) continue
    const meant = reportUnknownKey(context, key, keyRange, names)
    // The value is judged under the name that was meant, so that it is not reported as missing on top.
    const isFree = meant !== null && !node.entries.some((entry) => entry.key === meant)
    if (isFree && !properties.has(meant)) properties.set(meant, { name: meant, keyRange, value })
  }
  return properties
}

/** Control information of OData (ti-api 1.7): no property of the entity. */
function isControlInformation(key: string): boolean {
  return key.startsWith('@') || key.includes('@odata.')
}

/** Reports the key and gives the known one that it most likely means, or null. */
function reportUnknownKey(
  context: DocumentContext,
  key: string,
  keyRange: NodeRange,
  names: PropertyNames,
): string | null {
  const isControl = context.form !== 'native' && isControlInformation(key)
  const candidates = isControl ? names.known.filter(isControlInformation) : names.known
  const nearest = nearestSpelling(key, candidates)
  if (isControl && (nearest === null || context.form === 'reply')) return null
  const spot = spotOf(context, keyRange)
  const misplaced = names.misplaced?.get(key)
  if (misplaced !== undefined) {
    context.diagnostics.error(spot, misplaced)
    return null
  }
  const message = `${names.noun} has no property ${quoted(key)}`
  if (context.form === 'reply') {
    // The service may grow properties; it misspells none.
    context.diagnostics.warn(spot, { code: 'RULE023', message: `${message}; it is ignored`, fix: null })
    return null
  }
  const fix =
    nearest === null
      ? `Delete it, or use one of ${listed(names.known.filter((name) => !isControlInformation(name)))}.`
      : `Did you mean ${nearest}?`
  context.diagnostics.error(spot, { code: 'RULE014', message, fix })
  return nearest
}

/** Reports a value of a wrong type. */
export function reportType(
  context: DocumentContext,
  node: RuleNode,
  subject: string,
  expected: string,
  fix: string | null,
): void {
  context.diagnostics.error(spotOf(context, node), {
    code: 'RULE015',
    message: `${subject} must be ${expected}, found ${describeNode(node)}`,
    fix,
  })
}

/** The text of a property; a number without quotes in YAML is the text that stands there. Null after a diagnostic. */
export function readText(context: DocumentContext, { name, value }: Property): string | null {
  if (value.kind === 'text') return value.value
  if (value.kind === 'number' && context.notation === 'yaml') return value.text
  const isQuotable = value.kind === 'number' || value.kind === 'boolean'
  const written = isQuotable ? context.source.text.slice(value.start, value.end) : ''
  const fix = isQuotable
    ? `Put it in quotes: "${written}".`
    : value.kind === 'null'
      ? `Fill in ${name}.`
      : null
  reportType(context, value, name, 'text', fix)
  return null
}

/** The boolean of a property. API bodies may spell it as text, because the public clients do. Null after an error. */
export function readBoolean(context: DocumentContext, { name, value }: Property): boolean | null {
  if (value.kind === 'boolean') return value.value
  const word = value.kind === 'text' ? value.value.toLowerCase() : ''
  const isSpelt = word === 'true' || word === 'false'
  const fix = `Write ${isSpelt ? word : 'true or false'} without quotes.`
  if (isSpelt && context.form !== 'native') {
    const message = `${name} is written as text; it is read as ${word}`
    context.diagnostics.warn(spotOf(context, value), { code: 'RULE021', message, fix })
    return word === 'true'
  }
  reportType(context, value, name, 'true or false', fix)
  return null
}

/** The member that a property names, whatever its case; null after a diagnostic with the given code. */
export function readMember<Member extends string>(
  context: DocumentContext,
  property: Property,
  members: readonly Member[],
  code: string,
): Member | null {
  const text = readText(context, property)
  if (text === null) return null
  const lower = text.toLowerCase()
  const member = members.find((member) => member.toLowerCase() === lower)
  if (member !== undefined) return member
  context.diagnostics.error(spotOf(context, property.value), {
    code,
    ...unknownMember(property.name, text, members),
  })
  return null
}

/** More members than these stand in the fix only, and only where none is near. */
const LISTED_IN_MESSAGE = 12

/** Says that a word is no member of a set, and which one is meant. */
export function unknownMember(
  name: string,
  text: string,
  members: readonly string[],
): { readonly message: string; readonly fix: string } {
  const nearest = nearestSpelling(text, members)
  const all = listed(members, 'or')
  const isShort = members.length <= LISTED_IN_MESSAGE
  return {
    message: isShort
      ? `${name} must be ${all}, found ${quoted(text)}`
      : `${name} is none of the ${members.length} that the service knows: ${quoted(text)}`,
    fix: nearest === null ? `Use ${all}.` : `Write ${nearest}.`,
  }
}

/** The time of a property: ticks, `none` where it is null, null after a diagnostic. */
export function readTime(context: DocumentContext, property: Property): TimeTicks | 'none' | null {
  if (property.value.kind === 'null') return 'none'
  const text = readText(context, property)
  if (text === null) return null
  const time = parseTime(text)
  if (time !== null) return time
  context.diagnostics.error(spotOf(context, property.value), {
    code: 'IOC003',
    ...malformedTime(property.name, text),
  })
  return null
}

/** Says that a text is no date-time, and how one is written. */
export function malformedTime(
  name: string,
  text: string,
): { readonly message: string; readonly fix: string } {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text) && parseTime(`${text}T00:00:00Z`) !== null
  const example = isDay ? `${text}T00:00:00Z` : '2027-01-01T00:00:00Z'
  return {
    message: `${name} must be an existing date and time (ISO 8601), found ${quoted(text)}`,
    fix: `Write it like ${example}.`,
  }
}

/** The server key of a property; null after a diagnostic. */
export function readId(context: DocumentContext, { name, value }: Property): number | null {
  const id = value.kind === 'number' && /^\d{1,15}$/.test(value.text) ? Number(value.text) : null
  if (id === null) reportType(context, value, name, 'a whole number', null)
  return id
}
