import { LOG_FORMATS } from '../logs/classify.ts'
import type { Semantics } from '../model/semantics.ts'
import type { DocumentContext } from '../rules/document-context.ts'
import { propertiesOf, readBoolean, readText, reportType, unknownMember } from '../rules/properties.ts'
import type { Property } from '../rules/properties.ts'
import type { MapNode, RuleNode } from '../rules/rule-node.ts'
import { readCount } from './read-count.ts'
import { readEvents } from './read-events.ts'
import { checkContradictions, readFires, readSilent } from './read-expectations.ts'
import { readOptions } from './read-options.ts'
import { itemsOf, readPlacedText, readPlacedTexts, reportAt, spanOf } from './test-context.ts'
import type { CountRange, PlacedText, RuleTest, TotalExpectation } from './test-file.ts'

/** What a test takes over from its file, or from the definition under which it stands. */
export interface TestDefaults {
  readonly owner: PlacedText | null
  readonly isGenerated: boolean
  readonly rules: readonly PlacedText[] | null
  readonly options: Partial<Semantics>
  readonly table: string | null
  readonly logFormat: string | null
  readonly fieldMap: PlacedText | null
  readonly isStrict: boolean
}

/** How tests are read. */
export interface TestParseOptions {
  /** Accept tests that expect nothing yet, because their `fires` is about to be written. */
  readonly mayExpectNothing: boolean
}

/** Keys that a test file has at its top for all of its tests, and every test for itself. */
export const SHARED_NAMES: readonly string[] = [
  'rules',
  'options',
  'table',
  'logFormat',
  'fieldMap',
  'strict',
]

const TEST_NAMES = [
  'name',
  'events',
  'logs',
  'fires',
  'silent',
  'alerts',
  'detections',
  'quarantined',
  'skip',
  ...SHARED_NAMES,
]

const NONE: CountRange = { min: 0, max: 0 }

/** Reads one test and reports everything that is wrong with it. Null where it has no name. */
export function readTest(
  context: DocumentContext,
  node: MapNode,
  defaults: TestDefaults,
  parseOptions: TestParseOptions,
): RuleTest | null {
  const properties = propertiesOf(context, node, {
    noun: 'a test',
    known: TEST_NAMES,
    misplaced: OPTION_HINTS,
  })
  const shared = readShared(context, properties, defaults)
  const name = readName(context, node, properties.get('name'))
  const events = properties.get('events')
  const inline = events === undefined ? null : readEvents(context, events.value)
  const isPath = ({ text, span }: PlacedText): boolean => checkPath(context, text, span)
  const logs = readPlacedTexts(context, properties.get('logs'), 'the path of a log file').filter(isPath)
  const rules = properties.has('rules') ? (shared.rules?.filter(isPath) ?? null) : shared.rules
  if (events === undefined && !properties.has('logs')) reportNoEvents(context, node)
  const fires = readFires(context, properties.get('fires'), defaults.owner)
  const silent = readSilent(context, properties.get('silent'), defaults.owner)
  checkContradictions(context, fires, silent)
  const expectsNothing =
    !shared.isStrict &&
    !['alerts', 'detections'].some((key) => properties.has(key)) &&
    !['fires', 'silent'].some((key) => itemsOf(properties.get(key)).length > 0)
  if (expectsNothing && !parseOptions.mayExpectNothing) reportNoExpectation(context, node)
  const quarantined = properties.get('quarantined')
  if (name === null) return null
  return {
    name: name.text,
    file: context.source.file,
    span: name.span,
    owner: defaults.owner?.text ?? null,
    isGenerated: defaults.isGenerated,
    skip: textOf(context, properties.get('skip')),
    ...shared,
    rules,
    events: inline,
    logs,
    fires,
    silent,
    alerts: readTotal(context, properties.get('alerts')),
    detections: readTotal(context, properties.get('detections')),
    quarantined:
      quarantined === undefined ? NONE : (readCount(context, quarantined.value, 'quarantined') ?? NONE),
    origin: { source: context.source, node, notation: context.notation },
  }
}

/** Words of the flags that belong under `options`. */
const OPTION_HINTS = new Map(
  ['as-of', 'asOf', 'dns-answers', 'ip-scope', 'hash-scope', 'domain-scope', 'dedupe', 'group-window'].map(
    (name) => [
      name,
      {
        code: 'RULE014',
        message: `${name} is an option and stands under options`,
        fix: `Write options: { ${name === 'asOf' ? 'as-of' : name}: … }.`,
      },
    ],
  ),
)

