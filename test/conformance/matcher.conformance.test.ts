import { describe, expect, test } from 'vitest'
import { AffixIndex } from '../../src/engine/affix-index.ts'
import { AhoCorasick, buildAhoCorasick } from '../../src/engine/aho-corasick.ts'
import { compileRules } from '../../src/engine/compile-rules.ts'
import { AddressEquals, DigestEquals, DomainEquals } from '../../src/engine/equals-index.ts'
import type { EqualsIndex } from '../../src/engine/equals-index.ts'
import { buildKeySet, KeySet } from '../../src/engine/key-set.ts'
import { IdList } from '../../src/engine/id-list.ts'
import { IndexImage } from '../../src/engine/image-reader.ts'
import { Matcher, typeIndexOf } from '../../src/engine/matcher.ts'
import { pickTexts } from '../../src/engine/text-list.ts'
import { buildTextSet, TextSet } from '../../src/engine/text-set.ts'
import { buildTrie } from '../../src/engine/trie.ts'
import { readHexKey, readIpKey } from '../../src/engine/value-key.ts'
import { HASH_DIGITS } from '../../src/model/indicator.ts'
import type { DetectionFunction } from '../../src/model/indicator.ts'
import { DEFAULT_SEMANTICS } from '../../src/model/semantics.ts'
import { naiveMatches } from '../support/naive-matcher.ts'
import { buildRuleSet } from '../support/rule-set-builder.ts'
import { sharedCopy, textListOf } from '../support/text-lists.ts'
import { MATCHER_CASES } from './matcher.cases.ts'
import type { MatcherCase } from './matcher.cases.ts'

/** Anything that answers a case: the positions of the patterns that match, ascending. */
type Answer = (given: MatcherCase) => readonly number[]

/** A structure under test knows one function; it is given that function's patterns and must find exactly them. */
interface Lone {
  readonly detectionFunction: DetectionFunction
  readonly answer: (given: MatcherCase, values: readonly string[]) => readonly string[]
}

const SEED = { low: 0x1234567, high: 0x89abcdef }

const WHOLE: { readonly [name: string]: Answer } = {
  'the naive twin': (given) =>
    naiveMatches(
      given.patterns.map(([DetectionFunction, Value]) => ({ Type: given.type, DetectionFunction, Value })),
      given.type,
      given.text,
      { ...DEFAULT_SEMANTICS, ...given.options },
    ),
  'the matcher, fresh': (given) => askMatcher(given, imageOf(given)),
  'the matcher, reopened from a copy of the bytes': (given) => askMatcher(given, imageOf(given).slice()),
  'the matcher, opened from unaligned bytes': (given) => {
    const image = imageOf(given)
    const shifted = new Uint8Array(image.length + 3)
    shifted.set(image, 3)
    return askMatcher(given, shifted.subarray(3))
  },
  'the matcher, opened from shared memory': (given) => askMatcher(given, sharedCopy(imageOf(given))),
}

const STRUCTURES: { readonly [name: string]: Lone } = {
  'the hash set or the text set': {
    detectionFunction: 'Equals',
    answer: (given, values) => ask(equalsIndex(given, values), given.text, values),
  },
  'the trie': {
    detectionFunction: 'StartWith',
    answer: (given, values) => {
      const data = buildTrie(textListOf(values))
      return ask(new AffixIndex(data, { step: 1, base: 0, atLabel: false }), given.text, sorted(values))
    },
  },
  'the reversed trie': {
    detectionFunction: 'EndWith',
    answer: (given, values) => {
      const rows = Uint32Array.from(values.keys())
      const data = buildTrie(pickTexts(textListOf(values), rows, 'reverse'))
      const atLabel = given.options?.domainSuffix === 'label'
      return ask(new AffixIndex(data, { step: -1, base: 0, atLabel }), given.text, sortedByEnd(values))
    },
  },
  'Aho-Corasick': {
    detectionFunction: 'Contains',
    answer: (given, values) => {
      const data = buildAhoCorasick(textListOf(values))
      return ask(AhoCorasick.open(data, data.groups.patternCount), given.text, sorted(values))
    },
  },
}

test('the table has at least sixty cases and no two of one name', () => {
  const names = MATCHER_CASES.map((row) => row.name)

  expect(names.length).toBeGreaterThanOrEqual(60)
  expect(new Set(names).size).toBe(names.length)
})

describe.each(Object.entries(WHOLE))('%s', (_, answer) => {
  test.each(MATCHER_CASES)('answers: $name', (given) => {
    expect(answer(given)).toEqual(given.expected)
  })
})

