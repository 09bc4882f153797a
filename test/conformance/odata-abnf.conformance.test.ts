import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import type { EntityType, PropertyInfo } from '../../src/emulator/query/entity-types.ts'
import { QueryError } from '../../src/emulator/query/query-error.ts'
import { parseQueryOptions } from '../../src/emulator/query/query-options.ts'
import { DATA_FOLDER } from '../support/data-folder.ts'
import type { Difference } from './odata-abnf.cases.ts'
import { DIFFERENCES } from './odata-abnf.cases.ts'

const FILE = resolve(DATA_FOLDER, 'oracles/odata/odata_abnf_cases.ndjson')
const IS_ABSENT = !existsSync(FILE)
const ABSENT = `the vectors are absent: ${FILE}`

/** Fewer agreements than these would mean that the differences have eaten the vectors. */
const LEAST_AGREED = { valid: 60, invalid: 15 }

interface Vector {
  readonly rule: string
  readonly input: string
  readonly isValid: boolean
}

/** Rules of the grammar that say what a query option is, and how a case becomes a query string. */
const QUERY_OF_RULE: readonly (readonly [rules: readonly string[], toQuery: (input: string) => string])[] = [
  [['boolCommonExpr', 'boolcommonExpr', 'notExpr', 'anyExpr'], (input) => `$filter=${input}`],
  [['commonExpr', 'firstMemberExpr', 'propertyPathExpr', 'isofExpr'], (input) => `$orderby=${input}`],
  [
    [
      'primitiveLiteral',
      'stringLiteral',
      'enumLiteral',
      'sbyteLiteral',
      'int16Literal',
      'int32Literal',
      'int64Literal',
      'doubleLiteral',
      'decimalValue',
      'doubleValue',
      'singleValue',
      'binaryLiteral',
      'dateTimeOffsetLiteral',
      'dateTimeOffsetValue',
      'date',
      'dateValue',
      'durationLiteral',
      'guid',
      'timeOfDayLiteral',
      'timeOfDayValue',
      'boolean',
      'null',
    ],
    (input) => `$orderby=${input.replaceAll('+', '%2B')}`,
  ],
  [['filter', 'orderby', 'orderBy', 'select', 'expand', 'skiptoken', 'search', 'compute'], (input) => input],
  [['queryOptions', 'systemQueryOption', 'customQueryOption'], (input) => input],
]

/** Navigations of the cases: the entity of a case leads to the first that it names. */
const ONE = ['lambda', 'Thumbnail', 'Supplier', 'Address', 'Customer', 'Category', 'Manager', 'Product']
const MANY = ['Items', 'Products', 'Addresses', 'Sales']

test('the language agrees with every vector whose difference is not listed', (context) => {
  if (IS_ABSENT) context.skip(ABSENT)
  const [disagreed, agreed] = readVectors()

  const unlisted = disagreed.filter((vector) => differenceOf(vector) === undefined)

  expect(unlisted).toEqual([])
  expect(agreed.filter((vector) => vector.isValid).length).toBeGreaterThan(LEAST_AGREED.valid)
  expect(agreed.filter((vector) => !vector.isValid).length).toBeGreaterThan(LEAST_AGREED.invalid)
})

test.for(DIFFERENCES)('vectors with $feature are $verdict: $reason', (difference, context) => {
  if (IS_ABSENT) context.skip(ABSENT)
  const [disagreed] = readVectors()

  const verdicts = disagreed.filter((vector) => differenceOf(vector) === difference).map(verdictOf)

  expect(verdicts.length).toBeGreaterThan(0)
  expect(new Set(verdicts)).toEqual(new Set([difference.verdict]))
})

function differenceOf({ rule, input }: Vector): Difference | undefined {
  return DIFFERENCES.find(({ pattern }) => pattern.test(`${rule}: ${input}`))
}

/** The vectors of the rules above: those with which the language disagrees, and the others. */
function readVectors(): [disagreed: Vector[], agreed: Vector[]] {
  const rules = new Set(QUERY_OF_RULE.flatMap(([names]) => names))
  const vectors = readFileSync(FILE, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Vector => {
      const { rule, input, failAt }: { rule: string; input: string; failAt: number | null } = JSON.parse(line)
      return { rule, input, isValid: failAt === null }
    })
    .filter(({ rule }) => rules.has(rule))
  const isAgreed = (vector: Vector): boolean => (verdictOf(vector) === 'accepted') === vector.isValid
  return [vectors.filter((vector) => !isAgreed(vector)), vectors.filter(isAgreed)]
}

function verdictOf({ rule, input }: Vector): string {
  const toQuery = QUERY_OF_RULE.find(([names]) => names.includes(rule))?.[1]
  if (toQuery === undefined) throw new Error(`no query for ${rule}`)
  try {
    const { filter, orderby, select, expand, ...others } = parseQueryOptions(entityOf(input), toQuery(input))
    const isEmpty = filter === null && orderby.length === 0 && select === null && expand === null
    return isEmpty && Object.values(others).every((value) => !value) ? 'ignored' : 'accepted'
  } catch (error) {
    if (error instanceof QueryError) return error.status === 501 ? 'not offered (501)' : 'refused (400)'
    throw error
  }
}

function entityOf(input: string): EntityType {
  const names = [...input.matchAll(/[A-Za-z]+/g)].map(([name]) => name)
  const navigation = names.find((name) => ONE.includes(name) || MANY.includes(name)) ?? 'Supplier'
  const target = entity('Products', true, () => target)
  return entity(navigation, MANY.includes(navigation), () => target)
}

function entity(navigation: string, isCollection: boolean, target: () => EntityType): EntityType {
  return {
    set: 'AlertDefinitions',
    name: 'AlertDefinition',
    properties: PROPERTIES,
    navigation: {
      name: navigation,
      isCollection,
      get target(): EntityType {
        return target()
      },
    },
  }
}

const PROPERTIES: readonly PropertyInfo[] = [
  ...['Name', 'Names', 'Street', 'City', 'CompanyName', 'FirstName', 'Title'].map((name): PropertyInfo => ({
    name,
    type: { kind: 'String' },
    isNullable: true,
  })),
  ...['Price', 'Size', 'Rating', 'Cost', 'Revenue'].map((name): PropertyInfo => ({
    name,
    type: { kind: 'Int64' },
    isNullable: true,
  })),
  ...['BirthDate', 'ReleaseDate'].map((name): PropertyInfo => ({
    name,
    type: { kind: 'DateTimeOffset' },
    isNullable: true,
  })),
  { name: 'style', type: { kind: 'Enum', name: 'Pattern', members: ['Solid', 'Yellow'] }, isNullable: false },
]
