import { afterEach, expect, test } from 'vitest'
import type { RequestHandler } from '../../src/emulator/faults/with-faults.ts'
import { serveEmulator, type RunningServer, type ServeOptions } from '../../src/emulator/serve.ts'
import { RawConnection } from '../support/raw-http.ts'
import { openStubService } from '../support/stub-service.ts'

const running: RunningServer[] = []

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop()
})

async function serve(handle: RequestHandler, options: ServeOptions = {}): Promise<RunningServer> {
  const server = await serveEmulator(handle, options)
  running.push(server)
  return server
}

async function exchange(origin: string, bytes: string): Promise<string> {
  const connection = await RawConnection.open(origin)
  connection.send(bytes)
  const { status, body } = await connection.reply()
  connection.destroy()
  return `${status} ${body}`
}

const echo: RequestHandler = async (request) => new Response(await request.text())

test('a server listens on loopback and says where', async () => {
  const { origin } = await serve(openStubService().handle)

  expect(origin).toMatch(/^http:\/\/127\.0\.0\.1:[0-9]+$/)
  expect((await fetch(`${origin}/v1.0/A`)).status).toBe(200)
})

test('a server on an address that others reach is refused without a secret', async () => {
  const { handle } = openStubService()

  await expect(serveEmulator(handle, { host: '0.0.0.0' })).rejects.toMatchObject({ code: 'open-address' })
  await expect(serveEmulator(handle, { host: '::' })).rejects.toMatchObject({ code: 'open-address' })
  await expect(serveEmulator(handle, { host: '0.0.0.0', secret: '' })).rejects.toMatchObject({
    code: 'open-address',
  })

  const { origin } = await serve(handle, { host: '0.0.0.0', secret: 's' })
  expect(await exchange(origin, 'GET /v1.0/A HTTP/1.1\r\nHost: lab.example\r\n\r\n')).toMatch(/^200 /)
})

test('a port in use and an address of another machine are said in words', async () => {
  const { handle } = openStubService()
  const { origin } = await serve(handle)

  await expect(serveEmulator(handle, { port: Number(new URL(origin).port) })).rejects.toThrow(
    'another program uses the port',
  )
  await expect(serveEmulator(handle, { host: '192.0.2.1', secret: 's' })).rejects.toThrow(
    'this machine has no such address',
  )
})

test.each([
  ['Host: evil.example\r\n', 421],
  ['Host: evil.example:80\r\n', 421],
  ['Host: 127.0.0.1.evil.example\r\n', 421],
  ['Host: 10.0.0.1\r\n', 421],
  ['Host: localhost\r\n', 200],
  ['Host: LOCALHOST:1\r\n', 200],
  ['Host: [::1]:99\r\n', 200],
  ['Host: 127.0.0.1\r\n', 200],
  ['Host: localhost\r\nOrigin: https://evil.example\r\n', 403],
  ['Host: localhost\r\nOrigin: null\r\n', 403],
  ['Host: localhost\r\nOrigin: http://localhost\r\n', 200],
  ['Host: a b\r\n', 400],
  ['Host: u@localhost\r\n', 400],
  ['', 400],
])('on loopback a request with %j is answered with %i', async (headers, status) => {
  const stub = openStubService()
  const { origin } = await serve(stub.handle)

  const reply = await exchange(origin, `GET /v1.0/A HTTP/1.1\r\n${headers}\r\n`)

  expect(reply.slice(0, 3)).toBe(String(status))
  expect(stub.effects()).toBe(status === 200 ? 1 : 0)
})

test('an absolute request target that names another machine is refused, whatever Host says', async () => {
  const { origin } = await serve(openStubService().handle)

  expect(
    await exchange(origin, 'GET http://evil.example/v1.0/A HTTP/1.1\r\nHost: localhost\r\n\r\n'),
  ).toMatch(/^421 /)
})

test('no reply opens the server to web pages', async () => {
  const { origin } = await serve(openStubService().handle)

  const reply = await fetch(`${origin}/v1.0/A`, { method: 'OPTIONS', headers: { origin } })

  expect([...reply.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
})

test('a body at the limit passes, one byte more is refused unread, announced or not', async () => {
  const { origin } = await serve(echo, { bodyLimit: 1000 })
  const head = 'POST /v1.0/A HTTP/1.1\r\nHost: localhost\r\n'
  const chunked = (count: number): string =>
    `${head}Transfer-Encoding: chunked\r\n\r\n${count.toString(16)}\r\n${'x'.repeat(count)}\r\n0\r\n\r\n`

  expect(await exchange(origin, `${head}Content-Length: 1000\r\n\r\n${'x'.repeat(1000)}`)).toMatch(/^200 x/)
  expect(await exchange(origin, chunked(1000))).toMatch(/^200 x/)
  expect(await exchange(origin, `${head}Content-Length: 1001\r\n\r\n`)).toMatch(/^413 /)
  expect(await exchange(origin, chunked(1001))).toMatch(/^413 /)
})

test('an endless chunked body is cut off at the limit', async () => {
  const { origin } = await serve(echo, { bodyLimit: 100_000 })
  let sent = 0
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      sent += 10_000
      controller.enqueue(new Uint8Array(10_000))
    },
  })

  const reply = await fetch(`${origin}/v1.0/A`, {
    method: 'POST',
    body: endless,
    duplex: 'half',
  }).then(
    ({ status }) => status,
    () => 413, // the connection may be closed before the client reads
  )

  expect(reply).toBe(413)
  expect(sent).toBeLessThan(50_000_000)
})

