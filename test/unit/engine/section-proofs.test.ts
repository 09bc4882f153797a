import { expect, test } from 'vitest'
import { verifyAhoCorasick } from '../../../src/engine/aho-corasick.ts'
import { compileRules } from '../../../src/engine/compile-rules.ts'
import { damaged } from '../../../src/engine/image-format-error.ts'
import { commonSection, HEADER_WORDS, LISTED, NO_PATTERN } from '../../../src/engine/image-layout.ts'
import { ImageSections } from '../../../src/engine/image-sections.ts'
import { ImageStructures } from '../../../src/engine/image-structures.ts'
import { KeySet, verifyDirectory } from '../../../src/engine/key-set.ts'
import { verifyPostings } from '../../../src/engine/postings.ts'
import { TextSet } from '../../../src/engine/text-set.ts'
import { verifyImage } from '../../../src/engine/verify-image.ts'
import { proofsThatSay } from '../../support/proofs-that-say.ts'
import { sealImage } from '../../support/reseal.ts'
import { buildRuleSet } from '../../support/rule-set-builder.ts'
import { textListOf } from '../../support/text-lists.ts'

const SEED = { low: 5, high: 6 }

test('keys out of order are accepted where a proof holds them, and named where it does not', () => {
  const asked: string[] = []
  const set = KeySet.open(Uint32Array.of(0, 2), Uint32Array.of(2, 1), 1)

  expect(() => set.verify(64, proofsThatSay(true, asked))).not.toThrow()
  expect(() => set.verify(64, proofsThatSay(false, asked))).toThrow(damaged(64, 'ascending keys', 'others'))
  expect(asked).toEqual(['isKeySet 2', 'isKeySet 2'])
})

test.each<[string, readonly number[], readonly number[], string, string]>([
  ['a bucket too many', [0, 1, 2], [1, 2], '1 buckets for 2 keys', '3 offsets'],
  ['no bucket for its keys', [], [1, 2], '1 buckets for 2 keys', '0 offsets'],
  ['a bucket for no keys', [0], [], '0 buckets for 0 keys', '1 offsets'],
])('a key set with %s is refused before a proof is asked', (_, directory, keys, expected, found) => {
  const asked: string[] = []
  const set = KeySet.open(Uint32Array.from(directory), Uint32Array.from(keys), 1)

  expect(() => set.verify(64, proofsThatSay(true, asked))).toThrow(damaged(64, expected, found))
  expect(asked).toEqual([])
})

test('a directory that falls is accepted where a proof holds it, and an empty one needs none', () => {
  const asked: string[] = []
  const falling = Uint32Array.of(0, 3, 2)

  expect(() => verifyDirectory(falling, 2, 2, 64, proofsThatSay(true, asked))).not.toThrow()
  expect(() => verifyDirectory(falling, 2, 2, 64, proofsThatSay(false, asked))).toThrow('found 2 after 3')
  expect(() => verifyDirectory(new Uint32Array(0), 0, 0, 64, proofsThatSay(true, asked))).not.toThrow()
  expect(asked).toEqual(['doAscend 3', 'doAscend 3'])
})

test('texts out of order are accepted where a proof holds them, and an empty set needs none', () => {
  const asked: string[] = []
  const set = TextSet.open(Uint32Array.of(0, 2), textListOf(['b', 'a']), SEED)

  expect(() => set.verify(64, proofsThatSay(true, asked))).not.toThrow()
  TextSet.open(new Uint32Array(0), textListOf([]), SEED).verify(64, proofsThatSay(true, asked))
  expect(asked).toEqual(['doAscend 2', 'areTextsInBuckets 2'])
  expect(() => set.verify(64, proofsThatSay(false))).toThrow('found text 1 out of order')
})

