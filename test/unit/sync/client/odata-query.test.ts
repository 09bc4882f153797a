import { expect, test } from 'vitest'
import { filterLiteral, queryPath } from '../../../../src/sync/odata-query.ts'

test.each([
  "O'Brien",
  '%27',
  '&',
  '#',
  '+',
  'a\nb',
  '$filter=1',
  "''",
  'ü🙂',
  'a b',
  '?',
  '/',
  '"',
  '\\',
  '%',
  "' or 1 eq 1 or '",
])('the value %j comes out of the query as it went in (F22)', (value) => {
  const path = queryPath('AlertDefinitions', {
    filter: `Name eq ${filterLiteral(value)}`,
    orderby: 'Id',
    top: 5,
  })

  const url = new URL(`http://127.0.0.1/v1.0/${path}`)
  const filter = url.searchParams.get('$filter') ?? ''
  expect(path).toMatch(/^AlertDefinitions\?\$filter=[\w%.~!*()-]+&\$orderby=Id&\$top=5$/)
  expect([...url.searchParams.keys()]).toEqual(['$filter', '$orderby', '$top'])
  expect(filter.slice(0, 9)).toBe("Name eq '")
  expect(filter.slice(9, -1).replaceAll("''", "'")).toBe(value)
  expect(filter.slice(9, -1).replaceAll("''", '')).not.toContain("'")
})

test('a path without options has no query', () => {
  expect(queryPath('AlertDefinitions', {})).toBe('AlertDefinitions')
})
