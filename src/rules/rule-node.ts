import { assertNever } from '../model/assert-never.ts'

/** Half-open range of offsets in a `SourceText`. */
export interface NodeRange {
  readonly start: number
  readonly end: number
}

/**
 * A value of a rule document, whatever its notation, with its place.
 * Numbers keep their text: an unquoted `10.10` or a digest of digits only is what it says, not what a double makes of it.
 */
export type RuleNode = TextNode | NumberNode | BooleanNode | NullNode | ListNode | MapNode

export interface TextNode extends NodeRange {
  readonly kind: 'text'
  readonly value: string
}

interface NumberNode extends NodeRange {
  readonly kind: 'number'
  readonly text: string
}

interface BooleanNode extends NodeRange {
  readonly kind: 'boolean'
  readonly value: boolean
}

interface NullNode extends NodeRange {
  readonly kind: 'null'
}

export interface ListNode extends NodeRange {
  readonly kind: 'list'
  readonly items: readonly RuleNode[]
}

export interface MapNode extends NodeRange {
  readonly kind: 'map'
  readonly entries: readonly MapEntry[]
}

export interface MapEntry {
  readonly key: string
  readonly keyRange: NodeRange
  readonly value: RuleNode
}

/** Most levels of nesting in a rule document; the forms need six. */
export const NESTING_LIMIT = 64

/** Names what was found, as in "found the number 5". */
export function describeNode(node: RuleNode): string {
  switch (node.kind) {
    case 'text':
      return node.value === '' ? 'an empty text' : `the text ${quoted(node.value)}`
    case 'number':
      return `the number ${shortened(node.text)}`
    case 'boolean':
      return `the boolean ${node.value}`
    case 'null':
      return 'nothing (null)'
    case 'list':
      return 'a list'
    case 'map':
      return 'an object'
    default:
      return assertNever(node)
  }
}

/** Code points of a foreign text that a message repeats. */
const QUOTED_LIMIT = 60

/** A foreign text in quotes, cut where it is long; the printer escapes it. */
export function quoted(text: string): string {
  return `"${shortened(text)}"`
}

function shortened(text: string): string {
  // Twice the limit in code units always holds the limit in code points, and bounds the split of a hostile text.
  const points = Array.from(text.slice(0, 2 * QUOTED_LIMIT + 2))
  return points.length > QUOTED_LIMIT ? points.slice(0, QUOTED_LIMIT).join('') + '…' : text
}
