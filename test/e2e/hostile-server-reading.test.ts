import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { NEVER, SHORT_LIMITS, TEST_LIMITS, clientOf, remoteErrorOf } from '../support/hostile-provider.ts'
import { HostileServer, cut, inTurn, json, raw, silence, text } from '../support/hostile-server.ts'
import type { Answer } from '../support/hostile-server.ts'
import { definition, indicator, tenantAnswer } from '../support/hostile-tenant.ts'
import type { Expanding, Tenant } from '../support/hostile-tenant.ts'

const SMALL: Tenant = {
  definitions: [definition(2), definition(5)],
  indicators: [indicator(1, 5), indicator(7, 2), indicator(9, 5)],
}
const tenant = tenantAnswer(() => SMALL)

/** The tenant, but the second request of all is answered so. */
function onceInTheMiddle(answer: Answer): Answer {
  return inTurn(tenant, answer, tenant)
}

test.each<Expanding>(['definition', 'indicators', 'none'])(
  'a tenant is read whole from a service that expands %s',
  async (expanding) => {
    await using server = await HostileServer.open({ api: tenantAnswer(() => SMALL, expanding) })
    const { provider } = clientOf(server)

    const state = await provider.readState(NEVER)
    const some = await provider.readIndicatorsOf(5, NEVER)
    const none = await provider.readIndicatorsOf(77, NEVER)

    expect(state.definitions.map(({ Id, Name }) => [Id, Name])).toEqual([
      [2, 'rule-2'],
      [5, 'rule-5'],
    ])
    expect(state.indicators.map(({ Id, definitionId, Value }) => [Id, definitionId, Value])).toEqual([
      [1, 5, 'host-1.example'],
      [7, 2, 'host-7.example'],
      [9, 5, 'host-9.example'],
    ])
    expect(some).toEqual(state.indicators.filter(({ definitionId }) => definitionId === 5))
    expect(none).toEqual([])
  },
)

test('a tenant of 2,500 indicators is read in pages by Id', async () => {
  const many = {
    definitions: [definition(1)],
    indicators: Array.from({ length: 2_500 }, (_, i) => indicator(i * 3 + 1, 1)),
  }
  await using server = await HostileServer.open({ api: tenantAnswer(() => many) })
  const { provider } = clientOf(server)

  const state = await provider.readState(NEVER)

  expect(state.indicators).toHaveLength(2_500)
  expect(decodeURIComponent(server.apiRequests[3]?.url ?? '')).toBe(
    '/v1.0/IndicatorsOfCompromise?$filter=Id gt 2998&$orderby=Id&$top=1000&$expand=AlertDefinition',
  )
})

test('a tenant that changes between readings is read until two in a row agree (F23)', async () => {
  let requests = 0
  const changing = tenantAnswer(() => {
    requests++
    return requests < 12
      ? { ...SMALL, definitions: SMALL.definitions.map((d) => ({ ...d, Title: `${requests}` })) }
      : SMALL
  })
  await using server = await HostileServer.open({ api: changing })
  const { provider } = clientOf(server)

  const state = await provider.readState(NEVER)

  expect(state.definitions[0]?.Title).toBe('Rule 2')
  expect(requests).toBe(20)
})

test('a tenant that never holds still ends in an error after five readings (F23)', async () => {
  let requests = 0
  const changing = tenantAnswer(() => ({
    definitions: [definition(1, { Title: `${requests++}` })],
    indicators: [],
  }))
  await using server = await HostileServer.open({ api: changing })
  const { provider } = clientOf(server)

  const error = await remoteErrorOf(provider.readState(NEVER))

  expect([error.failure, error.code]).toEqual(['remote', 'SYNC111'])
  expect(requests).toBe(15)
})

