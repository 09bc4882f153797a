import { expect, test } from 'vitest'
import { IdList } from '../../../src/engine/id-list.ts'
import { damaged } from '../../../src/engine/image-format-error.ts'
import { LISTED, OVERFLOW_FLAG } from '../../../src/engine/image-layout.ts'
import { buildPostings, Postings, verifyPostings } from '../../../src/engine/postings.ts'
import type { PostingFacts, PostingSections } from '../../../src/engine/posting-sections.ts'

/** Patterns of one, two and two rows; patterns whose ids follow each other; patterns whose ids do not. */
function postings(): PostingSections {
  return buildPostings([
    {
      groups: { patternCount: 3, start: Uint32Array.of(0, 1, 3, 5), rows: Uint32Array.of(2, 0, 1, 3, 4) },
      ids: Uint32Array.of(0, 3, 2, 1, 8),
    },
    {
      groups: { patternCount: 3, start: Uint32Array.of(0, 1, 2, 3), rows: Uint32Array.of(0, 1, 2) },
      ids: Uint32Array.of(4, 5, 6),
    },
    {
      groups: { patternCount: 2, start: Uint32Array.of(0, 1, 2), rows: Uint32Array.of(1, 0) },
      ids: Uint32Array.of(7, 9),
    },
  ])
}

const FACTS: PostingFacts = {
  structureBase: Uint32Array.of(0, 3, 6, 8),
  indicatorCount: 10,
  runs: [
    { from: 0, to: 4, kind: 1 },
    { from: 4, to: 5, kind: 2 },
    { from: 5, to: 7, kind: 2 },
    { from: 7, to: 8, kind: 3 },
    { from: 8, to: 9, kind: 1 },
    { from: 9, to: 10, kind: 3 },
  ],
  kindOf: (structure) => structure + 1,
  offsets: { firstId: 1000, posting: 2000, overflow: 3000 },
}

test('a pattern of one indicator holds its id, one of more an overflow list, and a row of ids its first', () => {
  const { firstId, posting, overflow } = postings()

  expect(Array.from(firstId)).toEqual([LISTED, 4, LISTED])
  expect(Array.from(posting)).toEqual([2, OVERFLOW_FLAG, OVERFLOW_FLAG + 3, 9, 7])
  expect(Array.from(overflow)).toEqual([2, 0, 3, 2, 1, 8])
})

test('only a structure whose patterns each take a word is listed', () => {
  const opened = Postings.open(postings(), FACTS.structureBase)

  expect([0, 1, 2].map((structure) => opened.isListed(structure))).toEqual([true, false, true])
})

test('the ids of each pattern are read back in order', () => {
  const opened = Postings.open(postings(), FACTS.structureBase)
  const out = new IdList()

  for (let pattern = 0; pattern < 8; pattern += 1) opened.append(pattern, out)

  expect(out.toArray()).toEqual([2, 0, 3, 1, 8, 4, 5, 6, 9, 7])
})

test('each id leads back to its pattern', () => {
  const opened = Postings.open(postings(), FACTS.structureBase)

  const patterns = Array.from({ length: 10 }, (_, id) => opened.patternOf(id))

  expect(patterns).toEqual([1, 2, 0, 1, 3, 4, 5, 7, 2, 6])
})

test('postings as they were built pass their verification', () => {
  expect(() => verifyPostings(postings(), FACTS)).not.toThrow()
})

const WRONG_ID = 'an id of this kind that no other pattern has'

test.each<[string, (sections: PostingSections) => void, number, string, string]>([
  ['an id that does not exist', ({ posting }) => (posting[0] = 19), 2000, WRONG_ID, '19'],
  ['an id of another pattern', ({ posting }) => (posting[0] = 3), 3008, WRONG_ID, '3'],
  ['an id of another kind', ({ posting }) => (posting[3] = 2), 2012, WRONG_ID, '2'],
  [
    'an overflow list elsewhere',
    ({ posting }) => (posting[2] = OVERFLOW_FLAG + 4),
    2008,
    'the overflow list at 3',
    '4',
  ],
  [
    'an overflow list that runs out of its section',
    ({ overflow }) => (overflow[3] = 3),
    2008,
    'the overflow list at 3',
    '3',
  ],
  ['an overflow list of one', ({ overflow }) => (overflow[3] = 1), 2008, 'the overflow list at 3', '3'],
  [
    'an overflow list out of order',
    ({ overflow }) => overflow.set([8, 1], 4),
    3020,
    'ascending ids of a pattern',
    '1',
  ],
  [
    'an id twice in a list',
    ({ overflow }) => overflow.set([1, 1], 4),
    3020,
    'ascending ids of a pattern',
    '1',
  ],
  ['an id in two lists', ({ overflow }) => (overflow[4] = 3), 3016, WRONG_ID, '3'],
  ['a first id of another kind', ({ firstId }) => (firstId[1] = 3), 1004, WRONG_ID, '3'],
  ['a first id past the last one', ({ firstId }) => (firstId[1] = 8), 1004, WRONG_ID, '8'],
  ['one list too few', ({ firstId }) => (firstId[2] = 0), 2000, '3 listed patterns', '5'],
  ['one list too many', ({ firstId }) => (firstId[1] = LISTED), 2000, '8 listed patterns', '5'],
])('postings with %s are refused', (_, damage, offset, expected, found) => {
  const sections = postings()

  damage(sections)

  expect(() => verifyPostings(sections, FACTS)).toThrow(damaged(offset, expected, found))
})