/** The part of a test that its file may set for all tests. */
export function readShared(
  context: DocumentContext,
  properties: ReadonlyMap<string, Property>,
  defaults: TestDefaults,
): Pick<RuleTest, 'rules' | 'options' | 'table' | 'logFormat' | 'fieldMap' | 'isStrict'> {
  const rules = properties.get('rules')
  const options = properties.get('options')
  const fieldMap = properties.get('fieldMap')
  const strict = properties.get('strict')
  if (rules !== undefined && defaults.owner !== null) reportRulesOfInline(context, rules)
  return {
    rules:
      rules === undefined
        ? defaults.rules
        : readPlacedTexts(context, rules, 'the path of a rule file or folder'),
    options: {
      ...defaults.options,
      ...(options === undefined ? {} : readOptions(context, options.value)),
    },
    table: textOf(context, properties.get('table')) ?? defaults.table,
    logFormat: readLogFormat(context, properties.get('logFormat')) ?? defaults.logFormat,
    fieldMap:
      fieldMap === undefined
        ? defaults.fieldMap
        : readPlacedText(context, fieldMap.value, 'fieldMap', 'the path of a field map'),
    isStrict: strict === undefined ? defaults.isStrict : (readBoolean(context, strict) ?? false),
  }
}

function readName(
  context: DocumentContext,
  node: MapNode,
  property: Property | undefined,
): PlacedText | null {
  const isEmpty =
    property?.value.kind === 'null' || (property?.value.kind === 'text' && property.value.value.trim() === '')
  if (property !== undefined && !isEmpty) {
    const text = readText(context, property)
    return text === null ? null : { text, span: spanOf(context, property.value) }
  }
  reportAt(context, property?.keyRange ?? node.entries[0]?.keyRange ?? node, {
    code: 'TEST003',
    message: property === undefined ? 'the test has no name' : 'the name of the test is empty',
    fix: 'Add name with a sentence that says what the test shows.',
  })
  return null
}

function textOf(context: DocumentContext, property: Property | undefined): string | null {
  return property === undefined || property.value.kind === 'null' ? null : readText(context, property)
}

function readLogFormat(context: DocumentContext, property: Property | undefined): string | null {
  const text = textOf(context, property)
  if (property === undefined || text === null || LOG_FORMATS.includes(text)) return text
  reportAt(context, property.value, { code: 'TEST012', ...unknownMember('logFormat', text, LOG_FORMATS) })
  return null
}

function readTotal(context: DocumentContext, property: Property | undefined): TotalExpectation | null {
  if (property === undefined) return null
  const range = readCount(context, property.value, property.name)
  return range === null ? null : { ...range, span: spanOf(context, property.value) }
}

/** A path never leads anywhere by itself: it is relative to the test file. False after a diagnostic. */
function checkPath(context: DocumentContext, text: string, span: PlacedText['span']): boolean {
  const isAbsolute = text.startsWith('/') || text.startsWith('\\') || /^[A-Za-z]:/.test(text)
  if (!isAbsolute && !text.includes('\u0000') && text !== '-') return true
  context.diagnostics.error(
    { file: span.file, span: () => span },
    {
      code: 'TEST019',
      message: 'a path in a test must be relative to the test file',
      fix: 'Put the file beside the test file or below it.',
    },
  )
  return false
}

function reportNoEvents(context: DocumentContext, node: RuleNode & MapNode): void {
  reportAt(context, node.entries[0]?.keyRange ?? node, {
    code: 'TEST005',
    message: 'the test has neither events nor logs',
    fix: 'Add events with one object per event, or logs with the path of a log file.',
  })
}

function reportNoExpectation(context: DocumentContext, node: MapNode): void {
  reportAt(context, node.entries[0]?.keyRange ?? node, {
    code: 'TEST006',
    message: 'the test expects nothing, so it cannot fail',
    fix: 'Add fires, silent, strict, alerts or detections, or let dryfire test --update write what fires.',
  })
}

function reportRulesOfInline(context: DocumentContext, property: Property): void {
  reportAt(context, property.keyRange, {
    code: 'TEST015',
    message: 'a test under a definition runs against the rules in which it stands',
    fix: 'Delete rules, or move the test to a *.test.yaml file.',
  })
}

/** Reports elements of a list of tests that are no objects, and gives the others. */
export function testNodes(context: DocumentContext, node: RuleNode, name: string): readonly MapNode[] {
  if (node.kind !== 'list') {
    reportType(context, node, name, 'a list of tests', null)
    return []
  }
  return node.items.flatMap((item) => {
    if (item.kind === 'map') return [item]
    reportType(context, item, `each element of ${name}`, 'an object (a test)', null)
    return []
  })
}
