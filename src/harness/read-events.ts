import { assertNever } from '../model/assert-never.ts'
import type { DocumentContext } from '../rules/document-context.ts'
import { describeNode } from '../rules/rule-node.ts'
import type { RuleNode } from '../rules/rule-node.ts'
import { reportAt, spanOf } from './test-context.ts'
import type { InlineEvents } from './test-file.ts'

/** Reads the events of a test: objects, texts of one line each, or one text in any log format. Null after a diagnostic. */
export function readEvents(context: DocumentContext, node: RuleNode): InlineEvents | null {
  if (node.kind === 'text' && node.value.trim() !== '') return textEvents(context, node, node.value)
  if (node.kind === 'map') return rowEvents(context, node, [node])
  if (node.kind === 'list' && node.items.length > 0) return listEvents(context, node, node.items)
  refuse(context, node, 'events must be a list of objects, or a text that holds a log', node)
  return null
}

function listEvents(
  context: DocumentContext,
  node: RuleNode,
  items: readonly RuleNode[],
): InlineEvents | null {
  const wrong = items.filter((item) => item.kind !== 'map' && item.kind !== 'text')
  for (const item of wrong) refuse(context, item, 'each event must be an object, or a line of a log', item)
  const mixed = items.find((item) => item.kind !== items[0]?.kind)
  if (wrong.length === 0 && mixed !== undefined)
    refuse(context, mixed, 'events are either all objects or all lines of a log', mixed)
  if (wrong.length > 0 || mixed !== undefined) return null
  return items[0]?.kind === 'text' ? lineEvents(context, node, items) : rowEvents(context, node, items)
}

function refuse(context: DocumentContext, at: RuleNode, message: string, found: RuleNode): void {
  reportAt(context, at, {
    code: 'TEST013',
    message: `${message}, found ${describeNode(found)}`,
    fix: 'Write each event as an object: - { RemoteUrl: a.example }.',
  })
}

function rowEvents(context: DocumentContext, node: RuleNode, items: readonly RuleNode[]): InlineEvents {
  const text = items.map((item) => `${jsonOf(item)}\n`).join('')
  const lines = items.map((item) => context.source.placeOf(item.start).line)
  return { kind: 'rows', bytes: bytesOf(text), lines, span: spanOf(context, node) }
}

function lineEvents(context: DocumentContext, node: RuleNode, items: readonly RuleNode[]): InlineEvents {
  const texts = items.map((item) => (item.kind === 'text' ? item.value.replace(/\r?\n$/, '') : ''))
  const lines = items.flatMap((item, i) => {
    const { line } = context.source.placeOf(item.start)
    return (texts[i] ?? '').split('\n').map(() => line)
  })
  return { kind: 'text', bytes: bytesOf(`${texts.join('\n')}\n`), lines, span: spanOf(context, node) }
}

/** A block text keeps its lines below its sign; a text in quotes stands where it begins. */
function textEvents(context: DocumentContext, node: RuleNode, text: string): InlineEvents {
  const { line } = context.source.placeOf(node.start)
  const isLiteral = context.source.text[node.start] === '|'
  const lines = text.split('\n').map((_, i) => (isLiteral ? line + 1 + i : line))
  return { kind: 'text', bytes: bytesOf(text), lines, span: spanOf(context, node) }
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/
/** More digits than a column of numbers has: a digest of digits only, or an identifier. */
const NUMBER_LENGTH_LIMIT = 20

/** The event as JSON. Numbers stay as written, because a double would change long ones. */
function jsonOf(node: RuleNode): string {
  switch (node.kind) {
    case 'text':
      return JSON.stringify(node.value)
    case 'number':
      return JSON_NUMBER.test(node.text) && node.text.length <= NUMBER_LENGTH_LIMIT
        ? node.text
        : JSON.stringify(node.text)
    case 'boolean':
      return String(node.value)
    case 'null':
      return 'null'
    case 'list':
      return `[${node.items.map(jsonOf).join(',')}]`
    case 'map':
      return `{${node.entries.map(({ key, value }) => `${JSON.stringify(key)}:${jsonOf(value)}`).join(',')}}`
    default:
      return assertNever(node)
  }
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
