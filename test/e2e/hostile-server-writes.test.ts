import { createServer } from 'node:net'
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import type { DefinitionBody, IndicatorBody } from '../../src/sync/entities.ts'
import type { Provider, WriteOutcome } from '../../src/sync/provider.ts'
import { NEVER, SHORT_LIMITS, TEST_LIMITS, clientOf } from '../support/hostile-provider.ts'
import { HostileServer, cut, inTurn, json, raw, silence, text } from '../support/hostile-server.ts'
import type { Answer } from '../support/hostile-server.ts'

const DEFINITION: DefinitionBody = {
  Name: 'rule',
  Title: 'Rule',
  Severity: 'Low',
  Category: 'Trojan',
  UxDescription: 'What it says.',
  RecommendedAction: null,
  InternalDescription: null,
  Enabled: true,
}
const INDICATOR: IndicatorBody = {
  Type: 'DomainName',
  DetectionFunction: 'Equals',
  Value: 'c2.example',
  ExpiresAt: null,
  Enabled: true,
}

type Write = (provider: Provider) => Promise<WriteOutcome>

const WRITES: readonly (readonly [string, Write, string, string, unknown])[] = [
  [
    'createDefinitions',
    (provider) => provider.createDefinitions([DEFINITION], NEVER),
    'POST',
    '/v1.0/AlertDefinitions/Actions.BulkUpload',
    { alertDefinitions: [DEFINITION] },
  ],
  [
    'createIndicators',
    (provider) => provider.createIndicators([{ definitionId: 6, body: INDICATOR }], NEVER),
    'POST',
    '/v1.0/IndicatorsOfCompromise/Actions.BulkUpload',
    { iocs: [{ ...INDICATOR, 'AlertDefinition@odata.bind': 'AlertDefinitions(6)' }] },
  ],
  [
    'patchDefinition',
    (provider) => provider.patchDefinition(6, { Title: 'New' }, NEVER),
    'PATCH',
    '/v1.0/AlertDefinitions(6)',
    { Title: 'New' },
  ],
  [
    'patchIndicator',
    (provider) => provider.patchIndicator(7, { Enabled: false }, NEVER),
    'PATCH',
    '/v1.0/IndicatorsOfCompromise(7)',
    { Enabled: false },
  ],
  [
    'bindIndicator',
    (provider) => provider.bindIndicator(7, 6, NEVER),
    'PUT',
    '/v1.0/IndicatorsOfCompromise(7)/AlertDefinition/$ref',
    { '@odata.id': 'ORIGIN/v1.0/AlertDefinitions(6)' },
  ],
  [
    'deleteIndicator',
    (provider) => provider.deleteIndicator(7, NEVER),
    'DELETE',
    '/v1.0/IndicatorsOfCompromise(7)',
    null,
  ],
  [
    'deleteDefinition',
    (provider) => provider.deleteDefinition(6, NEVER),
    'DELETE',
    '/v1.0/AlertDefinitions(6)',
    null,
  ],
]

test.each(WRITES)(
  '%s sends one request, as the API describes it',
  async (_name, write, method, path, body) => {
    await using server = await HostileServer.open({ api: text(204, '') })
    const { provider } = clientOf(server)

    const outcome = await write(provider)

    const [request] = server.apiRequests
    expect(outcome).toEqual({ kind: 'done', ids: null })
    expect(server.apiRequests).toHaveLength(1)
    expect([request?.method, request?.url]).toEqual([method, path])
    expect(request?.body.replace(server.origin, 'ORIGIN')).toBe(body === null ? '' : JSON.stringify(body))
    expect(request?.headers['content-type']).toBe(body === null ? undefined : 'application/json')
  },
)

const UNKNOWN: readonly (readonly [string, Answer, number | null])[] = [
  ['408', json(408, {}), 408],
  ['500', json(500, {}), 500],
  ['501', json(501, {}), 501],
  ['502', text(502, '<html>'), 502],
  ['503 with Retry-After', json(503, {}, { 'retry-after': '1' }), 503],
  ['504', json(504, {}), 504],
  ['202', json(202, {}), 202],
  ['206', json(206, {}), 206],
  ['304', text(304, ''), 304],
  ['a cut connection', cut, null],
  ['a cut body', raw('HTTP/1.1 201 Created\r\nContent-Length: 90\r\n\r\n{"value"'), null],
  ['a cut chunk', raw('HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"val\r\n'), null],
  ['HTML with 200', text(200, '<html>Sign in'), 200],
  ['JSON with garbage behind it', text(201, '{}x'), 201],
  ['an error with 200', json(200, { error: { code: 'x', message: 'y' } }), 200],
  ['no HTTP', raw('nonsense\r\n\r\n'), null],
  ['a header of 1 MB', raw(`HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(2 ** 20)}\r\n\r\n`), null],
  ['an upgrade', raw('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'), null],
]

