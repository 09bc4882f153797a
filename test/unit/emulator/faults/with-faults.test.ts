import { expect, test } from 'vitest'
import { ConnectionCut } from '../../../../src/emulator/faults/connection-cut.ts'
import type { Fault, FaultPlan, FaultRule } from '../../../../src/emulator/faults/fault-plan.ts'
import { faultAt } from '../../../../src/emulator/faults/fault-plan.ts'
import { parseFaultPlan } from '../../../../src/emulator/faults/parse-fault.ts'
import type { FaultClock } from '../../../../src/emulator/faults/with-faults.ts'
import { FaultInjector, withFaults } from '../../../../src/emulator/faults/with-faults.ts'
import { openStubService } from '../../../support/stub-service.ts'

const ROOT = 'http://127.0.0.1/v1.0'

function post(path = '/IndicatorsOfCompromise'): Request {
  return new Request(`${ROOT}${path}`, { method: 'POST', body: 'abc' })
}

/** A clock that stands at a round second plus a half, and whose sleeps pass when `advance` is called. */
function stoppedClock(): FaultClock & { readonly slept: number[]; advance(): void } {
  const waiting: (() => void)[] = []
  const slept: number[] = []
  return {
    slept,
    now: () => Date.UTC(2026, 10, 23, 12, 0, 0, 500),
    sleep: (ms, signal) =>
      new Promise((done, fail) => {
        slept.push(ms)
        waiting.push(done)
        signal.addEventListener('abort', () => fail(new Error('aborted')))
      }),
    advance: () => {
      for (const wake of waiting.splice(0)) wake()
    },
  }
}

test.each<readonly [Fault, number, string]>([
  [{ kind: 'unauthorized' }, 401, 'Unauthorized'],
  [{ kind: 'throttled', retryAfter: null }, 429, 'TooManyRequests'],
  [{ kind: 'server-error' }, 500, 'InternalError'],
  [{ kind: 'unavailable', retryAfter: null }, 503, 'ServiceUnavailable'],
  [{ kind: 'quota' }, 507, 'QuotaExceeded'],
])('withFaults answers %j with its status, and nothing is done', async (fault, status, code) => {
  const stub = openStubService()
  const handle = withFaults(stub.handle, { rules: [faultAt(1, fault)] })

  const response = await handle(post())

  expect(response.status).toBe(status)
  expect(await response.json()).toMatchObject({ error: { code } })
  expect(response.headers.get('retry-after')).toBeNull()
  expect(response.headers.get('www-authenticate')).toBe(
    status === 401 ? 'Bearer error="invalid_token"' : null,
  )
  expect(stub.effects()).toBe(0)
  expect((await handle(post())).status).toBe(200)
})

test('withFaults answers the token path in the format of its own errors', async () => {
  const handle = withFaults(openStubService().handle, parseFaultPlan(['1:401']))

  const response = await handle(
    new Request('http://127.0.0.1/t/oauth2/token', { method: 'POST', body: 'a=b' }),
  )

  expect(response.status).toBe(401)
  expect(await response.json()).toMatchObject({ error: 'invalid_client' })
})

test('withFaults gives Retry-After as seconds, and as a date that is never too early', async () => {
  const plan = parseFaultPlan(['1:429:retry-after=2', '2:429:retry-date=2', '3:503:retry-date=0'])
  const handle = withFaults(openStubService().handle, plan, stoppedClock())

  const replies = [await handle(post()), await handle(post()), await handle(post())]

  expect(replies.map((reply) => reply.headers.get('retry-after'))).toEqual([
    '2',
    'Mon, 23 Nov 2026 12:00:03 GMT',
    'Mon, 23 Nov 2026 12:00:01 GMT',
  ])
})

test('withFaults cuts the connection before or after the effect', async () => {
  const stub = openStubService()
  const handle = withFaults(stub.handle, parseFaultPlan(['1:cut-before', '2:cut-after']))

  await expect(handle(post())).rejects.toThrow(ConnectionCut)
  expect(stub.effects()).toBe(0)

  await expect(handle(post())).rejects.toThrow(ConnectionCut)
  expect(stub.log).toEqual(['POST /v1.0/IndicatorsOfCompromise abc'])
})

test('withFaults breaks a body off in its middle under the head of the whole one', async () => {
  const stub = openStubService()
  const handle = withFaults(stub.handle, parseFaultPlan(['1:truncate']))

  const response = await handle(post())
  const reader = response.body?.getReader()
  const first = await reader?.read()

  expect(response.headers.get('content-length')).toBe('1000')
  expect(first?.value?.byteLength).toBe(500)
  await expect(reader?.read()).rejects.toThrow(ConnectionCut)
  expect(stub.effects()).toBe(1)
})

