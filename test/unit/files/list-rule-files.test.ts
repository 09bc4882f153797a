import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { listRuleFiles } from '../../../src/files/list-rule-files.ts'
import { temporaryFolder } from './temporary-folder.ts'

const inFolder = temporaryFolder()

function folderOf(name: string, files: readonly string[]): string {
  mkdirSync(inFolder(name), { recursive: true })
  for (const file of files) writeFileSync(inFolder(`${name}/${file}`), '{}')
  return inFolder(name)
}

function kindsOf(paths: readonly string[], cwd: string): readonly string[] {
  return listRuleFiles(paths, { cwd }).files.map((file) => `${file.kind} ${file.name}`)
}

const MIXED = ['a.rules.yaml', 'b.rules.yml', 'c.rules.json', 'd.dfx', 'plain.json', 'list.csv', 'README.md']

test('listRuleFiles takes rule files and images from a folder and leaves the rest', () => {
  const cwd = folderOf('mixed', MIXED)

  expect(kindsOf(['.'], cwd)).toEqual([
    'rules ./a.rules.yaml',
    'rules ./b.rules.yml',
    'rules ./c.rules.json',
    'image ./d.dfx',
  ])
  expect(kindsOf(['*.rules.*'], cwd)).toEqual([
    'rules a.rules.yaml',
    'rules b.rules.yml',
    'rules c.rules.json',
  ])
})

test('listRuleFiles takes a plain JSON file when it or its extension is named', () => {
  const cwd = folderOf('mixed', MIXED)

  expect(kindsOf(['plain.json', 'd.dfx'], cwd)).toEqual(['rules plain.json', 'image d.dfx'])
  expect(kindsOf(['*.json'], cwd)).toEqual(['rules c.rules.json', 'rules plain.json'])
})

test('listRuleFiles names what holds no rules: another file, a bare folder, standard input, a missing file', () => {
  const cwd = folderOf('mixed', MIXED)
  folderOf('mixed/bare', ['notes.txt'])

  const { files, problems } = listRuleFiles(['list.csv', 'bare', '-', 'none.rules.yaml'], { cwd })

  expect(files).toEqual([])
  expect(problems.map(({ source, severity, message }) => [source, severity, message])).toEqual([
    ['list.csv', 'error', 'is no rule file by its name'],
    ['bare', 'error', 'holds no rule file'],
    ['-', 'error', 'rules are not read from standard input'],
    ['none.rules.yaml', 'error', 'cannot be read: no such file or folder'],
  ])
})

test('listRuleFiles reads a rule file once, with a warning, however often it is reached', () => {
  const cwd = folderOf('copies', ['a.rules.yaml'])
  symlinkSync('a.rules.yaml', inFolder('copies/b.rules.yaml'))

  const { files, problems } = listRuleFiles(['.', 'a.rules.yaml'], { cwd })

  expect(files.map((file) => file.name)).toEqual(['./a.rules.yaml'])
  expect(problems.map(({ source, message }) => `${source} ${message}`)).toEqual([
    './b.rules.yaml is the same file as ./a.rules.yaml and is read once',
    'a.rules.yaml is the same file as ./a.rules.yaml and is read once',
  ])
})
