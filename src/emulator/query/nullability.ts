import { assertNever } from '../../model/assert-never.ts'
import type { FilterNode } from './filter-node.ts'

/** Whether an expression may be null for some row. Comparisons never are: with null they are true or false. */
export function isNullableNode(node: FilterNode): boolean {
  switch (node.kind) {
    case 'literal':
      return node.value === null
    case 'property':
      return node.property.isNullable
    case 'negate':
    case 'arithmetic':
      // A result that has no place in 64 bits, or no value at all, is null.
      return true
    case 'comparison':
    case 'in':
      return false
    case 'and':
    case 'or':
      return node.terms.some(isNullableNode)
    case 'not':
      return isNullableNode(node.operand)
    case 'call':
      return node.args.some(isNullableNode)
    default:
      return assertNever(node)
  }
}
