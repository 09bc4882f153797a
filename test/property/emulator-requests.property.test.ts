import * as fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { PROFILE_NAMES } from '../../src/emulator/profile.ts'
import { ApiSession, definitionBody, indicatorBody } from '../support/api-session.ts'
import { parameters, runs } from '../support/runs.ts'

/** What the service must hold to, whatever is sent to it and whatever happens between two requests. */

const REQUESTS = 0.02
const WALKS = 0.001
const QUOTAS = { definitions: 12, indicators: 30, nonEqualsIndicators: 8 }

/** The long run, on a machine that does much else. */
vi.setConfig({ testTimeout: 60_000 + runs(REQUESTS) * 20 })

interface Sent {
  readonly method: string
  readonly path: string
  readonly raw: string | Uint8Array<ArrayBuffer> | null
  readonly headers: Readonly<Record<string, string>>
}

test.each(PROFILE_NAMES)(
  'for all requests to the profile %s, the answer is no fault of ours and a refusal changes nothing',
  async (profile) => {
    using api = await ApiSession.open({ profile, quotas: QUOTAS, pageSize: 7 })
    const statuses = new Map<number, number>()
    let before = await api.dump()

    await fc.assert(
      fc.asyncProperty(requests(), async ({ method, path, raw, headers }) => {
        const sending = raw === null || method === 'GET' || method === 'HEAD' ? { headers } : { raw, headers }
        const { status, text, json } = await api.send(method, path, sending)
        const after = await api.dump()

        const isFault = status >= 500 && status !== 501 && status !== 507
        expect(isFault, `${method} ${path} gave ${status}`).toBe(false)
        if (status >= 400) expect(after).toBe(before)
        if (status >= 400 && method !== 'HEAD') {
          expect(json.error?.code).toMatch(/^[A-Za-z]+$/)
          expect(json.error?.message.length).toBeGreaterThan(10)
          expect(text.length).toBeLessThan(20_000)
          expect(text).not.toMatch(/node:|\.ts:|SQLITE|\bat \S+ \(/)
        }
        if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') expect(after).toBe(before)
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        before = after
        if (status === 204 && method === 'DELETE' && !path.includes('(')) before = await refill(api)
      }),
      parameters(REQUESTS / 2),
    )

    const seen = (status: number): number => statuses.get(status) ?? 0
    for (const status of [200, 201, 204, 400, 404, 405, 406, 415, 501, 507]) {
      expect(seen(status), `replies with ${status}`).toBeGreaterThan(runs(REQUESTS / 2) / 1000)
    }
  },
)

test('for all orders and all rows that come and go between pages, rows that stay are seen exactly once', async () => {
  let interleavedCount = 0

  await fc.assert(
    fc.asyncProperty(walks(), async ({ orderby, size, changes }) => {
      using api = await ApiSession.open({ quotas: { indicators: 1_000, nonEqualsIndicators: 1_000 } })
      await api.addDefinitions(3)
      const iocs = Array.from({ length: 24 }, (_, i) => walkIndicator(i))
      await api.post('IndicatorsOfCompromise/Actions.BulkUpload', { iocs })
      const gone = new Set<number>()
      const seen: number[] = []
      let path: string | null = `IndicatorsOfCompromise?$orderby=${encodeURIComponent(orderby)}`
      let step = 0
      while (path !== null) {
        const page = await api.get(path, { prefer: `odata.maxpagesize=${size}` })
        expect(page.status).toBe(200)
        seen.push(...(page.json.value ?? []).map((ioc) => Number(ioc['Id'])))
        const link = page.json['@odata.nextLink']
        path = typeof link === 'string' ? link.slice(link.indexOf('/v1.0/') + 6) : null
        const change = changes[step]
        step += 1
        if (path === null || change === undefined) continue
        interleavedCount++
        if (change < 24) {
          await api.send('DELETE', `IndicatorsOfCompromise(${change + 1})`)
          gone.add(change + 1)
        } else await api.post('IndicatorsOfCompromise', walkIndicator(change))
      }

      expect(new Set(seen).size).toBe(seen.length)
      const stayed = Array.from({ length: 24 }, (_, i) => i + 1).filter((id) => !gone.has(id))
      expect(stayed.filter((id) => !seen.includes(id))).toEqual([])
    }),
    parameters(WALKS),
  )

  expect(interleavedCount).toBeGreaterThan(runs(WALKS))
})

async function refill(api: ApiSession): Promise<string> {
  await api.addDefinitions(2)
  const { json } = await api.get('AlertDefinitions?$top=1')
  const bind = { 'AlertDefinition@odata.bind': `AlertDefinitions(${Number(json.value?.[0]?.['Id'])})` }
  await api.post('IndicatorsOfCompromise/Actions.BulkUpload', {
    iocs: [indicatorBody(bind), indicatorBody(bind)],
  })
  return api.dump()
}

function walkIndicator(i: number): Record<string, unknown> {
  return indicatorBody({
    Type: 'DomainName',
    Value: `h${(i * 7) % 5}.lab.example`,
    ExpiresAt: i % 3 === 0 ? null : `2027-01-0${1 + (i % 4)}T00:00:00Z`,
    'AlertDefinition@odata.bind': `AlertDefinitions(${1 + (i % 3)})`,
  })
}

function walks(): fc.Arbitrary<{
  readonly orderby: string
  readonly size: number
  readonly changes: readonly number[]
}> {
  const key = fc.constantFrom('Value', 'ExpiresAt', 'AlertDefinition/Name', 'Enabled', 'Id', 'CreatedAt')
  const term = fc.tuple(key, fc.constantFrom('', ' desc')).map((parts) => parts.join(''))
  return fc.record({
    orderby: fc.array(term, { minLength: 1, maxLength: 3 }).map((terms) => terms.join(',')),
    size: fc.integer({ min: 1, max: 9 }),
    changes: fc.array(fc.nat({ max: 40 }), { minLength: 4, maxLength: 24 }),
  })
}

function requests(): fc.Arbitrary<Sent> {
  const odd = fc.tuple(plausibleRequests(), headerSets()).map(([sent, headers]) => ({ ...sent, headers }))
  return fc.oneof(
    { weight: 4, arbitrary: plausibleRequests() },
    { weight: 2, arbitrary: odd },
    { weight: 5, arbitrary: hostileRequests() },
  )
}

const IDS = [
  '1',
  '2',
  '3',
  '5',
  '17',
  '-1',
  '99',
  '9223372036854775807',
  '9223372036854775808',
  '9'.repeat(60),
]

function paths(): fc.Arbitrary<string> {
  const set = fc.constantFrom('AlertDefinitions', 'IndicatorsOfCompromise', 'alertdefinitions', 'Users')
  const key = fc.constantFrom('', '', ...IDS.map((id) => `(${id})`), '()', "('1')", '(Id=1)', '(1,2)', '(1')
  const tail = fc.constantFrom(
    '',
    '',
    '',
    '',
    '/$count',
    '/$ref',
    '/Actions.BulkUpload',
    '/Actions.DeleteIOCs',
    '/AlertDefinition',
    '/AlertDefinition/$ref',
    '/IndicatorsOfCompromise',
    '/IndicatorsOfCompromise/$count',
    '/Name',
    '/',
    '/$value',
    '/%',
    '/%00',
    '/%ff',
    '/..%2f..',
    '//',
    '/__proto__',
    '/constructor',
  )
  const plain = fc.tuple(set, key, tail).map((parts) => parts.join(''))
  return fc.oneof(
    { weight: 12, arbitrary: plain },
    { weight: 1, arbitrary: fc.constantFrom('', '$metadata', '$batch', '$all', '__proto__', 'toString') },
  )
}

function queryTexts(): fc.Arbitrary<string> {
  const option = fc.constantFrom(
    '$top=2',
    '$top=-1',
    '$top=99999999999999999999',
    '$skip=1',
    '$count=true',
    '$select=Id',
    '$select=Nope',
    '$expand=AlertDefinition',
    '$expand=IndicatorsOfCompromise($expand=AlertDefinition)',
    '$orderby=Id desc',
    "$filter=Value eq '1'",
    '$filter=Id eq',
    '$filter=Id div 0 eq 1',
    '$format=json',
    '$format=xml',
    '$search=x',
    '$skiptoken=x',
    '$skiptoken=WzEsIiIsbnVsbCw1XQ',
    'x=1',
    '%',
    '$filter=%ff',
    '$apply=x',
    '__proto__=1',
    "$filter=contains(Name,'%00')",
    '$filter=' + 'not '.repeat(60) + 'true',
    '$top=1&$top=2',
  )
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant('') },
    {
      weight: 2,
      arbitrary: fc.array(option, { minLength: 1, maxLength: 3 }).map((all) => `?${all.join('&')}`),
    },
  )
}

