import { ROLES } from '../model/field-map.ts'
import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../model/indicator.ts'
import type { DocumentContext } from '../rules/document-context.ts'
import { propertiesOf, readMember, readText, reportType } from '../rules/properties.ts'
import type { Property } from '../rules/properties.ts'
import { quoted } from '../rules/rule-node.ts'
import type { MapNode, RuleNode } from '../rules/rule-node.ts'
import { readCount } from './read-count.ts'
import { itemsOf, readPlacedText, reportAt, spanOf } from './test-context.ts'
import type { CountRange, FiringExpectation, PlacedText, ThroughExpectation } from './test-file.ts'

const FIRING_NAMES = { noun: 'an expectation', known: ['definition', 'count', 'alerts', 'through'] }
const THROUGH_NAMES = {
  noun: 'a way through which a definition fires',
  known: ['Type', 'DetectionFunction', 'Value', 'field', 'text', 'role'],
}

const AT_LEAST_ONE: CountRange = { min: 1, max: null }

/**
 * Reads `fires`: names of definitions, or objects that say how often and through what. Below a definition a count or
 * `true` speaks of that definition, and an object need not name it.
 */
export function readFires(
  context: DocumentContext,
  property: Property | undefined,
  owner: PlacedText | null,
): readonly FiringExpectation[] {
  if (property === undefined) return []
  const found = new Map<string, FiringExpectation>()
  for (const node of itemsOf(property)) {
    const expectation = readFiring(context, node, owner)
    if (expectation === null) continue
    const name = expectation.definition.text
    const earlier = found.get(name)
    if (earlier === undefined) found.set(name, expectation)
    else reportTwice(context, node, earlier.definition)
  }
  return [...found.values()]
}

function readFiring(
  context: DocumentContext,
  node: RuleNode,
  owner: PlacedText | null,
): FiringExpectation | null {
  if (node.kind === 'map') return readFiringObject(context, node, owner)
  if (owner !== null) {
    const definition = { text: owner.text, span: spanOf(context, node) }
    if (node.kind === 'boolean' && node.value)
      return { definition, count: AT_LEAST_ONE, alerts: null, through: [] }
    if (node.kind === 'number' || (node.kind === 'text' && node.value.includes('..'))) {
      const count = readFiringCount(context, node)
      return count === null ? null : { definition, count, alerts: null, through: [] }
    }
  }
  if (node.kind === 'text' && node.value !== '')
    return {
      definition: { text: node.value, span: spanOf(context, node) },
      count: AT_LEAST_ONE,
      alerts: null,
      through: [],
    }
  const expected = 'the name of a definition, or an object with definition and count'
  reportType(context, node, 'each element of fires', expected, null)
  return null
}

function readFiringObject(
  context: DocumentContext,
  node: MapNode,
  owner: PlacedText | null,
): FiringExpectation | null {
  const properties = propertiesOf(context, node, FIRING_NAMES)
  const definition = readDefinitionName(context, node, properties.get('definition'), owner)
  const count = properties.get('count')
  const alerts = properties.get('alerts')
  const through = itemsOf(properties.get('through')).flatMap((item) => readThrough(context, item) ?? [])
  const countRange = count === undefined ? AT_LEAST_ONE : readFiringCount(context, count.value)
  const alertRange = alerts === undefined ? null : readCount(context, alerts.value, 'alerts')
  if (definition === null || countRange === null) return null
  return { definition, count: countRange, alerts: alertRange, through }
}

function readDefinitionName(
  context: DocumentContext,
  node: MapNode,
  property: Property | undefined,
  owner: PlacedText | null,
): PlacedText | null {
  if (property !== undefined) return readPlacedText(context, property.value, 'definition', 'the name of one')
  if (owner !== null) return { text: owner.text, span: spanOf(context, node.entries[0]?.keyRange ?? node) }
  reportAt(context, node.entries[0]?.keyRange ?? node, {
    code: 'TEST017',
    message: 'the expectation names no definition',
    fix: 'Add definition with the Name of an alert definition.',
  })
  return null
}

/** A count of detections that a firing definition can have: zero is what `silent` says. */
function readFiringCount(context: DocumentContext, node: RuleNode): CountRange | null {
  const range = readCount(context, node, 'count')
  if (range === null || range.max !== 0) return range
  reportAt(context, node, {
    code: 'TEST009',
    message: 'a definition that is expected to fire cannot be expected 0 times',
    fix: 'Name it under silent.',
  })
  return null
}

function readThrough(context: DocumentContext, node: RuleNode): ThroughExpectation | null {
  const nothing = { Type: null, DetectionFunction: null, Value: null, field: null, text: null, role: null }
  if (node.kind === 'text' && node.value !== '')
    return { ...nothing, Value: node.value, span: spanOf(context, node) }
  if (node.kind !== 'map') {
    reportType(context, node, 'each element of through', 'the Value of an IOC, or an object', null)
    return null
  }
  const properties = propertiesOf(context, node, THROUGH_NAMES)
  const text = (name: string): string | null => {
    const property = properties.get(name)
    return property === undefined ? null : readText(context, property)
  }
  const member = <Member extends string>(name: string, members: readonly Member[]): Member | null => {
    const property = properties.get(name)
    return property === undefined ? null : readMember<Member>(context, property, members, 'TEST010')
  }
  return {
    Type: member('Type', INDICATOR_TYPES),
    DetectionFunction: member('DetectionFunction', DETECTION_FUNCTIONS),
    Value: text('Value'),
    field: text('field'),
    text: text('text'),
    role: member('role', ROLES),
    span: spanOf(context, node),
  }
}

/** Reads `silent`: names of definitions; below a definition `true` stands for it. */
export function readSilent(
  context: DocumentContext,
  property: Property | undefined,
  owner: PlacedText | null,
): readonly PlacedText[] {
  const found = new Map<string, PlacedText>()
  for (const node of itemsOf(property)) {
    const isOwner = owner !== null && node.kind === 'boolean' && node.value
    const name = isOwner
      ? { text: owner.text, span: spanOf(context, node) }
      : readPlacedText(context, node, 'each element of silent', 'the name of a definition')
    if (name === null) continue
    const earlier = found.get(name.text)
    if (earlier === undefined) found.set(name.text, name)
    else reportTwice(context, node, earlier)
  }
  return [...found.values()]
}

function reportTwice(context: DocumentContext, node: RuleNode, earlier: PlacedText): void {
  reportAt(context, node, {
    code: 'TEST009',
    message: `${quoted(earlier.text)} is named twice`,
    fix: 'Delete one of the two.',
    related: [
      {
        message: 'the first stands here',
        spot: { file: earlier.span.file, span: () => earlier.span },
      },
    ],
  })
}

/** Reports definitions that are expected to fire and to be silent at once. */
export function checkContradictions(
  context: DocumentContext,
  fires: readonly FiringExpectation[],
  silent: readonly PlacedText[],
): void {
  const byName = new Map(fires.map((expectation) => [expectation.definition.text, expectation]))
  for (const { text, span } of silent) {
    const firing = byName.get(text)
    if (firing === undefined) continue
    context.diagnostics.error(
      { file: span.file, span: () => span },
      {
        code: 'TEST009',
        message: `${quoted(text)} is expected to be silent and to fire`,
        fix: 'Delete one of the two.',
        related: [
          {
            message: 'it is expected to fire here',
            spot: { file: span.file, span: () => firing.definition.span },
          },
        ],
      },
    )
  }
}
