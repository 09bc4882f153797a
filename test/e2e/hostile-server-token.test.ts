import { expect, test } from 'vitest'
import { NEVER, clientOf, remoteErrorOf } from '../support/hostile-provider.ts'
import { HostileServer, freshTokens, inTurn, json, text } from '../support/hostile-server.ts'
import { definition, tenantAnswer } from '../support/hostile-tenant.ts'

const tenant = tenantAnswer(() => ({ definitions: [definition(1)], indicators: [] }))

function tokenReply(more: Record<string, unknown>): Record<string, unknown> {
  return { token_type: 'Bearer', access_token: 'token-1', ...more }
}

test('the client sends the form of the v1 endpoint', async () => {
  await using server = await HostileServer.open({ api: tenant })
  const { provider } = clientOf(server)

  await provider.readState(NEVER)

  const [request] = server.tokenRequests
  expect(server.tokenRequests).toHaveLength(1)
  expect(request?.headers['content-type']).toContain('application/x-www-form-urlencoded')
  expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
    grant_type: 'client_credentials',
    client_id: 'client-id',
    client_secret: 'client-secret-value',
    resource: 'https://graph.windows.net',
  })
  expect(server.apiRequests.every(({ headers }) => headers['authorization'] === 'Bearer token-1')).toBe(true)
})

test.each([
  ['a text', tokenReply({ expires_in: '3599' }), 3599],
  ['a number', tokenReply({ expires_in: 3599 }), 3599],
  ['nothing', tokenReply({}), 300],
])(
  'a token whose expires_in is %s is kept until a minute before its end (F01)',
  async (_form, body, seconds) => {
    await using server = await HostileServer.open({ api: tenant, token: json(200, body) })
    const { provider, clock } = clientOf(server)

    await provider.readState(NEVER)
    clock.advance((seconds - 61) * 1000)
    await provider.readState(NEVER)
    const before = server.tokenRequests.length
    clock.advance(2_000)
    await provider.readState(NEVER)

    expect(before).toBe(1)
    expect(server.tokenRequests).toHaveLength(2)
  },
)

test.each(['"0"', '"-5"', '"abc"', '"3599x"', '""', '" 12"', '0', '-5', 'null', 'true', '[]', '1e999'])(
  'a token whose expires_in is %s is refused with a typed error (F01)',
  async (expiresIn) => {
    const body = `{"token_type":"Bearer","access_token":"token-1","expires_in":${expiresIn}}`
    await using server = await HostileServer.open({ api: tenant, token: text(200, body) })
    const { provider } = clientOf(server)

    const error = await remoteErrorOf(provider.readState(NEVER))

    expect([error.failure, error.code]).toEqual(['remote', 'SYNC102'])
    expect(error.message).toContain('expires_in')
    expect(server.apiRequests).toHaveLength(0)
  },
)

test('a 401 in the middle is answered by one new token and one repetition (F02)', async () => {
  let count = 0
  await using server = await HostileServer.open({
    api: (request, response) => {
      count++
      const answer = count === 2 ? json(401, {}) : tenant
      answer(request, response)
    },
  })
  const { provider } = clientOf(server)

  const state = await provider.readState(NEVER)

  const [, refused, repeated] = server.apiRequests
  expect(state.definitions).toHaveLength(1)
  expect(server.tokenRequests).toHaveLength(2)
  expect(repeated?.url).toBe(refused?.url)
  expect(refused?.headers['authorization']).toBe('Bearer token-1')
  expect(repeated?.headers['authorization']).toBe('Bearer token-2')
})

test('a second 401 ends a read with the error of refused credentials (F02)', async () => {
  await using server = await HostileServer.open({ api: json(401, {}, { 'request-id': 'r-1' }) })
  const { provider } = clientOf(server)

  const error = await remoteErrorOf(provider.readState(NEVER))

  expect([error.failure, error.code]).toEqual(['remote', 'SYNC101'])
  expect(error.message).toContain('(request id r-1)')
  expect(server.apiRequests).toHaveLength(2)
  expect(server.tokenRequests).toHaveLength(2)
})

