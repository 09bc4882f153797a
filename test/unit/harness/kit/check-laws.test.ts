import { expect, test } from 'vitest'
import { Matcher } from '../../../../src/engine/matcher.ts'
import { checkLaws } from '../../../../src/harness/kit/check-laws.ts'
import type { LawSettings } from '../../../../src/harness/kit/law-settings.ts'
import { withDefinition } from '../../../../src/harness/kit/add-rules.ts'
import { TestRules } from '../../../../src/harness/test-rules.ts'
import type { FoundCounterexample, LawName } from '../../../../src/model/law-report.ts'
import { LAW_NAMES } from '../../../../src/model/law-report.ts'
import type { RuleSet } from '../../../../src/model/rule-set.ts'
import { indicatorAt } from '../../../../src/rules/indicator-at.ts'
import { parseTime } from '../../../../src/model/time.ts'
import { DEFAULT_SEMANTICS } from '../../../../src/model/semantics.ts'
import type { Semantics } from '../../../../src/model/semantics.ts'
import { LAWS_SCHEMA } from '../../../../src/report/laws-schema.ts'
import { lawsText } from '../../../../src/report/laws-text.ts'
import { schemaFaults } from '../../../support/schema-faults.ts'
import type { RuleRow } from '../../../support/rule-set-builder.ts'
import { buildRuleSet } from '../../../support/rule-set-builder.ts'

