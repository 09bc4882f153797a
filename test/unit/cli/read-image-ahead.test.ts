import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { guessImage, nameOneImage, readImageAhead } from '../../../src/cli/read-image-ahead.ts'
import { makeFifo } from '../files/make-fifo.ts'

const folder = mkdtempSync(join(tmpdir(), 'dryfire-ahead-'))

afterAll(() => rmSync(folder, { recursive: true }))

test('an image is read ahead whole, into memory that threads share', async () => {
  const path = join(folder, 'rules.dfx')
  const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => i % 251)
  writeFileSync(path, bytes)

  const space = await readImageAhead(path)

  expect(space?.bytes.buffer).toBe(space?.memory.buffer)
  expect(Buffer.from(space?.bytes ?? []).equals(bytes)).toBe(true)
})

test('what is no readable file is left to be read when it is opened, and not waited for', async () => {
  const fifo = join(folder, 'pipe.dfx')
  makeFifo(fifo)

  expect(await readImageAhead(join(folder, 'absent.dfx'))).toBeNull()
  expect(await readImageAhead(folder)).toBeNull()
  expect(await readImageAhead(fifo)).toBeNull()
})

test('the image that words name as the only rules is read before it is asked for, and no other', async () => {
  const meant = join(folder, 'meant.dfx')
  const other = join(folder, 'other.dfx')
  for (const path of [meant, other]) writeFileSync(path, 'an image')

  guessImage(['replay', 'logs', '--rules', meant, '--json'])
  rmSync(meant)
  const begun = readImageAhead(meant)
  guessImage(['replay', 'logs', '-r', other, 'more.dfx'])
  guessImage(['lint', '-r', other])
  guessImage(['replay', other])

  expect(readImageAhead(meant)).toBe(begun)
  expect(Buffer.from((await begun)?.bytes ?? []).toString()).toBe('an image')
})

test('one image alone is read ahead, and no image of a commit', () => {
  expect(nameOneImage(['rules.dfx'])).toBe(true)
  expect(nameOneImage(['rules.dfx', 'more.dfx'])).toBe(false)
  expect(nameOneImage(['git:HEAD:rules.dfx'])).toBe(false)
  expect(nameOneImage(['rules'])).toBe(false)
  expect(nameOneImage([])).toBe(false)
})
