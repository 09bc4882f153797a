import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { RemoteError } from '../../src/sync/remote-error.ts'
import { NEVER, clientOf } from '../support/hostile-provider.ts'
import type { Client } from '../support/hostile-provider.ts'
import { HostileServer, cut, json, raw, silence, text } from '../support/hostile-server.ts'
import type { Answer } from '../support/hostile-server.ts'

/** Shapes of secrets: what services issue, and characters that each encoding treats in its own way. */
const SHAPES = [
  'Q~8Ab',
  'a+b/c==',
  '%41%42',
  'x&y=z',
  '"quote"',
  "'single'",
  '\\back\\',
  '<tag>',
  'ünï',
  '{json}',
]
const CANARIES = Array.from({ length: 40 }, (_, i) => {
  const shape = SHAPES[i % SHAPES.length] ?? ''
  return `canary${i}${'-kept'.repeat(i % 4)}${shape}${String(i * 7_919).padStart(12, '0')}${'k'.repeat(i)}end`
})

type Encode = (text: string) => string
const ENCODINGS: readonly (readonly [string, Encode])[] = [
  ['plain', (secret) => secret],
  ['base64', (secret) => Buffer.from(`id:${secret}`).toString('base64')],
  ['base64url', (secret) => Buffer.from(`Bearer ${secret}`).toString('base64url')],
  ['percent', (secret) => Array.from(Buffer.from(secret), (byte) => `%${byte.toString(16)}`).join('')],
  [
    'json',
    (secret) => Array.from(secret, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  ],
]

/** What may stand in a header as it is: the visible part of Latin-1. */
function headerSafe(text: string): string {
  return text.replace(/[^\x21-\x7e\xa1-\xff]/g, '')
}

/** Every way in which a server can give back what it was sent. */
const FAULTS: readonly (readonly [string, (echo: string) => Answer])[] = [
  ['an HTML page with 200', (echo) => text(200, `<p>${echo}</p>`)],
  ['an error that starts with it', (echo) => text(400, echo)],
  ['a code', (echo) => json(403, { error: { code: echo, message: 'm' } })],
  ['a message', (echo) => json(400, { error: { code: 'c', message: `you sent ${echo}` } })],
  [
    'a detail',
    (echo) =>
      json(400, {
        error: { code: 'c', message: 'm', details: [{ target: 'iocs[0].Value', message: echo }] },
      }),
  ],
  ['a target', (echo) => json(400, { error: { code: 'c', message: 'm', target: `iocs[${echo}]` } })],
  ['a request id', (echo) => json(500, {}, { 'request-id': headerSafe(echo) })],
  [
    'a challenge',
    (echo) =>
      json(
        401,
        {},
        { 'www-authenticate': `Bearer realm="${headerSafe(echo)}"`, 'x-ms-request-id': headerSafe(echo) },
      ),
  ],
  ['a redirect', (echo) => text(302, '', { location: `http://elsewhere.example/${headerSafe(echo)}` })],
  [
    'a next link of its own',
    (echo) => json(200, { value: [], '@odata.nextLink': `AlertDefinitions?t=${encodeURI(echo)}` }),
  ],
  [
    'a next link to elsewhere',
    (echo) => json(200, { value: [], '@odata.nextLink': `https://evil.example/?t=${echo}` }),
  ],
  ['an entity of the wrong shape', (echo) => json(200, { value: [{ Id: echo, Name: echo }] })],
  ['a Retry-After', (echo) => json(503, { echo }, { 'retry-after': headerSafe(echo) })],
  ['a cut reply', (echo) => raw(`HTTP/1.1 200 ${headerSafe(echo)}\r\nContent-Length: 99999\r\n\r\n${echo}`)],
  ['no HTTP', (echo) => raw(`${echo}\r\n\r\n`)],
  ['a cut connection', () => cut],
  ['silence', () => silence],
]

/** Faults of the token endpoint, which is sent the client secret. */
const TOKEN_FAULTS: readonly (readonly [string, (echo: string) => Answer])[] = [
  [
    'a description',
    (echo) => json(400, { error: 'invalid_client', error_description: echo, error_uri: echo }),
  ],
  ['an error code', (echo) => json(401, { error: echo })],
  ['a challenge', (echo) => json(401, {}, { 'www-authenticate': `Basic realm="${headerSafe(echo)}"` })],
  ['HTML', (echo) => text(200, `<p>${echo}`)],
  [
    'a token with a newline',
    (echo) => json(200, { token_type: 'Bearer', access_token: `${echo}\n`, expires_in: 1 }),
  ],
  ['a lifetime', (echo) => json(200, { token_type: 'Bearer', access_token: 'abc', expires_in: echo })],
  ['a type', (echo) => json(200, { token_type: echo, access_token: 'abc', expires_in: 9 })],
  ['a redirect', (echo) => text(307, '', { location: `http://elsewhere.example/${headerSafe(echo)}` })],
  ['a server error', (echo) => text(500, echo)],
  ['a cut reply', (echo) => raw(`HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n${echo}`)],
]

const INDICATOR = {
  Type: 'DomainName',
  DetectionFunction: 'Equals',
  Value: 'c2.example',
  ExpiresAt: null,
  Enabled: true,
}

const QUICK = { attempts: 1, throttledAttempts: 1, headersMs: 40, idleMs: 40, totalMs: 200 }

/** All that a program could print after a read and a write. */
async function outputsOf(client: Client): Promise<string> {
  const results: unknown[] = []
  for (const work of [
    () => client.provider.readState(NEVER),
    () => client.provider.createIndicators([{ definitionId: 1, body: INDICATOR }], NEVER),
  ]) {
    try {
      results.push(await work())
    } catch (error) {
      results.push(error)
    }
  }
  const shown = results.flatMap((result) => [
    inspect(result, { depth: null, showHidden: true }),
    String(result),
    JSON.stringify(result),
    result instanceof Error ? `${result.message}\n${result.stack}\n${inspect(result.cause)}` : '',
    result instanceof RemoteError ? `${result.code} ${result.fix}` : '',
  ])
  return [...shown, ...client.log, inspect(client.provider, { depth: null, showHidden: true })].join('\n')
}

/** What may not be found: the secret in five encodings, and the blocks of eight of which any fifteen of its characters hold one. */
function tracesOf(secret: string): readonly string[] {
  const blocks = Array.from({ length: Math.floor(secret.length / 8) }, (_, i) =>
    secret.slice(i * 8, i * 8 + 8),
  )
  return [
    ...ENCODINGS.map(([, encode]) => encode(secret)),
    ...['', 'a', 'ab'].map((before) =>
      Buffer.from(before + secret)
        .toString('base64')
        .slice(4, -4),
    ),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    ...blocks,
  ]
}

function leaksIn(output: string, secrets: readonly string[]): readonly string[] {
  return secrets.flatMap((secret) => tracesOf(secret).filter((trace) => output.includes(trace)))
}

test.each(CANARIES)(
  'the canary %s shows up in no output, whatever a server gives back (T11)',
  async (canary) => {
    const token = `token${canary.replace(/[^\x21-\x7e]/g, 'u')}`
    let answer: Answer = silence
    let tokenAnswer: Answer | null = null
    await using server = await HostileServer.open({
      api: (request, response) => answer(request, response),
      token: (request, response) => {
        const good = json(200, { token_type: 'Bearer', expires_in: '3599', access_token: token })
        const chosen = tokenAnswer ?? good
        chosen(request, response)
      },
    })
    const leaks: string[] = []
    let runs = 0

    for (const [encoding, encode] of ENCODINGS) {
      for (const [fault, faultOf] of FAULTS) {
        if (encoding !== 'plain' && (fault === 'silence' || fault === 'a cut connection')) continue
        tokenAnswer = null
        answer = faultOf(`${encode(token)} ${encode(canary)}`)
        const output = await outputsOf(clientOf(server, QUICK, { secret: canary }))
        leaks.push(...leaksIn(output, [token, canary]).map((leak) => `${fault}, ${encoding}: ${leak}`))
        runs++
      }
      for (const [fault, faultOf] of TOKEN_FAULTS) {
        tokenAnswer = faultOf(encode(canary))
        const output = await outputsOf(clientOf(server, QUICK, { secret: canary }))
        leaks.push(...leaksIn(output, [canary]).map((leak) => `token ${fault}, ${encoding}: ${leak}`))
        runs++
      }
    }

    expect(leaks).toEqual([])
    expect(runs).toBe(FAULTS.length * ENCODINGS.length - 8 + TOKEN_FAULTS.length * ENCODINGS.length)
    expect(server.tokenRequests.length).toBeGreaterThan(100)
    expect(new URLSearchParams(server.tokenRequests[0]?.body).get('client_secret')).toBe(canary)
    expect(server.apiRequests.some(({ headers }) => headers['authorization'] === `Bearer ${token}`)).toBe(
      true,
    )
  },
)

test('the search for canaries finds them where they stand', () => {
  const secret = CANARIES[1] ?? ''

  const found = ENCODINGS.map(([, encode]) => leaksIn(`before ${encode(secret)} after`, [secret]).length)

  expect(found.every((count) => count > 0)).toBe(true)
  expect(leaksIn('nothing here', CANARIES)).toEqual([])
})
