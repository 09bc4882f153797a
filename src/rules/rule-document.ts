import { readReferencedDefinition } from './api-binding.ts'
import { definitionNames, NATIVE_ONLY_KEYS, readDefinition } from './definition-form.ts'
import type { DiagnosticList } from './diagnostic-list.ts'
import { spotOf } from './document-context.ts'
import type { DocumentContext, DocumentForm } from './document-context.ts'
import { indicatorNames, readIndicator } from './indicator-form.ts'
import type { Binding } from './indicator-form.ts'
import { readNativeDefinition } from './native-definition.ts'
import type { NativeTarget } from './native-definition.ts'
import { propertiesOf, reportType } from './properties.ts'
import { readJson } from './read-json.ts'
import { readYaml } from './read-yaml.ts'
import { describeNode, quoted } from './rule-node.ts'
import type { ListNode, MapEntry, MapNode, RuleNode } from './rule-node.ts'
import type { SourceText } from './source-text.ts'
import { nearestSpelling } from './spelling.ts'

const TOP_LEVEL_KEYS = ['alertDefinitions', 'iocs', 'value'] as const
type TopLevelKey = (typeof TOP_LEVEL_KEYS)[number]

/** The smallest rule file, for the person who has none yet. */
const MINIMAL_FILE = {
  yaml: 'Begin with: alertDefinitions: [{ Name: a, Title: A, Severity: Low, Category: Malware, UxDescription: A, iocs: [] }]',
  json: 'Begin with: {"alertDefinitions": [{"Name": "a", "Title": "A", "Severity": "Low", "Category": "Malware", "UxDescription": "A", "iocs": []}]}',
} as const

/** Reads one rule document of any form into the draft and reports everything that is wrong with it. */
export function readRuleDocument(
  source: SourceText,
  diagnostics: DiagnosticList,
  target: NativeTarget,
): void {
  const notation = notationOf(source)
  if (source.text.trim() === '') {
    diagnostics.error(source.spotOf(0, 0), {
      code: 'RULE001',
      message: 'the file is empty',
      fix: MINIMAL_FILE[notation],
    })
    return
  }
  const node = notation === 'json' ? readJson(source, diagnostics) : readYaml(source, diagnostics)
  if (node === null) return
  const sourceIndex = target.draft.sourceIndexOf(source.file)
  const context: DocumentContext = { source, sourceIndex, notation, form: 'native', diagnostics }
  const entry = node.kind === 'map' ? topLevelEntry(context, node) : null
  if (node.kind !== 'map') reportTopLevelType(context, node)
  if (node.kind !== 'map' || entry === null) return
  const form = formOf(entry, notation)
  readBody({ ...context, form }, node, entry, target)
}

