import { expect, test } from 'vitest'
import { compileRules } from '../../../src/engine/compile-rules.ts'
import { packedValuesOf } from '../../../src/model/packed-values.ts'
import type { RuleSet } from '../../../src/model/rule-set.ts'
import { parseRules } from '../../../src/rules/parse-rules.ts'

const ROWS = 15_000

/** Two definitions whose lists share values; the first is large enough for the kernel, with more than one list. */
function rulesOf(lists: Readonly<Record<string, string>>): RuleSet {
  const definition = (name: string): string =>
    JSON.stringify({
      Name: name,
      Title: name,
      Severity: 'Low',
      Category: 'General',
      UxDescription: name,
      iocFiles: Object.keys(lists).filter((file) => file.startsWith(name)),
    })
  const names = [...new Set(Object.keys(lists).map((file) => file[0] ?? ''))]
  const text = `{"alertDefinitions":[${names.map(definition).join(',')}]}`
  const parsed = parseRules([{ name: 'all.rules.json', bytes: new TextEncoder().encode(text) }], {
    readSibling: (_, file) => new TextEncoder().encode(lists[file] ?? ''),
  })
  if (!parsed.ok) throw new Error(parsed.diagnostics[0]?.message)
  return parsed.rules
}

/** Rows of all kinds, some of them equal, some disabled, some equal but for a time. */
function listOf(count: number, seed: number): string {
  let state = seed
  const below = (bound: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * bound)
  }
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => below(16).toString(16)).join('')
  const kinds: readonly (() => string)[] = [
    () => `Sha256,Equals,${hex(64)}`,
    () => `Sha256,Equals,${'0'.repeat(60)}${hex(2)}aa`,
    () => `Sha1,Equals,${hex(40)}`,
    () => `Md5,,${hex(2).padStart(32, 'c')}`,
    () => `IpAddress,Equals,${below(256)}.${below(256)}.1.${below(9)}`,
    () => `IpAddress,Equals,2001:db8::${below(9) + 1}`,
    () => `DomainName,Equals,${hex(3)}.example`,
    () => `DomainName,EndWith,.${hex(2)}.example`,
    () => `DomainName,Contains,${hex(2)}`,
    () => `Sha1,EndWith,${hex(3)}`,
    () => `IpAddress,StartWith,10.${below(99)}.`,
  ]
  const rows = Array.from({ length: count }, () => {
    const kind = kinds[below(kinds.length)]
    const time = below(40) === 0 ? `2030-01-01T00:00:0${below(3)}Z` : ''
    return `${kind?.() ?? ''},${time},${below(60) === 0 ? 'false' : ''}\n`
  })
  return `Type,DetectionFunction,Value,ExpiresAt,Enabled\n${rows.join('')}`
}

test.each([
  ['one list', { 'a.csv': listOf(ROWS, 1) }],
  [
    'lists of two definitions that share values',
    { 'a.csv': listOf(ROWS, 1), 'b1.csv': listOf(99, 1), 'b2.csv': listOf(ROWS, 3) },
  ],
  [
    'a list of digests that are all different',
    { 'a.csv': listOf(9 * ROWS, 5).replaceAll(/^(?!Type|Sha256,Equals,[1-9a-f]|Sha1,E).*\n/gm, '') },
  ],
])('compile makes the same image and accounting of packed values and of texts, given %s', (_, lists) => {
  const rules = rulesOf(lists)

  const packed = compileRules(rules)

  const texts = compileRules({ ...rules, indicators: { ...rules.indicators } })
  expect(packedValuesOf(rules.indicators)?.same).toBeInstanceOf(Uint8Array)
  expect(Buffer.compare(packed.image, texts.image)).toBe(0)
  expect(packed.accounting).toEqual(texts.accounting)
  expect(packed.duplicates).toEqual(texts.duplicates)
  expect(packed.accounting.compiled).toBeGreaterThan(1000)
})

test('a name of 253 bytes, which fills its last word in part, compiles', () => {
  const name = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}`

  const { accounting } = compileRules(rulesOf({ 'a.csv': `Type,Value\nDomainName,${name}\n` }))

  expect(name).toHaveLength(253)
  expect(accounting.compiled).toBe(1)
})

test('an image takes over the memory of the rules once, and a second compile leaves it alone', () => {
  const rules = rulesOf({ 'a.csv': listOf(ROWS, 7) })

  const first = compileRules(rules).image
  const copy = first.slice()
  const second = compileRules(rules).image

  expect(first.buffer.byteLength).toBeGreaterThan(first.length)
  expect(second.buffer.byteLength).toBe(second.length)
  expect(Buffer.compare(first, copy)).toBe(0)
  expect(Buffer.compare(second, copy)).toBe(0)
})
