import { expect, test } from 'vitest'
import { Emulator } from '../../../src/emulator/emulator.ts'
import { ApiSession, ORIGIN, definitionBody, indicatorBody } from '../../support/api-session.ts'

test.each([
  ['PUT', 'AlertDefinitions(1)', 'GET, PATCH, DELETE, HEAD, OPTIONS'],
  ['PATCH', 'AlertDefinitions', 'GET, POST, DELETE, HEAD, OPTIONS'],
  ['GET', 'AlertDefinitions/Actions.BulkUpload', 'POST, OPTIONS'],
  ['GET', 'AlertDefinitions(1)/Actions.DeleteIOCs', 'POST, OPTIONS'],
  ['POST', '$metadata', 'GET, HEAD, OPTIONS'],
  ['POST', 'AlertDefinitions/$count', 'GET, HEAD, OPTIONS'],
  ['POST', 'IndicatorsOfCompromise(1)/AlertDefinition/$ref', 'GET, PUT, DELETE, HEAD, OPTIONS'],
])('%s of %s gets 405 that names what is allowed', async (method, path, allow) => {
  using api = await ApiSession.open()

  const refused = await api.send(method, path)
  const options = await api.send('OPTIONS', path)

  expect(refused.status).toBe(405)
  expect(refused.json.error?.code).toBe('MethodNotAllowed')
  expect(refused.headers.get('allow')).toBe(allow)
  expect(options.status).toBe(204)
  expect(options.headers.get('allow')).toBe(allow)
})

test.each([
  ['Users', 404, 'NotFound'],
  ['alertdefinitions', 404, 'NotFound'],
  ['AlertDefinitions(x)', 404, 'NotFound'],
  ['AlertDefinitions(1)/Nothing', 404, 'NotFound'],
  ['AlertDefinitions/$count/$count', 404, 'NotFound'],
  ['IndicatorsOfCompromise(1)/Actions.DeleteIOCs', 404, 'NotFound'],
  ['AlertDefinitions(7)', 404, 'ResourceNotFound'],
  [`AlertDefinitions(${'9'.repeat(60)})`, 404, 'ResourceNotFound'],
  ['AlertDefinitions(7)/IndicatorsOfCompromise', 404, 'ResourceNotFound'],
  ['AlertDefinitions(1)/Name', 501, 'NotImplemented'],
  ['$batch', 501, 'NotImplemented'],
  ['AlertDefinitions?$search=x', 501, 'NotImplemented'],
  ['AlertDefinitions?$nothing=x', 400, 'ODataError'],
  ['AlertDefinitions?$filter=Nope eq 1', 400, 'ODataError'],
  ['AlertDefinitions(1)?$top=1', 400, 'ODataError'],
  ['%ff', 400, 'ODataError'],
])('GET of %s gets %i %s', async (path, status, code) => {
  using api = await ApiSession.open()
  await api.addDefinitions(1)

  const answer = await api.get(path)

  expect(answer.status).toBe(status)
  expect(answer.json.error?.code).toBe(code)
})

test('a bad filter is answered with the option as target and the offset of the fault', async () => {
  using api = await ApiSession.open()

  const { json } = await api.get('AlertDefinitions?$filter=Id eq ')

  expect(json.error?.target).toBe('$filter')
  expect(json.error?.message).toMatch(/offset [0-9]+/)
})

test('HEAD answers as GET does, without the body', async () => {
  using api = await ApiSession.open()

  const head = await api.send('HEAD', 'AlertDefinitions')
  const missing = await api.send('HEAD', 'AlertDefinitions(9)')

  expect(head.status).toBe(200)
  expect(head.text).toBe('')
  expect(head.headers.get('content-type')).toContain('application/json')
  expect(missing.status).toBe(404)
  expect(missing.text).toBe('')
})

test.each([
  ['?$search=x', 501, 'NotImplemented'],
  ['?$format=json&$format=xml', 400, 'ODataError'],
  ['?$filter=Id eq 1', 400, 'ODataError'],
  ['$metadata?$apply=x', 501, 'NotImplemented'],
  ['$metadata?$format=%ff', 400, 'ODataError'],
])('the option of %s is refused with %i, as on a set', async (path, status, code) => {
  using api = await ApiSession.open()

  const answer = await api.get(path)

  expect(answer.status).toBe(status)
  expect(answer.json.error?.code).toBe(code)
})

test('the service document names both sets, with and without a final slash', async () => {
  using api = await ApiSession.open({ auth: 'off' })

  const slash = await api.fetch('/v1.0/', {})
  const bare = await api.fetch('/V1.0', {})

  expect(slash.json).toEqual({
    '@odata.context': `${ORIGIN}/v1.0/$metadata`,
    value: [
      { name: 'AlertDefinitions', kind: 'EntitySet', url: 'AlertDefinitions' },
      { name: 'IndicatorsOfCompromise', kind: 'EntitySet', url: 'IndicatorsOfCompromise' },
    ],
  })
  expect(bare.status).toBe(200)
})