test('a request is told to continue before its body, or refused before it is sent', async () => {
  const { origin } = await serve(echo, { bodyLimit: 1000 })
  const connection = await RawConnection.open(origin)
  const head = 'POST /v1.0/A HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n'

  connection.send(`${head}Content-Length: 3\r\n\r\n`)
  expect(await connection.interim()).toBe('HTTP/1.1 100 Continue')
  connection.send('abc')
  expect(await connection.reply()).toMatchObject({ status: 200, body: 'abc' })

  connection.send(`${head}Content-Length: 1001\r\n\r\n`)
  expect(await connection.reply()).toMatchObject({ status: 413, interim: [] })
  await connection.closed()
})

test('connections are served side by side, each kept open between its requests', async () => {
  const { origin } = await serve(echo)
  const first = await RawConnection.open(origin)
  const second = await RawConnection.open(origin)
  const request = (body: string): string =>
    `POST /v1.0/A HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n${body}`

  first.send('POST /v1.0/A HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nab')
  second.send(request('second'))
  expect((await second.reply()).body).toBe('second')
  first.send('cde')
  expect((await first.reply()).body).toBe('abcde')
  first.send(request('again') + request('twice'))
  expect([(await first.reply()).body, (await first.reply()).body]).toEqual(['again', 'twice'])
  first.destroy()
  second.destroy()
})

test('a head that is too large, or has too many lines to be honest, costs one connection only', async () => {
  const { origin } = await serve(openStubService().handle)
  const start = 'GET /v1.0/A HTTP/1.1\r\nHost: localhost\r\n'

  expect(await exchange(origin, `${start}A: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(/^431 /)
  expect(
    await exchange(origin, `${start}${Array.from({ length: 5000 }, (_, i) => `A${i}: 1\r\n`).join('')}\r\n`),
  ).toMatch(/^431 /)
  expect(await exchange(origin, `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`)).toMatch(
    /^431 /,
  )
  expect(await exchange(origin, `${start}\r\n`)).toMatch(/^200 /)
})

test('a request that trickles in is ended by the timeouts, others go on meanwhile', async () => {
  const stub = openStubService()
  const { origin } = await serve(stub.handle, { headersTimeoutMs: 400, requestTimeoutMs: 800 })
  const slowHead = await RawConnection.open(origin)
  const slowBody = await RawConnection.open(origin)
  slowBody.send('POST /v1.0/A HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n')

  const trickle = setInterval(() => {
    if (!slowHead.isClosed) slowHead.send('X')
    if (!slowBody.isClosed) slowBody.send('X')
  }, 50)
  slowHead.send('GET /v1.0/A HTTP/1.1\r\nHost: localhost\r\nX')
  expect(await exchange(origin, 'GET /v1.0/A HTTP/1.1\r\nHost: localhost\r\n\r\n')).toMatch(/^200 /)
  await slowHead.closed(5000)
  await slowBody.closed(5000)
  clearInterval(trickle)

  expect(slowHead.unread).toMatch(/^HTTP\/1\.1 408 /)
  expect(stub.effects()).toBe(1)
})

test('connections above the cap are closed, and those within it go on', async () => {
  const { origin } = await serve(openStubService().handle, { maxConnections: 2 })
  const first = await RawConnection.open(origin)
  const second = await RawConnection.open(origin)
  const third = await RawConnection.open(origin)

  await third.closed()

  first.send('GET /v1.0/A HTTP/1.1\r\nHost: localhost\r\n\r\n')
  expect((await first.reply()).status).toBe(200)
  first.destroy()
  second.destroy()
})

test('stopping closes idle connections, finishes running requests and refuses new ones', async () => {
  const gate: { open: () => void } = { open: () => {} }
  const opened = new Promise<void>((done) => (gate.open = done))
  const server = await serve(
    async () => {
      await opened
      return new Response('done')
    },
    { stopMs: 5000 },
  )
  const idle = await RawConnection.open(server.origin)
  const busy = await RawConnection.open(server.origin)
  busy.send('GET /v1.0/A HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await new Promise((done) => setTimeout(done, 50))

  const stopped = server.stop()
  await idle.closed()
  await expect(RawConnection.open(server.origin)).rejects.toThrow('ECONNREFUSED')
  gate.open()

  const reply = await busy.reply()
  expect([reply.body, reply.headers.get('connection')]).toEqual(['done', 'close'])
  await stopped
  await busy.closed()
})

test('stopping breaks requests that do not end within the bound', async () => {
  const server = await serve(() => new Promise(() => {}), { stopMs: 100 })
  const busy = await RawConnection.open(server.origin)
  busy.send('GET /v1.0/A HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await new Promise((done) => setTimeout(done, 50))
  const start = performance.now()

  await Promise.all([server.stop(), server.stop()])

  expect(performance.now() - start).toBeLessThan(1000)
  await busy.closed()
})

test('a client that goes away while its reply is written harms nobody', async () => {
  const large = new Uint8Array(20 * 1024 * 1024)
  let parts = 0
  const { origin } = await serve(async (request) => {
    if (request.url.endsWith('/small')) return new Response('small')
    await Promise.resolve()
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        parts += 1
        controller.enqueue(large)
      },
    })
    return new Response(body)
  })
  const rude = await RawConnection.open(origin)
  rude.send('GET /v1.0/large HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await new Promise((done) => setTimeout(done, 100))

  rude.destroy()
  await new Promise((done) => setTimeout(done, 100))
  const seen = parts
  await new Promise((done) => setTimeout(done, 100))

  expect(parts).toBe(seen)
  expect(await exchange(origin, 'GET /small HTTP/1.1\r\nHost: localhost\r\n\r\n')).toBe('200 small')
})
