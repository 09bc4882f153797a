import { expect, test } from 'vitest'
import { AffixIndex } from '../../../src/engine/affix-index.ts'
import type { AffixOptions } from '../../../src/engine/affix-index.ts'
import { IdList } from '../../../src/engine/id-list.ts'
import { pickTexts } from '../../../src/engine/text-list.ts'
import { buildTrie } from '../../../src/engine/trie.ts'
import { textListOf } from '../../support/text-lists.ts'

const FRONT: AffixOptions = { step: 1, base: 10, atLabel: false }
const BACK: AffixOptions = { step: -1, base: 10, atLabel: false }

function indexOf(words: readonly string[], options: AffixOptions): AffixIndex {
  const direction = options.step === 1 ? 'forward' : 'reverse'
  return new AffixIndex(
    buildTrie(pickTexts(textListOf(words), Uint32Array.from(words.keys()), direction)),
    options,
  )
}

/** What is found in a part of a text, by both questions, which must agree. */
function search(index: AffixIndex, text: string, start: number, end: number): number[] {
  const bytes = new TextEncoder().encode(text)
  const out = new IdList()
  index.match(bytes, start, end, out)
  expect(index.hasMatch(bytes, start, end)).toBe(out.length > 0)
  return out.toArray()
}

test('an index of beginnings counts its patterns from the base and finds the shorter ones first', () => {
  const index = indexOf(['ab', 'a', 'b'], FRONT)

  expect(search(index, 'abc', 0, 3)).toEqual([10, 11])
  expect(search(index, 'bab', 0, 3)).toEqual([12])
  expect(search(index, 'cab', 0, 3)).toEqual([])
})

test('an index of beginnings reads neither before nor behind the text', () => {
  const index = indexOf(['ab'], FRONT)

  expect(search(index, 'xab', 1, 3)).toEqual([10])
  expect(search(index, 'ab', 0, 1)).toEqual([])
  expect(search(index, 'xab', 1, 2)).toEqual([])
  expect(search(index, 'ab', 0, 0)).toEqual([])
})

test('an index of ends reads neither before nor behind the text', () => {
  const index = indexOf(['ab'], BACK)

  expect(search(index, 'xaby', 0, 3)).toEqual([10])
  expect(search(index, 'xaby', 1, 3)).toEqual([10])
  expect(search(index, 'xaby', 2, 3)).toEqual([])
  expect(search(index, 'xaby', 0, 4)).toEqual([])
})

test('an index of ends at labels takes the whole text, a dot before the end, or a pattern with its own dot', () => {
  const index = indexOf(['bad.example', '.evil.example'], { ...BACK, atLabel: true })

  expect(search(index, 'bad.example', 0, 11)).toEqual([10])
  expect(search(index, '.bad.example', 1, 12)).toEqual([10])
  expect(search(index, 'xbad.example', 1, 12)).toEqual([10])
  expect(search(index, 'x.bad.example', 0, 13)).toEqual([10])
  expect(search(index, 'xbad.example', 0, 12)).toEqual([])
  expect(search(index, 'x.evil.example', 0, 14)).toEqual([11])
})