test('the indicators of a definition can be read, counted, filtered and referenced', async () => {
  using api = await ApiSession.open()
  await api.addDefinitions(2)
  const other = indicatorBody({ 'AlertDefinition@odata.bind': 'AlertDefinitions(2)' })
  await api.post('IndicatorsOfCompromise/Actions.BulkUpload', {
    iocs: [indicatorBody(), other, indicatorBody()],
  })

  const all = await api.get('AlertDefinitions(1)/IndicatorsOfCompromise')
  const count = await api.get('AlertDefinitions(1)/IndicatorsOfCompromise/$count')
  const some = await api.get('AlertDefinitions(1)/IndicatorsOfCompromise?$filter=Id gt 1&$count=true')
  const refs = await api.get('AlertDefinitions(1)/IndicatorsOfCompromise/$ref')

  expect(all.json.value?.map((ioc) => ioc['Id'])).toEqual([1, 3])
  expect(all.json['@odata.context']).toBe(`${ORIGIN}/v1.0/$metadata#IndicatorsOfCompromise`)
  expect(count.headers.get('content-type')).toBe('text/plain; charset=utf-8')
  expect(count.text).toBe('2')
  expect(some.json['@odata.count']).toBe(1)
  expect(refs.json).toEqual({
    '@odata.context': `${ORIGIN}/v1.0/$metadata#Collection($ref)`,
    value: [1, 3].map((id) => ({ '@odata.id': `${ORIGIN}/v1.0/IndicatorsOfCompromise(${id})` })),
  })
})

test('/$count takes a filter and no other option', async () => {
  using api = await ApiSession.open()
  await api.addDefinitions(3)

  const filtered = await api.get("AlertDefinitions/$count?$filter=Name ne 'd2'", {
    accept: 'application/json',
  })
  const limited = await api.get('AlertDefinitions/$count?$top=1')

  expect(filtered.text).toBe('2')
  expect(limited.status).toBe(400)
})

test('$expand nests, with options at each level', async () => {
  using api = await ApiSession.open()
  await api.addDefinitions(2)
  await api.post('IndicatorsOfCompromise/Actions.BulkUpload', {
    iocs: [indicatorBody(), indicatorBody({ Enabled: false }), indicatorBody()],
  })
  const inner =
    '$filter=Enabled eq true;$orderby=Id desc;$top=1;$count=true;$select=Id;$expand=AlertDefinition($select=Name)'

  const { json } = await api.get(`AlertDefinitions?$select=Id&$expand=IndicatorsOfCompromise(${inner})`)

  expect(json.value).toEqual([
    {
      Id: 1,
      'IndicatorsOfCompromise@odata.count': 2,
      IndicatorsOfCompromise: [{ Id: 3, AlertDefinition: { Name: 'd1' } }],
    },
    { Id: 2, 'IndicatorsOfCompromise@odata.count': 0, IndicatorsOfCompromise: [] },
  ])
})

test('an $expand that multiplies without end is refused before it fills the memory', async () => {
  using api = await ApiSession.open()
  await api.addDefinitions(1)
  await api.post('IndicatorsOfCompromise/Actions.BulkUpload', {
    iocs: Array.from({ length: 1000 }, () => indicatorBody()),
  })

  const answer = await api.get(
    'IndicatorsOfCompromise?$expand=AlertDefinition($expand=IndicatorsOfCompromise)',
  )

  expect(answer.status).toBe(400)
  expect(answer.json.error?.target).toBe('$expand')
})

test('a DELETE with a filter is refused, since it would delete everything', async () => {
  using api = await ApiSession.open()
  await api.addDefinitions(2)

  const { status } = await api.send('DELETE', 'AlertDefinitions?$filter=Id eq 1')
  const stored = await api.get('AlertDefinitions/$count')

  expect(status).toBe(400)
  expect(stored.text).toBe('2')
})

test('the relation of an indicator can be read and replaced but not deleted', async () => {
  using api = await ApiSession.open()
  await api.addDefinitions(1)
  await api.post('IndicatorsOfCompromise', indicatorBody())
  const path = 'IndicatorsOfCompromise(1)/AlertDefinition/$ref'

  const read = await api.get(path)
  const remove = await api.send('DELETE', path)
  const unknown = await api.send('PUT', 'IndicatorsOfCompromise(9)/AlertDefinition/$ref', {
    body: { '@odata.id': 'AlertDefinitions(1)' },
  })
  const relative = await api.send('PUT', path, {
    body: { '@odata.context': 'x', '@odata.id': '../../AlertDefinitions(1)' },
  })
  const empty = await api.send('PUT', path, { body: {} })

  expect(read.json).toEqual({
    '@odata.context': `${ORIGIN}/v1.0/$metadata#$ref`,
    '@odata.id': `${ORIGIN}/v1.0/AlertDefinitions(1)`,
  })
  expect(remove.status).toBe(400)
  expect(unknown.status).toBe(404)
  expect(relative.status).toBe(204)
  expect(empty.json.error?.code).toBe('MissingRequiredParameter')
})

