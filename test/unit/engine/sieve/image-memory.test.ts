import { expect, test } from 'vitest'
import { MIXED, randomRules } from '../../../../bench/engine/random-rules.ts'
import { compileRules } from '../../../../src/engine/compile-rules.ts'
import { ImageFormatError } from '../../../../src/engine/image-format-error.ts'
import { HEADER_WORDS, structureSection } from '../../../../src/engine/image-layout.ts'
import { IndexImage } from '../../../../src/engine/image-reader.ts'
import { checksumOf } from '../../../../src/engine/image-writer.ts'
import { Matcher } from '../../../../src/engine/matcher.ts'
import { ImageMemory } from '../../../../src/engine/sieve/image-memory.ts'
import { openSlot, shareSieve } from '../../../../src/engine/sieve/sieve-memory.ts'
import { buildRuleSet } from '../../../support/rule-set-builder.ts'
import type { RuleRow } from '../../../support/rule-set-builder.ts'
import { sealImage } from '../../../support/reseal.ts'

function memoryFor(byteLength: number): ImageMemory {
  const memory = ImageMemory.reserve(byteLength)
  if (memory === null) throw new Error('this machine has no kernel')
  return memory
}

function outcomeOf(open: () => IndexImage): string {
  try {
    return open().digest
  } catch (error) {
    if (error instanceof ImageFormatError) return `${error.code}@${error.offset}: ${error.message}`
    throw error
  }
}

const ROWS: readonly RuleRow[] = [
  { definition: 'one', Type: 'Sha1', Value: 'ab'.repeat(20) },
  { definition: 'two', Type: 'Sha1', Value: 'ab'.repeat(20) },
  { definition: 'one', Type: 'Sha256', Value: '01'.repeat(32) },
  { definition: 'one', Type: 'Sha256', Value: '01'.repeat(31) + '02' },
  { definition: 'one', Type: 'IpAddress', Value: '2001:db8::1' },
  { definition: 'one', Type: 'IpAddress', Value: '2001:db8::2' },
  ...['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((name): RuleRow => ({
    definition: 'one',
    Type: 'DomainName',
    Value: `${name}.evil.example`,
  })),
  { definition: 'one', Type: 'DomainName', DetectionFunction: 'StartWith', Value: 'evil' },
  { definition: 'one', Type: 'DomainName', DetectionFunction: 'StartWith', Value: 'evils' },
  { definition: 'two', Type: 'DomainName', DetectionFunction: 'StartWith', Value: 'evilt' },
  { definition: 'one', Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.evil' },
  { definition: 'two', Type: 'DomainName', DetectionFunction: 'EndWith', Value: 'b.evil' },
  { definition: 'one', Type: 'DomainName', DetectionFunction: 'EndWith', Value: 'ab.evil' },
  { definition: 'one', Type: 'DomainName', DetectionFunction: 'Contains', Value: 'aab' },
  { definition: 'one', Type: 'DomainName', DetectionFunction: 'Contains', Value: 'ab' },
  { definition: 'one', Type: 'DomainName', DetectionFunction: 'Contains', Value: 'b' },
]

test('an image altered anywhere and sealed again has the same outcome in the memory of the kernel as outside of it', () => {
  const image = compileRules(buildRuleSet(ROWS)).image
  const memory = memoryFor(image.length)
  const firstSection = new Uint32Array(image.buffer)[HEADER_WORDS] ?? 0
  const outcomes = { refused: 0, opened: 0 }
  const copy = image.slice()
  const words = new Uint32Array(copy.buffer)

  for (let at = firstSection / 4; at < words.length; at += 1) {
    const original = words[at] ?? 0
    for (const word of [original + 1, original ^ 0x1000080, 0xffffffff]) {
      if (word === original) continue
      words[at] = word
      sealImage(copy)
      memory.bytes.set(copy)
      const portable = outcomeOf(() => IndexImage.open(copy))
      outcomes[portable.includes('@') ? 'refused' : 'opened'] += 1

      expect(outcomeOf(() => IndexImage.open(memory.bytes, memory))).toBe(portable)
    }
    words[at] = original
  }

  expect(outcomes.refused).toBeGreaterThan(500)
  expect(outcomes.opened).toBeGreaterThan(100)
})

test('the kernel accepts every section of a whole image, so that no slower proof is needed', () => {
  const image = compileRules(randomRules(20_000, MIXED)).image
  const memory = memoryFor(image.length)
  memory.bytes.set(image)
  const refused: string[] = []
  const asked = new Set<string>()
  const watched = new Proxy(memory, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      return (...words: readonly unknown[]): unknown => {
        const answer: unknown = Reflect.apply(value, target, words)
        asked.add(String(name))
        if (answer === false || answer === 0) refused.push(String(name))
        return answer
      }
    },
  })

  const opened = IndexImage.open(memory.bytes, watched)

  expect(opened.indicatorCount).toBe(20_000)
  expect([...asked].sort()).toEqual([
    'areLinks',
    'arePostings',
    'arePrintable',
    'areTextsInBuckets',
    'checksumOf',
    'doAscend',
    'isKeySet',
    'isTrie',
    'lengthsOf',
  ])
  expect(refused).toEqual([])
})

