import { expect, test } from 'vitest'
import {
  compileRules,
  coverage,
  coverageText,
  diffRules,
  diffText,
  explain,
  explainText,
  IndexImage,
  mutateRules,
  parseRules,
  runTests,
} from '../../../src/index.ts'
import type { RuleSet, SuiteAttempt, SuiteRun } from '../../../src/index.ts'
import { TIDEWATER } from '../../support/tidewater.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

function rulesIn(text: string): RuleSet {
  const parsed = parseRules([{ name: 'a.rules.yaml', bytes: bytesOf(text) }], { readSibling: () => null })
  if (!parsed.ok) throw new Error(parsed.diagnostics[0]?.message ?? '')
  return parsed.rules
}

const RULES = rulesIn(TIDEWATER)

function run(text: string, logs: Readonly<Record<string, string>> = {}): Promise<SuiteAttempt> {
  return runTests(RULES, [{ name: 'a.test.yaml', bytes: bytesOf(text) }], {
    table: 'DeviceNetworkEvents',
    reader: {
      readFile: (_, path) => (logs[path] === undefined ? null : bytesOf(logs[path])),
    },
  })
}

async function suiteOf(text: string, logs: Readonly<Record<string, string>> = {}): Promise<SuiteRun> {
  const attempt = await run(text, logs)
  if (!attempt.ok) throw new Error(attempt.diagnostics[0]?.message ?? '')
  return attempt.suite
}

const TESTS = `tests:
  - { name: a, events: [{ RemoteUrl: a.c2.example }], fires: [c2] }
  - { name: b, logs: [day.ndjson], fires: [loader] }
  - { name: c, events: [{ RemoteUrl: other.example }], silent: [c2], skip: later }
`
const LOGS = { 'day.ndjson': '{"RemoteUrl":"b.c2.example"}\n' }

test('a library user runs tests and gets what passed, failed and was skipped', async () => {
  const suite = await suiteOf(TESTS, LOGS)

  expect(suite.results.map(({ name, status }) => `${name} ${status}`)).toEqual([
    'a passed',
    'b failed',
    'c skipped',
  ])
  expect(suite.results[1]?.failures.map(({ message }) => message)).toEqual(['loader does not fire'])
})

test('a library user gets every mistake of tests at once, and none runs', async () => {
  const attempt = await run(TESTS.replace('fires: [c2]', 'fires: [c3]'))

  expect(attempt.ok ? [] : attempt.diagnostics.map(({ code }) => code).sort()).toEqual(['TEST008', 'TEST011'])
})

test('a library user measures coverage and mutates rules from the same run', async () => {
  const suite = await suiteOf(TESTS, LOGS)

  const covered = coverage(suite)
  const mutated = await mutateRules(suite, { seed: 7 })

  expect(covered.tests).toEqual({ counted: 1, failed: 1, skipped: 1, generated: 0 })
  expect(coverageText(covered, { color: false, width: 100 })).toContain('covered')
  expect(mutated.score).toBeGreaterThan(0)
  expect(mutated.survivors.length).toBeGreaterThan(0)
})

test('a library user compares two rule sets and explains a value', async () => {
  const after = rulesIn(TIDEWATER.replace('High', 'Low'))
  const sideOf = (reference: string, rules: RuleSet) => ({
    reference,
    rules,
    image: IndexImage.open(compileRules(rules).image),
  })
  const before = sideOf('before', RULES)

  const { diff } = await diffRules(before, sideOf('after', after), [])
  const explanation = explain('a.c2.example', before.image)

  expect(diff.structure.definitions.changed).toBe(1)
  expect(diffText(diff, { color: false, width: 100 })).toContain('Severity')
  expect(explanation.matches.map(({ definition }) => definition.Name)).toEqual(['c2'])
  expect(explainText(explanation, { color: false, width: 100 })).toContain('.c2.example')
})
