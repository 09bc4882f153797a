import { expect, test } from 'vitest'
import { formatCount, formatCountOf } from '../../../src/model/count-text.ts'
import { formatBytes, formatDuration } from '../../../src/report/quantity.ts'

test('formatCount separates thousands', () => {
  expect([0, 7, 999, 1000, 12_345, 1_234_567].map(formatCount)).toEqual([
    '0',
    '7',
    '999',
    '1,000',
    '12,345',
    '1,234,567',
  ])
})

test('formatCountOf uses the plural for everything but one', () => {
  expect(formatCountOf(1, 'alert')).toBe('1 alert')
  expect(formatCountOf(0, 'alert')).toBe('0 alerts')
  expect(formatCountOf(2000, 'match', 'matches')).toBe('2,000 matches')
})

test('formatBytes keeps three digits and never prints 1000 of a unit', () => {
  const shown = [
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '1.00 kB'],
    [9_994, '9.99 kB'],
    [9_996, '10.0 kB'],
    [99_960, '100 kB'],
    [999_499, '999 kB'],
    [999_600, '1.00 MB'],
    [2_870_000, '2.87 MB'],
    [12_400_000_000, '12.4 GB'],
    [5_000_000_000_000_000, '5000 TB'],
  ] as const

  for (const [bytes, text] of shown) expect(formatBytes(bytes)).toBe(text)
})

test('formatDuration chooses the unit and never prints 60 of one', () => {
  const shown = [
    [0, '0 ms'],
    [84.2, '84 ms'],
    [999.4, '999 ms'],
    [999.6, '1.00 s'],
    [12_340, '12.3 s'],
    [59_499, '59.5 s'],
    [59_600, '1 min 0 s'],
    [200_000, '3 min 20 s'],
    [3_599_600, '1 h 0 min'],
    [7_500_000, '2 h 5 min'],
  ] as const

  for (const [milliseconds, text] of shown) expect(formatDuration(milliseconds)).toBe(text)
})
