import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { expect, test } from 'vitest'
import { Emulator } from '../../src/emulator/emulator.ts'
import type { EmulatorOptions } from '../../src/emulator/emulator.ts'
import type { DefinitionBody, IndicatorBody } from '../../src/sync/entities.ts'
import type { Provider, WriteOutcome } from '../../src/sync/provider.ts'
import { filterLiteral, queryPath } from '../../src/sync/odata-query.ts'
import { Secret } from '../../src/sync/secret.ts'
import { openTiProvider } from '../../src/sync/ti-provider.ts'
import { NEVER } from '../support/hostile-provider.ts'
import { RecordingClock } from '../support/recording-clock.ts'

/** An emulator behind a real socket, and a client of it. */
class Rehearsal implements AsyncDisposable {
  readonly emulator: Emulator
  readonly provider: Provider
  readonly origin: string
  readonly #close: () => Promise<void>

  private constructor(emulator: Emulator, origin: string, close: () => Promise<void>) {
    this.emulator = emulator
    this.origin = origin
    this.#close = close
    this.provider = openTiProvider({
      api: `${origin}/v1.0`,
      tokenUrl: `${origin}/${emulator.tenant}/oauth2/token`,
      tenant: emulator.tenant,
      clientId: emulator.clientId,
      clientSecret: new Secret(emulator.clientSecret),
      clock: new RecordingClock(Date.now()),
    })
  }

  static async open(options: EmulatorOptions): Promise<Rehearsal> {
    const emulator = Emulator.open(options)
    const listener = getRequestListener((request) => emulator.handle(request))
    const server = createServer((incoming, outgoing) => {
      void listener(incoming, outgoing)
    })
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : null
    return new Rehearsal(emulator, `http://127.0.0.1:${port}`, async () => {
      server.closeAllConnections()
      await new Promise((resolve) => {
        server.close(resolve)
      })
      emulator.close()
    })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close()
  }
}

function definition(name: string): DefinitionBody {
  return {
    Name: name,
    Title: 'A title',
    Severity: 'Low',
    Category: 'Trojan',
    UxDescription: 'What it says.',
    RecommendedAction: null,
    InternalDescription: null,
    Enabled: true,
  }
}

function indicator(value: string): IndicatorBody {
  return { Type: 'DomainName', DetectionFunction: 'Equals', Value: value, ExpiresAt: null, Enabled: true }
}

function idsOf(outcome: WriteOutcome): readonly number[] {
  return outcome.kind === 'done' ? (outcome.ids ?? []) : []
}

test.each<readonly [string, EmulatorOptions]>([
  ['as documented', { profile: 'documented' }],
  ['in the strict profile', { profile: 'strict' }],
  ['in pages of 2', { pageSize: 2 }],
])('a tenant is filled, changed, read and emptied through the emulator %s', async (_name, options) => {
  await using rehearsal = await Rehearsal.open(options)
  const { provider } = rehearsal

  const empty = await provider.readState(NEVER)
  const [first = 0, second = 0] = idsOf(
    await provider.createDefinitions([definition('a'), definition("O'Brien & #1+")], NEVER),
  )
  const values = ['a.example', 'b.example', 'c.example', 'd.example', 'e.example']
  const bound = values.map((value) => ({ definitionId: first, body: indicator(value) }))
  const ids = idsOf(await provider.createIndicators(bound, NEVER))
  const [one = 0, two = 0, three = 0] = ids
  const changes = [
    await provider.patchDefinition(first, { Title: 'Another' }, NEVER),
    await provider.patchIndicator(one, { Enabled: false, ExpiresAt: '2027-01-01T00:00:00Z' }, NEVER),
    await provider.bindIndicator(two, second, NEVER),
    await provider.deleteIndicator(three, NEVER),
    await provider.deleteIndicator(three, NEVER),
  ]
  const full = await provider.readState(NEVER)
  const ofFirst = await provider.readIndicatorsOf(first, NEVER)
  const ofSecond = await provider.readIndicatorsOf(second, NEVER)
  const deletes = [
    await provider.deleteDefinition(first, NEVER),
    await provider.deleteDefinition(second, NEVER),
  ]
  const last = await provider.readState(NEVER)

  expect(empty).toEqual({ definitions: [], indicators: [] })
  expect(ids).toHaveLength(5)
  expect(changes.map(({ kind }) => kind)).toEqual(['done', 'done', 'done', 'done', 'done'])
  expect(full.definitions.map(({ Id, Name, Title }) => [Id, Name, Title])).toEqual([
    [first, 'a', 'Another'],
    [second, "O'Brien & #1+", 'A title'],
  ])
  expect(full.indicators.map(({ Id, Value, definitionId }) => [Id, Value, definitionId])).toEqual([
    [one, 'a.example', first],
    [two, 'b.example', second],
    [ids[3], 'd.example', first],
    [ids[4], 'e.example', first],
  ])
  expect(full.indicators[0]).toMatchObject({ Enabled: false, ExpiresAt: '2027-01-01T00:00:00Z' })
  expect(ofFirst.map(({ Id }) => Id)).toEqual([one, ids[3], ids[4]])
  expect(ofSecond.map(({ Id }) => Id)).toEqual([two])
  expect(deletes.map(({ kind }) => kind)).toEqual(['done', 'done'])
  expect(last).toEqual({ definitions: [], indicators: [] })
})

test('a bulk upload with a bad item is absent and names the item', async () => {
  await using rehearsal = await Rehearsal.open({})
  const { provider } = rehearsal
  const [id = 0] = idsOf(await provider.createDefinitions([definition('a')], NEVER))

  const bound = ['a.example', 'b.example', 'no domain!', 'd.example'].map((value) => ({
    definitionId: id,
    body: indicator(value),
  }))
  const outcome = await provider.createIndicators(bound, NEVER)
  const state = await provider.readState(NEVER)

  expect(outcome).toMatchObject({ kind: 'absent', status: 400, refused: [{ index: 2 }] })
  expect(state.indicators).toEqual([])
})

test('a bulk upload past a quota is absent with 507', async () => {
  await using rehearsal = await Rehearsal.open({ quotas: { definitions: 1 } })

  const outcome = await rehearsal.provider.createDefinitions([definition('a'), definition('b')], NEVER)

  expect(outcome).toMatchObject({ kind: 'absent', status: 507 })
})

test.each(["O'Brien", '%27', '&', '#', '+', 'a\nb', "' or 1 eq 1 or '", 'ü🙂'])(
  'the emulator sees the value %j as it was meant (F22)',
  async (value) => {
    await using rehearsal = await Rehearsal.open({ auth: 'off' })
    rehearsal.emulator.seed([
      { body: { ...definition(value) }, iocs: [] },
      { body: { ...definition('another') }, iocs: [] },
    ])

    const path = queryPath('AlertDefinitions', { filter: `Name eq ${filterLiteral(value)}` })
    const reply = await fetch(`${rehearsal.origin}/v1.0/${path}`)

    expect(reply.status).toBe(200)
    expect(await reply.json()).toMatchObject({ value: [{ Name: value }] })
  },
)
