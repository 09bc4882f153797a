import { expect, test } from 'vitest'
import { formatTime, parseTime } from '../../../src/model/time.ts'

test('parseTime keeps seven decimals and formatTime prints them back', () => {
  const time = parseTime('2026-11-01T10:00:00.1234567Z')

  expect(time).not.toBeNull()
  expect(formatTime(time!)).toBe('2026-11-01T10:00:00.1234567Z')
})

test('parseTime reads offsets, blanks for T and a missing zone as UTC', () => {
  const reference = parseTime('2026-11-01T10:00:00Z')

  expect(parseTime('2026-11-01T12:30:00+02:30')).toBe(reference)
  expect(parseTime('2026-11-01 10:00:00')).toBe(reference)
  expect(parseTime('2026-11-01T05:00:00-0500')).toBe(reference)
})

test('parseTime refuses dates that do not exist and texts that are no date-time', () => {
  for (const text of [
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01',
    'now',
    '',
  ])
    expect(parseTime(text)).toBeNull()
})

test('parseTime orders instants before the epoch and in the year 9999', () => {
  const early = parseTime('1969-12-31T23:59:59.9999999Z')!
  const late = parseTime('9999-12-31T23:59:59.9999999Z')!

  expect(early).toBe(-1n)
  expect(formatTime(early)).toBe('1969-12-31T23:59:59.9999999Z')
  expect(late).toBeGreaterThan(parseTime('2026-01-01T00:00:00Z')!)
})

test('parseTime reads every day and every fraction of the usual spelling as the platform does', () => {
  for (let day = 0; day < 4 * 366; day += 1) {
    const ms = Date.UTC(1999, 0, 1) + day * 86_400_000 + ((day * 7919) % 86_400_000)
    const text = new Date(ms).toISOString()

    expect(parseTime(text)).toBe(BigInt(ms) * 10_000n)
    expect(parseTime(text.replace('Z', '4567Z'))).toBe(BigInt(ms) * 10_000n + 4567n)
    expect(parseTime(text.replace(/\.\d+Z/, 'Z'))).toBe(BigInt(ms - (ms % 1000)) * 10_000n)
  }
})

test('parseTime refuses usual spellings of times that do not exist', () => {
  for (const text of [
    '2026-02-29T00:00:00.1234567Z',
    '2100-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-01-01T00:60:00Z',
    '2026-01-01T00:00:60Z',
    '2026-01-01T00:00:00.Z',
    '2026-01-01T00:00:00.12a4567Z',
    '2026-01-01T0:000:00Z',
  ])
    expect(parseTime(text), text).toBeNull()
})
