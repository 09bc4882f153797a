import { expect, test } from 'vitest'
import { compileRules } from '../../../src/engine/compile-rules.ts'
import { damaged } from '../../../src/engine/image-format-error.ts'
import {
  commonSection,
  FILTER_SECTION,
  HEADER,
  HEADER_BYTES,
  HEADER_WORDS,
  STRUCTURE_IPV4,
  STRUCTURE_IPV6,
  STRUCTURES,
  structureSection,
  TABLE_BYTES,
} from '../../../src/engine/image-layout.ts'
import type { CommonSection } from '../../../src/engine/image-layout.ts'
import { IndexImage } from '../../../src/engine/image-reader.ts'
import { buildRuleSet } from '../../support/rule-set-builder.ts'
import { sealImage } from '../../support/reseal.ts'

const IMAGE = compileRules(
  buildRuleSet([
    { Type: 'IpAddress', Value: '::2' },
    { Type: 'DomainName', Value: 'evil.example', Id: 7, ExpiresAt: 5n, CreatedAt: 4n },
    { Type: 'DomainName', DetectionFunction: 'Contains', Value: 'evil' },
  ]),
).image

/** A copy with one word of a section changed, sealed again. */
function withWord(section: number, word: number, value: number): Uint8Array {
  const copy = IMAGE.slice()
  const words = new Uint32Array(copy.buffer)
  words[(words[HEADER_WORDS + section * 2] ?? 0) / 4 + word] = value
  sealImage(copy)
  return copy
}

function withHeader(word: number, value: number): Uint8Array {
  const copy = IMAGE.slice()
  new Uint32Array(copy.buffer)[word] = value
  sealImage(copy)
  return copy
}

test('the image under test opens as it is', () => {
  expect(IndexImage.open(IMAGE).indicatorCount).toBe(3)
})

const BASES = '0 0 0 0 0 1 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 3'
const BAD_BASES = 'bases that ascend from 0 to 3'
const BAD_TEXTS = 'offsets of 2 texts'
const WRONG_ID = 'an id of this kind that no other pattern has'
const BAD_RUN = 'ascending runs of known kinds'

test.each<
  [string, CommonSection, readonly [number, number], readonly [CommonSection, number], string, string]
>([
  ['bases that fall', 'structureBase', [7, 0], ['structureBase', 0], BAD_BASES, BASES.replace('2 2', '2 0')],
  [
    'bases that end too early',
    'structureBase',
    [21, 2],
    ['structureBase', 0],
    BAD_BASES,
    BASES.replace('3', '2'),
  ],
  ['texts that do not begin at 0', 'textOffset', [0, 1], ['textOffset', 0], BAD_TEXTS, '3 numbers'],
  ['texts that end before their bytes', 'textOffset', [2, 15], ['textOffset', 0], BAD_TEXTS, '3 numbers'],
  ['an empty text', 'textOffset', [1, 0], ['textOffset', 0], '1 to 253 bytes', '0'],
  ['an empty second text', 'textOffset', [1, 16], ['textOffset', 4], '1 to 253 bytes', '0'],
  ['a text past its section', 'textOffset', [1, 900], ['textOffset', 0], '1 to 253 bytes', '900'],
  ['a blank in a text', 'textBytes', [1, 0x20616161], ['textBytes', 7], 'printable ASCII', 'byte 32'],
  ['an id past the last one', 'firstId', [4, 3], ['firstId', 16], WRONG_ID, '3'],
  ['a list that is not there', 'firstId', [4, 0xffffffff], ['posting', 0], '1 listed patterns', '0'],
  ['a run of another kind', 'runs', [2, 1], ['firstId', 16], WRONG_ID, '0'],
  ['a run of an unknown definition', 'runs', [1, 1], ['runs', 0], BAD_RUN, 'run at id 0'],
  ['a second run of an unknown kind', 'runs', [5, 20], ['runs', 12], BAD_RUN, 'run at id 1'],
  [
    'a step past the last id',
    'expiresAtStart',
    [0, 9],
    ['expiresAtStart', 0],
    'ascending ids below 3',
    '9 at step 0',
  ],
  [
    'a creation past the last id',
    'createdAtStart',
    [1, 3],
    ['createdAtStart', 0],
    'ascending ids below 3',
    '3 at step 1',
  ],
  [
    'a server key past the last id',
    'serverIdStart',
    [0, 3],
    ['serverIdStart', 0],
    'ascending ids below 3',
    '3 at step 0',
  ],
  [
    'a server key that is no number',
    'serverIdValue',
    [1, 0x7ff80000],
    ['serverIdValue', 0],
    'whole server keys',
    'NaN',
  ],
  [
    'a server key that is not whole',
    'serverIdValue',
    [0, 1],
    ['serverIdValue', 0],
    'whole server keys',
    '7.000000000000001',
  ],
])('an image with %s is refused by the place', (_, name, [word, value], [place, behind], expected, found) => {
  const image = withWord(commonSection(name), word, value)

  const offset = new Uint32Array(image.buffer)[HEADER_WORDS + commonSection(place) * 2]! + behind
  expect(() => IndexImage.open(image)).toThrow(damaged(offset, expected, found))
})