test('an indicator without its definition is no state to plan from (F23)', async () => {
  await using server = await HostileServer.open({
    api: tenantAnswer(() => ({ definitions: [], indicators: [indicator(1, 4)] })),
  })
  const { provider } = clientOf(server)

  const error = await remoteErrorOf(provider.readState(NEVER))

  expect(error.code).toBe('SYNC111')
})

test('an indicator that $ref does not know but the service still holds is not taken for gone', async () => {
  const refs: Answer = (request, response) => {
    const isRef = request.url.includes('ref')
    const isKey = request.url.endsWith('IndicatorsOfCompromise(1)')
    const answer = isRef
      ? json(404, {})
      : isKey
        ? json(200, indicator(1, 5))
        : tenantAnswer(() => SMALL, 'none')
    answer(request, response)
  }
  await using server = await HostileServer.open({ api: refs })
  const { provider } = clientOf(server)

  const error = await remoteErrorOf(provider.readState(NEVER))

  expect(error.code).toBe('SYNC110')
  expect(error.message).toContain('$ref: the service answered 404')
})

test.each([
  ['2', 2_000, 2_250],
  ['0', 0, 250],
  ['Mon, 23 Nov 2026 12:00:30 GMT', 29_000, 30_250],
  ['Mon, 23 Nov 2020 12:00:30 GMT', 0, 250],
  ['-1', 500, 625],
  ['2.5', 500, 625],
  ['soon', 500, 625],
  [null, 500, 625],
  ['99999999', 900_000, 900_250],
])('429 with Retry-After %s waits as long as it should (F04)', async (retryAfter, least, most) => {
  const headers = retryAfter === null ? {} : { 'retry-after': retryAfter }
  await using server = await HostileServer.open({ api: onceInTheMiddle(json(429, {}, headers)) })
  const { provider, clock } = clientOf(server)

  const state = await provider.readState(NEVER)

  expect(state.indicators).toHaveLength(3)
  expect(clock.waits).toHaveLength(1)
  expect(clock.waits[0]).toBeGreaterThanOrEqual(least)
  expect(clock.waits[0]).toBeLessThanOrEqual(most)
})

test.each(['0', '99999999', 'soon'])('429 for ever with Retry-After %s ends (F04)', async (retryAfter) => {
  await using server = await HostileServer.open({ api: json(429, {}, { 'retry-after': retryAfter }) })
  const { provider, clock } = clientOf(server)

  const error = await remoteErrorOf(provider.readState(NEVER))

  expect([error.failure, error.code]).toEqual(['remote', 'SYNC105'])
  expect(server.apiRequests.length).toBeLessThanOrEqual(10)
  expect(clock.waits.reduce((a, b) => a + b, 0)).toBeLessThan(910_000)
})

const BODY = JSON.stringify({ value: [definition(2), definition(5)] })

