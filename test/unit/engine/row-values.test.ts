import { expect, test } from 'vitest'
import { rowValuesOf } from '../../../src/engine/row-values.ts'
import type { IndicatorColumns } from '../../../src/model/rule-set.ts'
import { IndicatorColumnsBuilder } from '../../../src/rules/indicator-columns-builder.ts'
import type { TextList } from '../../../src/engine/text-list.ts'
import { columnsAsRead } from '../../support/columns-as-read.ts'

const DOMAIN = 4
const MD5 = 2
const NAMES = ['a', 'ab', 'abc', 'abcd', 'abcde', 'abd', 'b']
const DIGESTS = ['00', '01', '0101', '7f', 'ff'].map((start) => start.padEnd(32, '0'))

/** Names, then digests, packed as the reader of rules packs them, and the same as texts. */
function columnsOf(same: Uint8Array | null = null): readonly IndicatorColumns[] {
  const builder = new IndicatorColumnsBuilder()
  const rows = [
    ...NAMES.map((value) => [DOMAIN, value] as const),
    ...DIGESTS.map((value) => [MD5, value] as const),
  ]
  rows.forEach(([type, value], row) => {
    builder.beginValue()
    builder.valueBytes.set(new TextEncoder().encode(value), builder.valueEnd)
    builder.commitListRow(type, 0, value.length, row + 1, 1)
  })
  const packed = columnsAsRead(builder, same)
  return [packed, { ...packed }]
}

function textsIn({ count, offset, bytes }: TextList): readonly string[] {
  return Array.from({ length: count }, (_, i) =>
    String.fromCharCode(...bytes.subarray(offset[i], offset[i + 1])),
  )
}

test('values are ordered alike whether packed or not, within names and within digests', () => {
  for (const columns of columnsOf()) {
    const values = rowValuesOf(columns)
    const sign = (left: number, right: number): number => Math.sign(values.compare(left, right))

    for (const [from, to] of [
      [0, NAMES.length],
      [NAMES.length, NAMES.length + DIGESTS.length],
    ] as const)
      for (let left = from; left < to; left += 1)
        for (let right = from; right < to; right += 1)
          expect(sign(left, right)).toBe(Math.sign(left - right) || 0)
  }
})

test('texts are given in the order of the rows, forwards and backwards, in whole words', () => {
  for (const columns of columnsOf()) {
    const values = rowValuesOf(columns)
    const rows = Uint32Array.of(4, 0, 2, 3)

    expect(textsIn(values.texts(rows))).toEqual(['abcde', 'a', 'abc', 'abcd'])
    expect(textsIn(values.texts(rows, 'reverse'))).toEqual(['edcba', 'a', 'cba', 'dcba'])
    expect([values.texts(rows).bytes.length, values.texts(Uint32Array.of(4)).bytes.length]).toEqual([16, 8])
    expect(textsIn(values.texts(new Uint32Array(0)))).toEqual([])
  }
})

test('keys of digests are given for rows that follow each other and for rows that do not', () => {
  const first = NAMES.length
  for (const columns of columnsOf()) {
    const values = rowValuesOf(columns)
    const keysOf = (...rows: readonly number[]): readonly number[] => {
      const own = Uint32Array.from(rows, (row) => first + row)
      const found = values.digests(own, 4, 'ascending')
      if (typeof found === 'number') throw new Error(`row ${found} is no digest`)
      return Array.from(found.keys).filter((_, i) => i % 4 === 0)
    }

    expect(keysOf(0, 1, 2, 3, 4)).toEqual([0, 0x01000000, 0x01010000, 0x7f000000, 0xff000000])
    expect(keysOf(1, 3, 4)).toEqual([0x01000000, 0x7f000000, 0xff000000])
    expect(keysOf(3)).toEqual([0x7f000000])
    expect(keysOf()).toEqual([])
    expect(values.digests(Uint32Array.of(first, first + 2, first + 1, first + 3), 4, 'any')).toMatchObject({
      keys: Uint32Array.from([0, 0x01010000, 0x01000000, 0x7f000000].flatMap((word) => [word, 0, 0, 0])),
    })
  }
})

test('keys of digests are known to ascend only in canonical order, and where no row is known to equal the one before', () => {
  const first = NAMES.length
  const rows = Uint32Array.from(DIGESTS, (_, i) => first + i)
  const doAscend = (same: Uint8Array | null, order: 'any' | 'ascending' | 'canonical'): unknown => {
    const found = rowValuesOf(columnsOf(same)[0]!).digests(rows, 4, order)
    return typeof found === 'number' ? found : found.doKeysAscend
  }
  const sameAt = (row: number): Uint8Array =>
    new Uint8Array(NAMES.length + DIGESTS.length).fill(1, row, row + 1)

  expect((['any', 'ascending', 'canonical'] as const).map((order) => doAscend(sameAt(99), order))).toEqual([
    false,
    false,
    true,
  ])
  expect([first - 1, first, first + 1, first + 4].map((row) => doAscend(sameAt(row), 'canonical'))).toEqual([
    true,
    true,
    false,
    false,
  ])
  expect(doAscend(null, 'canonical')).toBe(false)
  expect(rowValuesOf(columnsOf()[1]!).digests(rows, 4, 'canonical')).toMatchObject({ doKeysAscend: false })
})

test('of texts that are no digests or have no canonical length the first row is named', () => {
  const [, columns] = columnsOf()
  const values = rowValuesOf(columns!)
  const empty = rowValuesOf({ ...columns!, valueOffset: Uint32Array.of(0, 3, 3, 256, 510) })

  expect(values.digests(Uint32Array.of(NAMES.length, 3, 4), 4, 'any')).toBe(3)
  expect(values.findOddLength(Uint32Array.of(0, 5))).toBeNull()
  expect(empty.findOddLength(Uint32Array.of(0, 1, 3))).toEqual({ row: 1, length: 0 })
  expect(empty.findOddLength(Uint32Array.of(0, 2))).toBeNull()
  expect(empty.findOddLength(Uint32Array.of(0, 3))).toEqual({ row: 3, length: 254 })
})
