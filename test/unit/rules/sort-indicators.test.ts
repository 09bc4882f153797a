import { expect, test } from 'vitest'
import { IndicatorColumnsBuilder } from '../../../src/rules/indicator-columns-builder.ts'
import { sortIndicators } from '../../../src/rules/sort-indicators.ts'

interface Row {
  readonly definition: number
  readonly type: number
  readonly detectionFunction: number
  readonly value: string
  readonly expiresAt: bigint | null
  readonly id: number | null
}

function columnsOf(rows: readonly Row[]): IndicatorColumnsBuilder {
  const columns = new IndicatorColumnsBuilder()
  for (const [i, { value, ...row }] of rows.entries()) {
    columns.beginValue()
    columns.valueBytes.set(new TextEncoder().encode(value), columns.valueEnd)
    const place = { sourceFile: 0, sourceLine: i + 1, sourceColumn: 1 }
    columns.commit({ ...row, ...place, createdAt: null, enabled: true }, value.length)
  }
  return columns
}

function naiveOrder(rows: readonly Row[]): readonly number[] {
  const keys = rows.map((row) => [
    row.definition,
    row.type,
    row.detectionFunction,
    row.value,
    row.expiresAt ?? 2n ** 63n,
    row.id ?? Number.POSITIVE_INFINITY,
  ])
  const compare = (a: number, b: number): number => {
    const at = (keys[a] ?? []).findIndex((value, k) => value !== keys[b]?.[k])
    if (at < 0) return a - b
    return (keys[a]?.[at] ?? 0) < (keys[b]?.[at] ?? 0) ? -1 : 1
  }
  return rows.map((_, i) => i).sort(compare)
}

/** A small generator, so that the rows are the same in every run. */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

function rowsOf(count: number, valueOf: (next: (below: number) => number) => string): readonly Row[] {
  const next = numbersFrom(count)
  return Array.from({ length: count }, () => ({
    definition: next(3),
    type: next(5),
    detectionFunction: 1 + next(3), // for Equals a hash would have to be whole
    value: valueOf(next),
    expiresAt: next(3) === 0 ? BigInt(next(5)) : null,
    id: next(3) === 0 ? next(100) : null,
  }))
}

const ALPHABET = '-.0123456789:_abcdefghijklmnopqrstuvwxyz'
const letter = (next: (below: number) => number): string => ALPHABET[next(ALPHABET.length)] ?? 'a'

test.each([
  ['random names', 5000, (next: (below: number) => number) => letter(next) + letter(next) + letter(next)],
  ['equal values', 3000, () => 'same.example'],
  [
    'long shared prefixes',
    3000,
    (next: (below: number) => number) => 'prefix.'.repeat(next(30)) + letter(next),
  ],
  ['prefixes of each other', 3000, (next: (below: number) => number) => 'a'.repeat(1 + next(250))],
])('sorting %s gives the order of a plain comparison', (_, count, valueOf) => {
  const rows = rowsOf(count, valueOf)

  const { order } = sortIndicators(columnsOf(rows), 3)

  expect(Array.from(order)).toEqual(naiveOrder(rows))
})

test('sorting many rows of one group gives the order of a plain comparison', () => {
  const rows = rowsOf(6_000, (next) => `${'ab'[next(2)] ?? 'a'}bcdef.${letter(next)}${letter(next)}`)
  const same = rows.map((row) => ({ ...row, definition: 0, type: 4, detectionFunction: 0 }))

  const { order } = sortIndicators(columnsOf(same), 1)

  expect(Array.from(order)).toEqual(naiveOrder(same))
})

test('sorting many digests gives the order of their texts, and their values in that order', () => {
  const next = numbersFrom(7)
  const digest = (): string => Array.from({ length: 40 }, () => next(16).toString(16)).join('')
  const known = Array.from({ length: 50 }, digest)
  const rows = Array.from({ length: 10_500 }, (_, id) => ({
    definition: next(2),
    type: 0,
    detectionFunction: 0,
    value: next(20) === 0 ? (known[next(50)] ?? '') : (known[next(50)] ?? '').slice(0, 8) + digest().slice(8),
    expiresAt: null,
    id,
  }))
  const columns = columnsOf(rows)

  const sorted = sortIndicators(columns, 2)
  const built = columns.build(sorted)

  expect(Array.from(sorted.order)).toEqual(naiveOrder(rows))
  expect(new TextDecoder().decode(built.valueBytes)).toBe(
    naiveOrder(rows)
      .map((row) => rows[row]?.value)
      .join(''),
  )
})

