import { expect, test } from 'vitest'
import { ApiSession, ORIGIN, definitionBody, indicatorBody } from '../support/api-session.ts'

/**
 * What the API's own page says, sentence by sentence and sample by sample, against the emulator. The page, not the
 * emulator's code, is the source of every expectation here.
 */

const NONE = { accept: 'application/json;odata.metadata=none' }
const DEFINITION_KEYS = [
  'Name',
  'Severity',
  'InternalDescription',
  'Title',
  'UxDescription',
  'RecommendedAction',
  'Category',
  'Id',
  'CreatedAt',
  'CreatedBy',
  'LastModifiedAt',
  'LastModifiedBy',
  'Enabled',
]
const INDICATOR_KEYS = [
  'Type',
  'Value',
  'DetectionFunction',
  'ExpiresAt',
  'Id',
  'CreatedAt',
  'CreatedBy',
  'LastModifiedAt',
  'LastModifiedBy',
  'Enabled',
]

test('the page’s five verbs work: GET, POST, PATCH, DELETE on resources and PUT on relations alone', async () => {
  using api = await ApiSession.open()
  await api.addDefinitions(2)
  await api.post('IndicatorsOfCompromise', indicatorBody())

  const get = await api.get('AlertDefinitions(1)')
  const post = await api.post('AlertDefinitions', definitionBody())
  const patch = await api.patch('AlertDefinitions(1)', { Enabled: false })
  const putEntity = await api.send('PUT', 'AlertDefinitions(1)', { body: definitionBody() })
  const putRelation = await api.send('PUT', 'IndicatorsOfCompromise(1)/AlertDefinition/$ref', {
    body: { '@odata.id': `${ORIGIN}/v1.0/AlertDefinitions(2)` },
  })
  const remove = await api.send('DELETE', 'AlertDefinitions(1)')

  expect(get.status).toBe(200)
  expect(post.status).toBe(201)
  expect(patch.status).toBe(200)
  expect(putEntity.status).toBe(405)
  expect(putRelation.status).toBe(204)
  expect(remove.status).toBe(204)
})

test('the URL pattern is version, resource and query; v1.0 is the only version, in either case of the v', async () => {
  using api = await ApiSession.open({ auth: 'off' })

  const lower = await api.fetch('/v1.0/AlertDefinitions?$top=1', {})
  const upper = await api.fetch('/V1.0/AlertDefinitions?$top=1', {})
  const other = await api.fetch('/v2.0/AlertDefinitions', {})

  expect(lower.status).toBe(200)
  expect(upper.status).toBe(200)
  expect(other.status).toBe(404)
})

test('both resources take an id in parentheses for one of them', async () => {
  using api = await ApiSession.open()
  await api.addDefinitions(1)
  await api.post('IndicatorsOfCompromise', indicatorBody())

  const definition = await api.get('AlertDefinitions(1)')
  const indicator = await api.get('IndicatorsOfCompromise(1)')

  expect(definition.json['Id']).toBe(1)
  expect(indicator.json['Id']).toBe(1)
})

test('uploading beyond the quota of definitions, of indicators or of those not Equals gives 507', async () => {
  using api = await ApiSession.open({ quotas: { definitions: 2, indicators: 3, nonEqualsIndicators: 1 } })
  await api.addDefinitions(2)
  const nonEquals = indicatorBody({ DetectionFunction: 'StartWith' })
  await api.post('IndicatorsOfCompromise', nonEquals)

  const definition = await api.post('AlertDefinitions', definitionBody())
  const second = await api.post('IndicatorsOfCompromise', nonEquals)
  const equals = await api.post('IndicatorsOfCompromise', indicatorBody())
  await api.post('IndicatorsOfCompromise', indicatorBody())
  const fourth = await api.post('IndicatorsOfCompromise', indicatorBody())

  expect(definition.status).toBe(507)
  expect(second.status).toBe(507)
  expect(equals.status).toBe(201)
  expect(fourth.status).toBe(507)
})

test('the token endpoint takes the page’s four form fields under the tenant’s path', async () => {
  using api = await ApiSession.open()

  const answer = await api.askToken()
  const otherTenant = await api.fetch('/fabrikam/oauth2/token', {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: api.emulator.clientId,
      client_secret: api.emulator.clientSecret,
      resource: 'https://graph.microsoft.com',
    }),
  })

  expect(answer.status).toBe(200)
  expect(otherTenant.status).toBe(400)
})

