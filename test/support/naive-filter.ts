/**
 * The meaning of `$filter`, written down from the specification (ti-api 6.1) over plain objects, one rule at a time
 * and without a thought for speed. It shares the tree with the code under test and nothing else.
 */
import { assertNever } from '../../src/model/assert-never.ts'
import type { CallNode, FilterNode, OrderTerm, ValueType } from '../../src/emulator/query/filter-node.ts'

/** A property's value: enums by the name of their member, times in ticks of 100 ns since 1970. */
export type PlainValue = string | bigint | boolean | null

/** An entity and what it belongs to. */
export interface PlainRow {
  readonly self: { readonly [name: string]: PlainValue }
  readonly parent: { readonly [name: string]: PlainValue } | null
}

type Value = string | bigint | number | boolean | null

const TICKS_PER_DAY = 864_000_000_000n

/** Whether the row is kept: only true keeps it, false and unknown do not. */
export function naiveKeeps(filter: FilterNode, row: PlainRow, now: bigint): boolean {
  return naiveValue(filter, row, now) === true
}

/** Orders rows: null first ascending, last descending; then by Id. */
export function naiveOrder(terms: readonly OrderTerm[], rows: readonly PlainRow[], now: bigint): PlainRow[] {
  return rows.toSorted((a, b) => {
    for (const { expression, isDescending } of terms) {
      const left = naiveValue(expression, a, now)
      const right = naiveValue(expression, b, now)
      const order =
        left === null || right === null ? Number(right === null) - Number(left === null) : sign(left, right)
      if (order !== 0) return isDescending ? -order : order
    }
    return sign(a.self['Id'] ?? 0n, b.self['Id'] ?? 0n)
  })
}

/** The value of an expression for a row. */
function naiveValue(node: FilterNode, row: PlainRow, now: bigint): Value {
  const of = (operand: FilterNode): Value => naiveValue(operand, row, now)
  switch (node.kind) {
    case 'literal':
      return node.value
    case 'property': {
      const entity = node.owner === 'self' ? row.self : row.parent
      return stored(entity?.[node.property.name] ?? null, node.type)
    }
    case 'negate': {
      const operand = of(node.operand)
      if (typeof operand === 'bigint') return whole(0n - operand)
      return typeof operand === 'number' ? 0 - operand : null
    }
    case 'arithmetic':
      return calculate(node.operator, of(node.left), of(node.right))
    case 'comparison':
      return compare(node.operator, of(node.left), of(node.right))
    case 'in': {
      const operand = of(node.operand)
      return node.items.some((item) => compare('eq', operand, of(item)))
    }
    case 'and': {
      const terms = node.terms.map(of)
      return terms.includes(false) ? false : terms.includes(null) ? null : true
    }
    case 'or': {
      const terms = node.terms.map(of)
      return terms.includes(true) ? true : terms.includes(null) ? null : false
    }
    case 'not': {
      const operand = of(node.operand)
      return operand === null ? null : operand === false
    }
    case 'call':
      return call(node, node.args.map(of), now)
    default:
      return assertNever(node)
  }
}

function stored(value: PlainValue, type: ValueType): Value {
  return type.kind === 'Enum' && typeof value === 'string' ? BigInt(type.members.indexOf(value)) : value
}

function compare(operator: string, left: Value, right: Value): boolean {
  if (operator === 'eq' || operator === 'ne') {
    const isEqual = left === null || right === null ? left === right : sign(left, right) === 0
    return isEqual === (operator === 'eq')
  }
  if (left === null || right === null) return false
  const order = sign(left, right)
  if (operator === 'gt') return order > 0
  if (operator === 'ge') return order >= 0
  if (operator === 'lt') return order < 0
  return order <= 0
}

/** Texts by code points; false before true; numbers by their exact values, whole or not. */
function sign(left: Value, right: Value): number {
  if (typeof left === 'string' && typeof right === 'string') {
    const a = Array.from(left, (character) => character.codePointAt(0) ?? 0)
    const b = Array.from(right, (character) => character.codePointAt(0) ?? 0)
    const place = a.findIndex((point, i) => point !== b[i])
    if (place < 0) return a.length - b.length
    return (a[place] ?? 0) - (b[place] ?? -1)
  }
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right)
  const isSortable = (value: Value): value is bigint | number =>
    typeof value === 'bigint' || typeof value === 'number'
  if (!isSortable(left) || !isSortable(right)) throw new Error(`compared ${typeof left} with ${typeof right}`)
  return left < right ? -1 : left > right ? 1 : 0
}

function calculate(operator: string, left: Value, right: Value): Value {
  if (typeof left === 'bigint' && typeof right === 'bigint') {
    if (operator === 'add') return whole(left + right)
    if (operator === 'sub') return whole(left - right)
    if (operator === 'mul') return whole(left * right)
    if (right === 0n) return null
    const quotient = left / right
    return operator === 'div' ? whole(quotient) : whole(left - quotient * right)
  }
  if (left === null || right === null) return null
  const [a, b] = [Number(left), Number(right)]
  const results: { readonly [operator: string]: number } = {
    add: a + b,
    sub: a - b,
    mul: a * b,
    div: a / b,
    mod: a % b,
  }
  const result = results[operator] ?? Number.NaN
  return Number.isFinite(result) ? result : null
}

/** A whole number that 64 bits hold, else null. */
function whole(value: bigint): bigint | null {
  return BigInt.asIntN(64, value) === value ? value : null
}

function call({ name }: CallNode, args: readonly Value[], now: bigint): Value {
  if (name === 'now') return now
  const [first = null, second = null, third = null] = args
  if (args.includes(null)) return null
  if (typeof first === 'string') return callOnText(name, first, second, args.length > 2 ? third : null)
  if (typeof first === 'bigint') return callOnTime(name, first)
  throw new Error(`${name} of ${typeof first}`)
}

function callOnText(name: string, text: string, second: Value, third: Value): Value {
  if (name === 'length') return BigInt(text.length)
  if (name === 'tolower') return text.toLowerCase()
  if (name === 'toupper') return text.toUpperCase()
  if (name === 'trim') return text.trim()
  if (name === 'substring') {
    const from = clamp(second, text.length)
    const rest = text.substring(from)
    const part = third === null ? rest : rest.substring(0, clamp(third, rest.length))
    return part.replaceAll(/[\ud800-\udfff]/gu, '\ufffd')
  }
  if (typeof second !== 'string') throw new Error(`${name} with ${typeof second}`)
  if (name === 'contains') return text.includes(second)
  if (name === 'startswith') return text.startsWith(second)
  if (name === 'endswith') return text.endsWith(second)
  if (name === 'indexof') return BigInt(text.indexOf(second))
  if (name === 'concat') return text + second
  throw new Error(`no function ${name}`)
}

function clamp(value: Value, most: number): number {
  return Math.min(Math.max(Number(value), 0), most)
}

function callOnTime(name: string, ticks: bigint): Value {
  const sinceMidnight = ((ticks % TICKS_PER_DAY) + TICKS_PER_DAY) % TICKS_PER_DAY
  const midnight = ticks - sinceMidnight
  if (name === 'date') return midnight
  const seconds = sinceMidnight / 10_000_000n
  if (name === 'hour') return seconds / 3600n
  if (name === 'minute') return (seconds / 60n) % 60n
  if (name === 'second') return seconds % 60n
  const [year, month, day] = new Date(Number(midnight / 10_000n))
    .toISOString()
    .slice(0, 10)
    .split('-')
    .map(BigInt)
  return { year, month, day }[name] ?? null
}
