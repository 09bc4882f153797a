import { afterEach, expect, test, vi } from 'vitest'
import { SYSTEM_CLOCK } from '../../../src/cli/system-clock.ts'

afterEach(() => vi.restoreAllMocks())

test('the clock of an apply tells the time of day', () => {
  expect(Math.abs(SYSTEM_CLOCK.now() - Date.now())).toBeLessThan(60_000)
  expect(Number.isSafeInteger(SYSTEM_CLOCK.now())).toBe(true)
})

test.each([-86_400_000, 86_400_000])(
  'a clock that is set by %d ms does not move the time of an apply',
  (jump) => {
    const before = SYSTEM_CLOCK.now()
    vi.spyOn(Date, 'now').mockReturnValue(before + jump)

    const passed = SYSTEM_CLOCK.now() - before

    expect(passed).toBeGreaterThanOrEqual(0)
    expect(passed).toBeLessThan(60_000)
  },
)