describe.each(Object.entries(STRUCTURES))('%s alone', (_, { detectionFunction, answer }) => {
  test.each(MATCHER_CASES)('answers: $name', (given) => {
    const values = given.patterns.filter(([f]) => f === detectionFunction).map(([, value]) => value)
    const expected = given.expected.flatMap((i) =>
      given.patterns[i]?.[0] === detectionFunction ? [given.patterns[i][1]] : [],
    )

    expect([...answer(given, values)].toSorted()).toEqual(expected.toSorted())
  })
})

function imageOf(given: MatcherCase): Uint8Array {
  const rows = given.patterns.map(([DetectionFunction, Value]) => ({
    Type: given.type,
    DetectionFunction,
    Value,
  }))
  return compileRules(buildRuleSet(rows)).image
}

function askMatcher(given: MatcherCase, image: Uint8Array): readonly number[] {
  const matcher = Matcher.open(IndexImage.open(image), given.options)
  const type = typeIndexOf(given.type)
  const bytes = new TextEncoder().encode(given.text)
  const found = matcher.matchText(type, given.text).map((id) => {
    const { DetectionFunction, Value } = matcher.image.indicator(id)
    return given.patterns.findIndex(([f, value]) => f === DetectionFunction && value === Value)
  })
  expect(matcher.hasMatch(type, bytes, 0, bytes.length)).toBe(found.length > 0)
  return found.toSorted((left, right) => left - right)
}

function ask(index: EqualsIndex, text: string, valueOfPattern: readonly string[]): readonly string[] {
  const out = new IdList()
  const bytes = new TextEncoder().encode(text)
  index.match(bytes, 0, bytes.length, out)
  expect(index.hasMatch(bytes, 0, bytes.length)).toBe(out.length > 0)
  return out.toArray().map((pattern) => valueOfPattern[pattern] ?? `no pattern ${pattern}`)
}

/** Patterns of a set are numbered by bucket, so rows are looked up through the groups. */
function equalsIndex(given: MatcherCase, values: readonly string[]): EqualsIndex {
  const { type } = given
  if (type === 'DomainName') {
    const { directory, groups } = buildTextSet(textListOf(values), SEED)
    const inOrder = pickTexts(textListOf(values), groups.rows)
    return renumbered(
      new DomainEquals(TextSet.open(directory, inOrder, SEED), 0, given.options?.domainEquals ?? 'exact'),
      groups.rows,
    )
  }
  if (type === 'IpAddress') {
    const [v4, v6] = [keySet(values, 1, readIp), keySet(values, 4, readIp)]
    const rows = [...v4.rows, ...v6.rows]
    return renumbered(new AddressEquals(v4.set, 0, v6.set, v4.rows.length), rows)
  }
  const words = HASH_DIGITS[type] / 8
  const { set, rows } = keySet(values, words, (bytes, out) =>
    readHexKey(bytes, 0, bytes.length, out, 0, words) ? words : 0,
  )
  return renumbered(new DigestEquals(set, 0, words), rows)
}

function keySet(
  values: readonly string[],
  words: number,
  read: (bytes: Uint8Array, out: Uint32Array) => number,
): { readonly set: KeySet; readonly rows: readonly number[] } {
  const key = new Uint32Array(8)
  const raw: number[] = []
  const rows: number[] = []
  values.forEach((value, row) => {
    if (read(new TextEncoder().encode(value), key) !== words) return
    raw.push(...key.subarray(0, words))
    rows.push(row)
  })
  const { directory, keys, groups } = buildKeySet(Uint32Array.from(raw), words)
  return {
    set: KeySet.open(directory, keys, words),
    rows: Array.from(groups.rows, (row) => rows[row] ?? -1),
  }
}

function readIp(bytes: Uint8Array, out: Uint32Array): number {
  return readIpKey(bytes, 0, bytes.length, out, 0)
}

function renumbered(index: EqualsIndex, rowOf: ArrayLike<number>): EqualsIndex {
  return {
    hasMatch: (bytes, start, end) => index.hasMatch(bytes, start, end),
    match(bytes, start, end, out) {
      const patterns = new IdList()
      index.match(bytes, start, end, patterns)
      for (const pattern of patterns.toArray()) out.push(rowOf[pattern] ?? 0)
    },
  }
}

function sorted(values: readonly string[]): string[] {
  return values.toSorted()
}

function sortedByEnd(values: readonly string[]): string[] {
  const reverse = (text: string): string => text.split('').toReversed().join('')
  return values.map(reverse).toSorted().map(reverse)
}
