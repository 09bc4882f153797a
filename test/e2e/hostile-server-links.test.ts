import { expect, test } from 'vitest'
import { NEVER, TEST_LIMITS, clientOf, remoteErrorOf } from '../support/hostile-provider.ts'
import { HostileServer, inTurn, json, text } from '../support/hostile-server.ts'
import type { Answer } from '../support/hostile-server.ts'
import { definition } from '../support/hostile-tenant.ts'

const EMPTY = json(200, { value: [] })

function pageWithLink(link: string): Answer {
  return json(200, { value: [definition(1)], '@odata.nextLink': link })
}

/** Links that must not be followed; OWN and OTHER stand for `127.0.0.1:port` of the service and of another server. */
const TRICKS = [
  'http://OTHER/v1.0/AlertDefinitions',
  'https://OTHER/v1.0/AlertDefinitions',
  'https://OWN/v1.0/AlertDefinitions',
  '//OTHER/v1.0/AlertDefinitions',
  '///OTHER/v1.0/AlertDefinitions',
  '\\\\OTHER\\v1.0\\AlertDefinitions',
  '/\\OTHER/v1.0/AlertDefinitions',
  'http:\\\\OTHER/v1.0/AlertDefinitions',
  'http://OWN@OTHER/v1.0/AlertDefinitions',
  'http://OWN:x@OTHER/v1.0/AlertDefinitions',
  'http://user@OWN/v1.0/AlertDefinitions',
  'http://user:word@OWN/v1.0/AlertDefinitions',
  'http://OWN#@OTHER/v1.0/AlertDefinitions',
  'http://OTHER#@OWN/v1.0/AlertDefinitions',
  'http://OTHER?@OWN/v1.0/AlertDefinitions',
  'http://OTHER\\@OWN/v1.0/AlertDefinitions',
  'http://OWN.evil.example/v1.0/AlertDefinitions',
  'http://127.0.0.1/v1.0/AlertDefinitions',
  'http://localhost:OWNPORT/v1.0/AlertDefinitions',
  'http://[::1]:OWNPORT/v1.0/AlertDefinitions',
  'http://127.0.0.2:OWNPORT/v1.0/AlertDefinitions',
  'http://2130706433:OTHERPORT/v1.0/AlertDefinitions',
  'http://0x7f.1:OTHERPORT/v1.0/AlertDefinitions',
  'http://127.0.0.1:OTHERPORT/v1.0/AlertDefinitions',
  'ht\ntp://OTHER/v1.0/AlertDefinitions',
  ' http://OTHER/v1.0/AlertDefinitions',
  'http://OTHER\u0000/v1.0/AlertDefinitions',
  'http:OTHER/v1.0/AlertDefinitions',
  'ftp://OTHER/v1.0/AlertDefinitions',
  'file:///etc/passwd',
  'data:application/json,{"value":[]}',
  'javascript:alert(1)',
  'http://OWN/v1.0.evil/AlertDefinitions',
  'http://OWN/v1.0/../admin',
  'http://OWN/v1.0/%2e%2e/admin',
  'http://OWN/v1.0/..%2fadmin',
  'http://OWN/v1.0/..%5cadmin',
  '../admin',
  '/admin',
  '',
  `AlertDefinitions?x=${'a'.repeat(9_000)}`,
]

function placed(trick: string, own: HostileServer, other: HostileServer): string {
  return trick
    .replaceAll('OWNPORT', String(own.port))
    .replaceAll('OTHERPORT', String(other.port))
    .replaceAll('OWN', `127.0.0.1:${own.port}`)
    .replaceAll('OTHER', `127.0.0.1:${other.port}`)
}

test.each(TRICKS)('a next link %j is refused before a request (F12, F13)', async (trick) => {
  await using other = await HostileServer.open({ api: EMPTY })
  let link = ''
  await using server = await HostileServer.open({
    api: (request, response) => pageWithLink(link)(request, response),
  })
  link = placed(trick, server, other)
  const { provider } = clientOf(server)

  const error = await remoteErrorOf(provider.readState(NEVER))

  expect([error.failure, error.code]).toEqual(['safety', 'SYNC106'])
  expect(other.requests).toHaveLength(0)
  expect(server.apiRequests).toHaveLength(1)
})

test('the tricks are at least thirty', () => {
  expect(new Set(TRICKS).size).toBeGreaterThanOrEqual(30)
})

test.each([
  ['AlertDefinitions?$skip=100', '/v1.0/AlertDefinitions?$skip=100'],
  ['./AlertDefinitions?$skip=100', '/v1.0/AlertDefinitions?$skip=100'],
  ['/v1.0/AlertDefinitions?$skiptoken=a%2Fb', '/v1.0/AlertDefinitions?$skiptoken=a%2Fb'],
  ['/V1.0/AlertDefinitions?$skip=100', '/V1.0/AlertDefinitions?$skip=100'],
  ['?$skip=100', '/v1.0/AlertDefinitions?$skip=100'],
  ['http://OWN/v1.0/AlertDefinitions?$skip=100', '/v1.0/AlertDefinitions?$skip=100'],
  ['HTTP://OWN/v1.0/AlertDefinitions?$skip=100#part', '/v1.0/AlertDefinitions?$skip=100'],
])('a next link %s of the service is followed (F14)', async (link, url) => {
  let own = ''
  const second: Answer = json(200, { value: [definition(2)] })
  const first: Answer = (request, response) => pageWithLink(link.replace('OWN', own))(request, response)
  await using server = await HostileServer.open({
    api: inTurn(first, second, EMPTY, EMPTY, first, second, EMPTY),
  })
  own = `127.0.0.1:${server.port}`
  const { provider } = clientOf(server)

  const state = await provider.readState(NEVER)

  expect(server.apiRequests[1]?.url).toBe(url)
  expect(server.apiRequests[1]?.headers['authorization']).toBe('Bearer token-1')
  expect(state.definitions.map(({ Id }) => Id)).toEqual([1, 2])
})