test('built columns hold the rows in the given order with values of any length', () => {
  const rows = ['dd', 'aaaaaaaa', 'c', 'bbbbbbbbbbbbbbbb', 'bb'].map((value, i) => ({
    definition: 0,
    type: 0,
    detectionFunction: 3,
    value,
    expiresAt: null,
    id: i,
  }))
  const columns = columnsOf(rows)

  const built = columns.build(sortIndicators(columns, 1))

  expect(new TextDecoder().decode(built.valueBytes)).toBe('aaaaaaaabbbbbbbbbbbbbbbbbbcdd')
  expect(Array.from(built.valueOffset)).toEqual([0, 8, 10, 26, 27, 29])
  expect(Array.from(built.id ?? [])).toEqual([1, 4, 3, 2, 0])
  expect(built.expiresAt).toBeNull()
})

const MANY: readonly (readonly [string, (next: (below: number) => number) => string])[] = [
  ['random names', (next) => letter(next) + letter(next) + letter(next)],
  ['equal values', () => 'same.example'],
  ['long shared prefixes', (next) => `${'prefix.'.repeat(next(30))}${letter(next)}${letter(next)}`],
  ['prefixes of each other', (next) => 'a'.repeat(1 + next(250))],
  [
    'names that differ in few bits',
    (next) => `www.${'ab'[next(2)] ?? ''}${'ab'[next(2)] ?? ''}cd${next(900)}`,
  ],
]

test.each(MANY)('the kernel sorts many of %s as TypeScript does', (_, valueOf) => {
  const rows = rowsOf(6_000, valueOf).map((row) => ({ ...row, definition: 0 }))

  const found = sortIndicators(columnsOf(rows), 1, 'on')

  const expected = sortIndicators(columnsOf(rows), 1, 'off')
  expect(found.values.same).not.toBeNull()
  expect(expected.values.same).toBeNull()
  expect(found.order).toEqual(expected.order)
  expect(found.values.start).toEqual(expected.values.start)
  expect(found.values.words).toEqual(expected.values.words)
  const valueAt = (position: number): string => {
    const { type, detectionFunction, value } = rows[found.order[position] ?? -1] ?? rows[0]!
    return `${type} ${detectionFunction} ${value}`
  }
  const same = Array.from(found.order, (_row, position) =>
    valueAt(position) === valueAt(position - 1) ? 1 : 0,
  )
  expect(Array.from(found.values.same ?? [])).toEqual([0, ...same.slice(1)])
})

test('the kernel sorts digests that agree in all but their last word, and equal ones', () => {
  const next = numbersFrom(11)
  const rows = Array.from({ length: 6_000 }, (_, id) => ({
    definition: 0,
    type: 1,
    detectionFunction: 0,
    value: `${'0'.repeat(next(2) * 56)}${next(3000).toString(16).padStart(8, '0')}`.padStart(64, 'f'),
    expiresAt: next(2) === 0 ? BigInt(next(9)) : null,
    id: 6_000 - id,
  }))

  const found = sortIndicators(columnsOf(rows), 1, 'on')

  const expected = sortIndicators(columnsOf(rows), 1, 'off')
  expect(found.values.same?.includes(1)).toBe(true)
  expect(found.order).toEqual(expected.order)
  expect(found.values.words).toEqual(expected.values.words)
})

test('a large set is dealt by the first bytes of values, and its groups are those of its kinds', () => {
  const rows = rowsOf(5200, (next) => next(2 ** 31).toString(36)).map((row) => ({ ...row, definition: 0 }))

  const { order, groups } = sortIndicators(columnsOf(rows), 1, 'off')

  expect(Array.from(order)).toEqual(naiveOrder(rows))
  expect(groups).toHaveLength(15)
  expect(sortIndicators(columnsOf(rows.slice(0, 1)), 3).groups).toHaveLength(1)
  expect(
    groups.flatMap(({ from, to, type, detectionFunction }) =>
      Array.from(order.subarray(from, to), (row) => {
        const own = rows[row]
        return own?.type === type && own.detectionFunction === detectionFunction
      }),
    ),
  ).toEqual(rows.map(() => true))
})
