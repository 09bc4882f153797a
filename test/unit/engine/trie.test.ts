import { expect, test } from 'vitest'
import { ImageFormatError } from '../../../src/engine/image-format-error.ts'
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

test('a trie as it was built passes its verification', () => {
  const { nodes, texts } = trieOf(WORDS)

  expect(() => verifyTrie(nodes, texts, 1, 0)).not.toThrow()
})

test.each<[string, (nodes: TrieNodes) => void]>([
  ['a root that ends a pattern', ({ pattern }) => (pattern[0] = 0)],
  ['a child range that runs backwards', ({ firstChild }) => (firstChild[2] = 2)],
  ['a child before its parent', ({ firstChild }) => (firstChild[3] = 3)],
  ['children past the last node', ({ firstChild }) => (firstChild[6] = 7)],
  ['labels out of order', ({ label }) => label.set([0x62, 0x61], 1)],
  ['a leaf without a pattern', ({ pattern }) => (pattern[5] = NO_PATTERN)],
  ['a pattern that does not exist', ({ pattern }) => (pattern[5] = 9)],
  ['a pattern at two nodes', ({ pattern }) => (pattern[5] = 1)],
  ['two patterns exchanged', ({ pattern }) => pattern.set([2, 1], 4)],
  ['a label that spells another word', ({ label }) => (label[5] = 0x65)],
])('a trie with %s is refused', (_, damage) => {
  const { nodes, texts } = trieOf(WORDS)

  damage(nodes)

  expect(() => verifyTrie(nodes, texts, 1, 0)).toThrow(ImageFormatError)
})
