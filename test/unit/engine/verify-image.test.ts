import { expect, test } from 'vitest'
import { compileRules } from '../../../src/engine/compile-rules.ts'
import {
  commonSection,
  FILTER_SECTION,
  HEADER,
  HEADER_WORDS,
  STRUCTURE_IPV6,
  structureSection,
} from '../../../src/engine/image-layout.ts'
import type { CommonSection } from '../../../src/engine/image-layout.ts'
import { IndexImage } from '../../../src/engine/image-reader.ts'
import { sealImage } from '../../../src/engine/image-writer.ts'
import { buildRuleSet } from '../../support/rule-set-builder.ts'

const IMAGE = compileRules(
  buildRuleSet([
    { Type: 'IpAddress', Value: '::2' },
    { Type: 'DomainName', Value: 'evil.example', Id: 7, ExpiresAt: 5n },
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

test.each<[string, CommonSection | 'filters', number, number, string]>([
  ['bases that fall', 'structureBase', 7, 0, 'bases that ascend from 0 to 3'],
  ['a text past its section', 'textOffset', 1, 900, '1 to 253 bytes'],
  ['a blank in a text', 'textBytes', 0, 0x20202020, 'printable ASCII'],
  ['an id past the last one', 'firstId', 4, 3, 'an id of this kind'],
  ['a list that is not there', 'firstId', 4, 0xffffffff, '1 listed patterns'],
  ['a run of another kind', 'runs', 2, 1, 'an id of this kind'],
  ['a run of an unknown definition', 'runs', 1, 1, 'ascending runs of known kinds'],
  ['a step past the last id', 'expiresAtStart', 0, 9, 'ascending ids below 3'],
  ['a server key that is no number', 'serverIdValue', 1, 0x7ff80000, 'whole server keys'],
  ['filters of another plan', 'filters', 5, 9, 'in the filters'],
  ['definitions that are no JSON', 'definitions', 0, 0, 'definitions as JSON'],
])('an image with %s is refused', (_, name, word, value, message) => {
  const section = name === 'filters' ? FILTER_SECTION : commonSection(name)

  expect(() => IndexImage.open(withWord(section, word, value))).toThrow(message)
})

test('an image with an IPv4 address among its IPv6 keys is refused', () => {
  const image = withWord(structureSection(STRUCTURE_IPV6, 'keys'), 2, 0xffff)

  expect(() => IndexImage.open(image)).toThrow('IPv4 addresses among the IPv4 keys')
})

test.each([
  ['counts that do not add up', HEADER.duplicate, 1, 'indicators read'],
  ['options that nobody knows', HEADER.options, 2, 'known options'],
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
