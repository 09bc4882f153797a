import { expect, test } from 'vitest'
import { damaged } from '../../../src/engine/image-format-error.ts'
import { NO_PATTERN } from '../../../src/engine/image-layout.ts'
import { pickTexts } from '../../../src/engine/text-list.ts'
import type { TextList } from '../../../src/engine/text-list.ts'
import { buildTrie, childOf, verifyTrie } from '../../../src/engine/trie.ts'
import type { TrieNodes } from '../../../src/engine/trie-nodes.ts'
import { textListOf } from '../../support/text-lists.ts'

const WORDS = ['b', 'ab', 'abc', 'abd', 'b']

/** The nodes of a trie and its patterns as a list, in pattern order. */
function trieOf(words: readonly string[]): { readonly nodes: TrieNodes; readonly texts: TextList } {
  const { groups, ...nodes } = buildTrie(textListOf(words))
  const firstRows = Uint32Array.from(
    { length: groups.patternCount },
    (_, p) => groups.rows[groups.start[p] ?? 0] ?? 0,
  )
  return { nodes, texts: pickTexts(textListOf(words), firstRows) }
}

test('a trie numbers its nodes level by level and marks where patterns end', () => {
  const { firstChild, label, pattern } = buildTrie(textListOf(WORDS))

  // 0 root; 1 "a", 2 "b"; 3 "ab"; 4 "abc", 5 "abd"
  expect(Array.from(firstChild)).toEqual([1, 3, 4, 4, 6, 6, 6])
  expect(String.fromCharCode(...label)).toBe('\0abbcd')
  expect(Array.from(pattern)).toEqual([NO_PATTERN, NO_PATTERN, 3, 0, 1, 2])
})

test('a trie numbers patterns by their bytes and lists the rows of equal ones', () => {
  const { groups } = buildTrie(textListOf(WORDS))

  expect(Array.from(groups.start)).toEqual([0, 1, 2, 3, 5])
  expect(Array.from(groups.rows)).toEqual([1, 2, 3, 0, 4])
})

test('a trie finds every child among many', () => {
  const words = Array.from({ length: 200 }, (_, i) => 'x' + String.fromCharCode(33 + (i % 90)))
  const { nodes } = trieOf(words)
  const parent = childOf(nodes, 0, 0x78)

  const children = Array.from({ length: 90 }, (_, i) => childOf(nodes, parent, 33 + i))

  expect(new Set(children).size).toBe(90)
  expect(children).not.toContain(0)
  expect(childOf(nodes, parent, 32)).toBe(0)
  expect(childOf(nodes, parent, 255)).toBe(0)
})

test('a trie of nothing has no nodes', () => {
  const { firstChild, label, pattern, groups } = buildTrie(textListOf([]))

  expect([firstChild.length, label.length, pattern.length, groups.patternCount]).toEqual([0, 0, 0, 0])
})

test('a trie lists the rows of many equal texts in order', () => {
  const words = Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? 'same' : `other${i}`))

  const { groups } = buildTrie(textListOf(words))

  const last = groups.patternCount - 1
  expect(Array.from(groups.rows.subarray(groups.start[last]))).toEqual(
    Array.from({ length: 20 }, (_, i) => i * 3),
  )
})

test('a trie as it was built passes its verification, backwards as well, and so does one of nothing', () => {
  const forward = trieOf(WORDS)
  const backward = { texts: textListOf(['ba', 'c']), nodes: buildTrie(textListOf(['ab', 'c'])) }

  expect(() => verifyTrie(forward.nodes, forward.texts, 1, 64)).not.toThrow()
  expect(() => verifyTrie(backward.nodes, backward.texts, -1, 64)).not.toThrow()
  expect(() => verifyTrie(backward.nodes, backward.texts, 1, 64)).toThrow(
    damaged(64, 'a path that spells pattern 0', 'none'),
  )
  expect(() => verifyTrie(NO_NODES, textListOf([]), 1, 64)).not.toThrow()
})

const NO_WORDS = new Uint32Array(0)
const ONE_WORD = new Uint32Array(1)
const NO_NODES: TrieNodes = { firstChild: NO_WORDS, label: new Uint8Array(0), pattern: NO_WORDS }

test('a trie whose sections differ in their size is refused by the number of its labels', () => {
  const { nodes, texts } = trieOf(WORDS)
  const refuse = (given: TrieNodes, list: TextList): void =>
    expect(() => verifyTrie(given, list, 1, 64)).toThrow(
      damaged(64, 'sections that agree on the node count', `${given.label.length} labels`),
    )

  refuse(NO_NODES, texts)
  refuse({ ...NO_NODES, firstChild: ONE_WORD }, textListOf([]))
  refuse({ ...NO_NODES, pattern: ONE_WORD }, textListOf([]))
  refuse(nodes, textListOf([]))
  refuse({ ...nodes, firstChild: nodes.firstChild.slice(0, -1) }, texts)
  refuse({ ...nodes, pattern: nodes.pattern.slice(0, -1) }, texts)
})

const ROOT = 'a root that ends no pattern, and its children first'
const BEHIND = 'children behind their parent'

test.each<[string, (nodes: TrieNodes) => void, string, string]>([
  ['a root that ends a pattern', ({ pattern }) => (pattern[0] = 0), ROOT, 'something else'],
  ['a root whose children are not first', ({ firstChild }) => (firstChild[0] = 2), ROOT, 'something else'],
  ['children past the last node', ({ firstChild }) => (firstChild[6] = 7), ROOT, 'something else'],
  ['children too few', ({ firstChild }) => (firstChild[6] = 5), ROOT, 'something else'],
  [
    'a child range that runs backwards',
    ({ firstChild }) => (firstChild[2] = 2),
    BEHIND,
    '3 to 2 under node 1',
  ],
  [
    'a node that is its own child',
    ({ firstChild, pattern }) => {
      firstChild.set([2, 2], 1)
      pattern[1] = 0
    },
    BEHIND,
    '2 to 4 under node 2',
  ],
  ['a child behind the last node', ({ firstChild }) => (firstChild[5] = 7), BEHIND, '6 to 7 under node 4'],
  ['labels out of order', ({ label }) => label.set([0x62, 0x61], 1), 'ascending labels', 'node 2'],
  ['a label twice', ({ label }) => label.set([0x61, 0x61], 1), 'ascending labels', 'node 2'],
  [
    'a leaf without a pattern',
    ({ pattern }) => (pattern[5] = NO_PATTERN),
    'a pattern at every leaf',
    'none at node 5',
  ],
  ['a pattern end too few', ({ pattern }) => (pattern[3] = NO_PATTERN), '4 pattern ends', '3'],
  [
    'a pattern that does not exist',
    ({ pattern }) => (pattern[5] = 9),
    'a path that spells pattern 2',
    'none',
  ],
  ['a pattern at two nodes', ({ pattern }) => (pattern[5] = 1), 'a path that spells pattern 2', 'none'],
  ['two patterns exchanged', ({ pattern }) => pattern.set([2, 1], 4), 'a path that spells pattern 1', 'none'],
  [
    'a label that spells another word',
    ({ label }) => (label[5] = 0x65),
    'a path that spells pattern 2',
    'none',
  ],
])('a trie with %s is refused', (_, damage, expected, found) => {
  const { nodes, texts } = trieOf(WORDS)

  damage(nodes)

  expect(() => verifyTrie(nodes, texts, 1, 64)).toThrow(damaged(64, expected, found))
})
