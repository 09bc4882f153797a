import { expect, test } from 'vitest'
import { Retries, retryAfterMs } from '../../../../src/sync/retry.ts'
import { TRANSPORT_LIMITS } from '../../../../src/sync/transport-limits.ts'
import { RecordingClock } from '../../../support/recording-clock.ts'

const SIGNAL = new AbortController().signal
const NOW = Date.parse('2026-11-23T12:00:00Z')

test.each([
  ['2', 2_000],
  [' 2 ', 2_000],
  ['0', 0],
  ['0010', 10_000],
  ['Mon, 23 Nov 2026 12:01:00 GMT', 60_000],
  ['Mon, 23 Nov 2026 11:00:00 GMT', 0],
  [null, null],
  ['', null],
  ['-1', null],
  ['+1', null],
  ['1.5', null],
  ['1e3', null],
  ['0x10', null],
  ['9'.repeat(400), null],
  ['2026-11-23T12:01:00Z', null],
  ['Mon, 99 Nov 2026 12:01:00 GMT', null],
  ['Mon, 23 Nov 2026 12:01:00 GMT; x', null],
  ['tomorrow', null],
])('Retry-After %j asks for %j milliseconds', (header, expected) => {
  expect(retryAfterMs(header, NOW)).toBe(expected)
})

test('delays double up to the limit, with at most a quarter more by chance', async () => {
  const clock = new RecordingClock(NOW)
  const least = new Retries({ ...TRANSPORT_LIMITS, attempts: 12 }, clock, () => 0)
  const cause = { isThrottled: false, retryAfter: null }

  for (let i = 0; i < 11; i++) expect(await least.pause(cause, SIGNAL)).toBe(true)
  const last = await least.pause(cause, SIGNAL)
  const growing = [...clock.waits]
  const most = new Retries(TRANSPORT_LIMITS, clock, () => 0.999_999)
  await most.pause(cause, SIGNAL)

  expect(growing).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 30_000, 30_000])
  expect(last).toBe(false)
  expect(clock.waits.at(-1)).toBe(625)
})

test('what Retry-After asks is kept to the budget of the request, then it ends', async () => {
  const clock = new RecordingClock(NOW)
  const retries = new Retries({ ...TRANSPORT_LIMITS, retryBudgetMs: 10_000 }, clock, () => 0)
  const cause = { isThrottled: true, retryAfter: '7' }

  const results = [
    await retries.pause(cause, SIGNAL),
    await retries.pause(cause, SIGNAL),
    await retries.pause(cause, SIGNAL),
  ]

  expect(results).toEqual([true, true, false])
  expect(clock.waits).toEqual([7_000, 3_000])
})

test('a wait that is stopped rejects with the reason', async () => {
  const retries = new Retries(TRANSPORT_LIMITS, new RecordingClock(NOW), () => 0)
  const stopped = AbortSignal.abort(new Error('stopped'))

  await expect(retries.pause({ isThrottled: false, retryAfter: null }, stopped)).rejects.toThrow('stopped')
})