test('links of what is expanded inside an entity are followed, and pinned too', async () => {
  await using other = await HostileServer.open({ api: EMPTY })
  let link = ''
  await using server = await HostileServer.open({
    api: (request, response) => {
      const isNested =
        request.url.includes('IndicatorsOfCompromise&') || request.url.endsWith('=IndicatorsOfCompromise')
      const isFirst = request.url.includes('gt%200')
      const nested = {
        ...definition(1),
        IndicatorsOfCompromise: [],
        'IndicatorsOfCompromise@odata.nextLink': link,
      }
      const answer = !request.url.includes('AlertDefinitions?')
        ? json(501, {})
        : json(200, { value: isFirst ? [isNested ? nested : definition(1)] : [] })
      answer(request, response)
    },
  })
  link = `${other.origin}/v1.0/IndicatorsOfCompromise`
  const { provider } = clientOf(server)

  const error = await remoteErrorOf(provider.readState(NEVER))

  expect(error.code).toBe('SYNC106')
  expect(other.requests).toHaveLength(0)
})

test('a next link to its own page ends the reading (F15)', async () => {
  await using server = await HostileServer.open({
    api: (request, response) => pageWithLink(request.url)(request, response),
  })
  const { provider } = clientOf(server)

  const error = await remoteErrorOf(provider.readState(NEVER))

  expect([error.failure, error.code]).toEqual(['remote', 'SYNC108'])
  expect(server.apiRequests).toHaveLength(1)
})

test('a cycle of three pages ends the reading (F15)', async () => {
  let count = 0
  await using server = await HostileServer.open({
    api: (request, response) => {
      count++
      json(200, { value: [], '@odata.nextLink': `AlertDefinitions?page=${count % 3}` })(request, response)
    },
  })
  const { provider } = clientOf(server)

  const error = await remoteErrorOf(provider.readState(NEVER))

  expect(error.code).toBe('SYNC108')
  expect(server.apiRequests).toHaveLength(4)
})

test('ten thousand pages of one entity end at the limit of pages (F15)', async () => {
  let count = 0
  await using server = await HostileServer.open({
    api: (request, response) => {
      count++
      const next = `AlertDefinitions?page=${count}`
      json(200, { value: [definition(count)], '@odata.nextLink': next })(request, response)
    },
  })
  const { provider } = clientOf(server, { ...TEST_LIMITS, pages: 200 })

  const error = await remoteErrorOf(provider.readState(NEVER))

  expect([error.failure, error.code]).toEqual(['limit', 'SYNC109'])
  expect(server.apiRequests).toHaveLength(200)
})

test.each([301, 302, 303, 307, 308])(
  'a redirect by %i is not followed, whatever it leads to (F16)',
  async (status) => {
    await using other = await HostileServer.open({ api: EMPTY })
    await using foreign = await HostileServer.open({
      api: text(status, '', { location: `${other.origin}/v1.0/AlertDefinitions` }),
    })
    await using own = await HostileServer.open({ api: text(status, '', { location: '/v1.0/Elsewhere' }) })

    const toOther = await remoteErrorOf(clientOf(foreign).provider.readState(NEVER))
    const toOwn = await remoteErrorOf(clientOf(own).provider.readState(NEVER))
    const write = await clientOf(foreign).provider.deleteIndicator(1, NEVER)

    expect([toOther.failure, toOther.code]).toEqual(['safety', 'SYNC106'])
    expect([toOwn.failure, toOwn.code]).toEqual(['remote', 'SYNC107'])
    expect(write).toMatchObject({ kind: 'unknown', status })
    expect(other.requests).toHaveLength(0)
    expect(own.apiRequests).toHaveLength(1)
  },
)

test('control information that names other hosts is not followed (T12)', async () => {
  await using other = await HostileServer.open({ api: EMPTY })
  const noise = {
    '@odata.context': `${other.origin}/$metadata`,
    '@odata.id': `${other.origin}/1`,
    '@odata.readLink': `${other.origin}/2`,
    'AlertDefinition@odata.navigationLink': `${other.origin}/3`,
  }
  await using server = await HostileServer.open({
    api: inTurn(
      json(200, { ...noise, value: [definition(1, noise)] }),
      EMPTY,
      EMPTY,
      json(200, { ...noise, value: [definition(1, noise)] }),
      EMPTY,
    ),
  })
  const { provider } = clientOf(server)

  const state = await provider.readState(NEVER)

  expect(state.definitions).toHaveLength(1)
  expect(other.requests).toHaveLength(0)
})