test('postings whose sections are too short or too long are refused', () => {
  const sections = postings()
  const refuse = (given: Partial<PostingSections>): (() => void) => {
    return () => verifyPostings({ ...sections, ...given }, FACTS)
  }

  expect(refuse({ firstId: Uint32Array.of(LISTED, 4) })).toThrow(damaged(1000, '3 first ids', '2'))
  expect(refuse({ posting: sections.posting.slice(1) })).toThrow(damaged(2000, '5 listed patterns', '4'))
  expect(refuse({ overflow: Uint32Array.of(...sections.overflow, 7) })).toThrow(
    damaged(3000, '6 words of overflow lists', '7'),
  )
  expect(refuse({ overflow: new Uint32Array(0) })).toThrow(damaged(2004, 'the overflow list at 0', '0'))
})

test('two structures of one kind may not claim the same ids', () => {
  const two = { posting: new Uint32Array(0), overflow: new Uint32Array(0) }
  const facts: PostingFacts = {
    ...FACTS,
    structureBase: Uint32Array.of(0, 2, 4),
    indicatorCount: 4,
    runs: [{ from: 0, to: 4, kind: 1 }],
    kindOf: () => 1,
  }

  expect(() => verifyPostings({ ...two, firstId: Uint32Array.of(2, 0) }, facts)).not.toThrow()
  expect(() => verifyPostings({ ...two, firstId: Uint32Array.of(2, 1) }, facts)).toThrow(
    damaged(1004, WRONG_ID, '2'),
  )
})

test('postings for fewer ids than are claimed are refused before anything is allocated', () => {
  expect(() => verifyPostings(postings(), { ...FACTS, indicatorCount: 2 ** 31 })).toThrow(
    damaged(2000, 'postings for 2147483648 ids', '10'),
  )
})

test('each id leads back to its pattern however often it is asked for', () => {
  const opened = Postings.open(postings(), FACTS.structureBase)

  const rounds = Array.from({ length: 40 }, () =>
    Array.from({ length: 10 }, (_, id) => opened.patternOf(id)).join(' '),
  )

  expect(new Set(rounds)).toEqual(new Set(['1 2 0 1 3 4 5 7 2 6']))
})

test('an id that no indicator has is named, also where a listed structure has no patterns', () => {
  const sections = {
    firstId: Uint32Array.of(LISTED, LISTED),
    posting: Uint32Array.of(1, 0),
    overflow: new Uint32Array(0),
  }
  const opened = Postings.open(sections, Uint32Array.of(0, 0, 2))

  expect([0, 1].map((id) => opened.patternOf(id))).toEqual([1, 0])
  expect(() => opened.patternOf(2)).toThrow(new RangeError('expected an indicator of the image, found 2'))
})

test('a structure may not claim ids of another kind that stand before the last run of its own', () => {
  const sections = {
    firstId: Uint32Array.of(2, 0, 6),
    posting: new Uint32Array(0),
    overflow: new Uint32Array(0),
  }
  const facts: PostingFacts = {
    ...FACTS,
    structureBase: Uint32Array.of(0, 4, 6, 8),
    indicatorCount: 8,
    runs: [
      { from: 0, to: 2, kind: 1 },
      { from: 2, to: 4, kind: 2 },
      { from: 4, to: 6, kind: 1 },
      { from: 6, to: 8, kind: 2 },
    ],
    kindOf: (structure) => (structure === 0 ? 1 : 2),
  }

  expect(() => verifyPostings(sections, facts)).toThrow(damaged(1000, WRONG_ID, '2'))
})
