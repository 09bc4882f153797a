import { expect, test } from 'vitest'
import { listPathProblem, listSourceName } from '../../../src/rules/ioc-list-path.ts'

test.each([
  ['', 'is empty'],
  [' \t', 'is empty'],
  ['https://feeds.example/a.csv', 'is a URL; nothing is ever fetched'],
  ['ab:a.csv', 'is a URL; nothing is ever fetched'],
  ['git+ssh.v-2://a.csv', 'is a URL; nothing is ever fetched'],
  ['/a.csv', 'is not relative'],
  ['~a.csv', 'is not relative'],
  ['c:a.csv', 'is not relative'],
  ['Z:a.csv', 'is not relative'],
  ['a\\b.csv', 'has a backslash'],
  ['a\u0000.csv', 'has a control character'],
  ['a\u001f.csv', 'has a control character'],
  ['a\u007f.csv', 'has a control character'],
  ['..', 'leads upwards'],
  ['a/../b.csv', 'leads upwards'],
])('the path %j of a list is refused because it %s', (path, reason) => {
  const problem = listPathProblem(path)

  expect([problem?.code, problem?.message.endsWith(reason)]).toEqual(['CSV002', true])
  expect(problem?.fix).toMatch(
    /^(?:Give the path relative|Save the list in the rule folder|Separate folders with)/,
  )
})

test.each([
  'a.csv',
  'a/b/c.csv',
  './a.csv',
  'a..b/...csv',
  'a b~.csv',
  '1a:b.csv',
  'ä€/a.csv',
  'a/c:d.csv',
  'a/bc:d.csv',
])('the path %j of a list is accepted', (path) => {
  expect(listPathProblem(path)).toBeNull()
})

test('a list is named by the folder of its rule file and its own path', () => {
  expect(listSourceName('rules/a.yaml', 'lists/b.csv')).toBe('rules/lists/b.csv')
  expect(listSourceName('a.yaml', './lists//b.csv')).toBe('lists/b.csv')
  expect(listSourceName('a/b/c.yaml', 'd.csv')).toBe('a/b/d.csv')
})
