import balena from '@balena/odata-parser'
import * as fc from 'fast-check'
import v4 from 'odata-v4-parser'
import { expect, test } from 'vitest'
import { INDICATOR } from '../../src/emulator/query/entity-types.ts'
import type { FilterNode } from '../../src/emulator/query/filter-node.ts'
import { assertNever } from '../../src/model/assert-never.ts'
import { parseQueryOptions } from '../../src/emulator/query/query-options.ts'
import { parameters, runs } from '../support/runs.ts'

/** 2,000 of 200,000 cases: two foreign parsers are slow. */
const SHARE = 0.01

/** A tree without offsets and types: an operator with its operands, or a leaf as text. */
type Shape = string | readonly Shape[]

/**
 * The languages overlap, and differ elsewhere: @balena/odata-parser gives and/or one precedence, wants quotes around
 * times, has no unary minus before parentheses and folds `a eq (b eq c)`; odata-v4-parser associates to the right,
 * lets `not` reach over `and`, and has no `in` and no comparison of a comparison. So compounds stand in parentheses.
 */
test('for all filters of the common subset, @balena/odata-parser builds the same tree', () => {
  let nestedCount = 0

  fc.assert(
    fc.property(conditions({ hasIn: true, hasTimes: false }), (text) => {
      const ours = shapeOf(parseFilterText(text))

      const { tree, binds } = balena.parse(`/x?$filter=${text}`, { startRule: 'Process' })

      expect(ours).toEqual(shapeOfBalena(tree.options?.$filter, binds))
      if (depthOf(ours) > 2) nestedCount++
    }),
    parameters(SHARE),
  )
  expect(nestedCount).toBeGreaterThan(runs(SHARE) / 4)
})

test('for all filters of the common subset, odata-v4-parser builds the same tree', () => {
  let nestedCount = 0

  fc.assert(
    fc.property(conditions({ hasIn: false, hasTimes: true }), (text) => {
      const ours = shapeOf(parseFilterText(text))

      const theirs = shapeOfV4(v4.filter(text))

      expect(ours).toEqual(theirs)
      if (depthOf(ours) > 2) nestedCount++
    }),
    parameters(SHARE),
  )
  expect(nestedCount).toBeGreaterThan(runs(SHARE) / 4)
})

test.for([
  'true or false and true or false',
  'Enabled and Id eq 1 or Enabled and Id eq 2',
  'Id add 2 mul 3 gt 4',
  'Id gt 0 add 2 mul 3 and true',
  '2 add 3 eq 5 or Id lt 2 mul 3',
])('precedence in "%s" is that of odata-v4-parser', (text) => {
  const theirs = v4.filter(text)

  expect(shapeOf(parseFilterText(text))).toEqual(shapeOfV4(theirs))
})

test.for([
  'Id eq',
  'eq 1',
  '(Id eq 1',
  'Id eq 1)',
  'Id eq 1 and',
  'Id eq 1 Id eq 2',
  'Id eq 1,2',
  "Value eq 'O'Brien'",
  'Id = 1',
  'Id == 1',
  'contains(Value',
  "contains(Value,'a'",
  'Id eq 1 &&',
  '()',
  '',
  'Id eq 1 xor Id eq 2',
  'AlertDefinition/ eq 1',
  '/Id eq 1',
  'Id eq 1.',
])('the text "%s" is refused by all three parsers', (text) => {
  const parsers = [
    () => balena.parse(`/x?$filter=${text}`, { startRule: 'Process' }),
    () => v4.filter(text),
    () => parseFilterText(text),
  ]

  for (const parse of parsers) expect(parse).toThrow()
})

function parseFilterText(text: string): FilterNode {
  const { filter } = parseQueryOptions(INDICATOR, `$filter=${text}`)
  if (filter === null) throw new Error('no filter was read')
  return filter
}

interface Extent {
  readonly hasIn: boolean
  readonly hasTimes: boolean
}

interface Parts {
  readonly condition: string
  readonly number: string
  readonly text: string
}