test('the token reply holds the sample’s seven fields, each of them a string', async () => {
  using api = await ApiSession.open()

  const { json } = await api.askToken()

  expect(Object.keys(json)).toEqual([
    'token_type',
    'expires_in',
    'ext_expires_in',
    'expires_on',
    'not_before',
    'resource',
    'access_token',
  ])
  expect(json['token_type']).toBe('Bearer')
  expect(json['expires_in']).toBe('3599')
  expect(json['ext_expires_in']).toBe('0')
  expect(json['resource']).toBe('https://graph.microsoft.com')
  expect(json['expires_on']).toMatch(/^[0-9]{10}$/)
  expect(json['not_before']).toMatch(/^[0-9]{10}$/)
  expect(json['access_token']).toMatch(/^[A-Za-z0-9_-]{40,}$/)
  expect(Number(json['expires_on']) - Number(json['not_before'])).toBe(1449685363 - 1449681463)
})

test('the API is closed without the bearer token and open with it', async () => {
  using api = await ApiSession.open()

  const without = await api.fetch('/v1.0/AlertDefinitions', {})
  const wrong = await api.get('AlertDefinitions', { authorization: 'Bearer made-up' })
  const right = await api.get('AlertDefinitions')

  expect(without.status).toBe(401)
  expect(wrong.status).toBe(401)
  expect(right.status).toBe(200)
})

test('the metadata document stands at the root and names entity types, sets, enums and their relation', async () => {
  using api = await ApiSession.open()

  const { status, text, headers } = await api.get('$metadata')

  expect(status).toBe(200)
  expect(headers.get('content-type')).toContain('xml')
  expect(text).toContain('<EntityType Name="AlertDefinition">')
  expect(text).toContain('<EntityType Name="IndicatorOfCompromise">')
  expect(text).toContain('<EntitySet Name="AlertDefinitions"')
  expect(text).toContain('<EntitySet Name="IndicatorsOfCompromise"')
  expect(text).toContain('<EnumType Name="Category">')
  expect(text).toContain('<NavigationProperty Name="AlertDefinition"')
})

test('a new definition gives 201 and its representation with the properties of the sample in that order', async () => {
  using api = await ApiSession.open()

  const { status, json } = await api.send('POST', 'AlertDefinitions', {
    body: definitionBody({ Name: ' with blanks around, as in the sample ' }),
    headers: { 'content-type': 'application/json;', ...NONE },
  })

  expect(status).toBe(201)
  expect(Object.keys(json)).toEqual(DEFINITION_KEYS)
  expect(json['Name']).toBe(' with blanks around, as in the sample ')
  expect(json['Severity']).toBe('Low')
  expect(json['Category']).toBe('Trojan')
  expect(json['Enabled']).toBe(true)
  expect(json['LastModifiedAt']).toBeNull()
  expect(json['LastModifiedBy']).toBeNull()
  expect(json['CreatedAt']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?Z$/)
  expect(Number.isInteger(json['Id'])).toBe(true)
})

test.each([
  ['Name', 100],
  ['InternalDescription', 350],
  ['Title', 120],
  ['UxDescription', 500],
  ['RecommendedAction', 2000],
])('%s takes as many characters as the page says, %i, and not one more', async (name, length) => {
  using api = await ApiSession.open()

  const longest = await api.post('AlertDefinitions', definitionBody({ [name]: 'x'.repeat(length) }))
  const tooLong = await api.post('AlertDefinitions', definitionBody({ [name]: 'x'.repeat(length + 1) }))

  expect(longest.status).toBe(201)
  expect(longest.json[name]).toHaveLength(length)
  expect(tooLong.status).toBe(400)
  expect(tooLong.json.error?.target).toBe(name)
})

test('a category must be one of the metadata: the sample’s placeholder is refused', async () => {
  using api = await ApiSession.open()

  const placeholder = await api.post(
    'AlertDefinitions',
    definitionBody({ Category: 'Category from the metadata' }),
  )
  const metadata = await api.get('$metadata')

  expect(placeholder.status).toBe(400)
  expect(metadata.text).toContain('<Member Name="Backdoor"')
})

