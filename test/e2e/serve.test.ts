import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import { ApiClient, definitionBody } from '../support/api-client.ts'
import { askAdmin } from '../support/ask-admin.ts'
import { runCli, temporaryFolder } from '../support/run-cli.ts'
import { endServes, startServe, type RunningServe } from '../support/serve-cli.ts'

const folder = temporaryFolder('serve')

afterEach(endServes)
afterAll(() => rmSync(folder, { recursive: true }))

const SECRET = 'a-secret-of-the-test'
const WITH_SECRET = { DRYFIRE_CLIENT_SECRET: SECRET }

const RULES = join(folder, 'lab.rules.yaml')
writeFileSync(
  RULES,
  `alertDefinitions:
  - Name: c2-lab
    Title: Connection to a lab domain
    Severity: High
    Category: CommandAndControl
    UxDescription: A device contacted a domain of the lab.
    InternalDescription: kept
    iocs:
      - { Type: DomainName, DetectionFunction: EndWith, Value: .C2.example }
      - { Type: Sha1, Value: 8311e8b377736fb93b18b15372355f3f26c4cd29, ExpiresAt: 2027-01-01T00:00:00Z }
      - { Type: IpAddress, Value: 192.0.2.7, Enabled: false }
  - Name: quiet
    Title: Nothing yet
    Severity: Low
    Category: General
    UxDescription: Nothing.
    Enabled: false
`,
)

function secretOf({ line }: RunningServe): string {
  return line.clientSecret ?? SECRET
}

function clientOf({ line }: RunningServe, clientSecret = line.clientSecret ?? SECRET): Promise<ApiClient> {
  return ApiClient.open({ ...line, clientSecret })
}

test('serve prints one line once it accepts connections, with a secret that it made', async () => {
  const serve = await startServe([])

  const { origin, line } = serve
  expect(line).toEqual({
    api: `${origin}/v1.0`,
    token: `${origin}/${line.tenant}/oauth2/token`,
    tenant: '11111111-1111-4111-8111-111111111111',
    clientId: '22222222-2222-4222-8222-222222222222',
    clientSecret: expect.stringMatching(/^[\w-]{32}$/) as string,
  })
  expect(origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)

  const client = await clientOf(serve)
  const created = await client.ask('POST', 'AlertDefinitions', definitionBody('a'))
  expect(await client.all('AlertDefinitions')).toMatchObject([{ Id: created['Id'], Name: 'a' }])
  expect(serve.stdout().trimEnd().split('\n')).toHaveLength(1)
  expect(serve.stderr()).toContain('the state is kept in memory')
})

test('serve takes tenant, client and secret from the environment, and shows the secret nowhere', async () => {
  const serve = await startServe(['--ephemeral'], {
    DRYFIRE_TENANT_ID: 'tenant-1',
    DRYFIRE_CLIENT_ID: 'client-1',
    DRYFIRE_CLIENT_SECRET: SECRET,
  })

  expect(serve.line).toEqual({
    api: `${serve.origin}/v1.0`,
    token: `${serve.origin}/tenant-1/oauth2/token`,
    tenant: 'tenant-1',
    clientId: 'client-1',
    clientSecret: null,
  })
  await expect(clientOf(serve)).resolves.toBeInstanceOf(ApiClient)
  await expect(clientOf(serve, 'another')).rejects.toThrow('invalid_client')
  await serve.end('SIGTERM')
  expect(serve.stdout() + serve.stderr()).not.toContain(SECRET)
})

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  '%s ends serve within a second, with exit %i, whatever its connections do',
  async (signal, code) => {
    const serve = await startServe(['--fault', '1+@/slow:slow:delay=60s', '--auth', 'off'])
    const slow = fetch(`${serve.origin}/v1.0/slow`).then(
      () => 'answered',
      () => 'broken',
    )
    await fetch(`${serve.origin}/v1.0/AlertDefinitions`)

    const ended = await serve.end(signal)

    expect(ended.code).toBe(code)
    expect(ended.milliseconds).toBeLessThan(1000)
    expect(await slow).toBe('broken')
  },
)

test('serve without --json prints one friendly line, and what a client needs beside it', async () => {
  const port = await freePort()
  const child = runCli(['serve', '--port', String(port), '--ephemeral'], {
    nodeOptions: ['--import', endsItself()],
  })

  const { stdout, stderr, code } = await child

  expect(stdout).toBe(`serving the API at http://127.0.0.1:${port}/v1.0\n`)
  expect(stderr).toContain(`export DRYFIRE_API_URL=http://127.0.0.1:${port}/v1.0`)
  expect(stderr).toMatch(/export DRYFIRE_CLIENT_SECRET=[\w-]{32}\n/)
  expect(stderr).not.toContain('in memory')
  expect(code).toBe(130)
})

/** A module that sends the process what Ctrl-C sends, once it wrote to stdout. */
function endsItself(): string {
  const file = join(folder, 'ends-itself.mjs')
  writeFileSync(
    file,
    `const write = process.stdout.write
process.stdout.write = function (...words) {
  setTimeout(() => process.kill(process.pid, 'SIGINT'), 20)
  return write.apply(this, words)
}
`,
  )
  return file
}

