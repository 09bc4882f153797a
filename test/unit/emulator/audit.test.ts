import { expect, test } from 'vitest'
import { ApiSession, definitionBody, indicatorBody } from '../../support/api-session.ts'

const TICKS_PER_SECOND = 10_000_000n

test('a PATCH sets who changed an entity and when, and leaves alone who made it', async () => {
  using api = await ApiSession.open()
  const created = await api.post('AlertDefinitions', definitionBody())
  api.clock.now += 90n * TICKS_PER_SECOND + 2_200_000n

  const patched = await api.patch('AlertDefinitions(1)', { Enabled: false })

  expect(created.json).toMatchObject({
    CreatedAt: '2026-11-23T09:00:00Z',
    CreatedBy: 'app',
    LastModifiedAt: null,
    LastModifiedBy: null,
  })
  expect(patched.json).toMatchObject({
    CreatedAt: '2026-11-23T09:00:00Z',
    CreatedBy: 'app',
    LastModifiedAt: '2026-11-23T09:01:30.22Z',
    LastModifiedBy: 'app',
  })
})

test('a new binding by PUT sets who changed the indicator, not its definitions', async () => {
  using api = await ApiSession.open()
  await api.addDefinitions(2)
  await api.post('IndicatorsOfCompromise', indicatorBody())

  await api.send('PUT', 'IndicatorsOfCompromise(1)/AlertDefinition/$ref', {
    body: { '@odata.id': 'AlertDefinitions(2)' },
  })
  const indicator = await api.get('IndicatorsOfCompromise(1)?$expand=AlertDefinition')

  expect(indicator.json).toMatchObject({
    LastModifiedBy: 'app',
    AlertDefinition: { Id: 2, LastModifiedBy: null },
  })
})

test('the creator is the client that the token was issued to', async () => {
  using api = await ApiSession.open({ auth: 'any' })
  const { json } = await api.askToken({ client_id: 'second-app' })

  const created = await api.post('AlertDefinitions', definitionBody(), {
    authorization: `Bearer ${String(json['access_token'])}`,
  })

  expect(created.json['CreatedBy']).toBe('second-app')
})

test('a key is never used twice, whatever is deleted', async () => {
  using api = await ApiSession.open()
  await api.addDefinitions(3)

  await api.send('DELETE', 'AlertDefinitions')
  const next = await api.post('AlertDefinitions', definitionBody())

  expect(next.json['Id']).toBe(4)
})

test('a seed is checked as a POST is, is bound to its definition and is stored whole or not at all', async () => {
  using api = await ApiSession.open()
  const { 'AlertDefinition@odata.bind': _, ...ioc } = indicatorBody()

  const bad = (): void =>
    api.emulator.seed([
      { body: definitionBody(), iocs: [ioc] },
      { body: definitionBody(), iocs: [ioc, { ...ioc, Value: 'bad' }] },
    ])
  expect(bad).toThrow(/hex/)
  const before = await api.get('AlertDefinitions/$count')
  api.emulator.seed([{ body: definitionBody({ Name: 'seeded' }), iocs: [ioc, ioc] }])
  const after = await api.get('AlertDefinitions?$expand=IndicatorsOfCompromise($select=Value)')

  expect(before.text).toBe('0')
  expect(after.json.value).toMatchObject([
    {
      Name: 'seeded',
      CreatedBy: 'app',
      IndicatorsOfCompromise: [{ Value: ioc['Value'] }, { Value: ioc['Value'] }],
    },
  ])
})
