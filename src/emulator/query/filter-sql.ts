import { assertNever } from '../../model/assert-never.ts'
import type {
  CallNode,
  ComparisonNode,
  FilterNode,
  LiteralNode,
  MembershipNode,
  OrderTerm,
  PropertyNode,
} from './filter-node.ts'
import { isNullableNode } from './nullability.ts'
import type { SqlText } from './sql-text.ts'
import { balanced, bound, joined, raw, sql } from './sql-text.ts'

export type { SqlText } from './sql-text.ts'

/**
 * What a comparison yields when an operand is null. `false` is OData's answer. Where nothing but and/or stands above,
 * SQL's own `unknown` keeps the same rows, and leaves the comparison in a form that an index answers.
 */
type Ignorance = 'false' | 'unknown'

/** Writes a condition over the entity's row `e` and its parent's row `p`; a row is kept where it is true. */
export function filterToSql(filter: FilterNode): SqlText {
  return compile(filter, 'unknown')
}

/**
 * Writes what follows ORDER BY; the last key is the entity's Id, so that the order is total. SQLite itself puts null
 * first ascending and last descending.
 */
export function orderToSql(terms: readonly OrderTerm[]): SqlText {
  const keys: SqlText[] = []
  for (const { expression, isDescending } of terms) {
    const key = compile(expression, 'false')
    // A constant that is written out would be read as the number of a result column.
    const value = expression.kind === 'literal' ? sql`(+${key})` : key
    keys.push(isDescending ? sql`${value} DESC` : sql`${value} ASC`)
    if (isOwnId(expression)) return joined(keys, ', ')
  }
  return joined([...keys, raw('e."Id"')], ', ')
}

function isOwnId(node: FilterNode): boolean {
  return node.kind === 'property' && node.owner === 'self' && node.property.name === 'Id'
}

function compile(node: FilterNode, ignorance: Ignorance): SqlText {
  switch (node.kind) {
    case 'literal':
      return literal(node)
    case 'property':
      return column(node)
    case 'negate':
      return sql`dryfire_negate(${value(node.operand)})`
    case 'arithmetic':
      return sql`${raw(`dryfire_${node.operator}`)}(${value(node.left)}, ${value(node.right)})`
    case 'comparison':
      return comparison(node, ignorance)
    case 'in':
      return membership(node, ignorance)
    case 'and':
    case 'or': {
      const terms = node.terms.map((term) => compile(term, ignorance))
      return balanced(terms, node.kind === 'and' ? 'AND' : 'OR')
    }
    case 'not':
      return sql`(NOT ${value(node.operand)})`
    case 'call':
      return call(node)
    default:
      return assertNever(node)
  }
}

/** An operand: below anything but and/or, unknown is not false. */
function value(node: FilterNode): SqlText {
  return compile(node, 'false')
}

function literal({ value: content }: LiteralNode): SqlText {
  if (content === null) return raw('NULL')
  if (typeof content === 'boolean') return raw(content ? '1' : '0')
  return bound(content)
}

function column({ owner, property }: PropertyNode): SqlText {
  return raw(`${owner === 'self' ? 'e' : 'p'}."${property.name}"`)
}

function comparison(node: ComparisonNode, ignorance: Ignorance): SqlText {
  const left = value(node.left)
  const right = value(node.right)
  const nullableCount = Number(isNullableNode(node.left)) + Number(isNullableNode(node.right))
  switch (node.operator) {
    case 'eq':
      return nullableCount === 0 || (nullableCount === 1 && ignorance === 'unknown')
        ? sql`(${left} = ${right})`
        : sql`(${left} IS ${right})`
    case 'ne':
      return nullableCount === 0 ? sql`(${left} <> ${right})` : sql`(${left} IS NOT ${right})`
    case 'gt':
      return orFalse(sql`${left} > ${right}`, nullableCount, ignorance)
    case 'ge':
      return orFalse(sql`${left} >= ${right}`, nullableCount, ignorance)
    case 'lt':
      return orFalse(sql`${left} < ${right}`, nullableCount, ignorance)
    case 'le':
      return orFalse(sql`${left} <= ${right}`, nullableCount, ignorance)
    default:
      return assertNever(node.operator)
  }
}

function orFalse(condition: SqlText, nullableCount: number, ignorance: Ignorance): SqlText {
  return nullableCount === 0 || ignorance === 'unknown' ? sql`(${condition})` : sql`COALESCE(${condition}, 0)`
}

/**
 * `in` is a chain of eq joined by or. Literals of the operand's type become a list, which an index answers. Else the
 * operand is computed once in a subquery: written once per item, nested lists would grow without bound.
 */
function membership(node: MembershipNode, ignorance: Ignorance): SqlText {
  const { operand, items } = node
  const left = value(operand)
  const values = items.map(value)
  if (items.every((item) => isPlain(item, operand)))
    return orFalse(sql`${left} IN (${joined(values, ', ')})`, Number(isNullableNode(operand)), ignorance)
  const choices = values.map((item) => sql`(v."x" IS ${item})`)
  return sql`(SELECT ${balanced(choices, 'OR')} FROM (SELECT ${left} AS "x") AS v)`
}

function isPlain(item: FilterNode, operand: FilterNode): boolean {
  return item.kind === 'literal' && item.value !== null && item.type.kind === operand.type.kind
}

function call({ name, args }: CallNode): SqlText {
  const values = args.map(value)
  const [first = raw('NULL'), second = raw('NULL')] = values
  if (name === 'contains') return sql`(instr(${first}, ${second}) > 0)`
  if (name === 'concat') return sql`(${first} || ${second})`
  if (name === 'startswith') return sql`(instr(${first}, ${second}) = 1)`
  if (name === 'endswith') return endsWith(first, second)
  return sql`${raw(`dryfire_${name}`)}(${joined(values, ', ')})`
}

/**
 * As bytes: SQLite's functions of text stop at a NUL, and in UTF-8 no match begins within a character. With a sign at
 * the end of both, because `substr` of an empty blob is null.
 */
function endsWith(text: SqlText, part: SqlText): SqlText {
  const tail = sql`CAST(${part} || '|' AS BLOB)`
  return sql`(substr(CAST(${text} || '|' AS BLOB), -length(${tail}), length(${tail})) = ${tail})`
}