test.each([
  ['filters of another plan', FILTER_SECTION, 5, 9, 'in the filters'],
  ['definitions that are no JSON', commonSection('definitions'), 0, 0, 'definitions as JSON'],
])('an image with %s is refused', (_, section, word, value, message) => {
  expect(() => IndexImage.open(withWord(section, word, value))).toThrow(message)
})

/** A copy whose section claims more bytes of its last block, with those words written. */
function withLength(section: number, bytes: number, from: number, ...values: readonly number[]): Uint8Array {
  const copy = IMAGE.slice()
  const words = new Uint32Array(copy.buffer)
  const entry = HEADER_WORDS + section * 2
  words[entry + 1] = bytes
  words.set(values, words[entry]! / 4 + from)
  sealImage(copy)
  return copy
}

test('an image with a base or a text too many is refused, and a hostile list of them is cut', () => {
  const bases = commonSection('structureBase')
  const refusal = (image: Uint8Array): string => {
    try {
      IndexImage.open(image)
      return ''
    } catch (error) {
      return String(error)
    }
  }

  expect(refusal(withLength(bases, 92, 22, 3))).toContain(`${BAD_BASES}, found ${BASES} 3`)
  expect(refusal(withLength(bases, 128, 0, ...new Uint32Array(32).fill(0xffffffff))).length).toBeLessThan(400)
  expect(refusal(withLength(commonSection('textOffset'), 16, 3, 16))).toContain(
    `${BAD_TEXTS}, found 4 numbers`,
  )
})

test('an image whose bases all lie above 0 is refused', () => {
  expect(() => IndexImage.open(withLength(commonSection('structureBase'), 88, 0, 1, 1, 1, 1, 1))).toThrow(
    BAD_BASES,
  )
})

test('an image with digests out of order is refused, and with digests that look like mapped addresses it opens', () => {
  const digests = ['0000000000000000', '0000000000000000'].map((start, i) =>
    `${start}0000ffff${i}`.padEnd(32, '0'),
  )
  const { image } = compileRules(buildRuleSet(digests.map((Value) => ({ Type: 'Md5', Value }))))
  const section = structureSection(
    STRUCTURES.findIndex(({ name }) => name === 'Md5.Equals'),
    'keys',
  )
  const exchanged = image.slice()
  const words = new Uint32Array(exchanged.buffer)
  const first = words[HEADER_WORDS + section * 2]! / 4
  words.copyWithin(first, first + 4, first + 8)
  words[first + 7] = 0
  sealImage(exchanged)

  expect(IndexImage.open(image).indicator(1).Value).toBe(digests[1])
  expect(() => IndexImage.open(exchanged)).toThrow(
    expect.objectContaining({ code: 'bad-structure', message: 'expected ascending keys, found others' }),
  )
})

