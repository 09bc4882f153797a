import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readCredentials } from '../../../../src/sync/client/credentials.ts'
import type { CredentialSources } from '../../../../src/sync/client/credentials.ts'
import { RemoteError } from '../../../../src/sync/remote-error.ts'
import { Secret } from '../../../../src/sync/client/secret.ts'
import { openTiProvider } from '../../../../src/sync/client/ti-provider.ts'
import { RecordingClock } from '../../../support/recording-clock.ts'

const folder = mkdtempSync(join(tmpdir(), 'dryfire-secret-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const VALUE = 'value-of-the-secret'
const ENVIRONMENT = {
  DRYFIRE_TENANT_ID: 'tenant.example',
  DRYFIRE_CLIENT_ID: 'client-id',
  DRYFIRE_CLIENT_SECRET: VALUE,
}

function refusalOf(sources: CredentialSources): RemoteError {
  try {
    readCredentials(sources)
  } catch (error) {
    if (error instanceof RemoteError) return error
    throw error
  }
  throw new Error('expected a refusal')
}

function secretFile(name: string, content: string | Uint8Array, mode = 0o600): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  chmodSync(path, mode)
  return path
}

test('credentials come from the environment, addresses have defaults', () => {
  const credentials = readCredentials({ environment: ENVIRONMENT })

  expect(credentials).toMatchObject({
    api: 'https://ti.securitycenter.windows.com/v1.0',
    tokenUrl: 'https://login.windows.net/tenant.example/oauth2/token',
    tenant: 'tenant.example',
    clientId: 'client-id',
  })
  expect(credentials.clientSecret.reveal()).toBe(VALUE)
  expect(JSON.stringify(credentials)).not.toContain(VALUE)
})

test('the environment wins over the configuration', () => {
  const config = {
    tenant: 'other',
    api: 'https://b.example/v1.0',
    token: 'https://login.microsoftonline.com/c/token/',
  }

  const both = readCredentials({
    environment: { ...ENVIRONMENT, DRYFIRE_API_URL: 'http://127.0.0.1:8080/v1.0/' },
    config,
  })

  expect([both.tenant, both.api, both.tokenUrl]).toEqual([
    'tenant.example',
    'http://127.0.0.1:8080/v1.0',
    'https://login.microsoftonline.com/c/token',
  ])
})

test('everything that is missing is named at once', () => {
  const error = refusalOf({ environment: { DRYFIRE_CLIENT_ID: '' } })

  expect(error.failure).toBe('usage')
  expect(error.message).toBe(
    'no credentials: DRYFIRE_TENANT_ID, DRYFIRE_CLIENT_ID, DRYFIRE_CLIENT_SECRET or --secret-file are not set',
  )
})

test.each([
  ['http to another machine', 'http://ti.example/v1.0', 'uses http: to another machine'],
  ['a name that begins like loopback', 'http://localhost.evil.example/v1.0', 'uses http:'],
  ['an address that begins like loopback', 'http://127.0.0.1.evil.example/', 'uses http:'],
  ['another scheme', 'ftp://127.0.0.1/v1.0', 'uses ftp:'],
  ['a password', `https://user:${VALUE}@ti.example/v1.0`, 'holds a user or a password'],
  ['a query', `https://ti.example/v1.0?key=${VALUE}`, 'holds a query or a fragment'],
  ['a fragment', 'https://ti.example/v1.0#', 'holds a query or a fragment'],
  ['no URL', VALUE, 'is no URL'],
  ['a backslash', 'https:\\\\ti.example', 'is no URL'],
])('an address with %s is refused without its value', (_name, address, words) => {
  const environment = { ...ENVIRONMENT, DRYFIRE_API_URL: address }

  const api = refusalOf({ environment })
  const token = refusalOf({ environment: { ...ENVIRONMENT, DRYFIRE_TOKEN_URL: address } })

  expect([api.failure, token.failure]).toEqual(['usage', 'usage'])
  expect(api.message).toContain(`DRYFIRE_API_URL ${words}`)
  expect(token.message).toContain(`DRYFIRE_TOKEN_URL ${words}`)
  expect(api.message + token.message).not.toContain(VALUE)
})

test('a provider refuses the same addresses itself', () => {
  const open = (api: string, tokenUrl: string): unknown =>
    openTiProvider({
      api,
      tokenUrl,
      tenant: 't',
      clientId: 'c',
      clientSecret: new Secret(VALUE),
      clock: new RecordingClock(),
    })

  expect(() => open('http://ti.example/v1.0', 'https://login.example/token')).toThrow('use')
  expect(() => open('https://ti.example/v1.0', 'http://login.example/token')).toThrow('use')
  expect(open('https://TI.example:443/v1.0/', 'https://login.example/token')).toMatchObject({
    api: 'https://ti.example/v1.0',
    tenant: 't',
  })
})

test.each(['../other', 'a/b', 'a?b', 'a b', '-a', 'a%2f', 'ä', 'a'.repeat(300)])(
  'the tenant %j is refused',
  (tenant) => {
    const error = refusalOf({ environment: { ...ENVIRONMENT, DRYFIRE_TENANT_ID: tenant } })

    expect(error.message).toContain('DRYFIRE_TENANT_ID: expected a GUID or a domain name')
  },
)

test.each(['  ', 'two\nlines', `x${'y'.repeat(5_000)}`])(
  'a secret that is no line is refused without its value',
  (secret) => {
    const error = refusalOf({ environment: { ...ENVIRONMENT, DRYFIRE_CLIENT_SECRET: secret } })

    expect(error.message).toBe(
      'DRYFIRE_CLIENT_SECRET: expected one line of at most 4096 characters, found something else',
    )
  },
)

test('an environment that switches off the checks of certificates is refused', () => {
  const error = refusalOf({ environment: { ...ENVIRONMENT, NODE_TLS_REJECT_UNAUTHORIZED: '0' } })

  expect([error.failure, error.code]).toEqual(['usage', 'SYNC121'])
})

test.each(['', '\n', '\r\n'])(
  'a secret file that ends in %j gives the secret and wins over the environment',
  (end) => {
    const path = secretFile('good', `from-the-file${end}`)

    const { clientSecret } = readCredentials({ environment: ENVIRONMENT, secretFile: path })

    expect(clientSecret.reveal()).toBe('from-the-file')
  },
)

test.each([0o640, 0o604, 0o660, 0o610, 0o777])('a secret file of mode %o is refused', (mode) => {
  const path = secretFile('open', VALUE, mode)

  const error = refusalOf({ environment: ENVIRONMENT, secretFile: path })

  expect([error.failure, error.code]).toEqual(['usage', 'SYNC124'])
  expect(error.message).toContain(`can be used by others (mode ${mode.toString(8)})`)
  expect(error.message).not.toContain(VALUE)
})

test('a secret file that is a link, a folder, absent, too large or no text is refused', () => {
  const good = secretFile('target', VALUE)
  const link = join(folder, 'link')
  symlinkSync(good, link)
  const inner = join(folder, 'inner')
  mkdirSync(inner, { mode: 0o700 })
  const large = secretFile('large', 'x'.repeat(4_097))
  const binary = secretFile('binary', Buffer.from([0x61, 0xff]))
  const lines = secretFile('lines', 'one\ntwo\n')
  const empty = secretFile('empty', '\n')

  const messages = [link, inner, join(folder, 'absent'), large, binary, lines, empty].map(
    (path) => refusalOf({ environment: ENVIRONMENT, secretFile: path }).message,
  )

  expect(messages.map((message) => message.replaceAll(folder, ''))).toEqual([
    'the secret file /link is a link',
    'the secret file /inner is no regular file',
    'the secret file /absent cannot be opened (ENOENT)',
    'the secret file /large has more than 4096 bytes',
    'the secret file /binary is not UTF-8',
    'the secret file: expected one line of at most 4096 characters, found something else',
    'the secret file: expected one line of at most 4096 characters, found something else',
  ])
})

test('a secret file of another user is refused', (context) => {
  context.skip(process.getuid?.() !== 0, 'only root can give a file away')
  const path = secretFile('foreign', VALUE)
  chownSync(path, 65_534, 65_534)

  const error = refusalOf({ environment: ENVIRONMENT, secretFile: path })

  expect(error.message).toContain('belongs to another user')
})

test.each([
  ['https://collector.example/v1.0', 'api', 'DRYFIRE_API_URL'],
  ['https://securitycenter.windows.com.collector.example/v1.0', 'api', 'DRYFIRE_API_URL'],
  ['https://notlogin.windows.net/t/oauth2/token', 'token', 'DRYFIRE_TOKEN_URL'],
])(
  'an address of a stranger that only the configuration names is refused when it is %s',
  (url, key, variable) => {
    const refusal = refusalOf({ environment: ENVIRONMENT, config: { [key]: url } })

    expect(refusal).toMatchObject({ failure: 'safety', code: 'SYNC125' })
    expect(refusal.message).toContain(new URL(url).host)
    expect(refusal.fix).toContain(variable)
    expect(readCredentials({ environment: { ...ENVIRONMENT, [variable]: url } })).toBeTruthy()
  },
)

test.each([
  ['api', 'https://eu.ti.securitycenter.windows.com/v1.0'],
  ['api', 'http://127.0.0.1:8080/v1.0'],
  ['token', 'https://login.microsoftonline.us/tenant.example/oauth2/token'],
])('an address of the service or of this machine may stand in the configuration as %s', (key, url) => {
  const credentials = readCredentials({ environment: ENVIRONMENT, config: { [key]: url } })

  expect([credentials.api, credentials.tokenUrl]).toContain(url)
})
