import { expect, test } from 'vitest'
import type { Fault } from '../../../../src/emulator/faults/fault-plan.ts'
import { faultAt } from '../../../../src/emulator/faults/fault-plan.ts'
import { FaultSpecError, parseFault, parseFaultPlan } from '../../../../src/emulator/faults/parse-fault.ts'
import { printFault } from '../../../../src/emulator/faults/print-fault.ts'

const FAULTS: readonly (readonly [string, Fault])[] = [
  ['401', { kind: 'unauthorized' }],
  ['429', { kind: 'throttled', retryAfter: null }],
  ['429:retry-after=2', { kind: 'throttled', retryAfter: { form: 'seconds', seconds: 2 } }],
  ['429:retry-date=3', { kind: 'throttled', retryAfter: { form: 'date', seconds: 3 } }],
  ['500', { kind: 'server-error' }],
  ['503', { kind: 'unavailable', retryAfter: null }],
  ['503:retry-after=0', { kind: 'unavailable', retryAfter: { form: 'seconds', seconds: 0 } }],
  ['504', { kind: 'gateway-timeout', effectAfterMs: 0 }],
  ['504:later=3000ms', { kind: 'gateway-timeout', effectAfterMs: 3000 }],
  ['507', { kind: 'quota' }],
  ['cut-before', { kind: 'cut-before' }],
  ['cut-after', { kind: 'cut-after' }],
  ['slow:delay=500ms', { kind: 'slow', delayMs: 500 }],
  ['truncate', { kind: 'truncated' }],
]

test.each(FAULTS)('parseFault reads 7:%s, and printFault writes it back', (words, fault) => {
  const rule = parseFault(`7:${words}`)

  expect(rule).toEqual(faultAt(7, fault))
  expect(printFault(rule)).toBe(`7:${words}`)
})

test.each([
  ['3', { at: 3, count: 1, method: null, path: null }],
  ['3-5', { at: 3, count: 3, method: null, path: null }],
  ['3+', { at: 3, count: null, method: null, path: null }],
  ['2@POST', { at: 2, count: 1, method: 'POST', path: null }],
  ['2+@/oauth2/token', { at: 2, count: null, method: null, path: '/oauth2/token' }],
  [
    '1-2@POST/AlertDefinitions(1)/Actions.DeleteIOCs',
    { at: 1, count: 2, method: 'POST', path: '/AlertDefinitions(1)/Actions.DeleteIOCs' },
  ],
])('parseFault reads when a fault happens from %s', (when, expected) => {
  const rule = parseFault(`${when}:500`)

  expect(rule).toEqual({ ...expected, fault: { kind: 'server-error' } })
  expect(printFault(rule)).toBe(`${when}:500`)
})

test('parseFault reads seconds as it reads milliseconds', () => {
  expect(parseFault('1:slow:delay=3s')).toEqual(parseFault('1:slow:delay=3000ms'))
})

test.each([
  ['', 'says when, but not what'],
  ['3', 'says when, but not what'],
  ['0:500', 'counted from 1'],
  ['5-3:500', 'ends at or after its start'],
  ['x:500', 'expected the number of a request, found "x"'],
  ['-1:500', 'expected the number of a request'],
  ['1e3:500', 'expected the number of a request'],
  ['1@:500', 'expected a method'],
  ['1@FETCH:500', 'expected a method (GET, POST'],
  ['1@post:500', 'found "post"'],
  [
    '1:418',
    'expected one of 401, 429, 500, 503, 504, 507, cut-before, cut-after, slow, truncate, found "418"',
  ],
  ['1:cut', 'expected one of'],
  ['1:__proto__', 'expected one of'],
  ['1:429:retry-after', 'expected NAME=VALUE'],
  ['1:429:retry-after=-1', 'whole number of seconds up to 86400, found "-1"'],
  ['1:429:retry-after=86401', 'whole number of seconds'],
  ['1:429:retry-after=1:retry-after=2', 'expected NAME=VALUE once'],
  ['1:429:retry-after=1:retry-date=2', 'has retry-after and retry-date'],
  ['1:500:retry-after=1', '500 takes no "retry-after"'],
  ['1:slow', 'lacks delay=TIME'],
  ['1:slow:delay=5', 'delay is a time up to 600s, found "5"'],
  ['1:slow:delay=601s', 'delay is a time up to 600s'],
  ['1:504:later=soon', 'later is a time'],
  [`1@/${'x'.repeat(600)}:500`, 'at most 500 are read'],
])('parseFault refuses %j and says what it expected', (spec, message) => {
  const parse = (): unknown => parseFault(spec)

  expect(parse).toThrow(FaultSpecError)
  expect(parse).toThrow(message)
})

test('parseFaultPlan takes many faults, in their order, up to a bound', () => {
  expect(parseFaultPlan(['1:500', '2:cut-after']).rules.map((rule) => rule.at)).toEqual([1, 2])
  expect(() => parseFaultPlan(Array.from({ length: 1001 }, () => '1:500'))).toThrow('at most 1000')
})