function headerSets(): fc.Arbitrary<Readonly<Record<string, string>>> {
  const value = fc.constantFrom(
    'application/json;odata.metadata=none',
    'application/json;odata.metadata=full',
    'text/html',
    '*/*;q=0',
    ';,;',
    'application/json;odata.metadata=odd',
    'application/json;IEEE754Compatible=true',
    ',',
    'a'.repeat(5000),
  )
  const type = fc.constantFrom(
    'application/json',
    'application/json',
    'application/json;',
    'application/json; charset=utf-16',
    'text/plain',
    'application/json;charset=iso-8859-1',
    'application/x-www-form-urlencoded',
    ';',
  )
  const prefer = fc.constantFrom('return=minimal', 'odata.maxpagesize=0', 'odata.maxpagesize=2', '=;=,', 'x')
  const version = fc.constantFrom('4.0', '4.01', '3.0', 'x', '')
  return fc
    .record(
      { accept: value, 'content-type': type, prefer, 'odata-maxversion': version },
      { requiredKeys: [] },
    )
    .map((headers) => ({ ...headers }))
}

function plausibleRequests(): fc.Arbitrary<Sent> {
  const id = fc.integer({ min: 1, max: 20 })
  const json = (body: unknown): Pick<Sent, 'raw' | 'headers'> => ({ raw: JSON.stringify(body), headers: {} })
  const bind = id.map((each) => ({ 'AlertDefinition@odata.bind': `AlertDefinitions(${each})` }))
  const type = fc.constantFrom('Equals', 'StartWith')
  return fc.oneof(
    fc.constant({ method: 'POST', path: 'AlertDefinitions', ...json(definitionBody()) }),
    fc.tuple(bind, type).map(([bound, DetectionFunction]) => ({
      method: 'POST',
      path: 'IndicatorsOfCompromise',
      ...json(indicatorBody({ ...bound, DetectionFunction })),
    })),
    fc.tuple(bind, fc.nat({ max: 9 })).map(([bound, count]) => ({
      method: 'POST',
      path: 'IndicatorsOfCompromise/Actions.BulkUpload',
      ...json({ iocs: Array.from({ length: count }, () => indicatorBody(bound)) }),
    })),
    id.map((each) => ({
      method: 'PATCH',
      path: `IndicatorsOfCompromise(${each})`,
      ...json({ Enabled: each % 2 === 0, DetectionFunction: each % 3 === 0 ? 'Equals' : 'EndWith' }),
    })),
    fc.tuple(id, id).map(([each, other]) => ({
      method: 'PUT',
      path: `IndicatorsOfCompromise(${each})/AlertDefinition/$ref`,
      ...json({ '@odata.id': `AlertDefinitions(${other})` }),
    })),
    id.map((each) => ({ method: 'DELETE', path: `IndicatorsOfCompromise(${each})`, raw: null, headers: {} })),
    id.map((each) => ({
      method: 'POST',
      path: `AlertDefinitions(${each})/Actions.DeleteIOCs`,
      raw: null,
      headers: {},
    })),
  )
}