test.each([
  ['deep arrays', '['.repeat(200_000)],
  ['deep objects', '{"a":'.repeat(200_000)],
  ['a balanced deep array', `{"Name":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
  ['the key __proto__', '{"__proto__":{"Name":"x"},"constructor":{"prototype":1}}'],
  ['a number past every range', '{"Enabled":1e999,"Title":-1e999}'],
  ['100,000 members', `{${Array.from({ length: 100_000 }, (_, i) => `"k${i}":1`).join(',')}}`],
  ['millions of empty lists', `{"alertDefinitions":[${'[],'.repeat(3_000_000)}[]]}`],
  ['no JSON', 'Name=x'],
  ['nothing', ''],
  ['a text', '"Name"'],
  ['a list', '[{}]'],
  ['null', 'null'],
])('a body of %s is refused with 400', async (_, raw) => {
  using api = await ApiSession.open()
  await api.addDefinitions(1)

  const post = await api.send('POST', 'AlertDefinitions', { raw })
  const patch = await api.send('PATCH', 'AlertDefinitions(1)', { raw })
  const bulk = await api.send('POST', 'AlertDefinitions/Actions.BulkUpload', { raw })

  expect([post.status, patch.status, bulk.status]).toEqual([400, 400, 400])
  expect(post.text.length).toBeLessThan(5000)
})

test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=utf-16'])(
  'a body of type %s is refused with 415',
  async (type) => {
    using api = await ApiSession.open()

    const { status } = await api.post('AlertDefinitions', definitionBody(), { 'content-type': type })

    expect(status).toBe(415)
  },
)

test('a compressed body is refused with 415', async () => {
  using api = await ApiSession.open()

  const { status } = await api.post('AlertDefinitions', definitionBody(), { 'content-encoding': 'gzip' })

  expect(status).toBe(415)
})

test('a body past the limit gets 413, announced or not, and is not read to its end', async () => {
  using api = await ApiSession.open({ auth: 'off', bodyLimit: 1000 })
  let pulled = 0
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled += 1
      controller.enqueue(new Uint8Array(400))
    },
  })

  const announced = await api.post('AlertDefinitions', definitionBody({ Title: 'x'.repeat(2000) }))
  const streamed = await api.emulator.handle(
    new Request(`${ORIGIN}/v1.0/AlertDefinitions`, { method: 'POST', body: endless, duplex: 'half' }),
  )

  expect(announced.status).toBe(413)
  expect(streamed.status).toBe(413)
  expect(pulled).toBeLessThan(10)
})

test('a body that breaks off gets 400', async () => {
  using api = await ApiSession.open({ auth: 'off' })
  const broken = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.error(new Error('cut'))
    },
  })

  const response = await api.emulator.handle(
    new Request(`${ORIGIN}/v1.0/AlertDefinitions`, { method: 'POST', body: broken, duplex: 'half' }),
  )

  expect(response.status).toBe(400)
})

test('a fault of the emulator itself gives 500 with a body that tells nothing of the inside', async () => {
  const emulator = Emulator.open({ auth: 'off' })
  emulator.close()

  const response = await emulator.handle(new Request(`${ORIGIN}/v1.0/AlertDefinitions`))
  const text = await response.text()

  expect(response.status).toBe(500)
  expect(text).toBe(
    '{"error":{"code":"InternalServerError","message":"the emulator failed; nothing was changed."}}',
  )
})

test('a GET with a Content-Type and without a body is answered, as one of the example clients sends it', async () => {
  using api = await ApiSession.open()

  const { status } = await api.get('AlertDefinitions', { 'content-type': 'application/json' })

  expect(status).toBe(200)
})

test.each([{ pageSize: 0 }, { pageSize: 1.5 }, { bodyLimit: -1 }, { quotas: { indicators: Number.NaN } }])(
  'an emulator with the option %j is refused',
  (options) => {
    expect(() => Emulator.open(options)).toThrow(RangeError)
  },
)

test('each answer has its own request id', async () => {
  using api = await ApiSession.open()

  const [first, second] = [await api.get('AlertDefinitions'), await api.get('Nothing')]

  expect(first.headers.get('request-id')).toMatch(/^[0-9a-f-]{36}$/)
  expect(second.headers.get('request-id')).not.toBe(first.headers.get('request-id'))
})
