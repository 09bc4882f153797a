import { expect, test } from 'vitest'
import { ApiSession, ORIGIN, definitionBody, indicatorBody } from '../../support/api-session.ts'

test.each([
  [undefined, 'minimal'],
  ['*/*', 'minimal'],
  ['application/*', 'minimal'],
  ['application/json', 'minimal'],
  ['application/json;odata.metadata=none', 'none'],
  ['application/json; metadata=full', 'full'],
  ['Application/JSON;OData.Metadata=Full', 'full'],
  ['text/html, application/json;odata.metadata=none;q=0.5', 'none'],
  ['*/*;q=0.1, application/json;odata.metadata=none', 'none'],
  ['application/json;odata.metadata=odd, application/json', 'minimal'],
])('a request that accepts %s gets metadata %s', async (accept, level) => {
  using api = await ApiSession.open()

  const { status, headers } = await api.get('AlertDefinitions', accept === undefined ? {} : { accept })

  expect(status).toBe(200)
  expect(headers.get('content-type')).toBe(
    `application/json; odata.metadata=${level}; odata.streaming=true; charset=utf-8`,
  )
})

test.each(['text/html', 'application/xml', 'application/json;odata.metadata=odd', 'application/json;q=0'])(
  'a request that accepts only %s gets 406, and a POST of that kind creates nothing',
  async (accept) => {
    using api = await ApiSession.open()

    const read = await api.get('AlertDefinitions', { accept })
    const write = await api.post('AlertDefinitions', definitionBody(), { accept })
    const stored = await api.get('AlertDefinitions/$count')

    expect([read.status, write.status]).toEqual([406, 406])
    expect(read.json.error?.code).toBe('NotAcceptable')
    expect(stored.text).toBe('0')
  },
)

test('$format wins over Accept', async () => {
  using api = await ApiSession.open()

  const json = await api.get('AlertDefinitions?$format=json', { accept: 'text/html' })
  const none = await api.get(
    `AlertDefinitions?$format=${encodeURIComponent('application/json;odata.metadata=none')}`,
  )
  const atom = await api.get('AlertDefinitions?$format=atom')

  expect(json.status).toBe(200)
  expect(none.text).toBe('{"value":[]}')
  expect(atom.status).toBe(406)
})

test('the metadata is XML alone', async () => {
  using api = await ApiSession.open()

  const xml = await api.get('$metadata', { accept: 'application/xml' })
  const json = await api.get('$metadata', { accept: 'application/json' })
  const format = await api.get('$metadata?$format=xml', { accept: 'application/json' })

  expect(xml.headers.get('content-type')).toBe('application/xml; charset=utf-8')
  expect(json.status).toBe(406)
  expect(format.status).toBe(200)
})

test.each([
  [{ 'odata-maxversion': '4.0' }, 200],
  [{ 'odata-maxversion': '4.01' }, 200],
  [{ 'odata-maxversion': '3.0' }, 400],
  [{ 'odata-maxversion': 'new' }, 400],
  [{ 'odata-version': '4.0' }, 200],
  [{ 'odata-version': '4.01' }, 200],
  [{ 'odata-version': '2.0' }, 400],
])('a request with %j gets %i', async (headers, expected) => {
  using api = await ApiSession.open()

  const answer = await api.get('AlertDefinitions', headers)

  expect(answer.status).toBe(expected)
  expect(answer.headers.get('odata-version')).toBe('4.0')
})

test('return=minimal gives 204 with the place of the new entity, and the default its representation', async () => {
  using api = await ApiSession.open()

  const minimal = await api.post('AlertDefinitions', definitionBody(), { prefer: 'return=minimal' })
  const whole = await api.post('AlertDefinitions', definitionBody(), { prefer: 'return=representation' })
  const patched = await api.patch('AlertDefinitions(1)', { Enabled: false }, { prefer: 'return=minimal' })
  const bulk = await api.post(
    'AlertDefinitions/Actions.BulkUpload',
    { alertDefinitions: [definitionBody()] },
    { prefer: 'return=minimal' },
  )

  expect(minimal.status).toBe(204)
  expect(minimal.text).toBe('')
  expect(minimal.headers.get('location')).toBe(`${ORIGIN}/v1.0/AlertDefinitions(1)`)
  expect(minimal.headers.get('odata-entityid')).toBe(`${ORIGIN}/v1.0/AlertDefinitions(1)`)
  expect(minimal.headers.get('preference-applied')).toBe('return=minimal')
  expect(whole.status).toBe(201)
  expect(whole.headers.get('location')).toBe(`${ORIGIN}/v1.0/AlertDefinitions(2)`)
  expect(whole.headers.get('preference-applied')).toBe('return=representation')
  expect(patched.status).toBe(204)
  expect(bulk.status).toBe(204)
})

test('full metadata adds types, ids, edit links and navigation links', async () => {
  using api = await ApiSession.open()
  await api.addDefinitions(1)
  await api.post('IndicatorsOfCompromise', indicatorBody())

  const { json } = await api.get('IndicatorsOfCompromise(1)', {
    accept: 'application/json;odata.metadata=full',
  })

  expect(json).toMatchObject({
    '@odata.context': `${ORIGIN}/v1.0/$metadata#IndicatorsOfCompromise/$entity`,
    '@odata.type': '#Model.IndicatorOfCompromise',
    '@odata.id': `${ORIGIN}/v1.0/IndicatorsOfCompromise(1)`,
    '@odata.editLink': 'IndicatorsOfCompromise(1)',
    'Type@odata.type': '#Model.IndicatorType',
    'AlertDefinition@odata.navigationLink': `${ORIGIN}/v1.0/IndicatorsOfCompromise(1)/AlertDefinition`,
    'AlertDefinition@odata.associationLink': `${ORIGIN}/v1.0/IndicatorsOfCompromise(1)/AlertDefinition/$ref`,
  })
})

test('IEEE754Compatible gives 64-bit integers as strings', async () => {
  using api = await ApiSession.open()
  await api.addDefinitions(1)

  const accept = 'application/json;IEEE754Compatible=true'
  const { json, headers } = await api.get('AlertDefinitions?$count=true', { accept })

  expect(json['@odata.count']).toBe('1')
  expect(json.value?.[0]?.['Id']).toBe('1')
  expect(headers.get('content-type')).toContain('IEEE754Compatible=true')
})