test('an image whose structures claim ids of the runs behind their own is refused', () => {
  const { image } = compileRules(
    buildRuleSet([
      { definition: 'a', Type: 'IpAddress', Value: '192.0.2.1' },
      { definition: 'a', Type: 'DomainName', Value: 'evil.example' },
      { definition: 'b', Type: 'IpAddress', Value: '::1' },
    ]),
  )
  const words = new Uint32Array(image.buffer)
  const first = words[HEADER_WORDS + commonSection('firstId') * 2]! / 4
  const names = STRUCTURES.findIndex(({ name }) => name === 'DomainName.Equals')
  expect([STRUCTURE_IPV4, STRUCTURE_IPV6, names].map((at) => words[first + at])).toEqual([0, 2, 1])
  words[first + STRUCTURE_IPV4] = 1
  words[first + STRUCTURE_IPV6] = 0
  words[first + names] = 2
  sealImage(image)

  expect(() => IndexImage.open(image)).toThrow(damaged((first + STRUCTURE_IPV4) * 4, WRONG_ID, '1'))
})

test('an image with an IPv4 address among its IPv6 keys is refused', () => {
  const image = withWord(structureSection(STRUCTURE_IPV6, 'keys'), 2, 0xffff)

  expect(() => IndexImage.open(image)).toThrow(
    'expected IPv4 addresses among the IPv4 keys, found a mapped one',
  )
})

test.each([
  ['counts that do not add up', HEADER.duplicate, 1, 'expected 4 indicators read, found 3'],
  ['options that nobody knows', HEADER.options, 2, 'expected known options, found others'],
  ['another number of indicators', HEADER.patternCount, 4, 'bases that ascend from 0 to 4'],
  ['a word that has no meaning', 20, 1, 'expected zero'],
])('an image whose header has %s is refused', (_, word, value, message) => {
  expect(() => IndexImage.open(withHeader(word, value))).toThrow(message)
})

test('an image whose address keys are fewer or more than its patterns is refused', () => {
  const copy = IMAGE.slice()
  const words = new Uint32Array(copy.buffer)
  const entry = HEADER_WORDS + structureSection(STRUCTURE_IPV6, 'keys') * 2
  words[entry + 1] = 32
  sealImage(copy)

  expect(() => IndexImage.open(copy)).toThrow('expected 1 keys, found 2')
})

test('an image with options that nobody knows is refused by the place', () => {
  expect(() => IndexImage.open(withHeader(HEADER.options, 2))).toThrow(
    expect.objectContaining({ code: 'bad-header', offset: HEADER.options * 4 }),
  )
})

test('an image with a word behind its header fields, or a byte behind its table, is refused by the place', () => {
  const behindTable = IMAGE.slice()
  behindTable[HEADER_BYTES + TABLE_BYTES] = 1
  sealImage(behindTable)

  expect(() => IndexImage.open(withHeader(20, 1))).toThrow(
    expect.objectContaining({ code: 'bad-section', offset: 80 }),
  )
  expect(() => IndexImage.open(behindTable)).toThrow(
    expect.objectContaining({ code: 'bad-section', offset: HEADER_BYTES + TABLE_BYTES }),
  )
})

test('an image with a byte hidden between its sections is refused', () => {
  const copy = IMAGE.slice()
  const [definitions = 0, bytes = 0] = new Uint32Array(copy.buffer).subarray(HEADER_WORDS)
  const behind = definitions + bytes
  copy[behind] = 1
  sealImage(copy)

  expect(behind % 64).toBeGreaterThan(0)
  expect(() => IndexImage.open(copy)).toThrow(
    expect.objectContaining({ code: 'bad-section', offset: behind }),
  )
})
