import { expect, test } from 'vitest'
import { AhoCorasick, buildAhoCorasick, verifyAhoCorasick } from '../../../src/engine/aho-corasick.ts'
import { decodeDefinitions } from '../../../src/engine/definition-section.ts'
import { damaged } from '../../../src/engine/image-format-error.ts'
import { definitionNamed } from '../../support/rule-set-builder.ts'
import { textListOf } from '../../support/text-lists.ts'

const TEXTS = textListOf(['he', 'hers', 'his', 'she'])

test('an automaton with a link too few is refused by the count', () => {
  const { groups: _groups, ...nodes } = buildAhoCorasick(TEXTS)
  const shorter = (links: Uint32Array): Uint32Array => links.subarray(0, links.length - 1)

  const check = (given: typeof nodes) => () => verifyAhoCorasick(given, TEXTS, 64)

  expect(check(nodes)).not.toThrow()
  expect(check({ ...nodes, fail: shorter(nodes.fail) })).toThrow(
    damaged(64, '10 links of each kind', '9, 10'),
  )
  expect(check({ ...nodes, output: shorter(nodes.output) })).toThrow(
    damaged(64, '10 links of each kind', '10, 9'),
  )
})

test('an automaton with a wrong link is refused by the node', () => {
  const { groups: _groups, ...nodes } = buildAhoCorasick(TEXTS)
  const changed = (links: Uint32Array, node: number): Uint32Array =>
    links.map((link, i) => (i === node ? link + 1 : link))

  const check = (given: typeof nodes) => () => verifyAhoCorasick(given, TEXTS, 64)

  expect(check({ ...nodes, fail: changed(nodes.fail, 0) })).toThrow(
    damaged(64, 'a root without links', 'a link'),
  )
  expect(check({ ...nodes, output: changed(nodes.output, 0) })).toThrow(
    damaged(64, 'a root without links', 'a link'),
  )
  expect(check({ ...nodes, output: changed(nodes.output, 8) })).toThrow(
    damaged(64, 'links to 3 and 3', 'wrong ones at node 8'),
  )
})

test('an automaton over damaged nodes is refused before its links are read', () => {
  const { groups: _groups, ...nodes } = buildAhoCorasick(TEXTS)
  nodes.firstChild[0] = 0

  expect(() => verifyAhoCorasick(nodes, TEXTS, 64)).toThrow(
    damaged(64, 'a root that ends no pattern, and its children first', 'something else'),
  )
})

test('an automaton of nothing matches nothing', () => {
  const { groups, ...nodes } = buildAhoCorasick(textListOf([]))
  const automaton = AhoCorasick.open(nodes, groups.patternCount)

  expect(automaton.hasMatch(Uint8Array.of(0, 1), 0, 2)).toBe(false)
})

test('definitions that are refused are named by what was expected and their index', () => {
  const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))
  const decode = (value: unknown) => () => decodeDefinitions(encode(value), 8)
  const whole = definitionNamed('a')

  expect(decode({})).toThrow('expected an array, found something else')
  for (const wrong of ['a', 5, true, [], { ...whole, Id: '1' }, { ...whole, Id: true }]) {
    expect(decode([whole, wrong])).toThrow('expected a whole definition at index 1, found something else')
  }
})

test('definitions that are not UTF-8 or not JSON are refused with the cause', () => {
  const quoted = Uint8Array.of(0x5b, 0x22, 0xff, 0x22, 0x5d)

  expect(() => decodeDefinitions(quoted, 8)).toThrow(
    expect.objectContaining({
      message: 'expected definitions as JSON in UTF-8',
      cause: expect.any(TypeError),
    }),
  )
})
