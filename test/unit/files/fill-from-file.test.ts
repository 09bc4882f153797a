import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { fillFromFile } from '../../../src/files/fill-from-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'dryfire-fill-'))
const path = join(folder, 'bytes')
const MIB = 1_048_576

afterAll(() => rmSync(folder, { recursive: true }))

/** What is read where a file of `size` bytes is expected to have `wanted`. */
async function filled(size: number, wanted: number): Promise<{ isFull: boolean; isRight: boolean }> {
  const content = Buffer.alloc(size, 'a share of the bytes that nobody else reads, and no other; ')
  writeFileSync(path, content)
  const bytes = new Uint8Array(wanted)
  const file = openSync(path, 'r')
  try {
    const isFull = await fillFromFile(file, bytes)
    return { isFull, isRight: content.subarray(0, wanted).equals(bytes.subarray(0, size)) }
  } finally {
    closeSync(file)
  }
}

test.each([0, 1, 4 * MIB - 1, 4 * MIB, 4 * MIB + 1, 13 * MIB + 7, 16 * MIB, 21 * MIB + 1])(
  'a file of %i bytes is read whole, in however many shares',
  async (size) => {
    expect(await filled(size, size)).toEqual({ isFull: true, isRight: true })
  },
)

test('a file that is shorter than expected is told, whichever share it ends in', async () => {
  for (const size of [0, 1, 5 * MIB, 18 * MIB - 1])
    expect(await filled(size, 18 * MIB)).toEqual({ isFull: false, isRight: true })
})

test('what the file system says of one share is thrown when all of them are done', async () => {
  const file = openSync(folder, 'r')
  try {
    await expect(fillFromFile(file, new Uint8Array(9 * MIB))).rejects.toThrow('EISDIR')
  } finally {
    closeSync(file)
  }
})
