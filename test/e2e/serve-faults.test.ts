import { afterEach, expect, test } from 'vitest'
import { FaultInjector, type RequestHandler } from '../../src/emulator/faults/with-faults.ts'
import { parseFaultPlan } from '../../src/emulator/faults/parse-fault.ts'
import { serveEmulator, type RunningServer } from '../../src/emulator/serve.ts'
import { RawConnection } from '../support/raw-http.ts'
import { openStubService, type StubService } from '../support/stub-service.ts'

const running: RunningServer[] = []

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop()
})

async function serve(handle: RequestHandler): Promise<string> {
  const server = await serveEmulator(handle)
  running.push(server)
  return server.origin
}

async function serveFaults(
  ...specs: readonly string[]
): Promise<{ readonly origin: string; readonly stub: StubService; readonly injector: FaultInjector }> {
  const stub = openStubService()
  const injector = new FaultInjector(stub.handle, parseFaultPlan(specs))
  return { origin: await serve((request) => injector.handle(request)), stub, injector }
}

function post(origin: string, signal: AbortSignal | null = null): Promise<Response> {
  return fetch(`${origin}/v1.0/IndicatorsOfCompromise`, { method: 'POST', body: 'abc', signal })
}

test.each([
  ['401', 401, 'www-authenticate', 'Bearer error="invalid_token"'],
  ['429:retry-after=7', 429, 'retry-after', '7'],
  ['429', 429, 'retry-after', null],
  ['500', 500, 'retry-after', null],
  ['503:retry-after=1', 503, 'retry-after', '1'],
  ['507', 507, 'retry-after', null],
])('a client sees the fault %s as a reply, and nothing was done', async (words, status, header, value) => {
  const { origin, stub } = await serveFaults(`2:${words}`)

  const replies = [await post(origin), await post(origin), await post(origin)]

  expect(replies.map((reply) => reply.status)).toEqual([200, status, 200])
  expect(replies[1]?.headers.get(header)).toBe(value)
  expect(await replies[1]?.json()).toMatchObject({ error: { code: expect.any(String) as string } })
  expect(stub.effects()).toBe(2)
})

test('a client sees Retry-After as a date within the time asked for', async () => {
  const { origin } = await serveFaults('1:429:retry-date=2')
  const before = Date.now()

  const date = Date.parse((await post(origin)).headers.get('retry-after') ?? '')

  expect(date).toBeGreaterThanOrEqual(before + 2000)
  expect(date).toBeLessThan(Date.now() + 3000)
})

test.each([
  ['cut-before', 0],
  ['cut-after', 1],
])('a client sees the connection break at %s, with %i effects', async (words, effects) => {
  const { origin, stub } = await serveFaults(`1:${words}`)
  const connection = await RawConnection.open(origin)
  connection.send('POST /v1.0/A HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc')

  await connection.closed()

  expect(connection.unread).toBe('')
  expect(stub.effects()).toBe(effects)
  await expect(fetch(`${origin}/v1.0/A`)).resolves.toMatchObject({ status: 200 })
})

test('fetch rejects where the connection is cut', async () => {
  const { origin } = await serveFaults('1:cut-before', '2:cut-after')

  await expect(post(origin)).rejects.toThrow('fetch failed')
  await expect(post(origin)).rejects.toThrow('fetch failed')
})

test('a client sees a truncated body: the whole length announced, half of it sent, then the end', async () => {
  const { origin, stub } = await serveFaults('1:truncate', '2:truncate')
  const connection = await RawConnection.open(origin)
  connection.send('GET /v1.0/A HTTP/1.1\r\nHost: localhost\r\n\r\n')

  await connection.closed()

  const [head = '', body] = connection.unread.split('\r\n\r\n')
  expect(head).toContain('HTTP/1.1 200 OK')
  expect(head.toLowerCase()).toContain('content-length: 1000')
  expect(body).toHaveLength(500)
  expect(stub.effects()).toBe(1)

  const reply = await post(origin)
  expect(reply.status).toBe(200)
  await expect(reply.text()).rejects.toThrow('terminated')
})

test('a client waits for a slow reply whose effect has happened already', async () => {
  const { origin, stub } = await serveFaults('1:slow:delay=300ms', '2:slow:delay=10s')
  const start = performance.now()

  expect((await post(origin)).status).toBe(200)
  expect(performance.now() - start).toBeGreaterThanOrEqual(290)

  await expect(post(origin, AbortSignal.timeout(100))).rejects.toThrow('timeout')
  expect(stub.effects()).toBe(2)
})

test('a client sees a 504 whose effect happens all the same, at once or later', async () => {
  const { origin, stub, injector } = await serveFaults('1:504', '2:504:later=150ms')

  expect((await post(origin)).status).toBe(504)
  expect(stub.effects()).toBe(1)

  expect((await post(origin)).status).toBe(504)
  expect(stub.effects()).toBe(1)
  await injector.settled()
  expect(stub.log[1]).toBe('POST /v1.0/IndicatorsOfCompromise abc')
})

test('a handler that fails is a 500 without a word of its reason', async () => {
  const origin = await serve(() => Promise.reject(new Error('secret detail')))

  const reply = await fetch(`${origin}/v1.0/A`)

  expect(reply.status).toBe(500)
  expect(await reply.text()).not.toContain('secret detail')
})