test('an id is made for each new definition, and an indicator is tied to it by that id', async () => {
  using api = await ApiSession.open()
  const created = await api.post('AlertDefinitions', definitionBody())
  const id = Number(created.json['Id'])

  const indicator = await api.post(
    'IndicatorsOfCompromise',
    indicatorBody({ 'AlertDefinition@odata.bind': `AlertDefinitions(${id})` }),
  )
  const parent = await api.get(`IndicatorsOfCompromise(${Number(indicator.json['Id'])})/AlertDefinition`)

  expect(indicator.status).toBe(201)
  expect(parent.json['Id']).toBe(id)
})

test('a new indicator of the sample’s kind, SHA1 in capitals, gives 201 and its representation', async () => {
  using api = await ApiSession.open()
  await api.addDefinitions(1)

  const { status, json } = await api.send('POST', 'IndicatorsOfCompromise', {
    body: indicatorBody({ Type: 'SHA1' }),
    headers: { 'content-type': 'application/json;', ...NONE },
  })

  expect(status).toBe(201)
  expect(Object.keys(json)).toEqual(INDICATOR_KEYS)
  expect(String(json['Type']).toUpperCase()).toBe('SHA1')
  expect(json['Value']).toBe(indicatorBody()['Value'])
  expect(json['ExpiresAt']).toBeNull()
  expect(json['LastModifiedAt']).toBeNull()
})

test.each([
  ['Sha1', 'a'.repeat(40)],
  ['Sha256', 'b'.repeat(64)],
  ['Md5', 'c'.repeat(32)],
  ['IpAddress', '192.0.2.7'],
  ['DomainName', 'lab.example'],
])('the listed type %s is supported', async (type, value) => {
  using api = await ApiSession.open()
  await api.addDefinitions(1)

  const { status, json } = await api.post(
    'IndicatorsOfCompromise',
    indicatorBody({ Type: type, Value: value }),
  )

  expect(status).toBe(201)
  expect(json['Type']).toBe(type)
})

test.each(['Equals', 'StartWith', 'EndWith', 'Contains'])(
  'the listed operator %s is supported',
  async (name) => {
    using api = await ApiSession.open()
    await api.addDefinitions(1)

    const body = indicatorBody({ Type: 'DomainName', Value: 'lab.example', DetectionFunction: name })
    const { status, json } = await api.post('IndicatorsOfCompromise', body)

    expect(status).toBe(201)
    expect(json['DetectionFunction']).toBe(name)
  },
)

test.each([
  ['Type', 'Url'],
  ['DetectionFunction', 'StartsWith'],
])('a %s outside of the page’s list is refused', async (name, member) => {
  using api = await ApiSession.open()
  await api.addDefinitions(1)

  const { status, json } = await api.post('IndicatorsOfCompromise', indicatorBody({ [name]: member }))

  expect(status).toBe(400)
  expect(json.error?.target).toBe(name)
})

test('a bulk upload takes one object with the one field alertDefinitions, or iocs, that holds a list', async () => {
  using api = await ApiSession.open()

  const definitions = await api.post('AlertDefinitions/Actions.BulkUpload', {
    alertDefinitions: [definitionBody(), definitionBody()],
  })
  const indicators = await api.post('IndicatorsOfCompromise/Actions.BulkUpload', { iocs: [indicatorBody()] })
  const crossed = await api.post('IndicatorsOfCompromise/Actions.BulkUpload', { alertDefinitions: [] })
  const two = await api.post('IndicatorsOfCompromise/Actions.BulkUpload', { iocs: [], more: 1 })
  const noList = await api.post('IndicatorsOfCompromise/Actions.BulkUpload', { iocs: {} })

  expect(definitions.status).toBe(201)
  expect(indicators.status).toBe(201)
  expect(crossed.status).toBe(400)
  expect(two.status).toBe(400)
  expect(noList.status).toBe(400)
})

test('the sample’s bulk upload of two equal indicators stores both', async () => {
  using api = await ApiSession.open()
  await api.addDefinitions(1)

  const { status } = await api.post('IndicatorsOfCompromise/Actions.BulkUpload', {
    iocs: [indicatorBody({ Type: 'SHA1' }), indicatorBody({ Type: 'SHA1' })],
  })
  const stored = await api.get('IndicatorsOfCompromise')

  expect(status).toBe(201)
  expect(stored.json.value?.map((ioc) => ioc['Id'])).toEqual([1, 2])
})

test('a bulk upload is atomic: one malformed property fails all of it', async () => {
  using api = await ApiSession.open()
  await api.addDefinitions(1)

  const { status } = await api.post('IndicatorsOfCompromise/Actions.BulkUpload', {
    iocs: [indicatorBody(), indicatorBody({ Value: 'no hash' })],
  })
  const stored = await api.get('IndicatorsOfCompromise/$count')

  expect(status).toBe(400)
  expect(stored.text).toBe('0')
})