async function freePort(): Promise<number> {
  const serve = await startServe([])
  const port = Number(new URL(serve.origin).port)
  await serve.end('SIGKILL')
  return port
}

test('serve starts with the rules of --seed, as they would be after an upload', async () => {
  const serve = await startServe(['--seed', RULES])
  const client = await clientOf(serve)

  const definitions = await client.all('AlertDefinitions')
  const indicators = await client.all('IndicatorsOfCompromise?$expand=AlertDefinition&$orderby=Value')

  expect(definitions).toMatchObject([
    { Name: 'c2-lab', Severity: 'High', InternalDescription: 'kept', Enabled: true },
    { Name: 'quiet', RecommendedAction: null, Enabled: false },
  ])
  expect(indicators).toMatchObject([
    { Value: '.c2.example', DetectionFunction: 'EndWith', ExpiresAt: null, Enabled: true },
    { Value: '192.0.2.7', Enabled: false, AlertDefinition: { Name: 'c2-lab' } },
    { Value: '8311e8b377736fb93b18b15372355f3f26c4cd29', ExpiresAt: '2027-01-01T00:00:00Z' },
  ])
  expect(serve.stderr()).toContain('seeded 2 definitions and 3 IOCs')
})

test('values that the rules keep as opaque are not sent, and are counted', async () => {
  const rules = join(folder, 'opaque.rules.yaml')
  writeFileSync(
    rules,
    `alertDefinitions:
  - Name: kept
    Title: Kept
    Severity: Low
    Category: General
    UxDescription: Kept.
    iocs:
      - { Type: IpAddress, Value: 192.0.2.1 }
    opaque:
      - { Type: IpAddress, Value: 192.0.2.0/24 }
`,
  )

  const serve = await startServe(['--seed', rules])

  expect(await (await clientOf(serve)).all('IndicatorsOfCompromise')).toMatchObject([{ Value: '192.0.2.1' }])
  expect(serve.stderr()).toContain('left out 1 opaque value')
})

test('a database that holds definitions keeps them, and --seed is left out with a word', async () => {
  const database = join(folder, 'kept.db')
  const words = ['--db', database, '--seed', RULES]
  const first = await startServe(words, WITH_SECRET)
  await (await clientOf(first)).ask('DELETE', 'AlertDefinitions(2)')
  await first.end('SIGINT')

  const second = await startServe(words, WITH_SECRET)

  expect(await (await clientOf(second)).all('AlertDefinitions')).toMatchObject([{ Name: 'c2-lab' }])
  expect(second.stderr()).toContain('holds 1 definition already; --seed is left out')
})

test('serve without --db writes no file', async () => {
  const empty = join(folder, 'empty')
  mkdirSync(empty)
  const serve = await startServe([], { TMPDIR: empty })
  await (await clientOf(serve)).ask('POST', 'AlertDefinitions', definitionBody('a'))

  await serve.end('SIGINT')

  expect(readdirSync(empty)).toEqual([])
})

test('a page size links one page to the next, as a client follows them', async () => {
  const serve = await startServe(['--page-size', '1'])
  const client = await clientOf(serve)
  for (const name of ['a', 'b']) await client.send('POST', 'AlertDefinitions', definitionBody(name))

  const first: unknown = await (await client.send('GET', 'AlertDefinitions')).json()

  expect(first).toMatchObject({
    value: [{ Name: 'a' }],
    '@odata.nextLink': expect.stringContaining(`${serve.line.api}/AlertDefinitions?$skiptoken=`),
  })
})

test('quotas and the profile are those that the command line sets', async () => {
  const serve = await startServe(['--quota', 'definitions=1', 'indicators=5', '--profile', 'strict'])
  const client = await clientOf(serve)

  expect((await client.send('POST', 'AlertDefinitions', definitionBody('a'))).status).toBe(201)
  expect((await client.send('POST', 'AlertDefinitions', definitionBody('b'))).status).toBe(507)
  expect(
    (await client.send('POST', 'AlertDefinitions', { ...definitionBody('c'), Enabled: 'true' })).status,
  ).toBe(400)
})

test('faults come from the command line, and change while serve runs', async () => {
  const serve = await startServe([
    '--fault',
    '1@/AlertDefinitions:503',
    '2@/AlertDefinitions:429:retry-after=9',
  ])
  const client = await clientOf(serve)
  const statuses = async (count: number): Promise<readonly number[]> => {
    const seen: number[] = []
    for (let i = 0; i < count; i += 1) seen.push((await client.send('GET', 'AlertDefinitions')).status)
    return seen
  }

  expect(await statuses(3)).toEqual([503, 429, 200])

  const set = await askAdmin(serve.origin, secretOf(serve), 'POST', 'faults', {
    faults: ['2:500', '1@POST:cut-before'],
  })
  expect(set.body).toEqual({
    requests: 0,
    faults: [
      { fault: '2:500', seen: 0, fired: 0 },
      { fault: '1@POST:cut-before', seen: 0, fired: 0 },
    ],
  })
  expect(await statuses(3)).toEqual([200, 500, 200])
  expect((await askAdmin(serve.origin, secretOf(serve), 'GET', 'faults')).body).toMatchObject({
    requests: 3,
    faults: [{ seen: 3, fired: 1 }, { seen: 0 }],
  })
})

