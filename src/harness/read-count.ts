import type { DocumentContext } from '../rules/document-context.ts'
import { describeNode } from '../rules/rule-node.ts'
import type { RuleNode } from '../rules/rule-node.ts'
import { reportAt } from './test-context.ts'
import type { CountRange } from './test-file.ts'

const RANGE = /^(\d{1,9})?\.\.(\d{1,9})?$/
const NUMBER = /^\d{1,9}$/

/** Reads `2`, `1..3`, `2..` or `..5`; null after a diagnostic. */
export function readCount(context: DocumentContext, node: RuleNode, subject: string): CountRange | null {
  const range = rangeOf(node)
  if (range !== null && (range.max === null || range.min <= range.max)) return range
  reportAt(context, node, {
    code: 'TEST007',
    message: `${subject} must be a whole number or a range, found ${describeNode(node)}`,
    fix:
      range === null
        ? 'Write it like 2, 1..3, 2.. or ..5.'
        : `Write the smaller number first: ${range.max}..${range.min}.`,
  })
  return null
}

function rangeOf(node: RuleNode): CountRange | null {
  const text = node.kind === 'number' ? node.text : node.kind === 'text' ? node.value : ''
  if (NUMBER.test(text)) return { min: Number(text), max: Number(text) }
  const [whole, min, max] = RANGE.exec(text) ?? []
  if (whole === undefined || (min === undefined && max === undefined)) return null
  return { min: Number(min ?? '0'), max: max === undefined ? null : Number(max) }
}

/** A range in words, as in "exactly 2" or "1 to 3". */
export function countInWords({ min, max }: CountRange): string {
  if (max === null) return `at least ${min}`
  if (min === max) return `exactly ${min}`
  return min === 0 ? `at most ${max}` : `${min} to ${max}`
}

/** True when a number lies in a range. */
export function isInRange(count: number, { min, max }: CountRange): boolean {
  return count >= min && (max === null || count <= max)
}
