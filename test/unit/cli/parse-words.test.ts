import { expect, test } from 'vitest'
import { parseDuration, parseInstant, parseRecordCap, parseWorkers } from '../../../src/cli/parse-words.ts'
import { UsageError } from '../../../src/cli/usage-error.ts'

test('parseDuration reads seconds, minutes, hours and days and refuses the rest', () => {
  expect(parseDuration('--group-window', '90m')).toBe(54_000_000_000n)
  expect(parseDuration('--group-window', '1d')).toBe(parseDuration('--group-window', '24h'))
  for (const text of ['', '24', '0h', '-1h', '1.5h', '1w', '1h30m'])
    expect(() => parseDuration('--group-window', text)).toThrow(UsageError)
})

test('parseInstant takes a date alone as its first instant', () => {
  expect(parseInstant('--from', '2026-11-01')).toBe(parseInstant('--from', '2026-11-01T00:00:00Z'))
  expect(() => parseInstant('--from', 'yesterday')).toThrow(UsageError)
})

test('parseRecordCap accepts 1 KiB to 256 MiB and refuses what lies outside', () => {
  expect(parseRecordCap('--max-record', '16MiB')).toBe(16_777_216)
  expect(parseRecordCap('--max-record', '1024')).toBe(1024)
  expect(parseRecordCap('--max-record', '256MiB')).toBe(268_435_456)
  for (const text of ['1023', '257MiB', '1GB', 'lots', '-1'])
    expect(() => parseRecordCap('--max-record', text)).toThrow(UsageError)
})

test('E06 parseWorkers takes whole numbers from 0 and refuses -1, auto and 2.5', () => {
  expect([0, 1, 2, 3, 16, 1000].map((count) => parseWorkers('--workers', String(count)))).toEqual([
    0, 1, 2, 3, 16, 1000,
  ])
  for (const text of ['-1', 'auto', '2.5', ''])
    expect(() => parseWorkers('--workers', text)).toThrow(UsageError)
})
