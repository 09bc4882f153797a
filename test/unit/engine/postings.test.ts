import { expect, test } from 'vitest'
import { IdList } from '../../../src/engine/id-list.ts'
import { ImageFormatError } from '../../../src/engine/image-format-error.ts'
import { OVERFLOW_FLAG } from '../../../src/engine/image-layout.ts'
import { buildPostings, readPosting, verifyPostings } from '../../../src/engine/postings.ts'
import type { PostingSections } from '../../../src/engine/postings.ts'

/** Two structures: the first with patterns of one and of two rows, the second with one pattern. */
function postings(): PostingSections {
  return buildPostings(
    [
      {
        groups: { patternCount: 2, start: Uint32Array.of(0, 1, 3), rows: Uint32Array.of(2, 0, 1) },
        ids: Uint32Array.of(0, 3, 1),
      },
      {
        groups: { patternCount: 1, start: Uint32Array.of(0, 1), rows: Uint32Array.of(0) },
        ids: Uint32Array.of(2),
      },
    ],
    4,
  )
}

const OFFSETS = { posting: 0, overflow: 0 }

test('a pattern of one indicator holds its id, one of more an overflow list', () => {
  const { posting, overflow, patternOf } = postings()

  expect(Array.from(posting)).toEqual([1, OVERFLOW_FLAG, 2])
  expect(Array.from(overflow)).toEqual([2, 0, 3])
  expect(Array.from(patternOf)).toEqual([1, 0, 2, 1])
})

test('the ids of each pattern are read back in order', () => {
  const { posting, overflow } = postings()
  const out = new IdList()

  for (const pattern of [0, 1, 2]) readPosting(posting, overflow, pattern, out)

  expect(out.toArray()).toEqual([1, 0, 3, 2])
})

test('postings as they were built pass their verification', () => {
  expect(() => verifyPostings(postings(), OFFSETS)).not.toThrow()
})

test.each<[string, (sections: PostingSections) => void]>([
  ['an id that does not exist', ({ posting }) => (posting[0] = 9)],
  ['an id of another pattern', ({ posting }) => (posting[0] = 2)],
  ['an overflow list elsewhere', ({ posting }) => (posting[1] = OVERFLOW_FLAG + 1)],
  ['an overflow list that runs out of its section', ({ overflow }) => (overflow[0] = 3)],
  ['an overflow list of one', ({ overflow }) => (overflow[0] = 1)],
  ['an overflow list out of order', ({ overflow }) => overflow.set([3, 0], 1)],
  ['an id twice', ({ overflow }) => overflow.set([0, 0], 1)],
  ['a pattern that does not exist', ({ patternOf }) => (patternOf[1] = 7)],
])('postings with %s are refused', (_, damage) => {
  const sections = postings()

  damage(sections)

  expect(() => verifyPostings(sections, OFFSETS)).toThrow(ImageFormatError)
})
