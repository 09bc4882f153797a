import { expect, test } from 'vitest'
import { BULK_BYTES, BULK_LIMIT, bulkFits, splitBulk } from '../../../../src/sync/bulk-limits.ts'
import { definitionWire, indicatorWire, wireBytes } from '../../../../src/sync/wire.ts'

test('a list is cut at 5,000 items, in order and with nothing left out', () => {
  const items = Array.from({ length: 12_345 }, (_, i) => i)

  const chunks = splitBulk(items, () => 10)

  expect(chunks.map((chunk) => chunk.length)).toEqual([5_000, 5_000, 2_345])
  expect(chunks.flat()).toEqual(items)
})

test('a list is cut where its bytes pass the limit of a body', () => {
  const value = 'x'.repeat(1_000)
  const items = Array.from({ length: 9_000 }, (_, i) => `${value}${i}`)

  const chunks = splitBulk(items, (item) => Buffer.byteLength(JSON.stringify(item)))

  const bodies = chunks.map((chunk) => Buffer.byteLength(JSON.stringify({ alertDefinitions: chunk })))
  expect(Math.max(...bodies)).toBeLessThanOrEqual(BULK_BYTES)
  expect(Math.min(...bodies.slice(0, -1))).toBeGreaterThan(BULK_BYTES - 2_000)
  expect(chunks.flat()).toEqual(items)
})

test('an item that is too large makes a chunk of its own', () => {
  const chunks = splitBulk([1, BULK_BYTES, 2], (size) => size)

  expect(chunks).toEqual([[1], [BULK_BYTES], [2]])
})

test('an empty list makes no chunk', () => {
  expect(splitBulk([], () => 1)).toEqual([])
})

test('the limits hold at the limit and not one past it', () => {
  expect(bulkFits(BULK_LIMIT, 0)).toBe(true)
  expect(bulkFits(BULK_LIMIT + 1, 0)).toBe(false)
  expect(bulkFits(1, BULK_BYTES - 65)).toBe(true)
  expect(bulkFits(1, BULK_BYTES - 64)).toBe(false)
})

test('the size of an item is that of its JSON with the binding', () => {
  const body = {
    Type: 'DomainName',
    DetectionFunction: 'Equals',
    Value: 'exämple.example',
    ExpiresAt: null,
    Enabled: true,
  }

  const wire = indicatorWire({ definitionId: 123, body })

  expect(wireBytes(wire)).toBe(Buffer.byteLength(JSON.stringify(wire)))
  expect(wire['AlertDefinition@odata.bind']).toBe('AlertDefinitions(123)')
  expect(wireBytes(definitionWire({ ...DEFINITION }))).toBeGreaterThan(100)
})

const DEFINITION = {
  Name: 'rule',
  Title: 'Rule',
  Severity: 'Low',
  Category: 'Trojan',
  UxDescription: 'What it says.',
  RecommendedAction: null,
  InternalDescription: null,
  Enabled: true,
}
