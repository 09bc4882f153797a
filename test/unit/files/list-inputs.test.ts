import { chmodSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { listInputs } from '../../../src/files/list-inputs.ts'
import { makeFifo } from './make-fifo.ts'
import { temporaryFolder } from './temporary-folder.ts'

const inFolder = temporaryFolder()

/** Makes a folder with files of four bytes each and returns its path. */
function folderOf(name: string, files: readonly string[]): string {
  for (const file of files) {
    mkdirSync(inFolder(`${name}/${file}/..`), { recursive: true })
    writeFileSync(inFolder(`${name}/${file}`), 'four')
  }
  return inFolder(name)
}

function namesOf(paths: readonly string[], cwd: string): readonly string[] {
  return listInputs(paths, { cwd }).inputs.map((input) => input.name)
}

test('listInputs keeps the order given and shows names as the user wrote them', () => {
  const cwd = folderOf('order', ['b.ndjson', 'a.ndjson', 'sub/c.ndjson'])

  const { inputs, problems } = listInputs(['b.ndjson', './a.ndjson', '-', 'sub'], { cwd })

  expect(inputs).toEqual([
    { name: 'b.ndjson', path: inFolder('order/b.ndjson'), size: 4 },
    { name: './a.ndjson', path: inFolder('order/a.ndjson'), size: 4 },
    { name: '-', path: '-', size: null },
    { name: 'sub/c.ndjson', path: inFolder('order/sub/c.ndjson'), size: 4 },
  ])
  expect(problems).toEqual([])
})

test('listInputs lists a folder by relative path in UTF-8 byte order and skips hidden names', () => {
  const cwd = folderOf('tree', ['a/z', 'a-b', 'B', 'é', '\uff5a', '\u{1f98a}', '.hidden', '.git/x', 'a.b'])

  expect(namesOf(['.'], cwd)).toEqual(['./B', './a-b', './a.b', './a/z', './é', './\uff5a', './\u{1f98a}'])
  expect(namesOf(['a/'], cwd)).toEqual(['a/z'])
})

test('listInputs expands globs in byte order, prefers a file of that very name and names an empty match', () => {
  const cwd = folderOf('globs', ['b.json', 'a.json', 'x/a.json', 'x/.h.json', 'odd[1].json', '.secret.json'])

  expect(namesOf(['*.json'], cwd)).toEqual(['a.json', 'b.json', 'odd[1].json'])
  expect(namesOf(['**/*.json'], cwd)).toEqual(['a.json', 'b.json', 'odd[1].json', 'x/a.json'])
  expect(namesOf(['**'], cwd)).toEqual(['a.json', 'b.json', 'odd[1].json', 'x/a.json'])
  expect(namesOf(['{b,a}.json'], cwd)).toEqual(['a.json', 'b.json'])
  expect(namesOf(['odd[1].json'], cwd)).toEqual(['odd[1].json'])
  expect(listInputs(['*.csv'], { cwd }).problems).toMatchObject([
    { source: '*.csv', severity: 'error', message: 'no file matches the pattern' },
  ])
})

test('listInputs reads the same real file once, with a warning that names the first', () => {
  const cwd = folderOf('copies', ['a', 'folder/b'])
  symlinkSync('a', inFolder('copies/link'))
  linkSync(inFolder('copies/a'), inFolder('copies/hard'))

  const { inputs, problems } = listInputs(['a', 'link', 'hard', './a', '-', '-'], { cwd })

  expect(inputs.map((input) => input.name)).toEqual(['a', '-'])
  expect(problems.map((problem) => `${problem.severity}: ${problem.source} ${problem.message}`)).toEqual([
    'warning: link is the same file as a and is read once',
    'warning: hard is the same file as a and is read once',
    'warning: ./a is the same file as a and is read once',
    'warning: - is the same file as - and is read once',
  ])
})

test('listInputs ends on links that lead in a circle', () => {
  const cwd = folderOf('circle', ['a', 'sub/b'])
  symlinkSync('..', inFolder('circle/sub/up'))
  symlinkSync('self', inFolder('circle/self'))

  const { inputs, problems } = listInputs(['.'], { cwd })

  expect(inputs.map((input) => input.name)).toEqual(['./a', './sub/b'])
  expect(problems).toMatchObject([{ source: './self', message: expect.stringContaining('circle') }])
})

test('listInputs names missing and dangling inputs and goes on with the others (C20)', () => {
  const cwd = folderOf('missing', ['a', 'b'])
  symlinkSync('nowhere', inFolder('missing/dangling'))

  const { inputs, problems } = listInputs(['a', 'none', 'dangling', 'a/x', 'b'], { cwd })

  expect(inputs.map((input) => input.name)).toEqual(['a', 'b'])
  expect(problems.map(({ source, severity, message }) => [source, severity, message])).toEqual([
    ['none', 'error', 'cannot be read: no such file or folder'],
    ['dangling', 'error', 'cannot be read: no such file or folder'],
    ['a/x', 'error', 'cannot be read: a part of the path is no folder'],
  ])
})

test('listInputs names a file without read permission and goes on (C20)', (ctx) => {
  if (process.getuid?.() === 0) ctx.skip('root may read every file')
  const cwd = folderOf('locked', ['a', 'b'])
  chmodSync(inFolder('locked/a'), 0)

  const { inputs, problems } = listInputs(['.'], { cwd })

  expect(inputs.map((input) => input.name)).toEqual(['./b'])
  expect(problems).toMatchObject([{ source: './a', message: 'cannot be read: permission denied' }])
})

test('listInputs refuses devices and accepts a FIFO that is named (C20)', () => {
  const cwd = folderOf('devices', ['a'])
  makeFifo(inFolder('devices/fifo'))

  const named = listInputs(['/dev/zero', 'fifo', 'a'], { cwd })
  const walked = listInputs(['.'], { cwd })

  expect(named.inputs.map(({ name, size }) => [name, size])).toEqual([
    ['fifo', null],
    ['a', 4],
  ])
  expect(named.problems).toMatchObject([{ source: '/dev/zero', severity: 'error' }])
  expect(walked.inputs.map((input) => input.name)).toEqual(['./a'])
  expect(walked.problems).toMatchObject([
    { source: './fifo', severity: 'warning', fix: 'name it to read it' },
  ])
})

test('listInputs warns of a folder without files', () => {
  mkdirSync(inFolder('hollow'))

  const { inputs, problems } = listInputs(['hollow'], { cwd: inFolder() })

  expect(inputs).toEqual([])
  expect(problems).toMatchObject([{ source: 'hollow', severity: 'warning' }])
})
