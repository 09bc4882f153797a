import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { FileError } from '../../../src/files/file-error.ts'
import { readSibling } from '../../../src/files/read-sibling.ts'
import { makeFifo } from './make-fifo.ts'
import { temporaryFolder } from './temporary-folder.ts'

const inFolder = temporaryFolder()

beforeAll(() => {
  mkdirSync(inFolder('rules/lists'), { recursive: true })
  writeFileSync(inFolder('rules/a.rules.yaml'), '')
  writeFileSync(inFolder('rules/list.csv'), 'beside')
  writeFileSync(inFolder('rules/lists/deep.csv'), 'below')
  writeFileSync(inFolder('outside.csv'), 'outside')
  mkdirSync(inFolder('rules-other'))
  writeFileSync(inFolder('rules-other/list.csv'), 'other')
  symlinkSync('lists/deep.csv', inFolder('rules/inner-link.csv'))
  symlinkSync('../outside.csv', inFolder('rules/escape.csv'))
  symlinkSync('../rules-other', inFolder('rules/escape-folder'))
  makeFifo(inFolder('rules/fifo.csv'))
})

function read(named: string, limitBytes?: number): string {
  return Buffer.from(readSibling(inFolder('rules/a.rules.yaml'), named, limitBytes)).toString()
}

test('readSibling reads files beside the rule file and below it, also through a link that stays inside', () => {
  expect(read('list.csv')).toBe('beside')
  expect(read('./lists/deep.csv')).toBe('below')
  expect(read('lists/../list.csv')).toBe('beside')
  expect(read('inner-link.csv')).toBe('below')
})

test('readSibling refuses every way out of the rule folder', () => {
  const ways = [
    '../outside.csv',
    'lists/../../outside.csv',
    '../rules-other/list.csv',
    inFolder('outside.csv'),
    '/etc/passwd',
    'C:\\secret.csv',
    'escape.csv',
    'escape-folder/list.csv',
    '',
    '.',
    'list.csv\0.txt',
  ]

  for (const way of ways) expect(() => read(way), way).toThrow(FileError)
})

test('readSibling refuses folders, FIFOs, missing files and files over the limit, and says which', () => {
  expect(() => read('lists')).toThrow('cannot read lists: it is no regular file')
  expect(() => read('fifo.csv')).toThrow('cannot read fifo.csv: it is no regular file')
  expect(() => read('none.csv')).toThrow('cannot read none.csv: no such file or folder')
  expect(() => read('list.csv', 5)).toThrow('cannot read list.csv: it has 6 bytes, more than 5')
  expect(read('list.csv', 6)).toBe('beside')
})
