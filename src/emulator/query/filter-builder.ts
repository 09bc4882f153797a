import { excerpt } from './excerpt.ts'
import type { Signature } from './filter-functions.ts'
import type { ArithmeticOperator, ComparisonOperator, FilterNode, ValueType } from './filter-node.ts'
import type { OptionText } from './option-text.ts'
import { asMemberOf, isComparable, isNumber, typeName } from './value-type.ts'

/** Most levels of an expression, both of operators and of parentheses (ti-api 6.1). */
export const DEPTH_LIMIT = 50

const BOOLEAN: ValueType = { kind: 'Boolean' }

/** Makes typed nodes and refuses operands that do not fit. */
export class FilterBuilder {
  readonly #source: OptionText

  constructor(source: OptionText) {
    this.#source = source
  }

  logical(kind: 'and' | 'or', terms: readonly FilterNode[]): FilterNode {
    for (const term of terms) this.#demandBoolean(kind, term)
    const offset = terms[0]?.offset ?? this.#source.start
    return { kind, terms, type: BOOLEAN, offset, depth: this.#level(offset, terms) }
  }

  not(offset: number, operand: FilterNode): FilterNode {
    if (!isTruth(operand))
      this.#source.refuse(
        offset,
        `not takes a condition, found ${typeName(operand.type)}; it binds tighter than comparisons`,
        'put the comparison in parentheses: not (a eq b)',
      )
    return { kind: 'not', operand, type: BOOLEAN, offset, depth: this.#level(offset, [operand]) }
  }

  negate(offset: number, operand: FilterNode): FilterNode {
    const type = this.#numberType('-', [operand])
    return { kind: 'negate', operand, type, offset, depth: this.#level(offset, [operand]) }
  }

  arithmetic(operator: ArithmeticOperator, left: FilterNode, right: FilterNode): FilterNode {
    const type = this.#numberType(operator, [left, right])
    const { offset } = left
    return {
      kind: 'arithmetic',
      operator,
      left,
      right,
      type,
      offset,
      depth: this.#level(offset, [left, right]),
    }
  }

  comparison(operator: ComparisonOperator, left: FilterNode, right: FilterNode): FilterNode {
    const rightMember = this.#member(left.type, right)
    const leftMember = this.#member(right.type, left)
    this.#demandComparable(operator, leftMember, rightMember)
    return {
      kind: 'comparison',
      operator,
      left: leftMember,
      right: rightMember,
      type: BOOLEAN,
      offset: left.offset,
      depth: this.#level(left.offset, [left, right]),
    }
  }

  membership(operand: FilterNode, items: readonly FilterNode[]): FilterNode {
    const members = items.map((item) => this.#member(operand.type, item))
    for (const member of members) this.#demandComparable('in', operand, member)
    const { offset } = operand
    const depth = this.#level(offset, [operand, ...items])
    return { kind: 'in', operand, items: members, type: BOOLEAN, offset, depth }
  }

  call(offset: number, signature: Signature, args: readonly FilterNode[]): FilterNode {
    const { name, parameters, leastCount, result } = signature
    if (args.length < leastCount || args.length > parameters.length) {
      const count =
        leastCount === parameters.length ? `${leastCount}` : `${leastCount} or ${parameters.length}`
      this.#source.refuse(
        offset,
        `${name} takes ${count} arguments, found ${args.length}`,
        'give as many as it takes',
      )
    }
    for (const [i, arg] of args.entries()) {
      const accepted = parameters[i] ?? []
      if (arg.type.kind !== 'Null' && !accepted.includes(arg.type.kind))
        this.#source.refuse(
          arg.offset,
          `argument ${i + 1} of ${name} must be Edm.${accepted.join(' or Edm.')}, found ${typeName(arg.type)}`,
          arg.type.kind === 'Enum' ? 'compare enums with eq, ne or in' : 'give a value of that type',
        )
    }
    return { kind: 'call', name, args, type: result, offset, depth: this.#level(offset, args) }
  }

  #numberType(operator: string, operands: readonly FilterNode[]): ValueType {
    for (const operand of operands)
      if (!isNumber(operand.type) && operand.type.kind !== 'Null')
        this.#source.refuse(
          operand.offset,
          `${operator} takes numbers, found ${typeName(operand.type)}`,
          'calculate with numbers only; comparisons bind weaker than arithmetic',
        )
    return { kind: operands.some((operand) => operand.type.kind === 'Double') ? 'Double' : 'Int64' }
  }

  #demandBoolean(operator: string, operand: FilterNode): void {
    if (!isTruth(operand))
      this.#source.refuse(
        operand.offset,
        `${operator} takes conditions, found ${typeName(operand.type)}`,
        'compare the value with something, as in Id eq 1',
      )
  }

  #demandComparable(operator: string, left: FilterNode, right: FilterNode): void {
    if (isComparable(left.type, right.type)) return
    const kinds = [left.type.kind, right.type.kind]
    const isDay = kinds.includes('Date') && kinds.includes('DateTimeOffset')
    this.#source.refuse(
      right.offset,
      `${operator} compares values of one type, found ${typeName(left.type)} and ${typeName(right.type)}`,
      isDay
        ? 'compare date(…) with a date, or write the time too, like 2017-02-01T00:00:00Z'
        : 'write both sides in one type; texts stand in single quotes, numbers and times do not',
    )
  }

  #member(type: ValueType, node: FilterNode): FilterNode {
    const member = asMemberOf(type, node)
    if (member !== null) return member
    const text = node.kind === 'literal' ? String(node.value) : ''
    const members = type.kind === 'Enum' ? type.members.join(', ') : ''
    return this.#source.refuse(
      node.offset,
      `${typeName(type)} has no member "${excerpt(text)}"`,
      `use one of ${members}`,
    )
  }

  #level(offset: number, operands: readonly FilterNode[]): number {
    let depth = 0
    for (const operand of operands) depth = Math.max(depth, operand.depth)
    if (depth >= DEPTH_LIMIT) refuseDepth(this.#source, offset)
    return depth + 1
  }
}

/** Throws that an expression is nested too deeply. */
export function refuseDepth(source: OptionText, offset: number): never {
  return source.refuse(
    offset,
    `the expression has more than ${DEPTH_LIMIT} levels`,
    'join conditions with and/or, or list values with in, without nesting them',
  )
}

/** Boolean, or the literal null, which is the unknown truth. */
export function isTruth(node: FilterNode): boolean {
  return node.type.kind === 'Boolean' || node.type.kind === 'Null'
}
