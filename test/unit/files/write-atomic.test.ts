import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { expect, test } from 'vitest'
import { FileError } from '../../../src/files/file-error.ts'
import { writeAtomic } from '../../../src/files/write-atomic.ts'
import { runWithLimitedWrites } from './limited-write.ts'
import { temporaryFolder } from './temporary-folder.ts'

const inFolder = temporaryFolder()
const NEW_BYTES = Buffer.from('new')

function freshFolder(name: string): (file: string) => string {
  mkdirSync(inFolder(name))
  return (file) => inFolder(`${name}/${file}`)
}

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8)
}

test('writeAtomic writes a new file that others may read, and nothing else', () => {
  const at = freshFolder('new')

  writeAtomic(at('report.html'), NEW_BYTES)

  expect(readFileSync(at('report.html'), 'utf8')).toBe('new')
  expect(modeOf(at('report.html'))).toBe((0o644 & ~process.umask()).toString(8))
  expect(readdirSync(at('.'))).toEqual(['report.html'])
})

test('writeAtomic replaces a file and keeps its mode', () => {
  const at = freshFolder('replace')
  writeFileSync(at('state'), 'old and longer')
  chmodSync(at('state'), 0o640)

  writeAtomic(at('state'), NEW_BYTES)

  expect(readFileSync(at('state'), 'utf8')).toBe('new')
  expect(modeOf(at('state'))).toBe('640')
  expect(readdirSync(at('.'))).toEqual(['state'])
})

test('writeAtomic gives the path a new file, so that a reader of the old one keeps the old bytes (I02)', () => {
  const at = freshFolder('inode')
  writeFileSync(at('state'), 'old')
  const before = statSync(at('state')).ino

  writeAtomic(at('state'), NEW_BYTES)

  expect(statSync(at('state')).ino).not.toBe(before)
})

test('writeAtomic refuses a link, a folder, a device and a missing folder with errors that name them (I01)', () => {
  const at = freshFolder('refused')
  writeFileSync(at('target'), 'kept')
  symlinkSync('target', at('link'))
  mkdirSync(at('folder'))

  const refused = [
    [at('link'), 'it is a symbolic link'],
    [at('folder'), 'it is a folder'],
    ['/dev/null', 'it is a device, FIFO or socket'],
    [at('none/report'), 'there is no folder'],
  ] as const
  for (const [path, reason] of refused) {
    expect(() => writeAtomic(path, NEW_BYTES)).toThrow(FileError)
    expect(() => writeAtomic(path, NEW_BYTES)).toThrow(`cannot write ${path}: ${reason}`)
  }
  expect(readFileSync(at('target'), 'utf8')).toBe('kept')
  expect(lstatSync(at('link')).isSymbolicLink()).toBe(true)
  expect(readdirSync(at('.')).sort()).toEqual(['folder', 'link', 'target'])
})

test('writeAtomic fails with file, bytes and reason at a size limit, keeps the old file and leaves nothing (E10)', (ctx) => {
  if (process.platform === 'win32') ctx.skip('there is no ulimit here')
  const at = freshFolder('limit')
  writeFileSync(at('report'), 'old')

  const said = runWithLimitedWrites(
    `import { writeAtomic } from './src/files/write-atomic.ts'
     try { writeAtomic(process.env.TARGET, new Uint8Array(100000)) } catch (error) { console.log(error.code, error.message) }`,
    at('report'),
  )

  expect(said).toBe(
    `EFBIG cannot write ${at('report')} (100000 bytes needed): the file would be larger than allowed`,
  )
  expect(readFileSync(at('report'), 'utf8')).toBe('old')
  expect(readdirSync(at('.'))).toEqual(['report'])
})

test('writeAtomic fails with file, bytes and reason on a full disk, keeps the old file and leaves nothing (E10)', (ctx) => {
  const at = freshFolder('tiny')
  const mounted = runShell('mount -t tmpfs -o size=32k tmpfs "$1"', at('.'))
  if (mounted !== 0) ctx.skip('a small file system cannot be mounted here')
  try {
    writeFileSync(at('report'), 'old')

    expect(() => writeAtomic(at('report'), new Uint8Array(100_000))).toThrow(
      `cannot write ${at('report')} (100000 bytes needed): no space left on the device`,
    )
    expect(readFileSync(at('report'), 'utf8')).toBe('old')
    expect(readdirSync(at('.'))).toEqual(['report'])
  } finally {
    runShell('umount "$1"', at('.'))
  }
})

/** Runs a shell command with a path as its first argument and returns the exit status. */
function runShell(command: string, path: string): number | null {
  return spawnSync('sh', ['-c', command, 'sh', path]).status
}
