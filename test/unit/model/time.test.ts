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