const ROWS: readonly RuleRow[] = [
  { definition: 'c2', Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.c2.example' },
  { definition: 'c2', Type: 'DomainName', DetectionFunction: 'Equals', Value: 'beacon.test' },
  { definition: 'lan', Type: 'IpAddress', DetectionFunction: 'StartWith', Value: '203.0.113.' },
  { definition: 'lan', Type: 'IpAddress', DetectionFunction: 'Equals', Value: '2001:db8::c2' },
  { definition: 'files', Type: 'Md5', DetectionFunction: 'Contains', Value: 'c0ffee' },
  { definition: 'files', Type: 'Sha256', Value: 'ab'.repeat(32) },
]
const RUNS = { runs: 120, seed: 1 }

test('every law is tried, holds on sound rules and is put to the test in most of its cases', () => {
  const report = checkLaws(buildRuleSet(ROWS), RUNS)

  expect(report).toMatchObject({ schemaVersion: 1, seed: 1, runs: 120, iocs: 6 })
  expect(report.laws.map(({ law }) => law)).toEqual(LAW_NAMES)
  for (const { runs, vacuous, counterexample } of report.laws) {
    expect(counterexample).toBeNull()
    expect(runs).toBe(120)
    expect(vacuous).toBeLessThan(60)
  }
})

test('the same rules and seed give the same report', () => {
  expect(checkLaws(buildRuleSet(ROWS), RUNS)).toEqual(checkLaws(buildRuleSet(ROWS), RUNS))
})

const SWITCHES: readonly Partial<Semantics>[] = [
  { domainEquals: 'subdomains', domainSuffix: 'label' },
  { hashScope: 'object', ipScope: 'all', domainScope: 'all', dnsAnswers: 'on' },
  { fields: 'any' },
  { tables: ['DeviceFileEvents'], actionTypes: ['FileCreated'] },
  { nonEqualsHash: 'reject', validate: 'strict', dedupe: 'off' },
]

test.each(SWITCHES)('the laws hold under the options %o', (switches) => {
  const settings = { semantics: { ...DEFAULT_SEMANTICS, ...switches } }

  const { laws } = checkLaws(buildRuleSet(ROWS), { runs: 40, seed: 1 }, settings)

  expect(laws.map(({ counterexample }) => counterexample)).toEqual(laws.map(() => null))
  expect(laws.every(({ runs, vacuous }) => vacuous < runs)).toBe(true)
})

test('an indicator that has expired, or whose definition is disabled, proves nothing and breaks nothing', () => {
  const expired = buildRuleSet(
    ROWS.map((row) => ({ ...row, ExpiresAt: parseTime('2026-01-01T00:00:00Z') ?? 0n })),
  )
  const semantics = { ...DEFAULT_SEMANTICS, asOf: parseTime('2026-11-01T00:00:00Z') ?? 0n }
  const disabled = buildRuleSet(ROWS, { disabledDefinitions: ['c2', 'files', 'lan'] })

  const late = checkLaws(expired, { runs: 12, seed: 1 }, { semantics })
  const quiet = checkLaws(disabled, { runs: 12, seed: 1 })

  expect(late.laws.find(({ law }) => law === 'planted-value-fires')).toMatchObject({ runs: 12, vacuous: 12 })
  expect(quiet.laws.every(({ vacuous, counterexample }) => vacuous === 12 && counterexample === null)).toBe(
    true,
  )
})

test('an indicator with an end and a beginning is tried between them', () => {
  const rules = buildRuleSet(
    ROWS.map((row) => ({
      ...row,
      CreatedAt: parseTime('2026-02-01T00:00:00Z') ?? 0n,
      ExpiresAt: parseTime('2026-05-01T00:00:00Z') ?? 0n,
    })),
  )
  const semantics: Semantics = { ...DEFAULT_SEMANTICS, activation: 'created+20m' }

  const { laws } = checkLaws(rules, { runs: 30, seed: 1 }, { semantics })

  expect(laws[0]).toMatchObject({ law: 'planted-value-fires', vacuous: 0, counterexample: null })
})

test('an indicator that no value can match is a counterexample', () => {
  const never = buildRuleSet([{ Type: 'IpAddress', DetectionFunction: 'Contains', Value: '1.2.3.4.5' }])

  const [first] = checkLaws(never, RUNS).laws

  expect(first?.counterexample).toMatchObject({
    definition: 'test',
    ioc: { Value: '1.2.3.4.5' },
    log: null,
    actual: 'no value was found that does',
  })
})

interface Fault {
  readonly name: string
  readonly breaks: LawName
  readonly compile: LawSettings['compile']
}

/** Changes the rows before they are compiled: what then looks at events is wrong. */
function faulty(change: (row: RuleRow) => RuleRow | null): LawSettings['compile'] {
  return (rules) => TestRules.compile(buildRuleSet(rowsOf(rules).flatMap((row) => change(row) ?? [])))
}

const FAULTS: readonly Fault[] = [
  {
    name: 'one indicator looks for another value',
    breaks: 'planted-value-fires',
    compile: faulty((row) => (row.Value === '.c2.example' ? { ...row, Value: '.c2.examplf' } : row)),
  },
  {
    name: 'Equals takes subdomains that nobody asked for',
    breaks: 'near-miss-is-silent',
    compile: (rules) => {
      const compiled = TestRules.compile(rules)
      const matcher = Matcher.open(compiled.image, { domainEquals: 'subdomains' })
      compiled.matcherFor = () => matcher
      return compiled
    },
  },
  {
    name: 'Contains is taken for Equals of something else',
    breaks: 'equals-implies-parts',
    compile: faulty((row) =>
      row.DetectionFunction === 'Contains' && row.Type === 'DomainName' ? { ...row, Value: 'zzz.zzz' } : row,
    ),
  },
  {
    name: 'a definition more costs the first one an indicator',
    breaks: 'other-rules-change-nothing',
    compile: (rules) =>
      rules.definitions.some(({ Name }) => Name.includes('unrelated'))
        ? faulty((row) => (row.Value === 'beacon.test' ? { ...row, Value: 'beacon.tesu' } : row))(rules)
        : TestRules.compile(rules),
  },
]

test.each(FAULTS)(
  'where $name, the law $breaks breaks, and its seed breaks it at once',
  ({ breaks, compile }) => {
    const rules = buildRuleSet(ROWS)

    const found = counterexampleOf(checkLaws(rules, { runs: 60, seed: 5 }, { compile }), breaks)
    const again = checkLaws(rules, { runs: 1, seed: found.seed }, { compile })

    expect(counterexampleOf(again, breaks)).toEqual(found)
    expect(found.log?.text.trimEnd().split('\n').length).toBeLessThanOrEqual(2)
  },
)

test('a counterexample is shown with its log, and with the command that finds it again', () => {
  const [fault] = FAULTS
  const report = checkLaws(
    buildRuleSet(ROWS),
    { runs: 60, seed: 5 },
    { compile: fault?.compile ?? ((rules) => TestRules.compile(rules)) },
  )

  const lines = lawsText(report, { color: false }).split('\n')

  expect(schemaFaults(JSON.parse(JSON.stringify(report)), LAWS_SCHEMA)).toEqual([])
  expect(lines.slice(0, 7)).toEqual([
    expect.stringMatching(/^FAIL {2}a planted value fires: case \d+, seed \d+$/),
    '  IOC       c2: DomainName EndWith .c2.example',
    '  expected  fires on a.c2.example',
    '  actual    silent',
    '  log       defender-rows',
    '    {"$table":"DeviceEvents","Timestamp":"2026-06-01T00:00:00Z","RemoteUrl":"a.c2.example"}',
    expect.stringMatching(/^ {2}again {5}dryfire check-laws RULES --seed \d+ --runs 1$/),
  ])
  expect(lines.at(-2)).toMatch(/^6 laws on 6 IOCs, seed 5: \d broken$/)
})

test('the report says how many indicators had no turn', () => {
  const text = lawsText(checkLaws(buildRuleSet(ROWS), { runs: 2, seed: 1 }), { color: false })

  expect(text).toContain(
    '6 laws on 6 IOCs, seed 1: all hold; 2 of them had their turn, and --runs 6 gives it to every one\n',
  )
})

test('a definition that is added leaves the rules in canonical order, wherever its name sorts', () => {
  const added: RuleRow = { Type: 'Md5', DetectionFunction: 'Equals', Value: 'c'.repeat(32) }

  for (const Name of ['!first', 'd', 'z'])
    expect(
      rowsOf(withDefinition(buildRuleSet(ROWS), { Name, iocs: [{ ...added, DetectionFunction: 'Equals' }] })),
    ).toEqual(rowsOf(buildRuleSet([...ROWS, { ...added, definition: Name }])))
})

function counterexampleOf({ laws }: ReturnType<typeof checkLaws>, name: LawName): FoundCounterexample {
  const found = laws.find(({ law }) => law === name)?.counterexample ?? null
  if (found === null) throw new Error(`${name} holds`)
  return found
}

function rowsOf(rules: RuleSet): readonly RuleRow[] {
  return Array.from({ length: rules.indicators.count }, (_, row) => {
    const { Type, DetectionFunction, Value } = indicatorAt(rules, row)
    const definition = rules.definitions[rules.indicators.definition[row] ?? -1]?.Name ?? ''
    return { definition, Type, DetectionFunction, Value }
  })
}
