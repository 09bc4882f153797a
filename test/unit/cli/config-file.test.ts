import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseConfig } from '../../../src/cli/config-file.ts'
import { CONFIG_NAME, findConfig } from '../../../src/cli/find-config.ts'

test('parseConfig reads options by the names of their flags, lists and words that YAML has plans for', () => {
  const values = parseConfig(
    'c.yaml',
    'rules: [rules/, more/]\ndns-answers: off\ngroup-window: 12h\nworkers: 2\ntables: A\n',
  )

  expect([...values]).toEqual([
    ['rules', ['rules/', 'more/']],
    ['dns-answers', 'off'],
    ['group-window', '12h'],
    ['workers', '2'],
    ['tables', ['A']],
  ])
})

test('parseConfig accepts an empty file', () => {
  expect(parseConfig('c.yaml', '# nothing yet\n').size).toBe(0)
})

test('parseConfig names the place of an unknown option', () => {
  expect(() => parseConfig('c.yaml', 'rules: [a]\nhash-scop: both\n')).toThrow(
    'c.yaml:2:1 unknown option "hash-scop"',
  )
})

test('parseConfig names the place of a word outside a closed set', () => {
  expect(() => parseConfig('c.yaml', 'hash-scope: all\n')).toThrow(
    'c.yaml:1:13 hash-scope is one of object, both, found "all"',
  )
})

test('I06 parseConfig refuses prototype keys and leaves the prototype alone', () => {
  const before = Object.getOwnPropertyNames(Object.prototype).join()

  for (const key of ['__proto__', 'constructor', 'toString'])
    expect(() => parseConfig('c.yaml', `${key}: { polluted: yes }\n`)).toThrow('unknown option')

  expect(Object.getOwnPropertyNames(Object.prototype).join()).toBe(before)
})

test('findConfig looks upwards no further than the root of the repository', async () => {
  const root = mkdtempSync(join(tmpdir(), 'dryfire-config-'))
  const repository = join(root, 'repository')
  const deep = join(repository, 'a', 'b')
  mkdirSync(deep, { recursive: true })
  writeFileSync(join(root, CONFIG_NAME), 'workers: 1\n')

  expect((await findConfig(deep))?.values.get('workers')).toBe('1')

  mkdirSync(join(repository, '.git'))
  expect(await findConfig(deep)).toBeNull()

  writeFileSync(join(repository, CONFIG_NAME), 'workers: 2\n')
  expect((await findConfig(deep))?.values.get('workers')).toBe('2')
})