for (const [name, write] of WRITES)
  test.each(UNKNOWN)(
    `${name} that meets %s is unknown and was sent once (F17)`,
    async (_name, answer, status) => {
      await using server = await HostileServer.open({ api: answer })
      const { provider, clock } = clientOf(server)

      const outcome = await write(provider)

      expect(outcome).toMatchObject({ kind: 'unknown', status })
      expect(server.apiRequests).toHaveLength(1)
      expect(clock.waits).toEqual([])
    },
  )

test.each(WRITES)('%s that meets silence is unknown and was sent once (F24)', async (_name, write) => {
  await using server = await HostileServer.open({ api: silence })
  const { provider } = clientOf(server, SHORT_LIMITS)

  const outcome = await write(provider)

  expect(outcome).toEqual({ kind: 'unknown', status: null, reason: 'no answer within 700 ms' })
  expect(server.apiRequests).toHaveLength(1)
})

const REFUSALS = [
  400, 402, 403, 404, 405, 406, 407, 409, 410, 411, 412, 413, 414, 415, 417, 421, 422, 423, 426, 428, 431,
  451, 507,
]

for (const [name, write, method] of WRITES)
  test.each(REFUSALS)(
    `${name} that is answered %i is absent and was sent once (F10, F11)`,
    async (status) => {
      const body = { error: { code: 'Code', message: 'Words.' } }
      await using server = await HostileServer.open({ api: json(status, body, { 'request-id': 'r-9' }) })
      const { provider } = clientOf(server)

      const outcome = await write(provider)

      const absent = {
        kind: 'absent',
        status,
        code: 'Code',
        message: 'Words.',
        requestId: 'r-9',
        refused: [],
      }
      expect(outcome).toEqual(method === 'DELETE' && status === 404 ? { kind: 'done', ids: null } : absent)
      expect(server.apiRequests).toHaveLength(1)
    },
  )

test('a refusal of a bulk upload names its items by place (F09)', async () => {
  const error = {
    code: 'InvalidInput',
    message: 'One or more.',
    target: 'iocs[4321].Value',
    details: [
      { code: 'InvalidDomainName', message: 'bad domain', target: 'iocs[4321].Value' },
      { code: 'InvalidHashValue', message: 'bad hash', target: 'iocs[17].Value' },
      { code: 'x', message: 'elsewhere', target: 'iocs' },
      { code: 'x', message: 'elsewhere', target: 'other[3]' },
      { code: 'x', message: 'elsewhere', target: 7 },
      'no object',
    ],
  }
  await using server = await HostileServer.open({ api: json(400, { error }) })
  const { provider } = clientOf(server)

  const outcome = await provider.createIndicators([{ definitionId: 6, body: INDICATOR }], NEVER)

  expect(outcome).toMatchObject({
    kind: 'absent',
    refused: [
      { index: 17, message: 'bad hash' },
      { index: 4321, message: 'bad domain' },
    ],
  })
})

test.each([
  ['the collection', json(201, { value: [{ Id: 11 }, { Id: 12 }] }), [11, 12]],
  ['the collection with 200', json(200, { value: [{ Id: 12 }, { Id: 11 }] }), [12, 11]],
  ['a bare list', json(200, [{ Id: 11 }, { Id: 12 }]), [11, 12]],
  ['nothing', text(201, ''), null],
  ['204', text(204, ''), null],
  ['an object that names no entity', json(200, { ok: true }), null],
])('a bulk upload answered by %s is done', async (_name, answer, ids) => {
  await using server = await HostileServer.open({ api: answer })
  const { provider } = clientOf(server)

  const outcome = await provider.createDefinitions([DEFINITION, { ...DEFINITION, Name: 'two' }], NEVER)

  expect(outcome).toEqual({ kind: 'done', ids })
})

test.each([
  ['fewer entities', { value: [{ Id: 11 }] }],
  ['more entities', { value: [{ Id: 11 }, { Id: 12 }, { Id: 13 }] }],
  ['no entities', { value: [] }],
  ['an Id twice', { value: [{ Id: 11 }, { Id: 11 }] }],
  ['an Id as text', { value: [{ Id: '11' }, { Id: 12 }] }],
  ['a null among them', { value: [null, { Id: 12 }] }],
])('a bulk upload whose reply names %s is unknown', async (_name, body) => {
  await using server = await HostileServer.open({ api: json(201, body) })
  const { provider } = clientOf(server)

  const outcome = await provider.createDefinitions([DEFINITION, { ...DEFINITION, Name: 'two' }], NEVER)

  expect(outcome).toMatchObject({ kind: 'unknown', status: 201 })
})

test('429 is waited for and the write sent again, with a new token when the old one ran out meanwhile (F04)', async () => {
  await using server = await HostileServer.open({
    api: inTurn(json(429, {}, { 'retry-after': '4000' }), json(429, {}), text(204, '')),
  })
  const { provider, clock } = clientOf(server, { ...TEST_LIMITS, retryBudgetMs: 5_000_000 })

  const outcome = await provider.patchIndicator(7, { Enabled: true }, NEVER)

  expect(outcome).toEqual({ kind: 'done', ids: null })
  expect(server.apiRequests.map(({ headers }) => headers['authorization'])).toEqual([
    'Bearer token-1',
    'Bearer token-2',
    'Bearer token-2',
  ])
  expect(clock.waits[0]).toBeGreaterThanOrEqual(4_000_000)
})