function hostileRequests(): fc.Arbitrary<Sent> {
  const verbs = ['GET', 'GET', 'POST', 'POST', 'PATCH', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PROPFIND']
  return fc
    .record({
      method: fc.constantFrom(...verbs),
      path: fc.tuple(paths(), queryTexts()).map((parts) => parts.join('')),
      raw: bodies(),
      headers: headerSets(),
    })
    .filter(({ path }) => URL.canParse(`https://ti.example/v1.0/${path}`))
}

function bodies(): fc.Arbitrary<string | Uint8Array<ArrayBuffer> | null> {
  const value: fc.Arbitrary<unknown> = fc.oneof(
    fc.constantFrom(
      'Sha1',
      'Low',
      'Equals',
      'true',
      '',
      ' ',
      '\0',
      '\ud800',
      'x'.repeat(3000),
      '2027-01-01',
      'é',
    ),
    fc.constantFrom(
      'AlertDefinitions(1)',
      'AlertDefinitions(9223372036854775808)',
      'http://[',
      '../../..',
      '010.8.8.8',
    ),
    fc.constantFrom(
      '2027-01-01T00:00:00Z',
      '9999-12-31T23:59:59-14:00',
      '0000-01-01T00:00:00Z',
      '2027-02-30T00:00:00Z',
    ),
    fc.constantFrom(0, -0, 1e308, -1, 2 ** 53, true, false, null, [], {}, [[]], { Id: 1 }),
    fc.jsonValue({ maxDepth: 3 }),
  )
  const names = [...Object.keys(definitionBody()), ...Object.keys(indicatorBody())]
  const name = fc.constantFrom(
    ...names,
    'Id',
    'ExpiresAt',
    'CreatedBy',
    '__proto__',
    'constructor',
    'toString',
    '@odata.id',
    '@odata.type',
    'iocs',
    'alertDefinitions',
    'AlertDefinitions@odata.bind',
    'IndicatorsOfCompromise@odata.bind',
    '',
    '\ud800',
  )
  const changed = fc
    .tuple(
      fc.constantFrom(definitionBody(), indicatorBody(), {}),
      fc.array(fc.tuple(name, value), { maxLength: 4 }),
    )
    .map(([base, changes]): unknown => Object.fromEntries([...Object.entries(base), ...changes]))
  const listed = fc
    .tuple(fc.constantFrom('iocs', 'alertDefinitions'), fc.array(fc.oneof(changed, value), { maxLength: 4 }))
    .map(([field, list]): unknown => ({ [field]: list }))
  const odd = fc.constantFrom(
    '',
    '{',
    '[]',
    'null',
    '1e999',
    '{"Enabled":1e999}',
    '{"__proto__":{"Enabled":true}}',
    '\ufeff{}',
    '{}{}',
    '['.repeat(20_000),
    '{"a":'.repeat(20_000),
    `{"Name":${'['.repeat(5000)}${']'.repeat(5000)}}`,
    '{"Id":1',
  )
  const bytes = fc.uint8Array({ maxLength: 40 }).map((each) => new Uint8Array(each))
  const json = fc.oneof(changed, listed).map((each) => JSON.stringify(each))
  return fc.oneof({ weight: 8, arbitrary: json }, odd, bytes, fc.constant(null))
}
