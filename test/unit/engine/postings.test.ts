import { expect, test } from 'vitest'
import { IdList } from '../../../src/engine/id-list.ts'
import { ImageFormatError } from '../../../src/engine/image-format-error.ts'
import { LISTED, OVERFLOW_FLAG } from '../../../src/engine/image-layout.ts'
import { buildPostings, Postings, verifyPostings } from '../../../src/engine/postings.ts'
import type { PostingFacts, PostingSections } from '../../../src/engine/postings.ts'

/** Three structures: patterns of one and of two rows; patterns whose ids follow each other; one whose ids do not. */
function postings(): PostingSections {
  return buildPostings([
    {
      groups: { patternCount: 2, start: Uint32Array.of(0, 1, 3), rows: Uint32Array.of(2, 0, 1) },
      ids: Uint32Array.of(0, 3, 1),
    },
    {
      groups: { patternCount: 3, start: Uint32Array.of(0, 1, 2, 3), rows: Uint32Array.of(0, 1, 2) },
      ids: Uint32Array.of(4, 5, 6),
    },
    {
      groups: { patternCount: 2, start: Uint32Array.of(0, 1, 2), rows: Uint32Array.of(1, 0) },
      ids: Uint32Array.of(2, 7),
    },
  ])
}

const FACTS: PostingFacts = {
  structureBase: Uint32Array.of(0, 2, 5, 7),
  indicatorCount: 8,
  runs: [
    { from: 0, to: 2, kind: 1 },
    { from: 2, to: 3, kind: 3 },
    { from: 3, to: 4, kind: 1 },
    { from: 4, to: 7, kind: 2 },
    { from: 7, to: 8, kind: 3 },
  ],
  kindOf: (structure) => structure + 1,
  offsets: { firstId: 0, posting: 0, overflow: 0 },
}

test('a pattern of one indicator holds its id, one of more an overflow list, and a row of ids its first', () => {
  const { firstId, posting, overflow } = postings()

  expect(Array.from(firstId)).toEqual([LISTED, 4, LISTED])
  expect(Array.from(posting)).toEqual([1, OVERFLOW_FLAG, 7, 2])
  expect(Array.from(overflow)).toEqual([2, 0, 3])
})

test('the ids of each pattern are read back in order', () => {
  const opened = Postings.open(postings(), FACTS.structureBase)
  const out = new IdList()

  for (let pattern = 0; pattern < 7; pattern += 1) opened.append(pattern, out)

  expect(out.toArray()).toEqual([1, 0, 3, 4, 5, 6, 7, 2])
})

test('each id leads back to its pattern', () => {
  const opened = Postings.open(postings(), FACTS.structureBase)

  const patterns = Array.from({ length: 8 }, (_, id) => opened.patternOf(id, 8))

  expect(patterns).toEqual([1, 0, 6, 1, 2, 3, 4, 5])
})

test('postings as they were built pass their verification', () => {
  expect(() => verifyPostings(postings(), FACTS)).not.toThrow()
})

test.each<[string, (sections: PostingSections) => void]>([
  ['an id that does not exist', ({ posting }) => (posting[0] = 9)],
  ['an id of another pattern', ({ posting }) => (posting[0] = 3)],
  ['an id of another kind', ({ posting }) => posting.set([2, 1], 2)],
  ['an overflow list elsewhere', ({ posting }) => (posting[1] = OVERFLOW_FLAG + 1)],
  ['an overflow list that runs out of its section', ({ overflow }) => (overflow[0] = 3)],
  ['an overflow list of one', ({ overflow }) => (overflow[0] = 1)],
  ['an overflow list out of order', ({ overflow }) => overflow.set([3, 0], 1)],
  ['an id twice', ({ overflow }) => overflow.set([0, 0], 1)],
  ['a first id of another kind', ({ firstId }) => (firstId[1] = 3)],
  ['a first id past the last one', ({ firstId }) => (firstId[1] = 0xfffffff0)],
  ['one list too few', ({ firstId }) => (firstId[2] = 0)],
  ['one list too many', ({ firstId }) => (firstId[1] = LISTED)],
])('postings with %s are refused', (_, damage) => {
  const sections = postings()

  damage(sections)

  expect(() => verifyPostings(sections, FACTS)).toThrow(ImageFormatError)
})

test('postings for fewer ids than are claimed are refused before anything is allocated', () => {
  expect(() => verifyPostings(postings(), { ...FACTS, indicatorCount: 2 ** 31 })).toThrow('postings for')
})