test('a write is repeated once after 401, and absent after a second one (F02)', async () => {
  await using server = await HostileServer.open({ api: json(401, {}) })
  const { provider } = clientOf(server)

  const outcome = await provider.deleteIndicator(3, NEVER)

  expect(outcome).toMatchObject({ kind: 'absent', status: 401 })
  expect(server.apiRequests).toHaveLength(2)
})

test('a write without a token is absent and never sent', async () => {
  await using server = await HostileServer.open({ token: json(400, { error: 'invalid_client' }) })
  const { provider } = clientOf(server)

  const outcome = await provider.deleteIndicator(3, NEVER)

  expect(outcome).toMatchObject({ kind: 'absent', status: 401, code: 'NoToken' })
  expect(server.apiRequests).toHaveLength(0)
})

const ECHO = 'client-secret-value'

test.each([
  [
    '400 invalid_client',
    json(400, { error: 'invalid_client', error_description: `AADSTS7000215: Invalid secret ${ECHO}` }),
    'SYNC101',
    'the token endpoint answered 400 invalid_client (AADSTS7000215)',
  ],
  ['401 in HTML', text(401, `<p>${ECHO}</p>`), 'SYNC101', 'the token endpoint answered 401'],
  [
    '401 with a challenge',
    json(401, { error: ECHO }, { 'www-authenticate': `Basic realm="${ECHO}"` }),
    'SYNC101',
    'the token endpoint answered 401',
  ],
  ['200 in HTML', text(200, `<html>${ECHO}</html>`), 'SYNC102', 'it is no JSON object'],
  ['200 with a list', json(200, [ECHO]), 'SYNC102', 'it is no JSON object'],
  [
    '200 without access_token',
    json(200, { token_type: ECHO, x: ECHO }),
    'SYNC102',
    'expected access_token as a text, found nothing',
  ],
  ['200 with a list as token', json(200, tokenReply({ access_token: [ECHO] })), 'SYNC102', 'found a list'],
  [
    '200 with a newline in the token',
    json(200, tokenReply({ access_token: `a\r\nx-evil: ${ECHO}` })),
    'SYNC102',
    'visible ASCII',
  ],
  [
    '200 with another type of token',
    json(200, tokenReply({ token_type: `mac ${ECHO}` })),
    'SYNC102',
    'token_type is not Bearer',
  ],
  ['200 without a type', json(200, { access_token: ECHO }), 'SYNC102', 'token_type is not Bearer'],
  ['200 for dpop', json(200, tokenReply({ token_type: 'DPoP' })), 'SYNC102', 'token_type is not Bearer'],
])('the token endpoint that answers %s is told in our words (F03)', async (_name, token, code, words) => {
  await using server = await HostileServer.open({ token })
  const { provider, log } = clientOf(server)

  const error = await remoteErrorOf(provider.readState(NEVER))

  expect(error.code).toBe(code)
  expect(error.message).toContain(words)
  expect(JSON.stringify([error, error.message, error.stack, log])).not.toContain(ECHO)
  expect(server.requests).toHaveLength(1)
})

test.each([301, 302, 303, 307, 308])('a %i of the token endpoint is not followed (F03)', async (status) => {
  await using other = await HostileServer.open()
  await using server = await HostileServer.open({
    token: text(status, '', { location: `${other.origin}/take` }),
  })
  const { provider } = clientOf(server)

  const error = await remoteErrorOf(provider.readState(NEVER))

  expect(error.code).toBe('SYNC107')
  expect(other.requests).toHaveLength(0)
  expect(server.requests).toHaveLength(1)
})

test('the token endpoint is asked again when it fails in passing, and no more than it may be', async () => {
  await using passing = await HostileServer.open({
    api: tenant,
    token: inTurn(json(503, {}), json(429, {}, { 'retry-after': '7' }), freshTokens()),
  })
  await using lasting = await HostileServer.open({ token: json(503, {}) })
  const first = clientOf(passing)
  const second = clientOf(lasting)

  await first.provider.readState(NEVER)
  const error = await remoteErrorOf(second.provider.readState(NEVER))

  expect(first.clock.waits).toHaveLength(2)
  expect(first.clock.waits[1]).toBeGreaterThanOrEqual(7_000)
  expect(error.code).toBe('SYNC105')
  expect(lasting.requests).toHaveLength(3)
})
