import { expect, test } from 'vitest'
import { ApiSession } from '../../support/api-session.ts'

const TICKS_PER_SECOND = 10_000_000n

test.each([
  ['no grant type', { grant_type: null }, 400, 'invalid_request', 900144],
  ['another grant type', { grant_type: 'password' }, 400, 'unsupported_grant_type', 70003],
  ['no client id', { client_id: null }, 400, 'invalid_request', 900144],
  ['no secret', { client_secret: null }, 401, 'invalid_client', 7000218],
  ['a wrong secret', { client_secret: 'guess' }, 401, 'invalid_client', 7000215],
  ['an unknown application', { client_id: 'other' }, 400, 'unauthorized_client', 700016],
  ['an unknown resource', { resource: 'https://elsewhere.example' }, 400, 'invalid_resource', 500011],
])('the token endpoint refuses %s with the code of Azure AD', async (_, changes, status, error, code) => {
  using api = await ApiSession.open({ clientSecret: 'the-secret' })

  const answer = await api.askToken(changes)

  expect(answer.status).toBe(status)
  expect(answer.json.error).toBe(error)
  expect(answer.json['error_codes']).toEqual([code])
  expect(answer.json['error_description']).toMatch(
    new RegExp(
      `^AADSTS${code}: .+\r\nTrace ID: [0-9a-f-]{36}\r\nCorrelation ID: [0-9a-f-]{36}\r\nTimestamp: `,
    ),
  )
  expect(answer.json['timestamp']).toBe('2026-11-23 09:00:00Z')
  expect(answer.json['trace_id']).toMatch(/^[0-9a-f-]{36}$/)
  expect(answer.json['correlation_id']).toMatch(/^[0-9a-f-]{36}$/)
  expect(answer.text).not.toContain('the-secret')
  expect(answer.text).not.toContain('guess')
})

test.each(['https://graph.microsoft.com', 'https://graph.windows.net', 'https://graph.windows.net/'])(
  'the token endpoint takes the resource %s',
  async (resource) => {
    using api = await ApiSession.open()

    const answer = await api.askToken({ resource })

    expect(answer.status).toBe(200)
    expect(answer.json['resource']).toBe(resource)
  },
)

test('the token endpoint refuses another tenant and a field sent twice', async () => {
  using api = await ApiSession.open()
  const send = (path: string, body: string): Promise<{ readonly status: number; readonly text: string }> =>
    api.fetch(path, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })

  const tenant = await send(
    '/fabrikam/oauth2/token',
    'grant_type=client_credentials&client_id=app&client_secret=x',
  )
  const twice = await send(
    '/contoso/oauth2/token',
    'grant_type=client_credentials&client_id=app&client_id=app',
  )

  expect(tenant.status).toBe(400)
  expect(tenant.text).toContain('AADSTS90002')
  expect(twice.status).toBe(400)
  expect(twice.text).toContain('AADSTS90100')
})

test('the token endpoint takes credentials as HTTP Basic', async () => {
  using api = await ApiSession.open({ clientSecret: 's:e%c r+et' })
  const credentials = `app:${encodeURIComponent('s:e%c r+et')}`

  const answer = await api.fetch('/contoso/oauth2/token', {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
    headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
  })

  expect(answer.status).toBe(200)
})

test('the token endpoint takes POST alone and names it', async () => {
  using api = await ApiSession.open()

  const answer = await api.fetch('/contoso/oauth2/token', {})

  expect(answer.status).toBe(405)
  expect(answer.headers.get('allow')).toBe('POST, OPTIONS')
})

test('the token endpoint refuses a body past its limit with 413', async () => {
  using api = await ApiSession.open()

  const answer = await api.askToken({ padding: 'x'.repeat(70_000) })

  expect(answer.status).toBe(413)
})

test('a token is good for 3599 seconds of the clock and not one longer', async () => {
  using api = await ApiSession.open()
  const start = api.clock.now

  api.clock.now = start + 3599n * TICKS_PER_SECOND - 1n
  const last = await api.get('AlertDefinitions')
  api.clock.now = start + 3599n * TICKS_PER_SECOND
  const after = await api.get('AlertDefinitions')

  expect(last.status).toBe(200)
  expect(after.status).toBe(401)
  expect(after.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
})

test('two tokens differ, and one stays good when another is issued', async () => {
  using api = await ApiSession.open()

  const second = await api.askToken()
  const third = await api.askToken()
  const withFirst = await api.get('AlertDefinitions')

  expect(second.json['access_token']).not.toBe(third.json['access_token'])
  expect(withFirst.status).toBe(200)
})

test('auth any lets every bearer in and auth off everybody, and both give a token to any client', async () => {
  using any = await ApiSession.open({ auth: 'any' })
  using off = await ApiSession.open({ auth: 'off' })
  const unknown = { client_id: 'somebody', client_secret: 'else' }

  const bearer = await any.get('AlertDefinitions', { authorization: 'Bearer made-up' })
  const nobody = await any.fetch('/v1.0/AlertDefinitions', {})
  const everybody = await off.fetch('/v1.0/AlertDefinitions', {})
  const tokens = await Promise.all([any.askToken(unknown), off.askToken(unknown)])

  expect(bearer.status).toBe(200)
  expect(nobody.status).toBe(401)
  expect(everybody.status).toBe(200)
  expect(tokens.map(({ status }) => status)).toEqual([200, 200])
})