test('an image with any byte changed is refused in the memory of the kernel', () => {
  const image = compileRules(buildRuleSet(ROWS)).image
  const memory = memoryFor(image.length)
  memory.bytes.set(image)
  const opened: number[] = []

  for (let offset = 0; offset < image.length; offset += 1) {
    const bit = 1 << (offset % 8)
    memory.bytes[offset]! ^= bit
    if (!outcomeOf(() => IndexImage.open(memory.bytes, memory)).includes('@')) opened.push(offset)
    memory.bytes[offset]! ^= bit
  }

  expect(opened).toEqual([])
  expect(outcomeOf(() => IndexImage.open(memory.bytes, memory))).toMatch(/^[0-9a-f]{16}$/)
})

test('the kernel computes the checksum that the portable code computes, beyond a piece of memory as well', () => {
  for (const words of [16, 32, 65_536, 65_552, 200_000]) {
    const memory = memoryFor(words * 4)
    const given = new Uint32Array(memory.bytes.buffer, memory.bytes.byteOffset, words)
    for (let i = 0; i < words; i += 1) given[i] = Math.imul(i + 1, 0x9e3779b1)

    const { low, high } = checksumOf(given)

    expect(memory.checksumOf(given, 6)).toEqual({ low, high })
  }
})

test('an image of all kinds, larger than pieces, is proven by the kernel and damaged at piece borders refused', () => {
  const image = compileRules(randomRules(60_000, MIXED)).image
  const memory = memoryFor(image.length)
  memory.bytes.set(image)
  const keys = new Uint32Array(memory.bytes.buffer, memory.bytes.byteOffset)
  const opened = IndexImage.open(memory.bytes, memory)
  const sha256 = opened.structures.keys(1)
  const border = sha256.byteOffset / 4 - keys.byteOffset / 4 + 8192 * 8

  keys[border] = 0
  sealImage(new Uint8Array(memory.bytes.buffer, memory.bytes.byteOffset, image.length))

  expect(opened.indicatorCount).toBe(60_000)
  expect(sha256.length).toBeGreaterThan(8192 * 8 * 2)
  expect(outcomeOf(() => IndexImage.open(memory.bytes, memory))).toContain('ascending keys')
})

test('keys and buckets damaged where the kernel begins another piece have the outcome that they have outside of its memory', () => {
  const image = compileRules(randomRules(60_000, MIXED)).image
  const memory = memoryFor(image.length)
  const words = new Uint32Array(image.buffer)
  const startOf = (name: 'keys' | 'directory'): number =>
    words[HEADER_WORDS + structureSection(1, name) * 2]! / 4
  const directory = startOf('directory')
  const pieces = [255, 256, 257].map((bucket) => directory + bucket)
  const keys = [0, 1, 2].map((key) => startOf('keys') + (words[directory + 256]! - key) * 8)
  const last = directory + Math.ceil(27_000 / 32)
  const changes = [...pieces, directory, last, ...keys].flatMap((at) =>
    [words[at]! + 1, words[at]! - 1, 0, 0xffffffff].map((word) => ({ at, word })),
  )

  const outcomes = changes.map(({ at, word }) => {
    const altered = image.slice()
    new Uint32Array(altered.buffer)[at] = word
    sealImage(altered)
    memory.bytes.set(altered)
    return [outcomeOf(() => IndexImage.open(memory.bytes, memory)), outcomeOf(() => IndexImage.open(altered))]
  })

  expect(words[last]).toBe(27_000)
  for (const [inside, outside] of outcomes) expect(inside).toBe(outside)
  expect(new Set(outcomes.map(([inside]) => inside)).size).toBeGreaterThan(8)
})

test('the sieve of an image in the memory of the kernel stands in the same memory, and is not copied', () => {
  const image = compileRules(buildRuleSet(ROWS)).image
  const memory = memoryFor(image.length)
  memory.bytes.set(image)
  const opened = IndexImage.open(memory.bytes, memory)

  const shared = shareSieve(opened, { domainEquals: 'exact' })
  const slot = 'off' in shared ? shared : openSlot(shared)

  expect(shared).toMatchObject({ memory: memory.memory, filters: opened.filters.byteOffset })
  expect(slot).not.toHaveProperty('off')
  expect(Matcher.open(opened).matchText(4, 'a.evil.example')).toHaveLength(1)
})
