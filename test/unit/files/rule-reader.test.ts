import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { listRuleFiles } from '../../../src/files/list-rule-files.ts'
import { SIBLING_LIMIT_BYTES } from '../../../src/files/read-sibling.ts'
import { ruleFileReader } from '../../../src/files/rule-reader.ts'
import { temporaryFolder } from './temporary-folder.ts'

const inFolder = temporaryFolder()

test('ruleFileReader reads lists by the name under which the rule file was listed', () => {
  mkdirSync(inFolder('set/lists'), { recursive: true })
  writeFileSync(inFolder('set/a.rules.yaml'), '')
  writeFileSync(inFolder('set/lists/hashes.csv'), 'Type,Value')
  const { files } = listRuleFiles(['set'], { cwd: inFolder() })
  const reader = ruleFileReader(files)

  const bytes = reader.readSibling('set/a.rules.yaml', 'lists/hashes.csv')

  expect(Buffer.from(bytes ?? []).toString()).toBe('Type,Value')
  expect(reader.readSibling('set/other.rules.yaml', 'lists/hashes.csv')).toBeNull()
  expect(reader.readSibling('set/a.rules.yaml', 'none.csv')).toBeNull()
  expect(reader.readSibling('set/a.rules.yaml', '../../etc/passwd')).toBeNull()
  expect(reader.readSibling('set/a.rules.yaml', '/etc/passwd')).toBeNull()
})

test('ruleFileReader throws where a list is there and cannot be read', () => {
  mkdirSync(inFolder('large'))
  writeFileSync(inFolder('large/a.rules.yaml'), '')
  writeFileSync(inFolder('large/list.csv'), '')
  truncateSync(inFolder('large/list.csv'), SIBLING_LIMIT_BYTES + 1)
  const reader = ruleFileReader([{ name: 'a', path: inFolder('large/a.rules.yaml') }])

  expect(() => reader.readSibling('a', 'list.csv')).toThrow(/more than 1073741824/)
})