test('the admin path dumps the state and empties it, faults or not', async () => {
  const serve = await startServe(['--seed', RULES, '--fault', '2+:500'])
  await clientOf(serve)

  const { body } = await askAdmin(serve.origin, secretOf(serve), 'GET', 'state')
  expect(body).toMatchObject({
    AlertDefinitions: [
      { Id: 1, Name: 'c2-lab' },
      { Id: 2, Name: 'quiet' },
    ],
    IndicatorsOfCompromise: [{ Id: 1, AlertDefinition: { Id: 1 } }, { Id: 2 }, { Id: 3 }],
  })

  expect((await askAdmin(serve.origin, secretOf(serve), 'POST', 'reset', {})).body).toEqual({
    requests: 0,
    faults: [],
  })
  expect((await askAdmin(serve.origin, secretOf(serve), 'GET', 'state')).body).toEqual({
    AlertDefinitions: [],
    IndicatorsOfCompromise: [],
  })
  expect(await (await clientOf(serve)).all('AlertDefinitions')).toEqual([])
})

test('--auth any and --auth off let requests in that --auth strict refuses', async () => {
  const statuses: number[] = []
  for (const auth of ['strict', 'any', 'off']) {
    const { line } = await startServe(['--auth', auth])
    for (const authorization of ['Bearer made-up', null])
      statuses.push(
        (
          await fetch(`${line.api}/AlertDefinitions`, {
            headers: authorization === null ? {} : { authorization },
          })
        ).status,
      )
  }

  expect(statuses).toEqual([401, 401, 200, 401, 200, 200])
})

const BROKEN_RULES = join(folder, 'broken.rules.yaml')
writeFileSync(BROKEN_RULES, 'alertDefinitions:\n  - Nam: x\n')
const NO_DATABASE = join(folder, 'no.db')
writeFileSync(NO_DATABASE, 'this is text, and more of it than a header has: '.repeat(100))

test.each<readonly [string, readonly string[], Readonly<Record<string, string>>, string]>([
  ['a port that is none', ['--port', '70000'], {}, '--port is a number up to 65535'],
  ['an open address without a secret', ['--host', '0.0.0.0'], {}, 'no client secret is set'],
  ['an open address without auth', ['--host', '0.0.0.0', '--auth', 'off'], WITH_SECRET, 'lets everybody in'],
  ['an address of another machine', ['--host', '192.0.2.1'], WITH_SECRET, 'no such address'],
  ['--db and --ephemeral', ['--db', 'x.db', '--ephemeral'], {}, 'give one of the two'],
  ['a database that is none', ['--db', NO_DATABASE], {}, 'no.db'],
  ['a database in no folder', ['--db', join(folder, 'none', 'x.db')], {}, 'x.db'],
  ['more rules than the quota', ['--seed', RULES, '--quota', 'indicators=2'], {}, '--quota'],
  ['a fault that is none', ['--fault', '3:teapot'], {}, 'expected one of 401, 429'],
  ['a page of nothing', ['--page-size', '0'], {}, '--page-size is a whole number from 1'],
  [
    'a quota that is none',
    ['--quota', 'rules=3'],
    {},
    '--quota is definitions, indicators, non-equals-indicators',
  ],
  ['a profile that is none', ['--profile', 'lax'], {}, 'documented, strict'],
  ['a tenant with a slash', [], { DRYFIRE_TENANT_ID: 'a/b' }, 'DRYFIRE_TENANT_ID'],
  ['an operand', ['rules/'], {}, 'too many arguments'],
])('serve refuses %s, in words', async (_, words, env, message) => {
  const result = await runCli(['serve', ...words], { env })

  expect(result.code).toBe(2)
  expect(result.stdout).toBe('')
  expect(result.stderr).toContain(message)
  expect(result.stderr).toContain('fix: ')
  expect(result.stderr).not.toContain('    at ')
})

test.each([
  [BROKEN_RULES, 'broken.rules.yaml:2:'],
  [join(folder, 'absent.yaml'), 'absent.yaml'],
])('serve refuses the rules %s with exit 3', async (rules, message) => {
  const result = await runCli(['serve', '--seed', rules])

  expect(result.code).toBe(3)
  expect(result.stdout).toBe('')
  expect(result.stderr).toContain(message)
})

test('serve refuses a port in use, and names it', async () => {
  const serve = await startServe([])
  const { port } = new URL(serve.origin)

  const result = await runCli(['serve', '--port', port])

  expect(result.code).toBe(2)
  expect(result.stderr).toContain(`127.0.0.1:${port}: another program uses the port`)
})
