import { definitionNames, readDefinition } from './definition-form.ts'
import { spotOf } from './document-context.ts'
import type { DocumentContext } from './document-context.ts'
import { indicatorNames, readIndicator, readOpaque } from './indicator-form.ts'
import type { IndicatorTarget } from './indicator-form.ts'
import { isLineList, readIocLines } from './ioc-lines.ts'
import { readIocList } from './ioc-list.ts'
import { listPathProblem, listSourceName } from './ioc-list-path.ts'
import { propertiesOf, reportType } from './properties.ts'
import type { Property } from './properties.ts'
import { quoted } from './rule-node.ts'
import type { ListNode, MapNode, RuleNode } from './rule-node.ts'

/** Gives the contents that a rule file refers to; the rules themselves touch no disk. */
export interface RuleReader {
  /** Reads an iocFiles entry, relative to the rule file that names it; null: does not exist or lies outside the rule folder. */
  readonly readSibling: (ruleFile: string, relativePath: string) => Uint8Array | null
}

/** What a native definition is read into, and from where its lists come. */
export interface NativeTarget extends IndicatorTarget {
  readonly reader: RuleReader
}

/** Reads one definition of the native form with its indicators, lists and opaque values. */
export function readNativeDefinition(context: DocumentContext, node: MapNode, target: NativeTarget): void {
  const properties = propertiesOf(context, node, definitionNames(context))
  const reading = readDefinition(context, node, properties)
  const index = target.draft.addDefinition(reading, context.diagnostics)
  const iocs = listOf(context, properties.get('iocs'))
  for (const item of mapsOf(context, iocs, 'iocs', 'an object (an IOC)')) {
    const properties = propertiesOf(context, item, indicatorNames(context))
    readIndicator(context, item, properties, { kind: 'index', index }, target)
  }
  const opaque = listOf(context, properties.get('opaque'))
  for (const item of mapsOf(context, opaque, 'opaque', 'an object (an IOC)')) {
    readOpaqueItem(context, item, index, target)
  }
  readLists(context, listOf(context, properties.get('iocFiles')), index, target)
  // `tests` belongs to the harness; here it only has to be a list.
  listOf(context, properties.get('tests'))
}

function listOf(context: DocumentContext, property: Property | undefined): ListNode | null {
  if (property === undefined) return null
  if (property.value.kind === 'list') return property.value
  reportType(context, property.value, property.name, 'a list', null)
  return null
}

function mapsOf(
  context: DocumentContext,
  list: ListNode | null,
  name: string,
  expected: string,
): readonly MapNode[] {
  const maps: MapNode[] = []
  for (const item of list?.items ?? []) {
    if (item.kind === 'map') maps.push(item)
    else reportType(context, item, `each element of ${name}`, expected, null)
  }
  return maps
}

function readOpaqueItem(context: DocumentContext, item: MapNode, index: number, target: NativeTarget): void {
  const properties = propertiesOf(context, item, indicatorNames(context))
  target.draft.readCount++
  const indicator = readOpaque(context, properties)
  if (indicator !== null) {
    target.draft.opaque.push({ definition: index, reference: null, indicator })
    return
  }
  target.draft.rejectedCount++
  for (const name of ['Type', 'Value']) {
    if (properties.has(name) && properties.get(name)?.value.kind !== 'null') continue
    context.diagnostics.error(spotOf(context, item.entries[0]?.keyRange ?? item), {
      code: 'IOC001',
      message: `the opaque IOC has no ${name}`,
      fix: `Add ${name}.`,
    })
  }
}

function readLists(
  context: DocumentContext,
  list: ListNode | null,
  definition: number,
  target: NativeTarget,
): void {
  const seen = new Map<string, RuleNode>()
  for (const item of list?.items ?? []) {
    if (item.kind !== 'text') {
      reportType(context, item, 'each element of iocFiles', 'the path of a CSV file', null)
      continue
    }
    const problem = listPathProblem(item.value)
    if (problem !== null) {
      context.diagnostics.error(spotOf(context, item), problem)
      continue
    }
    const file = listSourceName(context.source.file, item.value)
    const earlier = seen.get(file)
    seen.set(file, item)
    if (earlier !== undefined) {
      context.diagnostics.error(spotOf(context, item), {
        code: 'CSV013',
        message: `the list ${quoted(item.value)} is named twice`,
        fix: 'Delete one of the two.',
        related: [{ message: 'the first stands here', spot: spotOf(context, earlier) }],
      })
      continue
    }
    readList(context, item.value, item, file, definition, target)
  }
}

function readList(
  context: DocumentContext,
  path: string,
  node: RuleNode,
  file: string,
  definition: number,
  target: NativeTarget,
): void {
  const bytes = target.reader.readSibling(context.source.file, path)
  if (bytes === null) {
    context.diagnostics.error(spotOf(context, node), {
      code: 'CSV001',
      message: `the list ${quoted(path)} does not exist, or lies outside the rule folder`,
      fix: 'Give the path relative to this rule file.',
    })
    return
  }
  const read = isLineList(file) ? readIocLines : readIocList
  read({ file, bytes, definition, ...target, diagnostics: context.diagnostics })
}
