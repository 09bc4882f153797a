import { expect, test } from 'vitest'
import { AhoCorasick, buildAhoCorasick, verifyAhoCorasick } from '../../../src/engine/aho-corasick.ts'
import { IdList } from '../../../src/engine/id-list.ts'
import { ImageFormatError } from '../../../src/engine/image-format-error.ts'
import { textListOf } from '../../support/text-lists.ts'

const SORTED = ['he', 'hers', 'his', 'she']

function search(words: readonly string[], text: string): string[] {
  const data = buildAhoCorasick(textListOf(words))
  const automaton = AhoCorasick.open(data, data.groups.patternCount)
  const out = new IdList()
  const bytes = new TextEncoder().encode(text)
  automaton.match(bytes, 0, bytes.length, out)
  return out.toArray().map((pattern) => words[pattern] ?? '')
}

test('fail links lead to the longest suffix and output links to the next pattern', () => {
  const { fail, output } = buildAhoCorasick(textListOf(SORTED))

  // 0 root; 1 h, 2 s; 3 he, 4 hi, 5 sh; 6 her, 7 his, 8 she; 9 hers
  expect(Array.from(fail)).toEqual([0, 0, 0, 0, 0, 1, 0, 2, 3, 2])
  expect(Array.from(output)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 3, 0])
})

test('patterns are reported in the order of their first ends', () => {
  expect(search(SORTED, 'ushers')).toEqual(['she', 'he', 'hers'])
})

test('a pattern that occurs again is not reported again', () => {
  expect(search(SORTED, 'hehehe')).toEqual(['he'])
})

test('a fail link leads past suffixes that do not go on to the longest one that does', () => {
  // Of "abc" the suffix "bc" is no beginning of a pattern, though "b" is; "c" is.
  const { fail, output } = buildAhoCorasick(textListOf(['abc', 'bd', 'c']))

  // 0 root; 1 a, 2 b, 3 c; 4 ab, 5 bd; 6 abc
  expect(Array.from(fail)).toEqual([0, 0, 0, 0, 2, 0, 3])
  expect(Array.from(output)).toEqual([0, 0, 0, 0, 0, 0, 3])
  expect(search(['abc', 'bd', 'c'], 'abc')).toEqual(['abc', 'c'])
  expect(search(['aaaab', 'aab', 'b'], 'aaab')).toEqual(['aab', 'b'])
})

test('an automaton of nothing finds nothing', () => {
  expect(search([], 'ushers')).toEqual([])
})

test('an automaton that is asked again starts afresh', () => {
  const data = buildAhoCorasick(textListOf(SORTED))
  const automaton = AhoCorasick.open(data, data.groups.patternCount)
  const bytes = new TextEncoder().encode('ushers')
  const out = new IdList()

  automaton.match(bytes, 0, 2, out)
  const afterHalf = out.length
  automaton.match(bytes, 2, 6, out)
  automaton.match(bytes, 0, 6, out)

  expect(afterHalf).toBe(0)
  expect(out.toArray()).toEqual([0, 1, 3, 0, 1].slice(0, 2).concat([3, 0, 1]))
})

test.each([
  ['a fail link', 'fail'],
  ['an output link', 'output'],
] as const)('an automaton with %s changed anywhere is refused', (_, links) => {
  const texts = textListOf(SORTED)
  let refused = 0

  for (let node = 0; node < 10; node += 1) {
    const { groups: _groups, ...nodes } = buildAhoCorasick(texts)
    nodes[links][node] = (nodes[links][node] ?? 0) + 1
    expect(() => verifyAhoCorasick(nodes, texts, 0)).toThrow(ImageFormatError)
    refused += 1
  }

  expect(refused).toBe(10)
})