const PASSING: readonly (readonly [string, Answer])[] = [
  ['500', json(500, {})],
  ['502', text(502, '<html>bad gateway')],
  ['503', json(503, {})],
  ['504', json(504, {})],
  ['408', json(408, {})],
  ['a cut connection', cut],
  [
    'a body cut in the middle',
    raw(`HTTP/1.1 200 OK\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY.slice(0, 40)}`),
  ],
  ['a Content-Length too small', text(200, BODY.slice(0, -10))],
  ['a chunked body cut', raw(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"val\r\n`)],
  ['a body that ends with the connection, cut', raw(`HTTP/1.1 200 OK\r\n\r\n${BODY.slice(0, 40)}`)],
  ['JSON with garbage behind it', text(200, `${BODY}x`)],
  ['two JSON texts', text(200, `${BODY}${BODY}`)],
  ['HTML with 200', text(200, '<html><title>Sign in</title>')],
  ['an empty body', text(200, '')],
  ['204', text(204, '')],
  ['JSON with 206', text(206, BODY)],
  ['a list', json(200, [])],
  ['a deep nest', text(200, `{"value":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)],
  ['bytes that are no UTF-8', text(200, Buffer.from([0x7b, 0xff, 0x7d]))],
  ['no HTTP at all', raw('SSH-2.0-OpenSSH_9\r\n\r\n')],
  ['a cut gzip', text(200, gzipSync(BODY).subarray(0, 30), { 'content-encoding': 'gzip' })],
  ['another encoding', text(200, BODY, { 'content-encoding': 'br' })],
  ['encodings in a chain', text(200, gzipSync(gzipSync(BODY)), { 'content-encoding': 'gzip, gzip' })],
  ['an upgrade', raw('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n')],
]

const STALLING: readonly (readonly [string, Answer])[] = [
  ['silence', silence],
  ['headers for ever', raw('HTTP/1.1 200 OK\r\nX-A: ', 'stay')],
  ['a body that stalls', raw('HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"value"', 'stay')],
]

const FAILING = [
  ...PASSING.map(([name, answer]) => [name, answer, TEST_LIMITS] as const),
  ...STALLING.map(([name, answer]) => [name, answer, SHORT_LIMITS] as const),
]

test.each(FAILING)(
  'a read that meets %s is repeated and then whole (F05, F17, F18, F24)',
  async (_name, answer, limits) => {
    await using server = await HostileServer.open({ api: onceInTheMiddle(answer) })
    const { provider, clock } = clientOf(server, limits)

    const state = await provider.readState(NEVER)

    expect(state.definitions).toHaveLength(2)
    expect(state.indicators).toHaveLength(3)
    expect(clock.waits).toHaveLength(1)
  },
)

test.each(FAILING)(
  'a read that always meets %s gives up after so many attempts (F05, F17, F18, F24)',
  async (_name, answer, limits) => {
    await using server = await HostileServer.open({ api: answer })
    const { provider, clock } = clientOf(server, limits)

    const error = await remoteErrorOf(provider.readState(NEVER))

    expect(error.failure).toBe('remote')
    expect(['SYNC103', 'SYNC105']).toContain(error.code)
    expect(server.apiRequests).toHaveLength(3)
    expect(clock.waits).toHaveLength(2)
    expect(clock.waits[1]).toBeGreaterThan(clock.waits[0] ?? 0)
  },
)

test('a port where nobody listens is told after so many attempts (F05)', async () => {
  const server = await HostileServer.open()
  const { provider, clock } = clientOf(server)
  await server[Symbol.asyncDispose]()

  const error = await remoteErrorOf(provider.readState(NEVER))

  expect(error.message).toContain('the connection was refused (ECONNREFUSED)')
  expect(clock.waits).toHaveLength(2)
})

test('headers that drip a byte at a time end at the deadline (F24)', async () => {
  const drip: Answer = (_request, { socket }) => {
    socket?.write('HTTP/1.1 200 OK\r\nX-A: ')
    const timer = setInterval(() => socket?.write('a'), 20)
    socket?.on('close', () => clearInterval(timer))
  }
  await using server = await HostileServer.open({ api: drip })
  const { provider } = clientOf(server, { ...SHORT_LIMITS, attempts: 1 })

  const error = await remoteErrorOf(provider.readState(NEVER))

  expect(error.code).toBe('SYNC105')
  expect(error.message).toContain('no answer within 700 ms')
})

test('a body that drips without an end meets the deadline of the whole reply (F24)', async () => {
  const drip: Answer = (_request, response) => {
    response.writeHead(200)
    const timer = setInterval(() => response.write(' '), 20)
    response.on('close', () => clearInterval(timer))
  }
  await using server = await HostileServer.open({ api: drip })
  const { provider } = clientOf(server, { ...TEST_LIMITS, totalMs: 500, attempts: 1 })

  const error = await remoteErrorOf(provider.readState(NEVER))

  expect(error.message).toContain('no whole reply within 500 ms')
})

test('the first 200 characters of an unexpected body are shown, escaped (F18)', async () => {
  await using server = await HostileServer.open({
    api: text(200, `<html>\u001b[31m\u202e${'y'.repeat(500)}`),
  })
  const { provider } = clientOf(server)

  const error = await remoteErrorOf(provider.readState(NEVER))

  expect(error.code).toBe('SYNC103')
  expect(error.message).toContain('<html><U+001B>[31m<U+202E>yyy')
  expect(error.message).not.toContain('y'.repeat(200))
})

test.each([403, 404, 405, 409, 412, 413, 415, 501, 507])(
  'a read answered %i is not repeated (F11)',
  async (status) => {
    const body = { error: { code: 'SomeCode', message: 'some\u001b words' } }
    await using server = await HostileServer.open({
      api: json(status, body, { 'x-ms-request-id': 'id\u009b7' }),
    })
    const { provider } = clientOf(server)

    const error = await remoteErrorOf(provider.readState(NEVER))

    expect([error.failure, error.code]).toEqual(['remote', 'SYNC110'])
    expect(error.message).toContain(`the service answered ${status} SomeCode: some`)
    expect(error.message).toContain('(request id id<U+009B>7)')
    expect(server.apiRequests).toHaveLength(1)
  },
)

const endless: Answer = (_request, response) => {
  response.writeHead(200)
  const piece = Buffer.alloc(65_536, 0x20)
  const more = (): void => {
    while (response.writable && response.write(piece));
  }
  response.on('drain', more)
  more()
}

test.each<readonly [string, Answer]>([
  ['an endless body', endless],
  ['a header of 1 MB', raw(`HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(2 ** 20)}\r\n\r\n`)],
  ['100,000 headers', raw(`HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(100_000)}\r\n`)],
])('%s is a limit, not repeated, and the connection is closed (F19)', async (_name, answer) => {
  let closed = 0
  await using server = await HostileServer.open({
    api: (request, response) => {
      response.socket?.on('close', () => closed++)
      answer(request, response)
    },
  })
  const { provider } = clientOf(server, { ...TEST_LIMITS, bodyBytes: 2 ** 20 })

  const error = await remoteErrorOf(provider.readState(NEVER))

  expect([error.failure, error.code]).toEqual(['limit', 'SYNC109'])
  expect(server.apiRequests).toHaveLength(1)
  await expect.poll(() => closed).toBeGreaterThan(0)
})

test('a small body that unpacks to a large one is a limit (F19)', async () => {
  const bomb = gzipSync(Buffer.alloc(32 * 2 ** 20))
  await using server = await HostileServer.open({ api: text(200, bomb, { 'content-encoding': 'gzip' }) })
  const { provider } = clientOf(server, { ...TEST_LIMITS, bodyBytes: 2 ** 20 })

  const error = await remoteErrorOf(provider.readState(NEVER))

  expect(bomb.length).toBeLessThan(2 ** 20)
  expect([error.failure, error.code]).toEqual(['limit', 'SYNC109'])
})

test('a body at the limit is read, and one byte more is not (F19)', async () => {
  const page = JSON.stringify({ value: [], padding: 'x'.repeat(1_000) })
  await using server = await HostileServer.open({ api: text(200, page) })
  const fits = clientOf(server, { ...TEST_LIMITS, bodyBytes: page.length })
  const less = clientOf(server, { ...TEST_LIMITS, bodyBytes: page.length - 1 })

  const state = await fits.provider.readState(NEVER)
  const error = await remoteErrorOf(less.provider.readState(NEVER))

  expect(state.definitions).toEqual([])
  expect(error.code).toBe('SYNC109')
})

test.each([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
])('a reply in %s is read', async (encoding, encode) => {
  await using server = await HostileServer.open({
    api: inTurn(text(200, encode(BODY), { 'content-encoding': encoding }), tenant),
  })
  const { provider } = clientOf(server)

  const state = await provider.readState(NEVER)

  expect(state.definitions).toHaveLength(2)
})

test.each<readonly [string, unknown, string]>([
  ['without value', { other: [] }, 'expected "value" as a list, found nothing'],
  ['whose value is an object', { value: {} }, 'expected "value" as a list, found an object'],
  ['whose value is null', { value: null }, 'found null'],
  ['with a text among the entities', { value: ['x'] }, 'expected an object at value[0], found a string'],
  [
    'with an entity without Id',
    { value: [definition(1, { Id: undefined })] },
    'with Id, a whole number above 0, found nothing',
  ],
  ['with an Id as text', { value: [definition(1, { Id: '1' })] }, 'found a string'],
  ['with an Id of 0', { value: [definition(0)] }, 'found a number'],
  ['with a broken Id', { value: [definition(1, { Id: 1.5 })] }, 'found a number'],
  ['with an Id past what numbers hold', { value: [definition(1, { Id: 2 ** 53 })] }, 'found a number'],
  [
    'with an Id twice',
    { value: [definition(1), definition(1)] },
    'expected Ids above 1 in ascending order, found 1',
  ],
  [
    'with a Name of another type',
    { value: [definition(1, { Name: 7 })] },
    'AlertDefinition 1: expected Name as a text',
  ],
  [
    'without Enabled',
    { value: [definition(1, { Enabled: undefined })] },
    'expected Enabled as true or false, found nothing',
  ],
  ['with a link that is no text', { value: [], '@odata.nextLink': 7 }, 'expected @odata.nextLink as a text'],
  ['with __proto__ for its value', JSON.parse('{"__proto__":{"value":[]}}'), 'found nothing'],
])('a page %s is an error that names the page (F20)', async (_name, body, words) => {
  await using server = await HostileServer.open({ api: inTurn(json(200, body), json(200, { value: [] })) })
  const { provider } = clientOf(server)

  const error = await remoteErrorOf(provider.readState(NEVER))

  expect([error.failure, error.code]).toEqual(['remote', 'SYNC104'])
  expect(error.message).toContain('GET /v1.0/AlertDefinitions?$filter=')
  expect(error.message).toContain(words)
  expect(server.apiRequests.length).toBeLessThanOrEqual(2)
})

test('a service that ignores the filter is noticed', async () => {
  await using server = await HostileServer.open({ api: json(200, { value: [definition(1)] }) })
  const { provider } = clientOf(server)

  const error = await remoteErrorOf(provider.readState(NEVER))

  expect(error.code).toBe('SYNC104')
  expect(server.apiRequests).toHaveLength(2)
})

test.each([
  ['bare', (entity: unknown) => entity],
  ['in a list of one', (entity: unknown) => ({ value: [entity] })],
])('a single entity is accepted %s (F21)', async (_name, shape) => {
  const plain = tenantAnswer(() => SMALL, 'none')
  const wrapped: Answer = (request, response) => {
    const key = /IndicatorsOfCompromise\((\d+)\)\/AlertDefinition\/\$ref$/.exec(request.url)?.[1]
    const found = SMALL.indicators.find(({ Id }) => Id === Number(key))
    const reference = { '@odata.id': `AlertDefinitions(${found?.definitionId})` }
    const answer = key === undefined ? plain : json(200, shape(reference))
    answer(request, response)
  }
  await using server = await HostileServer.open({ api: wrapped })
  const { provider } = clientOf(server)

  const state = await provider.readState(NEVER)

  expect(state.indicators.map(({ definitionId }) => definitionId)).toEqual([5, 2, 5])
})

test('a reading stops at once when its signal fires', async () => {
  await using server = await HostileServer.open({ api: silence })
  const { provider } = clientOf(server, { totalMs: 20_000 })
  const stop = new AbortController()

  const reading = provider.readState(stop.signal)
  await expect.poll(() => server.apiRequests.length).toBe(1)
  stop.abort(new Error('stopped by the user'))

  await expect(reading).rejects.toThrow('stopped by the user')
})