test('429 for ever leaves a write absent', async () => {
  await using server = await HostileServer.open({ api: json(429, {}) })
  const { provider } = clientOf(server)

  const outcome = await provider.deleteDefinition(7, NEVER)

  expect(outcome).toMatchObject({ kind: 'absent', status: 429 })
  expect(server.apiRequests).toHaveLength(10)
})

test('a signal ends the wait after 429, and cuts off no request that is under way', async () => {
  const controller = new AbortController()
  await using server = await HostileServer.open({
    api: (request, response) => {
      controller.abort(new Error('SIGINT'))
      json(429, {}, { 'retry-after': '4000' })(request, response)
    },
  })
  const { provider, clock } = clientOf(server, { ...TEST_LIMITS, retryBudgetMs: 5_000_000 })

  const outcome = await provider.deleteDefinition(7, controller.signal)

  expect(outcome).toMatchObject({ kind: 'absent', status: 429 })
  expect(server.apiRequests).toHaveLength(1)
  expect(clock.waits).toEqual([])
})

test('a write on a connection that the server just closed is unknown and not sent again', async () => {
  let count = 0
  await using server = await HostileServer.open({
    api: (request, response) => {
      count++
      const answer = count === 1 ? text(204, '') : cut
      answer(request, response)
    },
  })
  const { provider } = clientOf(server)

  const first = await provider.deleteIndicator(1, NEVER)
  const second = await provider.deleteIndicator(2, NEVER)

  expect(first.kind).toBe('done')
  expect(second).toMatchObject({ kind: 'unknown', status: null })
  expect(count).toBe(2)
})

test('a write to a port where nobody listens is unknown, and absent where no token can be had', async () => {
  const gone = await HostileServer.open()
  const api = `${gone.origin}/v1.0`
  const withoutToken = clientOf(gone)
  await gone[Symbol.asyncDispose]()
  await using server = await HostileServer.open()
  const withToken = clientOf(server, TEST_LIMITS, { api })

  const unknown = await withToken.provider.deleteIndicator(1, NEVER)
  const absent = await withoutToken.provider.deleteIndicator(1, NEVER)

  expect(unknown).toEqual({
    kind: 'unknown',
    status: null,
    reason: 'the connection was refused (ECONNREFUSED)',
  })
  expect(absent).toMatchObject({ kind: 'absent', code: 'NoToken' })
})

test('a bulk upload of 5,000 indicators arrives whole', async () => {
  await using server = await HostileServer.open({ api: text(204, '') })
  const { provider } = clientOf(server, {})
  const items = Array.from({ length: 5_000 }, (_, i) => ({
    definitionId: 6,
    body: { ...INDICATOR, Value: `h${i}.exämple` },
  }))

  const outcome = await provider.createIndicators(items, NEVER)

  const sent: unknown = JSON.parse(server.apiRequests[0]?.body ?? '')
  expect(outcome.kind).toBe('done')
  expect(sent).toHaveProperty('iocs.length', 5_000)
  expect(sent).toHaveProperty('iocs.4999.Value', 'h4999.exämple')
})

test('an empty list is done without a request', async () => {
  await using server = await HostileServer.open()
  const { provider } = clientOf(server)

  const outcomes = [await provider.createDefinitions([], NEVER), await provider.createIndicators([], NEVER)]

  expect(outcomes).toEqual([
    { kind: 'done', ids: [] },
    { kind: 'done', ids: [] },
  ])
  expect(server.requests).toHaveLength(0)
})

test.each([0, -1, 1.5, Number.NaN, 2 ** 53])('a key of %d never becomes a path', async (id) => {
  await using server = await HostileServer.open({ api: text(204, '') })
  const { provider } = clientOf(server)

  await expect(async () => provider.deleteDefinition(id, NEVER)).rejects.toThrow(
    'expected the Id of an entity',
  )

  expect(server.requests).toHaveLength(0)
})

test('a reply that comes before the body was read is taken, and the connection closed', async () => {
  const refusal = 'HTTP/1.1 413 Payload Too Large\r\nContent-Length: 2\r\n\r\n{}'
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
    socket.once('data', () => {
      socket.pause()
      socket.write(refusal)
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  await using tokens = await HostileServer.open()
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : null
  const { provider } = clientOf(tokens, {}, { api: `http://127.0.0.1:${port}/v1.0` })
  const items = Array.from({ length: 5_000 }, () => ({
    definitionId: 6,
    body: { ...INDICATOR, Value: 'x'.repeat(700) },
  }))

  const outcome = await provider.createIndicators(items, NEVER)

  expect(outcome).toMatchObject({ kind: 'absent', status: 413 })
  const [socket] = sockets
  socket?.resume()
  await expect.poll(() => socket?.destroyed, { timeout: 3_000 }).toBe(true)
  server.close()
})