test('withFaults cuts the connection where there is no body to truncate', async () => {
  const stub = openStubService()
  const handle = withFaults(stub.handle, parseFaultPlan(['1:truncate']))

  await expect(handle(post('/empty'))).rejects.toThrow(ConnectionCut)
  expect(stub.effects()).toBe(1)
})

test('a slow reply waits, though the request is carried out at once', async () => {
  const stub = openStubService()
  const clock = stoppedClock()
  const handle = withFaults(stub.handle, parseFaultPlan(['1:slow:delay=3s']), clock)
  let isAnswered = false

  const reply = handle(post()).then((response) => {
    isAnswered = true
    return response
  })
  await waitFor(() => clock.slept.length === 1)

  expect([stub.effects(), isAnswered, clock.slept]).toEqual([1, false, [3000]])
  clock.advance()
  expect((await reply).status).toBe(200)
})

test('a 504 carries the request out at once, or later with the body that came with it', async () => {
  const stub = openStubService()
  const clock = stoppedClock()
  const injector = new FaultInjector(stub.handle, parseFaultPlan(['1:504', '2:504:later=3s']), clock)

  expect((await injector.handle(post())).status).toBe(504)
  expect(stub.effects()).toBe(1)

  expect((await injector.handle(post('/AlertDefinitions'))).status).toBe(504)
  expect([stub.effects(), clock.slept]).toEqual([1, [3000]])

  clock.advance()
  await injector.settled()
  expect(stub.log[1]).toBe('POST /v1.0/AlertDefinitions abc')
})

test('closing drops effects that were put off and breaks replies that wait', async () => {
  const stub = openStubService()
  const clock = stoppedClock()
  const injector = new FaultInjector(
    stub.handle,
    parseFaultPlan(['1:504:later=3s', '2:slow:delay=3s']),
    clock,
  )
  await injector.handle(post())
  const slow = injector.handle(post())
  const broken = expect(slow).rejects.toThrow(ConnectionCut)
  await waitFor(() => clock.slept.length === 2)

  injector.close()

  await broken
  await injector.settled()
  expect(stub.effects()).toBe(1)
})

test.each<readonly [string, readonly string[], readonly number[]]>([
  ['the n-th of all requests', ['3:500'], [200, 200, 500, 200, 200, 200]],
  ['a range', ['2-3:500'], [200, 500, 500, 200, 200, 200]],
  ['every one from the n-th on', ['5+:500'], [200, 200, 200, 200, 500, 500]],
  ['the n-th with a method', ['2@POST:500'], [200, 200, 200, 500, 200, 200]],
  ['the n-th with a path', ['1@/AlertDefinitions:500'], [200, 500, 200, 200, 200, 200]],
  ['the n-th with a method and a path', ['1@POST/AlertDefinitions:500'], [200, 200, 200, 500, 200, 200]],
  [
    'the first of two rules that fit',
    ['2:500', '2:503', '2+@/AlertDefinitions:429'],
    [200, 500, 200, 429, 200, 429],
  ],
])('withFaults hits %s', async (_, specs, expected) => {
  const handle = withFaults(openStubService().handle, parseFaultPlan(specs))
  const requests = [
    post('/IndicatorsOfCompromise'),
    new Request(`${ROOT}/AlertDefinitions`),
    new Request(`${ROOT}/IndicatorsOfCompromise?$filter=Value eq '/AlertDefinitions'`),
    post('/AlertDefinitions'),
    new Request(`${ROOT}/IndicatorsOfCompromise`),
    new Request(`${ROOT}/AlertDefinitions(1)`),
  ]

  const statuses: number[] = []
  for (const request of requests) statuses.push((await handle(request)).status)

  expect(statuses).toEqual(expected)
})

test('a new plan counts from 1 again, and the counts say what happened', async () => {
  const plan: FaultPlan = parseFaultPlan(['2@POST:500'])
  const injector = new FaultInjector(openStubService().handle, plan)
  const counts = (): readonly (readonly [FaultRule | undefined, number, number])[] =>
    injector.counts.map(({ rule, seen, fired }) => [rule, seen, fired])

  await injector.handle(post())
  await injector.handle(new Request(ROOT))
  await injector.handle(post())

  expect(counts()).toEqual([[plan.rules[0], 2, 1]])
  expect(injector.requests).toBe(3)

  injector.setPlan(parseFaultPlan(['1:507']))
  expect((await injector.handle(post())).status).toBe(507)
  expect(injector.requests).toBe(1)
})

/** Lets pending promises run until it holds; fails after many turns. */
async function waitFor(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1000; turn += 1) {
    if (holds()) return
    await new Promise((done) => setImmediate(done))
  }
  throw new Error('waited in vain')
}
