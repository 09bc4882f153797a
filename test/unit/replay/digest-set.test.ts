import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { DigestSet } from '../../../src/replay/digest-set.ts'

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32)

test('DigestSet finds what it was given and nothing else while it grows', () => {
  const set = new DigestSet()
  const texts = Array.from({ length: 20_000 }, (_, i) => `event ${i}`)

  for (const text of texts) expect(set.hasOrAdd(digest(text), 1_000_000)).toBe(false)

  expect(set.size).toBe(texts.length)
  expect(texts.every((text) => set.hasOrAdd(digest(text), 1_000_000))).toBe(true)
  expect(set.hasOrAdd(digest('another'), 1_000_000)).toBe(false)
})

test('DigestSet keeps what it has and takes no more at its limit', () => {
  const set = new DigestSet()

  set.hasOrAdd(digest('a'), 2)
  set.hasOrAdd(digest('b'), 2)
  set.hasOrAdd(digest('c'), 2)

  expect(set.size).toBe(2)
  expect(set.hasOrAdd(digest('a'), 2)).toBe(true)
  expect(set.hasOrAdd(digest('c'), 2)).toBe(false)
})

test('DigestSet tells digests apart that share their first words', () => {
  const set = new DigestSet()
  const shared = '00000001000000020000000300000000'

  set.hasOrAdd(shared, 10)

  expect(set.hasOrAdd('00000001000000020000000300000001', 10)).toBe(false)
  expect(set.hasOrAdd(shared, 10)).toBe(true)
})