function conditions({ hasIn, hasTimes }: Extent): fc.Arbitrary<string> {
  return fc.letrec((tie: fc.LetrecTypedTie<Parts>): fc.LetrecValue<Parts> => {
    const sides = fc.constantFrom('eq', 'ne', 'gt', 'ge', 'lt', 'le')
    const texts = fc.constantFrom("''", "'a'", "'O''Brien'", "'x y'", "'and'")
    const numbers = fc.constantFrom('0', '1', '42', '-7', '0.5')
    const compare = (left: fc.Arbitrary<string>, right: fc.Arbitrary<string>): fc.Arbitrary<string> =>
      fc.tuple(left, sides, right).map((parts) => parts.join(' '))
    const binary = (operators: readonly string[], operand: fc.Arbitrary<string>): fc.Arbitrary<string> =>
      fc
        .tuple(operand, fc.constantFrom(...operators), operand)
        .map(([left, operator, right]) => `(${left}) ${operator} (${right})`)
    const call = (name: string, ...args: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
      fc.tuple(...args).map((parts) => `${name}(${parts.join(',')})`)
    const list = fc
      .array(texts, { minLength: 1, maxLength: 3 })
      .map((items) => `Value in (${items.join(',')})`)
    const times = fc
      .constantFrom('2017-02-01T10:46:22.08Z', '1999-12-31T23:59Z')
      .map((time) => `CreatedAt gt ${time}`)
    return {
      condition: fc.oneof(
        { depthSize: 'small' },
        { weight: 3, arbitrary: compare(fc.constantFrom('Value', 'AlertDefinition/Name'), texts) },
        { weight: 3, arbitrary: compare(tie('number'), numbers) },
        { weight: 2, arbitrary: compare(tie('text'), tie('text')) },
        { weight: 1, arbitrary: fc.constantFrom('ExpiresAt eq null', "Type eq 'Md5'", 'CreatedAt lt now()') },
        { weight: 1, arbitrary: hasIn ? list : times },
        { weight: hasTimes ? 1 : 0, arbitrary: times },
        { weight: 2, arbitrary: call('contains', tie('text'), tie('text')) },
        { weight: 1, arbitrary: call('startswith', tie('text'), texts) },
        { weight: 5, arbitrary: binary(['and', 'or'], tie('condition')) },
        { weight: 2, arbitrary: tie('condition').map((text) => `not (${text})`) },
      ),
      number: fc.oneof(
        { depthSize: 'small' },
        { weight: 3, arbitrary: fc.constantFrom('Id', 'AlertDefinition/Id') },
        call('length', tie('text')),
        call('indexof', tie('text'), texts),
        fc.constantFrom('year(CreatedAt)', 'second(ExpiresAt)'),
        fc
          .tuple(fc.constantFrom('Id', '3'), fc.constantFrom('add', 'sub', 'mul', 'div', 'mod'), numbers)
          .map((parts) => parts.join(' ')),
      ),
      text: fc.oneof(
        { depthSize: 'small' },
        { weight: 3, arbitrary: texts },
        { weight: 2, arbitrary: fc.constantFrom('Value', 'AlertDefinition/Title') },
        call('tolower', tie('text')),
        call('concat', tie('text'), tie('text')),
        call('substring', tie('text'), fc.constantFrom('0', '1')),
      ),
    }
  }).condition
}

function shapeOf(node: FilterNode): Shape {
  switch (node.kind) {
    case 'literal':
      if (node.type.kind === 'Enum') return `'${node.type.members[Number(node.value)]}'`
      return node.type.kind === 'String' ? `'${String(node.value)}'` : String(node.value)
    case 'property':
      return node.owner === 'self' ? node.property.name : `AlertDefinition/${node.property.name}`
    case 'and':
    case 'or':
      return flat(node.kind, node.terms.map(shapeOf))
    case 'call':
      return [node.name, ...node.args.map(shapeOf)]
    case 'in':
      return ['in', shapeOf(node.operand), ...node.items.map(shapeOf)]
    case 'not':
    case 'negate':
      return [node.kind, shapeOf(node.operand)]
    case 'arithmetic':
    case 'comparison':
      return [node.operator, shapeOf(node.left), shapeOf(node.right)]
    default:
      return assertNever(node)
  }
}

/** Terms of the same operator within one another are one chain. */
function flat(operator: string, terms: readonly Shape[]): Shape {
  return [
    operator,
    ...terms.flatMap((term): readonly Shape[] =>
      typeof term !== 'string' && term[0] === operator ? term.slice(1) : [term],
    ),
  ]
}

function depthOf(shape: Shape): number {
  return typeof shape === 'string' ? 0 : 1 + Math.max(0, ...shape.slice(1).map((operand) => depthOf(operand)))
}

function shapeOfBalena(tree: unknown, binds: readonly (readonly [type: string, value: unknown])[]): Shape {
  const of = (inner: unknown): Shape => shapeOfBalena(inner, binds)
  if (tree === null) return 'null'
  if (Array.isArray(tree)) {
    const [operator, ...operands]: unknown[] = tree
    if (operator === 'call') return shapeOfBalenaCall(operands[0], binds)
    if (operator === 'eqany') return ['in', of(operands[0]), ...listOf(operands[1], binds)]
    return operator === 'and' || operator === 'or'
      ? flat(operator, operands.map(of))
      : [String(operator), ...operands.map(of)]
  }
  const node = Object(tree)
  if ('bind' in node) return literalText(binds[Number(node.bind)])
  return node.property === undefined || node.property === null
    ? String(node.name)
    : `${node.name}/${String(of(node.property))}`
}

function shapeOfBalenaCall(
  call: unknown,
  binds: readonly (readonly [type: string, value: unknown])[],
): Shape {
  const { method, args }: { method: string; args: unknown[] } = Object(call)
  return [method, ...args.map((arg) => shapeOfBalena(arg, binds))]
}

function listOf(bound: unknown, binds: readonly (readonly [type: string, value: unknown])[]): Shape[] {
  const [, items]: readonly [string, unknown] = binds[Number(Object(bound).bind)] ?? ['', []]
  return Array.isArray(items) ? items.map(literalText) : []
}

function literalText(bound: readonly [type: string, value: unknown] | undefined): string {
  return bound?.[0] === 'Text' ? `'${String(bound[1])}'` : String(bound?.[1])
}

const V4_OPERATORS: ReadonlyMap<string, string> = new Map([
  ['AndExpression', 'and'],
  ['OrExpression', 'or'],
  ['EqualsExpression', 'eq'],
  ['NotEqualsExpression', 'ne'],
  ['GreaterThanExpression', 'gt'],
  ['GreaterOrEqualsExpression', 'ge'],
  ['LesserThanExpression', 'lt'],
  ['LesserOrEqualsExpression', 'le'],
  ['AddExpression', 'add'],
  ['SubExpression', 'sub'],
  ['MulExpression', 'mul'],
  ['DivExpression', 'div'],
  ['ModExpression', 'mod'],
])

function shapeOfV4(token: unknown): Shape {
  const { type, value, raw }: { type: string; value: unknown; raw: string } = Object(token)
  const operator = V4_OPERATORS.get(type)
  if (operator !== undefined) {
    const { left, right }: { left: unknown; right: unknown } = Object(value)
    const operands = [shapeOfV4(left), shapeOfV4(right)]
    return operator === 'and' || operator === 'or' ? flat(operator, operands) : [operator, ...operands]
  }
  if (type === 'Literal') return literalOfV4(raw)
  if (type === 'FirstMemberExpression') return raw
  if (type === 'NotExpression') return ['not', shapeOfV4(value)]
  if (type === 'MethodCallExpression') {
    const { method, parameters: args }: { method: string; parameters: unknown } = Object(value)
    return [method, ...(Array.isArray(args) ? args.map(shapeOfV4) : [])]
  }
  return shapeOfV4(value)
}

function literalOfV4(raw: string): string {
  if (raw.startsWith("'")) return raw.replaceAll("''", "'").replace(/^'$/, "''")
  return /^\d{4}-/.test(raw) ? String(BigInt(Date.parse(raw)) * 10_000n) : raw
}
