import { expect, test } from 'vitest'
import { ApiSession, ORIGIN, definitionBody, type Answer } from '../../support/api-session.ts'

test('a service with a page size links its pages, the last of which has no link', async () => {
  using api = await ApiSession.open({ pageSize: 2 })
  await api.addDefinitions(5)

  const pages = await walk(api, 'AlertDefinitions')

  expect(pages.map(idsOf)).toEqual([[1, 2], [3, 4], [5]])
  expect(pages[0]?.json['@odata.nextLink']).toMatch(
    /^https:\/\/ti\.example\/v1\.0\/AlertDefinitions\?\$skiptoken=[\w-]+$/,
  )
  expect(pages[2]?.json['@odata.nextLink']).toBeUndefined()
})

test('a page that ends exactly at the last entity has no link', async () => {
  using api = await ApiSession.open({ pageSize: 2 })
  await api.addDefinitions(4)

  const pages = await walk(api, 'AlertDefinitions')

  expect(pages.map(idsOf)).toEqual([
    [1, 2],
    [3, 4],
  ])
})

test('a client can make pages smaller and is told so', async () => {
  using api = await ApiSession.open({ pageSize: 3 })
  await api.addDefinitions(4)

  const smaller = await api.get('AlertDefinitions', { prefer: 'odata.maxpagesize=1' })
  const larger = await api.get('AlertDefinitions', { prefer: 'maxpagesize=100' })

  expect(idsOf(smaller)).toEqual([1])
  expect(smaller.headers.get('preference-applied')).toBe('odata.maxpagesize=1')
  expect(idsOf(larger)).toEqual([1, 2, 3])
})

test('$top, $skip, $filter, $orderby and $count hold across pages', async () => {
  using api = await ApiSession.open({ pageSize: 2 })
  await api.addDefinitions(9)

  const pages = await walk(
    api,
    "AlertDefinitions?$orderby=Name desc&$filter=Name ne 'd5'&$skip=1&$top=5&$count=true",
  )

  expect(pages.map(idsOf)).toEqual([[8, 7], [6, 4], [3]])
  expect(pages.map(({ json }) => json['@odata.count'])).toEqual([8, 8, 8])
})

test('without metadata a page still has its link and its count', async () => {
  using api = await ApiSession.open({ pageSize: 1 })
  await api.addDefinitions(2)

  const { json } = await api.get('AlertDefinitions?$count=true', {
    accept: 'application/json;odata.metadata=none',
  })

  expect(Object.keys(json)).toEqual(['@odata.count', 'value', '@odata.nextLink'])
})

test('rows that are deleted and created between two pages neither hide nor repeat others', async () => {
  using api = await ApiSession.open({ pageSize: 2 })
  await api.addDefinitions(6)
  const first = await api.get('AlertDefinitions?$orderby=Severity,Name')

  await api.send('DELETE', 'AlertDefinitions(1)')
  await api.send('DELETE', 'AlertDefinitions(2)')
  await api.post('AlertDefinitions', definitionBody({ Name: 'a' }))
  const rest = await walk(api, pathOf(first) ?? '')

  expect(idsOf(first)).toEqual([1, 2])
  expect(rest.map(idsOf)).toEqual([
    [3, 4],
    [5, 6],
  ])
})

test('an order by an expression is paged too', async () => {
  using api = await ApiSession.open({ pageSize: 4 })
  await api.addDefinitions(12)

  const pages = await walk(api, 'AlertDefinitions?$orderby=length(Name) desc')

  expect(pages.flatMap(idsOf)).toEqual([10, 11, 12, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(pages).toHaveLength(3)
})

test('an order by long texts is paged by links that a server takes', async () => {
  using api = await ApiSession.open({ pageSize: 2 })
  const alertDefinitions = Array.from({ length: 7 }, (_, i) =>
    definitionBody({ Name: `n${9 - i}`, RecommendedAction: '\u20ac'.repeat(2000) }),
  )
  await api.post('AlertDefinitions/Actions.BulkUpload', { alertDefinitions })

  const pages = await walk(api, 'AlertDefinitions?$orderby=RecommendedAction,Name&$skip=1&$top=5')

  expect(pages.map(idsOf)).toEqual([[6, 5], [4, 3], [2]])
  expect(Math.max(...pages.map(({ json }) => String(json['@odata.nextLink']).length))).toBeLessThan(5000)
})

test.each([700, 1500, 2000])(
  'an order by texts of %i characters is paged by tokens that come back as given',
  async (length) => {
    using api = await ApiSession.open({ pageSize: 1 })
    const alertDefinitions = ['b', 'a', 'c'].map((sign) =>
      definitionBody({ RecommendedAction: sign.repeat(length) }),
    )
    await api.post('AlertDefinitions/Actions.BulkUpload', { alertDefinitions })

    const pages = await walk(api, 'AlertDefinitions?$orderby=RecommendedAction')

    expect(pages.map(idsOf)).toEqual([[2], [1], [3]])
  },
)

test.each([
  ['garbage', 'x'],
  ['JSON of another shape', Buffer.from('{"a":1}').toString('base64url')],
  ['a huge one', 'A'.repeat(7000)],
  ['a key past 64 bits', Buffer.from('[1,"",null,2,["i9999999999999999999"]]').toString('base64url')],
])('a token that is %s is refused', async (_, token) => {
  using api = await ApiSession.open({ pageSize: 2 })

  const { status, json } = await api.get(`AlertDefinitions?$skiptoken=${token}`)

  expect(status).toBe(400)
  expect(json.error).toMatchObject({ code: 'ODataError', target: '$skiptoken' })
})

test('a token of one query is refused by another', async () => {
  using api = await ApiSession.open({ pageSize: 1 })
  await api.addDefinitions(2)
  const first = await api.get('AlertDefinitions?$orderby=Name')
  const token = new URL(String(first.json['@odata.nextLink'])).searchParams.get('$skiptoken') ?? ''

  const same = await api.get(`AlertDefinitions?$orderby=Name&$skiptoken=${token}`)
  const other = await api.get(`AlertDefinitions?$orderby=Title&$skiptoken=${token}`)

  expect(same.status).toBe(200)
  expect(other.status).toBe(400)
})

test('text that needs escaping survives in the link and the token', async () => {
  using api = await ApiSession.open({ pageSize: 1 })
  const names = ["O'Brien & Söhne + 100%", 'tab\tand "quote" #1', '😀']
  for (const Name of names) await api.post('AlertDefinitions', definitionBody({ Name }))
  const filter = names.map((name) => `Name eq '${name.replaceAll("'", "''")}'`).join(' or ')

  const pages = await walk(api, `AlertDefinitions?$orderby=Name&$filter=${encodeURIComponent(filter)}`)

  expect(pages.flatMap(({ json }) => json.value ?? []).map(({ Name }) => Name)).toEqual(names.toSorted())
})

async function walk(api: ApiSession, from: string): Promise<readonly Answer[]> {
  const pages: Answer[] = []
  for (let path: string | null = from; path !== null && pages.length < 50;) {
    const page = await api.get(path)
    expect(page.status).toBe(200)
    pages.push(page)
    path = pathOf(page)
  }
  return pages
}

function pathOf({ json }: Answer): string | null {
  const link = json['@odata.nextLink']
  return typeof link === 'string' ? link.slice(`${ORIGIN}/v1.0/`.length) : null
}

function idsOf({ json }: Answer): readonly unknown[] {
  return json.value?.map(({ Id }) => Id) ?? []
}
