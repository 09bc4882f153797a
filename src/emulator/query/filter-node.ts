import type { PropertyInfo, PropertyType } from './entity-types.ts'

/** The type of an expression: a property's, or one that only literals and functions have. */
export type ValueType = PropertyType | { readonly kind: 'Double' | 'Date' | 'Null' }

/** Operators that ask how two values stand to each other; the result is Boolean. */
export const COMPARISONS = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const
/** One of `COMPARISONS`. */
export type ComparisonOperator = (typeof COMPARISONS)[number]

/** Operators that make a number of two numbers. */
export const ARITHMETICS = ['add', 'sub', 'mul', 'div', 'mod'] as const
/** One of `ARITHMETICS`. */
export type ArithmeticOperator = (typeof ARITHMETICS)[number]

/** Functions of `$filter` and `$orderby`; what each takes and gives stands in `filter-functions.ts`. */
export const FUNCTIONS = [
  'contains',
  'startswith',
  'endswith',
  'indexof',
  'length',
  'substring',
  'tolower',
  'toupper',
  'trim',
  'concat',
  'year',
  'month',
  'day',
  'hour',
  'minute',
  'second',
  'date',
  'now',
] as const
/** One of `FUNCTIONS`. */
export type FunctionName = (typeof FUNCTIONS)[number]

/**
 * A literal's value by its type: Int64, and the index of an enum's member, bigint; DateTimeOffset and Date bigint,
 * in ticks (a date's are its midnight's in UTC); Double number; Null null.
 */
export type LiteralValue = string | number | bigint | boolean | null

interface Typed {
  readonly type: ValueType
  /** UTF-16 units before the expression, in the option's decoded value. */
  readonly offset: number
  /** Levels of operators below and with this one; at most 50, so that whoever walks the tree may recurse. */
  readonly depth: number
}

/** A value that is written out in the expression. */
export interface LiteralNode extends Typed {
  readonly kind: 'literal'
  readonly value: LiteralValue
}

/** A property of the entity itself, or of its parent: an indicator's definition. */
export interface PropertyNode extends Typed {
  readonly kind: 'property'
  readonly owner: 'self' | 'parent'
  readonly property: PropertyInfo
}

interface NegateNode extends Typed {
  readonly kind: 'negate'
  readonly operand: FilterNode
}

/** Both operands Int64 and so the result; or any of them Double, and so the result. */
interface ArithmeticNode extends Typed {
  readonly kind: 'arithmetic'
  readonly operator: ArithmeticOperator
  readonly left: FilterNode
  readonly right: FilterNode
}

/** A comparison; both operands were found comparable when it was parsed. */
export interface ComparisonNode extends Typed {
  readonly kind: 'comparison'
  readonly operator: ComparisonOperator
  readonly left: FilterNode
  readonly right: FilterNode
}

/** `operand in (a, b)`: true where the operand equals one of the items. */
export interface MembershipNode extends Typed {
  readonly kind: 'in'
  readonly operand: FilterNode
  readonly items: readonly FilterNode[]
}

/** Two or more terms; a chain is one node, so that its length is no depth. */
interface LogicalNode extends Typed {
  readonly kind: 'and' | 'or'
  readonly terms: readonly FilterNode[]
}

interface NotNode extends Typed {
  readonly kind: 'not'
  readonly operand: FilterNode
}

/** A call of a function, with as many arguments as that function takes. */
export interface CallNode extends Typed {
  readonly kind: 'call'
  readonly name: FunctionName
  readonly args: readonly FilterNode[]
}

/** A typed expression: operands were checked when it was parsed. A filter's root is Boolean, or the literal null. */
export type FilterNode =
  | LiteralNode
  | PropertyNode
  | NegateNode
  | ArithmeticNode
  | ComparisonNode
  | MembershipNode
  | LogicalNode
  | NotNode
  | CallNode

/** One key of an order. Null stands first ascending and last descending. */
export interface OrderTerm {
  readonly expression: FilterNode
  readonly isDescending: boolean
}
