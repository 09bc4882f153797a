import { expect, test } from 'vitest'
import { ApiSession, definitionBody, indicatorBody } from '../../support/api-session.ts'

test.each([
  ['a number for a text', { Title: 7 }, 'InvalidRequestBody', 'Title'],
  ['an object for an enum', { Severity: { Low: 1 } }, 'InvalidRequestBody', 'Severity'],
  ['an unknown member of an enum', { Category: 'Worm' }, 'InvalidInput', 'Category'],
  ['null where none may be', { Name: null }, 'InvalidInput', 'Name'],
  ['a number for a boolean', { Enabled: 1 }, 'InvalidRequestBody', 'Enabled'],
  ['half of a surrogate pair', { Name: 'a\ud800' }, 'InvalidInput', 'Name'],
  ['a NUL', { Name: 'a\0' }, 'InvalidInput', 'Name'],
  ['an unknown property', { Colour: 'red' }, 'InvalidRequestBody', 'Colour'],
  ['a property in another case', { name: 'x' }, 'InvalidRequestBody', 'name'],
  [
    'a binding that definitions do not have',
    { 'IndicatorsOfCompromise@odata.bind': [] },
    'InvalidRequestBody',
    'IndicatorsOfCompromise@odata.bind',
  ],
])('a definition with %s is refused at its place', async (_, changes, code, target) => {
  using api = await ApiSession.open()

  const { status, json } = await api.post('AlertDefinitions', definitionBody(changes))

  expect(status).toBe(400)
  expect(json.error).toMatchObject({ code, target })
})

test.each(['Name', 'Severity', 'Title', 'UxDescription', 'Category'])(
  'a definition without %s is refused by that name',
  async (name) => {
    using api = await ApiSession.open()
    const { [name]: _, ...body } = definitionBody()

    const { status, json } = await api.post('AlertDefinitions', body)

    expect(status).toBe(400)
    expect(json.error).toMatchObject({ code: 'MissingRequiredParameter', target: name })
  },
)

test('a definition needs no more than its five properties: the others are null, and Enabled is true', async () => {
  using api = await ApiSession.open()
  const { RecommendedAction: _, InternalDescription: __, Enabled: ___, ...body } = definitionBody()

  const { status, json } = await api.post('AlertDefinitions', body)

  expect(status).toBe(201)
  expect(json).toMatchObject({ RecommendedAction: null, InternalDescription: null, Enabled: true })
})

test.each(['Type', 'Value'])('an indicator without %s is refused by that name', async (name) => {
  using api = await ApiSession.open()
  await api.addDefinitions(1)
  const { [name]: _, ...body } = indicatorBody()

  const { json } = await api.post('IndicatorsOfCompromise', body)

  expect(json.error).toMatchObject({ code: 'MissingRequiredParameter', target: name })
})

test('an indicator without a binding is refused, and one without a function is Equals', async () => {
  using api = await ApiSession.open()
  await api.addDefinitions(1)
  const { 'AlertDefinition@odata.bind': bind, ...unbound } = indicatorBody()
  const { DetectionFunction: _, Enabled: __, ...short } = indicatorBody()

  const refused = await api.post('IndicatorsOfCompromise', unbound)
  const taken = await api.post('IndicatorsOfCompromise', short)

  expect(bind).toBe('AlertDefinitions(1)')
  expect(refused.json.error).toMatchObject({ code: 'MissingRequiredParameter', target: 'AlertDefinition' })
  expect(taken.json).toMatchObject({ DetectionFunction: 'Equals', Enabled: true, ExpiresAt: null })
})

test.each([
  ['AlertDefinitions(1)', 201],
  ['AlertDefinitions(Id=1)', 201],
  ['/v1.0/AlertDefinitions(1)', 201],
  ['https://ti.example/V1.0/AlertDefinitions(1)', 201],
  ['https://ti.example/v1.0/AlertDefinitions%281%29', 201],
  ['AlertDefinitions(2)', 400],
  ['AlertDefinitions(-1)', 400],
  ['AlertDefinitions(9223372036854775808)', 400],
  ['IndicatorsOfCompromise(1)', 400],
  ['alertdefinitions(1)', 400],
  ['AlertDefinitions', 400],
  ['javascript:AlertDefinitions(1)', 400],
  ['file:///v1.0/AlertDefinitions(1)', 400],
  ['', 400],
  [1, 400],
  [['AlertDefinitions(1)'], 400],
])('a binding to %j gives %i', async (reference, expected) => {
  using api = await ApiSession.open()
  await api.addDefinitions(1)

  const { status, json } = await api.post(
    'IndicatorsOfCompromise',
    indicatorBody({ 'AlertDefinition@odata.bind': reference }),
  )

  expect(status).toBe(expected)
  if (expected === 400) expect(json.error?.target).toBe('AlertDefinition')
})

