import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { expect, test } from 'vitest'
import { FileError } from '../../../src/files/file-error.ts'
import { openOutputFile } from '../../../src/files/output-file.ts'
import { runWithLimitedWrites } from './limited-write.ts'
import { temporaryFolder } from './temporary-folder.ts'

const inFolder = temporaryFolder()

function freshFolder(name: string): (file: string) => string {
  mkdirSync(inFolder(name))
  return (file) => inFolder(`${name}/${file}`)
}

test('an output file has its name only after commit', () => {
  const at = freshFolder('commit')
  const output = openOutputFile(at('hits.ndjson'))

  output.write('{"a":"é"}\n')
  output.write(Buffer.from('{}\n'))
  const beforeCommit = readdirSync(at('.'))
  output.commit()

  expect(output.bytesWritten).toBe(14)
  expect(beforeCommit).toEqual(['hits.ndjson.partial'])
  expect(readdirSync(at('.'))).toEqual(['hits.ndjson'])
  expect(readFileSync(at('hits.ndjson'), 'utf8')).toBe('{"a":"é"}\n{}\n')
})

test('an output file keeps the order of small and large chunks', () => {
  const at = freshFolder('large')
  const output = openOutputFile(at('out'))
  const large = 'L'.repeat(600_000)

  output.write('start')
  output.write(large)
  for (let i = 0; i < 30_000; i += 1) output.write('0123456789')
  output.commit()

  expect(readFileSync(at('out'), 'utf8')).toBe(`start${large}${'0123456789'.repeat(30_000)}`)
  expect(output.bytesWritten).toBe(900_005)
})

test('an output file replaces the old one at commit and keeps its mode', () => {
  const at = freshFolder('replace')
  writeFileSync(at('out'), 'old')
  chmodSync(at('out'), 0o640)
  const output = openOutputFile(at('out'))

  output.write('new')
  const during = readFileSync(at('out'), 'utf8')
  output.commit()

  expect(during).toBe('old')
  expect(readFileSync(at('out'), 'utf8')).toBe('new')
  expect((statSync(at('out')).mode & 0o777).toString(8)).toBe('640')
})

test('abandon leaves what was written as FILE.partial and the old file as it was', () => {
  const at = freshFolder('abandon')
  writeFileSync(at('out'), 'old')
  const output = openOutputFile(at('out'))

  output.write('half')
  output.abandon()
  output.abandon()

  expect(readFileSync(at('out.partial'), 'utf8')).toBe('half')
  expect(readFileSync(at('out'), 'utf8')).toBe('old')
  expect(() => output.write('more')).toThrow(/closed already/)
})

test('openOutputFile starts anew where an earlier run left FILE.partial, without writing through it (I02)', () => {
  const at = freshFolder('leftover')
  writeFileSync(at('victim'), 'kept')
  writeFileSync(at('second-name'), 'kept')
  symlinkSync('victim', at('a.partial'))
  linkSync(at('second-name'), at('b.partial'))

  for (const name of ['a', 'b']) {
    const output = openOutputFile(at(name))
    output.write('new')
    output.commit()
  }

  expect(readFileSync(at('victim'), 'utf8')).toBe('kept')
  expect(readFileSync(at('second-name'), 'utf8')).toBe('kept')
  expect(readFileSync(at('a'), 'utf8') + readFileSync(at('b'), 'utf8')).toBe('newnew')
})

test('openOutputFile refuses a link, a folder, a device and a missing folder before anything is written (I01)', () => {
  const at = freshFolder('refused')
  writeFileSync(at('target'), 'kept')
  symlinkSync('target', at('link'))
  mkdirSync(at('folder'))
  mkdirSync(at('taken.partial'))

  for (const path of [at('link'), at('folder'), at('taken'), '/dev/full', at('none/out')]) {
    expect(() => openOutputFile(path), path).toThrow(FileError)
    expect(() => openOutputFile(path), path).toThrow(`cannot write ${path}`)
  }
  expect(existsSync(at('link.partial'))).toBe(false)
  expect(readFileSync(at('target'), 'utf8')).toBe('kept')
})

test('an output file that cannot grow fails with file, bytes and reason and keeps the old file (E10)', (ctx) => {
  if (process.platform === 'win32') ctx.skip('there is no ulimit here')
  const at = freshFolder('limit')
  writeFileSync(at('out'), 'old')

  const said = runWithLimitedWrites(
    `import { openOutputFile } from './src/files/output-file.ts'
     const output = openOutputFile(process.env.TARGET)
     try { output.write('x'.repeat(100000)); output.commit() } catch (error) { console.log(error.code, error.message) }
     output.abandon()`,
    at('out'),
  )

  expect(said).toBe(
    `EFBIG cannot write ${at('out')} (100000 bytes needed): the file would be larger than allowed`,
  )
  expect(readFileSync(at('out'), 'utf8')).toBe('old')
  expect(readdirSync(at('.')).sort()).toEqual(['out', 'out.partial'])
})
