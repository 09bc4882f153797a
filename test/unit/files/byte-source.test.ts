import { execFileSync, spawn } from 'node:child_process'
import {
  appendFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { expect, test } from 'vitest'
import { openByteSource } from '../../../src/files/byte-source.ts'
import type { ByteSource } from '../../../src/files/byte-source.ts'
import { FileError } from '../../../src/files/file-error.ts'
import { makeFifo } from './make-fifo.ts'
import { temporaryFolder } from './temporary-folder.ts'

const inFolder = temporaryFolder()
const TEN_BYTES = '0123456789'

function openNew(name: string): ByteSource {
  writeFileSync(inFolder(name), TEN_BYTES)
  return openByteSource(inFolder(name), name)
}

async function blocksOf(source: ByteSource, blockBytes: number): Promise<readonly string[]> {
  const blocks: string[] = []
  for await (const block of source.chunks(blockBytes)) blocks.push(Buffer.from(block).toString())
  return blocks
}

test('openByteSource gives name, size and bytes at positions of a regular file', () => {
  const source = openNew('a.ndjson')

  const into = new Uint8Array(4)

  expect(source).toMatchObject({ name: 'a.ndjson', size: 10, kind: 'file' })
  expect(source.readAt(into, 3)).toBe(4)
  expect(Buffer.from(into).toString()).toBe('3456')
  expect(source.readAt(into, 8)).toBe(2)
  expect(source.readAt(into, 10)).toBe(0)
  source.close()
})

test('chunks gives a file in blocks of the asked size, again on every call', async () => {
  const source = openNew('blocks.ndjson')

  expect(await blocksOf(source, 4)).toEqual(['0123', '4567', '89'])
  expect(await blocksOf(source, 100)).toEqual([TEN_BYTES])
  source.close()
})

test('chunks of an empty file gives no block', async () => {
  writeFileSync(inFolder('empty'), '')
  const source = openByteSource(inFolder('empty'))

  expect(await blocksOf(source, 4)).toEqual([])
  source.close()
})

test('verifyUnchanged says nothing of an untouched file and names what happened to others (C18)', () => {
  const changes: readonly (readonly [string, (path: string) => void, RegExp | null])[] = [
    ['untouched', () => undefined, null],
    ['grown', (path) => appendFileSync(path, 'more'), /^grew from 10 to 14 bytes/],
    ['truncated', (path) => truncateSync(path, 3), /^was truncated from 10 to 3 bytes/],
    ['touched', (path) => utimesSync(path, 1000, 1000), /^was changed/],
    ['removed', (path) => rmSync(path), /^was removed or renamed/],
  ]

  for (const [name, change, expected] of changes) {
    const source = openNew(name)
    change(inFolder(name))
    const said = source.verifyUnchanged()
    source.close()
    if (expected === null) expect(said).toBeNull()
    else expect(said).toMatch(expected)
  }
})

test('verifyUnchanged sees a file that was replaced by one of the same size (C18)', () => {
  const source = openNew('replaced')
  writeFileSync(inFolder('replacement'), TEN_BYTES)

  renameSync(inFolder('replacement'), inFolder('replaced'))

  expect(source.verifyUnchanged()).toMatch(/^was replaced by another file/)
  source.close()
})

test('chunks reads an appended file only up to its size at opening (C18)', async () => {
  const source = openNew('appended')

  appendFileSync(inFolder('appended'), 'more')

  expect(await blocksOf(source, 100)).toEqual([TEN_BYTES])
  source.close()
})

test('a FIFO is a stream that is read once to its end (C20)', async () => {
  makeFifo(inFolder('fifo'))
  const source = openByteSource(inFolder('fifo'), 'fifo')
  const writer = spawn('sh', ['-c', 'printf 0123456789 > "$1"', 'sh', inFolder('fifo')])

  const blocks = await blocksOf(source, 4)

  expect(source).toMatchObject({ size: null, kind: 'stream' })
  expect(blocks.join('')).toBe(TEN_BYTES)
  expect(blocks.every((block) => block.length <= 4)).toBe(true)
  expect(() => source.readAt(new Uint8Array(1), 0)).toThrow(/it is a stream/)
  await expect(blocksOf(source, 4)).rejects.toThrow(/twice/)
  writer.kill()
  source.close()
})

test('standard input is a stream named by a hyphen', () => {
  const script = `
    import { openByteSource } from './src/files/byte-source.ts'
    const source = openByteSource('-')
    let text = ''
    for await (const block of source.chunks(4)) text += Buffer.from(block).toString() + '|'
    console.log(source.name, source.kind, text)`

  const said = execFileSync(process.execPath, ['--input-type=module-typescript', '-e', script], {
    input: TEN_BYTES,
    encoding: 'utf8',
  })

  expect(said).toBe('- stream 0123|4567|89|\n')
})

test('a file of the proc file system that says 0 bytes is read as a stream', async (ctx) => {
  if (process.platform !== 'linux') ctx.skip('there is no /proc here')

  const source = openByteSource('/proc/self/status')

  expect(source.kind).toBe('stream')
  expect((await blocksOf(source, 4096)).join('')).toContain('Pid:')
})

test('openByteSource refuses folders, devices and missing files and names them (C20)', () => {
  mkdirSync(inFolder('folder'))

  expect(() => openByteSource(inFolder('folder'), 'folder')).toThrow('cannot read folder: is a folder')
  expect(() => openByteSource('/dev/zero')).toThrow('cannot read /dev/zero: is a device or socket')
  expect(() => openByteSource(inFolder('none'), 'none')).toThrow('cannot read none: no such file or folder')
  expect(() => openByteSource(inFolder('none'), 'none')).toThrow(FileError)
})