test.each([
  ['2027-01-01T00:00:00Z', '2027-01-01T00:00:00Z'],
  ['2027-01-01T00:00:00.1200000Z', '2027-01-01T00:00:00.12Z'],
  ['2027-01-01T02:00:00+02:00', '2027-01-01T00:00:00Z'],
  ['9999-12-31T23:59:59.9999999Z', '9999-12-31T23:59:59.9999999Z'],
  ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z'],
  [null, null],
])('an expiry of %s is given back as %s', async (sent, expected) => {
  using api = await ApiSession.open()
  await api.addDefinitions(1)

  const { json } = await api.post('IndicatorsOfCompromise', indicatorBody({ ExpiresAt: sent }))

  expect(json['ExpiresAt']).toBe(expected)
})

test.each([
  '2027-01-01',
  '2027-01-01T00:00:00',
  '2027-02-30T00:00:00Z',
  '9999-12-31T23:59:59-01:00',
  '0000-12-31T00:00:00Z',
  'never',
  1,
])('an expiry of %j is refused', async (ExpiresAt) => {
  using api = await ApiSession.open()
  await api.addDefinitions(1)

  const { status, json } = await api.post('IndicatorsOfCompromise', indicatorBody({ ExpiresAt }))

  expect(status).toBe(400)
  expect(json.error?.target).toBe('ExpiresAt')
})

test.each([
  ['Sha1', 'Equals', 'abc', 'InvalidHashValue'],
  ['Md5', 'StartWith', 'a'.repeat(33), 'InvalidHashValue'],
  ['IpAddress', 'Equals', '10.0.0.0/8', 'InvalidIpAddress'],
  ['IpAddress', 'Equals', '010.8.8.8', 'InvalidIpAddress'],
  ['DomainName', 'Equals', 'https://lab.example/x', 'InvalidDomainName'],
  ['DomainName', 'Equals', '', 'InvalidInput'],
])('an indicator %s %s %j is refused as %s', async (Type, DetectionFunction, Value, code) => {
  using api = await ApiSession.open()
  await api.addDefinitions(1)

  const { status, json } = await api.post(
    'IndicatorsOfCompromise',
    indicatorBody({ Type, DetectionFunction, Value }),
  )

  expect(status).toBe(400)
  expect(json.error).toMatchObject({ code, target: 'Value' })
})

test('a value is stored in its canonical form', async () => {
  using api = await ApiSession.open()
  await api.addDefinitions(1)

  const hash = await api.post('IndicatorsOfCompromise', indicatorBody({ Value: 'A'.repeat(40) }))
  const domain = await api.post(
    'IndicatorsOfCompromise',
    indicatorBody({ Type: 'DomainName', Value: 'LAB.example.' }),
  )
  const address = await api.post(
    'IndicatorsOfCompromise',
    indicatorBody({ Type: 'IpAddress', Value: '2001:DB8:0::1' }),
  )

  expect(hash.json['Value']).toBe('a'.repeat(40))
  expect(domain.json['Value']).toBe('lab.example')
  expect(address.json['Value']).toBe('2001:db8::1')
})

test('control information in a body is ignored', async () => {
  using api = await ApiSession.open()

  const { status } = await api.post('AlertDefinitions', {
    '@odata.context': 'x',
    '@odata.type': '#Model.AlertDefinition',
    'Severity@odata.type': '#Model.Severity',
    ...definitionBody(),
  })

  expect(status).toBe(201)
})

test('a PATCH of a type alone is checked against the stored value', async () => {
  using api = await ApiSession.open()
  await api.addDefinitions(1)
  await api.post('IndicatorsOfCompromise', indicatorBody())

  const { status, json } = await api.patch('IndicatorsOfCompromise(1)', { Type: 'IpAddress' })

  expect(status).toBe(400)
  expect(json.error).toMatchObject({ code: 'InvalidIpAddress', target: 'Value' })
})

test('a PATCH with a binding moves the indicator', async () => {
  using api = await ApiSession.open()
  await api.addDefinitions(2)
  await api.post('IndicatorsOfCompromise', indicatorBody())

  const { status } = await api.patch('IndicatorsOfCompromise(1)', {
    'AlertDefinition@odata.bind': 'AlertDefinitions(2)',
  })
  const parent = await api.get('IndicatorsOfCompromise(1)/AlertDefinition?$select=Id')

  expect(status).toBe(200)
  expect(parent.json['Id']).toBe(2)
})
