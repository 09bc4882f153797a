import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { TestContext } from 'vitest'
import { makeCertificates } from '../support/certificates.ts'
import type { Certificates } from '../support/certificates.ts'
import { NEVER, TEST_LIMITS, clientOf, remoteErrorOf } from '../support/hostile-provider.ts'
import { HostileServer, json } from '../support/hostile-server.ts'
import { definition, tenantAnswer } from '../support/hostile-tenant.ts'

const NO_OPENSSL = 'openssl is not installed, so that no certificates can be made'
const tenant = tenantAnswer(() => ({ definitions: [definition(1)], indicators: [] }))

let certificates: Certificates | null = null
const known = getCACertificates('default')

beforeAll(() => {
  certificates = makeCertificates()
  if (certificates !== null) setDefaultCACertificates([...known, certificates.authority])
})

afterAll(() => {
  setDefaultCACertificates(known)
})

test('a certificate of a known authority for the right host is accepted', async (context) => {
  const made = madeOrSkip(context)
  await using tokens = await HostileServer.open()
  await using server = await HostileServer.open({ api: tenant, tls: made.good })
  const { provider } = clientOf(tokens, TEST_LIMITS, { api: `https://localhost:${server.port}/v1.0` })

  const state = await provider.readState(NEVER)

  expect(state.definitions).toHaveLength(1)
})

test.for([
  ['expired', 'its certificate has expired (CERT_HAS_EXPIRED)'],
  ['wrongHost', 'its certificate is for another host (ERR_TLS_CERT_ALTNAME_INVALID)'],
  ['selfSigned', 'its certificate is signed by itself (DEPTH_ZERO_SELF_SIGNED_CERT)'],
] as const)('a certificate that is %s is refused before a request (F25)', async ([kind, words], context) => {
  const made = madeOrSkip(context)
  await using tokens = await HostileServer.open()
  await using server = await HostileServer.open({ api: tenant, tls: made[kind] })
  const api = `https://localhost:${server.port}/v1.0`
  const { provider, clock } = clientOf(tokens, TEST_LIMITS, { api })

  const read = await remoteErrorOf(provider.readState(NEVER))
  const write = await provider.deleteIndicator(1, NEVER)

  expect([read.failure, read.code]).toEqual(['remote', 'SYNC112'])
  expect(read.message).toContain(words)
  expect(write).toEqual({ kind: 'unknown', status: null, reason: words })
  expect(server.requests).toHaveLength(0)
  expect(clock.waits).toEqual([])
})

test('an environment that asks for no checks does not get its wish (F25)', async (context) => {
  const made = madeOrSkip(context)
  await using tokens = await HostileServer.open()
  await using server = await HostileServer.open({ api: tenant, tls: made.selfSigned })
  const { provider } = clientOf(tokens, TEST_LIMITS, { api: `https://localhost:${server.port}/v1.0` })
  const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED']

  const warning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
  const error = await remoteErrorOf(provider.readState(NEVER)).finally(() => {
    warning.mockRestore()
    if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
    else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before
  })

  expect(error.code).toBe('SYNC112')
  expect(server.requests).toHaveLength(0)
})

test('a server without TLS behind an https address never sees a request', async () => {
  await using tokens = await HostileServer.open()
  await using server = await HostileServer.open({ api: json(200, {}) })
  const { provider } = clientOf(tokens, TEST_LIMITS, { api: `https://localhost:${server.port}/v1.0` })

  const error = await remoteErrorOf(provider.readState(NEVER))

  expect([error.failure, error.code]).toEqual(['remote', 'SYNC105'])
  expect(server.requests).toHaveLength(0)
})

function madeOrSkip(context: TestContext): Certificates {
  return certificates ?? context.skip(NO_OPENSSL)
}
