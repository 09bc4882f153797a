import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { naiveMatches } from '../support/naive-matcher.ts'
import { REPOSITORY_ROOT } from '../support/source-files.ts'
import { runs, SEED } from '../support/runs.ts'
import type { FuzzCase } from './fuzz-case.ts'
import { minimise } from './minimise.ts'
import { FAULTS } from './planted-faults.ts'
import { differs, oracleOf, runFuzz } from './run-fuzz.ts'
import { regressionRow, showDifference } from './show-difference.ts'

const FUZZ_SHARE = 0.25
/** Cases within which every planted fault must be found. */
const FAULT_CASES = 50_000

const never = (): boolean => false

test('for generated rules and observables, engine and oracle agree on hits and on misses', () => {
  const cases = runs(FUZZ_SHARE)

  const result = runFuzz({ seed: SEED, cases, isOver: never, wrap: null })

  expect(result.difference).toBeNull()
  expect(result.cases).toBeGreaterThanOrEqual(cases)
  expect(result.hits).toBeGreaterThan(cases / 3)
  expect(result.cases - result.hits).toBeGreaterThan(cases / 10)
})

test.each(FAULTS)('the fuzzer finds a matcher in which $name, and makes the case small', ({ wrap }) => {
  const isBad = (candidate: FuzzCase): boolean => differs(candidate, wrap)

  const { difference } = runFuzz({ seed: SEED, cases: FAULT_CASES, isOver: never, wrap })
  if (difference === null) throw new Error('the fault was not found')
  const smallest = minimise(difference.found, isBad)

  expect(isBad(smallest)).toBe(true)
  expect(isBad({ ...smallest, rules: smallest.rules.slice(1) })).toBe(false)
  expect(smallest.rules.length).toBeLessThanOrEqual(4)
  expect(differs(smallest, null)).toBe(false)
})

test('a difference is shown with its seed and a row for the table of regressions', () => {
  const found: FuzzCase = {
    rules: [
      ['DomainName', 'Contains', 'b'],
      ['DomainName', 'Equals', 'a.b'],
    ],
    options: { domainEquals: 'subdomains', domainSuffix: 'textual' },
    type: 'DomainName',
    text: "x'\u00fc.a.b",
  }

  expect(showDifference({ seed: 7, found }, found).split('\n')).toEqual([
    'engine and oracle differ: seed 7, 2 rules, DomainName "x\'ü.a.b"',
    'again: npm run fuzz -- --seed 7 --cases 1',
    'row for test/conformance/regressions.cases.ts:',
    '',
    ...regressionRow('found by the fuzzer with seed 7', found).split('\n'),
    '',
  ])
  expect(regressionRow('a name', found).split('\n')).toEqual([
    '  {',
    "    name: 'a name',",
    '    rules: [',
    "      ['DomainName', 'Equals', 'a.b'],",
    "      ['DomainName', 'Contains', 'b'],",
    '    ],',
    "    options: { domainEquals: 'subdomains', domainSuffix: 'textual' },",
    "    type: 'DomainName',",
    "    text: 'x\\'\\u00fc.a.b',",
    '    expected: [0, 1],',
    '  },',
  ])
})

test('a seed that is printed repeats its round', () => {
  const faulty = FAULTS.find(({ name }) => name.startsWith('Equals takes'))?.wrap ?? null
  const first = runFuzz({ seed: SEED, cases: FAULT_CASES, isOver: never, wrap: faulty })

  const again = runFuzz({ seed: first.difference?.seed ?? 0, cases: 1, isOver: never, wrap: faulty })

  expect(first.difference).not.toBeNull()
  expect(again.difference).toEqual(first.difference)
})

test('a run ends when its time is over, after one round at least', () => {
  let asked = 0
  const isOver = (): boolean => ++asked > 2

  const result = runFuzz({ seed: SEED, cases: Number.POSITIVE_INFINITY, isOver, wrap: null })

  expect(result.rounds).toBe(3)
  expect(runFuzz({ seed: SEED, cases: 1e9, isOver: () => true, wrap: null }).rounds).toBe(1)
})

test('what the oracle says of a case is what the naive matcher says of its rules in canonical order', () => {
  const found: FuzzCase = {
    rules: [
      ['Md5', 'EndWith', 'a'],
      ['Md5', 'StartWith', 'b'],
      ['Md5', 'EndWith', 'a'],
    ],
    options: { domainEquals: 'exact', domainSuffix: 'textual' },
    type: 'Md5',
    text: 'b'.repeat(31) + 'a',
  }

  const { rules, expected } = oracleOf(found)

  const indicators = rules.map(([Type, DetectionFunction, Value]) => ({ Type, DetectionFunction, Value }))
  expect(rules).toHaveLength(2)
  expect(expected).toEqual(naiveMatches(indicators, found.type, found.text, found.options))
})

test('the command prints cases per second, and refuses words that are no numbers', async () => {
  const run = promisify(execFile)
  const words = [join(REPOSITORY_ROOT, 'test/fuzz/fuzz.ts')]

  const { stdout } = await run(process.execPath, [...words, '--cases', '1000', '--seed', '3'])
  const refused = run(process.execPath, [...words, '--cases', 'many'])

  expect(stdout).toMatch(
    /^1\d{3} cases, seed 3 to 3: \d+ with matches, \d+ matches; [\d.]+ s \([\d.]+ s of processor time\), \d+ cases\/s\n$/,
  )
  await expect(refused).rejects.toMatchObject({ code: 2 })
})
