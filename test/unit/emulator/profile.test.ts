import { expect, test } from 'vitest'
import { ApiSession, definitionBody, indicatorBody, type Answer } from '../../support/api-session.ts'

/** The table of profiles (sync), row by row: what the documented profile answers, then the strict one. */

const NONE = { accept: 'application/json;odata.metadata=none' }
const FOREIGN = 'https://ti.securitycenter.windows.example/V1.0/AlertDefinitions(1)'

test.each<[string, (api: ApiSession) => Promise<Answer>, number, number]>([
  ['a boolean as text', (api) => api.post('AlertDefinitions', definitionBody({ Enabled: 'True' })), 201, 400],
  [
    'the plural of the binding',
    (api) => {
      const { 'AlertDefinition@odata.bind': _, ...body } = indicatorBody()
      return api.post('IndicatorsOfCompromise', {
        ...body,
        'AlertDefinitions@odata.bind': 'AlertDefinitions(1)',
      })
    },
    201,
    400,
  ],
  [
    'a foreign host in a binding',
    (api) => api.post('IndicatorsOfCompromise', indicatorBody({ 'AlertDefinition@odata.bind': FOREIGN })),
    201,
    400,
  ],
  [
    'a foreign host in a reference',
    (api) =>
      api.send('PUT', 'IndicatorsOfCompromise(1)/AlertDefinition/$ref', { body: { '@odata.id': FOREIGN } }),
    204,
    400,
  ],
  [
    'a body in Latin-1',
    (api) => {
      const raw = new Uint8Array(Buffer.from(JSON.stringify(definitionBody({ Name: 'Zürich' })), 'latin1'))
      return api.send('POST', 'AlertDefinitions', { raw })
    },
    201,
    400,
  ],
  [
    'blanks around a value',
    (api) => api.post('IndicatorsOfCompromise', indicatorBody({ Value: ` ${'0'.repeat(40)}\t` })),
    201,
    400,
  ],
  ['a read-only property', (api) => api.patch('AlertDefinitions(1)', { Id: 7, CreatedBy: 'me' }), 200, 400],
  [
    'an empty bulk',
    (api) => api.post('AlertDefinitions/Actions.BulkUpload', { alertDefinitions: [] }),
    201,
    400,
  ],
  ['an enum in another case', (api) => api.patch('AlertDefinitions(1)', { Severity: 'HIGH' }), 200, 200],
  ['a DELETE of a set', (api) => api.send('DELETE', 'IndicatorsOfCompromise'), 204, 204],
  [
    'a Content-Type with a stray semicolon',
    (api) => api.post('AlertDefinitions', definitionBody(), { 'content-type': 'application/json;' }),
    201,
    201,
  ],
])('%s is answered as the table of profiles says', async (_, send, documented, strict) => {
  using lenient = await sessionOf('documented')
  using exact = await sessionOf('strict')
  const before = await exact.dump()

  const answers = [await send(lenient), await send(exact)]

  expect(answers.map(({ status }) => status)).toEqual([documented, strict])
  if (strict === 400) expect(await exact.dump()).toBe(before)
})

test('one entity without metadata is wrapped by the documented profile and bare by the strict one', async () => {
  using lenient = await sessionOf('documented')
  using exact = await sessionOf('strict')

  const wrapped = await lenient.get('AlertDefinitions(1)', NONE)
  const bare = await exact.get('AlertDefinitions(1)', NONE)
  const minimal = await lenient.get('AlertDefinitions(1)')

  expect(Object.keys(wrapped.json)).toEqual(['value'])
  expect(wrapped.json.value?.[0]?.['Id']).toBe(1)
  expect(bare.json['Id']).toBe(1)
  expect(Object.keys(bare.json)).not.toContain('@odata.context')
  expect(minimal.json['Id']).toBe(1)
})

test('read-only properties that are sent change nothing', async () => {
  using api = await sessionOf('documented')

  const { json } = await api.patch('AlertDefinitions(1)', {
    Id: 7,
    CreatedBy: 'me',
    CreatedAt: 'x',
    LastModifiedBy: 1,
  })

  expect(json).toMatchObject({ Id: 1, CreatedBy: 'app', LastModifiedBy: 'app' })
})

test('text in Latin-1 is stored as what it says', async () => {
  using api = await sessionOf('documented')
  const raw = new Uint8Array(Buffer.from(JSON.stringify(definitionBody({ Name: 'Zürich' })), 'latin1'))

  const { json } = await api.send('POST', 'AlertDefinitions', { raw })

  expect(json['Name']).toBe('Zürich')
})

async function sessionOf(profile: 'documented' | 'strict'): Promise<ApiSession> {
  const api = await ApiSession.open({ profile })
  await api.addDefinitions(1)
  await api.post('IndicatorsOfCompromise', indicatorBody())
  return api
}

test('the old name of the binding is read with a header that warns of it, and the right one without', async () => {
  using api = await ApiSession.open()
  await api.addDefinitions(1)
  const { 'AlertDefinition@odata.bind': bind, ...body } = indicatorBody()
  const old = { ...body, 'AlertDefinitions@odata.bind': bind }

  const posted = await api.post('IndicatorsOfCompromise', old)
  const patched = await api.patch('IndicatorsOfCompromise(1)', { 'AlertDefinitions@odata.bind': bind })
  const uploaded = await api.post('IndicatorsOfCompromise/Actions.BulkUpload', {
    iocs: [indicatorBody(), old],
  })
  const right = await api.post('IndicatorsOfCompromise', indicatorBody())

  const warnings = [posted, patched, uploaded, right].map(({ headers }) => headers.get('warning'))
  const warned = expect.stringMatching(/^299 - ".*send AlertDefinition@odata\.bind"$/)
  expect(warnings).toEqual([warned, warned, warned, null])
})