test('a trie and links that are wrong are accepted where a proof holds them, and an empty one needs none', () => {
  const asked: string[] = []
  const two = new Uint32Array(2)
  const wrong = {
    firstChild: new Uint32Array(3),
    label: new Uint8Array(2),
    pattern: two,
    fail: two,
    output: two,
  }
  const none = new Uint32Array(0)
  const empty = { firstChild: none, label: new Uint8Array(0), pattern: none, fail: none, output: none }

  expect(() => verifyAhoCorasick(wrong, textListOf(['a']), 64, proofsThatSay(true, asked))).not.toThrow()
  expect(() => verifyAhoCorasick(empty, textListOf([]), 64, proofsThatSay(true, asked))).not.toThrow()
  expect(asked).toEqual(['isTrie 2', 'areLinks 2'])
  expect(() => verifyAhoCorasick(wrong, textListOf(['a']), 64, proofsThatSay(false))).toThrow(
    'a root that ends no pattern',
  )
})

test('wrong links are named where only the trie is proven', () => {
  const nodes = {
    firstChild: Uint32Array.of(1, 2, 2),
    label: Uint8Array.of(0, 97),
    pattern: Uint32Array.of(NO_PATTERN, 0),
    fail: Uint32Array.of(0, 1),
    output: new Uint32Array(2),
  }
  const proofs = { ...proofsThatSay(true), areLinks: () => false }

  expect(() => verifyAhoCorasick(nodes, textListOf(['a']), 64, proofs)).toThrow('found wrong ones at node 1')
})

test('postings of wrong ids are accepted where a proof holds them, and those of a wrong length never', () => {
  const asked: string[] = []
  const facts = {
    structureBase: Uint32Array.of(0, 1),
    indicatorCount: 1,
    runs: [{ from: 0, to: 1, kind: 1 }],
    kindOf: () => 1,
    offsets: { firstId: 1000, posting: 2000, overflow: 3000 },
  }
  const sections = {
    firstId: Uint32Array.of(LISTED),
    posting: Uint32Array.of(9),
    overflow: new Uint32Array(0),
  }
  const short = { ...sections, posting: new Uint32Array(0) }

  expect(() => verifyPostings(sections, facts, proofsThatSay(true, asked))).not.toThrow()
  expect(() => verifyPostings(sections, facts, proofsThatSay(false, asked))).toThrow('found 9')
  expect(() => verifyPostings(short, facts, proofsThatSay(true, asked))).toThrow('1 listed patterns')
  expect(asked).toEqual(['arePostings 1', 'arePostings 1'])
})

const IMAGE = compileRules(
  buildRuleSet(['a.example', 'b.example'].map((Value) => ({ Type: 'DomainName', Value }))),
).image

/** Verifies all but the checksum of the image with a word of a section changed, with proofs of one answer. */
function verifyChanged(
  section: 'textOffset' | 'textBytes',
  value: number,
  answer: boolean,
): readonly string[] {
  const image = IMAGE.slice()
  const words = new Uint32Array(image.buffer)
  words[words[HEADER_WORDS + commonSection(section) * 2]! / 4 + 1] = value
  sealImage(image)
  const sections = ImageSections.open(image, 'full', null)
  const asked: string[] = []
  verifyImage(sections, ImageStructures.open(sections), 1, proofsThatSay(answer, asked))
  return asked
}

test('texts of no length or of blanks are accepted where a proof holds them, and named where it does not', () => {
  const blanks = 0x20202020

  expect(verifyChanged('textBytes', blanks, true)).toEqual(
    expect.arrayContaining(['lengthsOf 2', 'arePrintable 18']),
  )
  expect(() => verifyChanged('textBytes', blanks, false)).toThrow('found byte 32')
  expect(() => verifyChanged('textOffset', 0, false)).toThrow('expected 1 to 253 bytes, found 0')
})

test('the checksum of an image is that of the proofs where they are given', () => {
  expect(() => ImageSections.open(IMAGE, 'full', null)).not.toThrow()
  expect(() => ImageSections.open(IMAGE, 'full', proofsThatSay(true))).toThrow('expected bytes that fit')
})