test('a bulk upload past the quota fails as a whole', async () => {
  using api = await ApiSession.open({ quotas: { indicators: 2 } })
  await api.addDefinitions(1)
  await api.post('IndicatorsOfCompromise', indicatorBody())

  const { status } = await api.post('IndicatorsOfCompromise/Actions.BulkUpload', {
    iocs: [indicatorBody(), indicatorBody()],
  })
  const stored = await api.get('IndicatorsOfCompromise/$count')

  expect(status).toBe(507)
  expect(stored.text).toBe('1')
})

test('a bulk upload holds at most 5000 entities', async () => {
  using api = await ApiSession.open()
  await api.addDefinitions(1)
  const iocs = Array.from({ length: 5001 }, () => indicatorBody())

  const tooMany = await api.post('IndicatorsOfCompromise/Actions.BulkUpload', { iocs })
  const most = await api.post('IndicatorsOfCompromise/Actions.BulkUpload', { iocs: iocs.slice(1) })

  expect(tooMany.status).toBe(400)
  expect(most.status).toBe(201)
})

test('one indicator read without metadata comes as the sample shows it: in a list named value', async () => {
  using api = await ApiSession.open()
  await api.addDefinitions(1)
  await api.post('IndicatorsOfCompromise', indicatorBody())

  const { status, json, headers } = await api.get('IndicatorsOfCompromise(1)', NONE)

  expect(status).toBe(200)
  expect(headers.get('content-type')?.replaceAll(' ', '')).toContain('application/json;odata.metadata=none')
  expect(Object.keys(json)).toEqual(['value'])
  expect(json.value).toHaveLength(1)
  expect(Object.keys(json.value?.[0] ?? {})).toEqual(INDICATOR_KEYS)
})

test('a collection is read with its context and a list of representations', async () => {
  using api = await ApiSession.open()
  await api.addDefinitions(2)

  const { status, json } = await api.get('AlertDefinitions')

  expect(status).toBe(200)
  expect(Object.keys(json)).toEqual(['@odata.context', 'value'])
  expect(String(json['@odata.context']).toLowerCase()).toBe(`${ORIGIN}/v1.0/$metadata#alertdefinitions`)
  expect(json.value).toHaveLength(2)
  expect(Object.keys(json.value?.[0] ?? {})).toEqual(DEFINITION_KEYS)
  expect(json.value?.map((definition) => definition['Id'])).toEqual([1, 2])
  expect(json.value?.[0]?.['RecommendedAction']).toBeNull()
})

test('PATCH with a part of the properties gives 200 and the updated representation', async () => {
  using api = await ApiSession.open()
  await api.addDefinitions(2)

  const { status, json } = await api.patch(
    'AlertDefinitions(2)',
    { Category: 'Backdoor', Enabled: false },
    NONE,
  )

  expect(status).toBe(200)
  expect(json['Id']).toBe(2)
  expect(json['Category']).toBe('Backdoor')
  expect(json['Enabled']).toBe(false)
  expect(json['Name']).toBe('d2')
})

test('PATCH with all of the properties is the full update', async () => {
  using api = await ApiSession.open()
  await api.addDefinitions(1)
  const body = definitionBody({
    Name: 'all new',
    Severity: 'High',
    RecommendedAction: 'Look.',
    Enabled: false,
  })

  const { status, json } = await api.patch('AlertDefinitions(1)', body, NONE)

  expect(status).toBe(200)
  expect(json).toMatchObject(body)
})

test('PUT of a reference moves an indicator to another definition, named by its absolute URL', async () => {
  using api = await ApiSession.open()
  await api.addDefinitions(6)
  await api.post('IndicatorsOfCompromise', indicatorBody())

  const { status, text } = await api.send('PUT', 'IndicatorsOfCompromise(1)/AlertDefinition/$ref', {
    body: { '@odata.id': `${ORIGIN}/v1.0/AlertDefinitions(6)` },
    headers: { 'content-type': 'application/json;' },
  })
  const parent = await api.get('IndicatorsOfCompromise(1)/AlertDefinition')

  expect(status).toBe(204)
  expect(text).toBe('')
  expect(parent.json['Id']).toBe(6)
})