/** By the name; a stream or another name by the first character. */
function notationOf(source: SourceText): 'yaml' | 'json' {
  const name = source.file.toLowerCase()
  if (name.endsWith('.json')) return 'json'
  if (name.endsWith('.yaml') || name.endsWith('.yml')) return 'yaml'
  return /^\s*\{/.test(source.text) ? 'json' : 'yaml'
}

function reportTopLevelType(context: DocumentContext, node: RuleNode): void {
  if (node.kind === 'null' && context.notation === 'yaml') {
    context.diagnostics.error(spotOf(context, { start: 0, end: 0 }), {
      code: 'RULE001',
      message: 'the file holds nothing but comments',
      fix: MINIMAL_FILE.yaml,
    })
    return
  }
  context.diagnostics.error(spotOf(context, node), {
    code: 'RULE005',
    message: `the top level must be an object with alertDefinitions, found ${describeNode(node)}`,
    fix:
      node.kind === 'list' ? 'Put the list under the key alertDefinitions.' : MINIMAL_FILE[context.notation],
  })
}

interface TopLevel extends MapEntry {
  readonly key: TopLevelKey
}

/** The one entry that says what the file is, or null after a diagnostic. */
function topLevelEntry(context: DocumentContext, node: MapNode): TopLevel | null {
  const entries: TopLevel[] = []
  for (const entry of node.entries) {
    const key = TOP_LEVEL_KEYS.find((key) => key === entry.key)
    if (key !== undefined && !entries.some((earlier) => earlier.key === key)) entries.push({ ...entry, key })
  }
  const [first, second] = entries
  if (first === undefined) {
    reportNoTopLevelKey(context, node)
    return null
  }
  if (second === undefined) return first
  context.diagnostics.error(spotOf(context, second.keyRange), {
    code: 'RULE013',
    message: `${second.key} stands beside ${first.key}; a file holds one of the two`,
    fix:
      second.key === 'iocs' || first.key === 'iocs'
        ? 'Put the IOCs under the iocs of their definition, or into a file of their own.'
        : 'Put each into a file of its own.',
    related: [{ message: `${first.key} stands here`, spot: spotOf(context, first.keyRange) }],
  })
  return null
}

function reportNoTopLevelKey(context: DocumentContext, node: MapNode): void {
  const keys = node.entries.map((entry) => entry.key)
  const isDefinition = keys.includes('Name') || keys.includes('Title')
  const isIndicator = keys.includes('Type') && keys.includes('Value')
  const misspelt = isDefinition || isIndicator ? [] : node.entries
  for (const { key, keyRange } of misspelt) {
    const nearest = nearestSpelling(key, TOP_LEVEL_KEYS)
    if (nearest === null) continue
    context.diagnostics.error(spotOf(context, keyRange), {
      code: 'RULE012',
      message: `a rule file has no top-level key ${quoted(key)}`,
      fix: `Did you mean ${nearest}?`,
    })
    return
  }
  const fix = isDefinition
    ? 'Put the definition into a list under the key alertDefinitions.'
    : isIndicator
      ? 'Put the IOC into the list iocs of a definition.'
      : 'Put the definitions into a list under the key alertDefinitions.'
  context.diagnostics.error(spotOf(context, node.entries[0]?.keyRange ?? node), {
    code: 'RULE012',
    message: 'the file has none of the top-level keys alertDefinitions, iocs and value',
    fix,
  })
}

/** Which form a body has (DESIGN 4.1). */
function formOf(entry: TopLevel, notation: 'yaml' | 'json'): DocumentForm {
  if (entry.key === 'value') return 'reply'
  if (entry.key === 'iocs') return 'request'
  const isNative =
    notation === 'yaml' ||
    (entry.value.kind === 'list' &&
      entry.value.items.some(
        (item) => item.kind === 'map' && item.entries.some(({ key }) => NATIVE_ONLY_KEYS.includes(key)),
      ))
  return isNative ? 'native' : 'request'
}

function readBody(context: DocumentContext, node: MapNode, entry: TopLevel, target: NativeTarget): void {
  const properties = propertiesOf(context, node, { noun: 'a rule file', known: TOP_LEVEL_KEYS })
  const next = node.entries.find(({ key }) => key.endsWith('@odata.nextLink') || key === '@nextLink')
  if (context.form === 'reply' && next !== undefined) {
    context.diagnostics.warn(spotOf(context, next.keyRange), {
      code: 'RULE019',
      message: 'the reply is one page of several; the other pages are not in this file',
      fix: 'Fetch all pages and keep them beside each other.',
    })
  }
  const list = properties.get(entry.key)?.value ?? entry.value
  if (list.kind !== 'list') {
    reportType(context, list, entry.key, 'a list', null)
    return
  }
  if (list.items.length === 0) target.draft.emptyList ??= spotOf(context, list)
  readItems(context, list, entry.key, target)
}

function readItems(context: DocumentContext, list: ListNode, key: TopLevelKey, target: NativeTarget): void {
  for (const item of list.items) {
    if (item.kind !== 'map') {
      const noun = key === 'iocs' ? 'an IOC' : 'an alert definition'
      reportType(context, item, `each element of ${key}`, `an object (${noun})`, null)
      continue
    }
    if (context.form === 'native') readNativeDefinition(context, item, target)
    else if (key === 'iocs' || (key === 'value' && isIndicator(item))) readApiIndicator(context, item, target)
    else readApiDefinition(context, item, target)
  }
}

/** Whether an entity of a reply is an indicator: definitions have none of these properties. */
function isIndicator(item: MapNode): boolean {
  return item.entries.some(({ key }) => key === 'Type' || key === 'Value' || key === 'DetectionFunction')
}

function readApiDefinition(context: DocumentContext, item: MapNode, target: NativeTarget): void {
  const properties = propertiesOf(context, item, definitionNames(context))
  target.draft.addDefinition(readDefinition(context, item, properties), context.diagnostics)
}

function readApiIndicator(context: DocumentContext, item: MapNode, target: NativeTarget): void {
  const properties = propertiesOf(context, item, indicatorNames(context))
  const binding: Binding | null = readReferencedDefinition(context, item, properties, target.draft)
  readIndicator(context, item, properties, binding, target)
}
