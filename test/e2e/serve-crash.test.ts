import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import { Emulator } from '../../src/emulator/emulator.ts'
import { readState, type Owner } from '../../src/emulator/faults/owner-access.ts'
import { ApiClient, definitionBody, indicatorBody } from '../support/api-client.ts'
import { askAdmin } from '../support/ask-admin.ts'
import { temporaryFolder } from '../support/run-cli.ts'
import { endServes, startServe, type RunningServe } from '../support/serve-cli.ts'

const folder = temporaryFolder('serve-crash')
const SECRET = 'secret-of-the-crash-test'
const ENVIRONMENT = { DRYFIRE_CLIENT_SECRET: SECRET }

afterEach(endServes)
afterAll(() => rmSync(folder, { recursive: true }))

interface Write {
  readonly method: string
  readonly path: string
  readonly body?: unknown
}

/** Every kind of write, in an order in which each has something to do. Keys count from 1 in each set. */
const WRITES: readonly Write[] = [
  { method: 'POST', path: 'AlertDefinitions', body: definitionBody('one') },
  { method: 'POST', path: 'AlertDefinitions', body: definitionBody('two') },
  { method: 'POST', path: 'IndicatorsOfCompromise', body: indicatorBody('a.example', 1) },
  { method: 'POST', path: 'IndicatorsOfCompromise', body: indicatorBody('b.example', 2) },
  {
    method: 'POST',
    path: 'AlertDefinitions/Actions.BulkUpload',
    body: { alertDefinitions: [definitionBody('three'), definitionBody('four')] },
  },
  {
    method: 'POST',
    path: 'IndicatorsOfCompromise/Actions.BulkUpload',
    body: { iocs: Array.from({ length: 500 }, (_, i) => indicatorBody(`host-${i}.example`, 1 + (i % 4))) },
  },
  { method: 'PATCH', path: 'AlertDefinitions(1)', body: { Title: 'Changed', Enabled: false } },
  { method: 'PATCH', path: 'IndicatorsOfCompromise(1)', body: { ExpiresAt: '2027-01-01T00:00:00Z' } },
  {
    method: 'PUT',
    path: 'IndicatorsOfCompromise(2)/AlertDefinition/$ref',
    body: { '@odata.id': 'AlertDefinitions(1)' },
  },
  { method: 'DELETE', path: 'IndicatorsOfCompromise(3)' },
  { method: 'POST', path: 'AlertDefinitions(2)/Actions.DeleteIOCs' },
  { method: 'DELETE', path: 'AlertDefinitions(3)' },
  { method: 'POST', path: 'IndicatorsOfCompromise', body: indicatorBody('c.example', 4) },
  { method: 'DELETE', path: 'IndicatorsOfCompromise' },
  { method: 'POST', path: 'IndicatorsOfCompromise', body: indicatorBody('d.example', 4) },
  { method: 'DELETE', path: 'AlertDefinitions' },
  { method: 'POST', path: 'AlertDefinitions', body: definitionBody('five') },
]

function start(database: string): Promise<RunningServe> {
  return startServe(['--db', database], ENVIRONMENT)
}

function clientOf({ line }: RunningServe): Promise<ApiClient> {
  return ApiClient.open({ ...line, clientSecret: SECRET })
}

async function stateOf({ origin }: RunningServe): Promise<unknown> {
  const { body } = await askAdmin(origin, SECRET, 'GET', 'state')
  return body
}

/** Times and the caller are the server's own; what is compared is everything else. */
function withoutAudit(state: unknown): unknown {
  return JSON.parse(
    JSON.stringify(state, (name, value: unknown) =>
      /^(?:CreatedAt|LastModifiedAt|CreatedBy|LastModifiedBy)$/.test(name) ? undefined : value,
    ),
  )
}

/** The same requests to an emulator that nothing kills. */
class Twin {
  readonly #emulator = Emulator.open({ auth: 'off' })

  async write({ method, path, body }: Write): Promise<number> {
    const request = new Request(`http://127.0.0.1/v1.0/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    })
    return (await this.#emulator.handle(request)).status
  }

  async state(): Promise<unknown> {
    const { tenant, clientId, clientSecret } = this.#emulator
    const owner: Owner = {
      handle: (request) => this.#emulator.handle(request),
      tenant,
      clientId,
      clientSecret,
    }
    return withoutAudit(await readState(owner, 'http://127.0.0.1'))
  }
}

test('kill -9 between any two requests, the moment a reply arrives, loses nothing that was acknowledged', async () => {
  const database = join(folder, 'between.db')
  const twin = new Twin()
  let serve = await start(database)

  for (const [i, write] of WRITES.entries()) {
    const client = await clientOf(serve)
    const response = await client.send(write.method, write.path, write.body)
    await serve.end('SIGKILL')

    serve = await start(database)
    const after = withoutAudit(await stateOf(serve))

    expect(response.ok, `request ${i}`).toBe(true)
    expect(await twin.write(write)).toBe(response.status)
    expect(after, `after request ${i}`).toEqual(await twin.state())
  }
})

test('kill -9 during a bulk upload leaves all of it or nothing', async () => {
  const database = join(folder, 'during.db')
  let serve = await start(database)
  await (await clientOf(serve)).ask('POST', 'AlertDefinitions', definitionBody('one'))
  const iocs = Array.from({ length: 3000 }, (_, i) => indicatorBody(`host-${i}.example`, 1))
  const counts: number[] = []

  for (const delayMs of [0, 20, 40, 80]) {
    const client = await clientOf(serve)
    await client.send('DELETE', 'IndicatorsOfCompromise')
    const upload = client.send('POST', 'IndicatorsOfCompromise/Actions.BulkUpload', { iocs }).then(
      ({ ok }) => ok,
      () => false,
    )
    if (delayMs > 0) await new Promise((done) => setTimeout(done, delayMs))
    await serve.end('SIGKILL')
    const isAcknowledged = await upload

    serve = await start(database)

    const held = await (await clientOf(serve)).all('IndicatorsOfCompromise')
    counts.push(held.length)
    expect([0, iocs.length]).toContain(held.length)
    expect(held.length === iocs.length || !isAcknowledged).toBe(true)
  }
  expect(counts).toContain(0) // at least the first kill came before the commit
})