test('DELETE of one resource gives 204 and it is gone', async () => {
  using api = await ApiSession.open()
  await api.addDefinitions(1)
  await api.post('IndicatorsOfCompromise', indicatorBody())

  const { status, text } = await api.send('DELETE', 'IndicatorsOfCompromise(1)')
  const after = await api.get('IndicatorsOfCompromise(1)')

  expect(status).toBe(204)
  expect(text).toBe('')
  expect(after.status).toBe(404)
})

test('deleting a definition deletes its indicators and no others', async () => {
  using api = await ApiSession.open()
  await api.addDefinitions(2)
  const other = indicatorBody({ 'AlertDefinition@odata.bind': 'AlertDefinitions(2)' })
  await api.post('IndicatorsOfCompromise/Actions.BulkUpload', {
    iocs: [indicatorBody(), other, indicatorBody()],
  })

  await api.send('DELETE', 'AlertDefinitions(1)')
  const left = await api.get('IndicatorsOfCompromise')

  expect(left.json.value?.map((ioc) => ioc['Id'])).toEqual([2])
})

test('a definition made anew with the content of a deleted one is another definition', async () => {
  using api = await ApiSession.open()
  const first = await api.post('AlertDefinitions', definitionBody())
  await api.send('DELETE', `AlertDefinitions(${Number(first.json['Id'])})`)

  const second = await api.post('AlertDefinitions', definitionBody())

  expect(second.json['Id']).not.toBe(first.json['Id'])
})

test('DELETE of a whole resource deletes all of it and gives 204', async () => {
  using api = await ApiSession.open()
  await api.addDefinitions(1)
  await api.post('IndicatorsOfCompromise/Actions.BulkUpload', { iocs: [indicatorBody(), indicatorBody()] })

  const { status } = await api.send('DELETE', 'IndicatorsOfCompromise')
  const indicators = await api.get('IndicatorsOfCompromise')
  const definitions = await api.get('AlertDefinitions')

  expect(status).toBe(204)
  expect(indicators.json.value).toEqual([])
  expect(definitions.json.value).toHaveLength(1)
})

test('the action DeleteIOCs is a POST: 204, the indicators of that definition go and the definition stays', async () => {
  using api = await ApiSession.open()
  await api.addDefinitions(2)
  const other = indicatorBody({ 'AlertDefinition@odata.bind': 'AlertDefinitions(2)' })
  await api.post('IndicatorsOfCompromise/Actions.BulkUpload', { iocs: [indicatorBody(), other] })

  const asDelete = await api.send('DELETE', 'AlertDefinitions(1)/Actions.DeleteIOCs')
  const { status } = await api.send('POST', 'AlertDefinitions(1)/Actions.DeleteIOCs')
  const left = await api.get('IndicatorsOfCompromise')
  const definition = await api.get('AlertDefinitions(1)')

  expect(asDelete.status).toBe(405)
  expect(status).toBe(204)
  expect(left.json.value?.map((ioc) => ioc['Id'])).toEqual([2])
  expect(definition.status).toBe(200)
})

test('the seven query options select, expand, order, filter, limit, skip and count', async () => {
  using api = await ApiSession.open()
  await api.addDefinitions(4)
  await api.post('IndicatorsOfCompromise', indicatorBody())

  const select = await api.get('AlertDefinitions?$select=Id,Name', NONE)
  const expand = await api.get('IndicatorsOfCompromise?$expand=AlertDefinition')
  const orderby = await api.get('AlertDefinitions?$orderby=Enabled,Name desc')
  const filter = await api.get("AlertDefinitions?$filter=Name eq 'd2'")
  const top = await api.get('AlertDefinitions?$top=2')
  const skip = await api.get('AlertDefinitions?$skip=3')
  const count = await api.get('AlertDefinitions?$count=true&$top=1')

  expect(Object.keys(select.json.value?.[0] ?? {}).sort()).toEqual(['Id', 'Name'])
  expect(expand.json.value?.[0]?.['AlertDefinition']).toMatchObject({ Id: 1, Name: 'd1' })
  expect(orderby.json.value?.map((definition) => definition['Name'])).toEqual(['d4', 'd3', 'd2', 'd1'])
  expect(filter.json.value?.map((definition) => definition['Id'])).toEqual([2])
  expect(top.json.value).toHaveLength(2)
  expect(skip.json.value?.map((definition) => definition['Id'])).toEqual([4])
  expect(count.json['@odata.count']).toBe(4)
  expect(count.json.value).toHaveLength(1)
})
