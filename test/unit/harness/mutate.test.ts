import { expect, test } from 'vitest'
import { isHolding } from '../../../src/harness/find-breaches.ts'
import { evaluateTest } from '../../../src/harness/evaluate-test.ts'
import { listMutants, mutantsOf } from '../../../src/harness/mutate/list-mutants.ts'
import type { Mutant } from '../../../src/harness/mutate/list-mutants.ts'
import { mutate } from '../../../src/harness/mutate/mutate.ts'
import type { MutationInput } from '../../../src/harness/mutate/mutate.ts'
import { MutantJudge } from '../../../src/harness/mutate/mutant-judge.ts'
import { observeTest } from '../../../src/harness/mutate/observed-test.ts'
import { MutantSampler } from '../../../src/harness/mutate/sample-mutants.ts'
import { TestSuggester } from '../../../src/harness/mutate/suggest-test.ts'
import { TestRules } from '../../../src/harness/test-rules.ts'
import type { Indicator } from '../../../src/model/indicator.ts'
import { MUTATION_SCHEMA } from '../../../src/report/mutation-schema.ts'
import { mutationText } from '../../../src/report/mutation-text.ts'
import type { MutationReport } from '../../../src/model/mutation-report.ts'
import { applyMutant, naiveRulesOf } from '../../support/apply-mutant.ts'
import { naiveRuleSet } from '../../support/naive-rule-set.ts'
import { rulesOf, runAll } from '../../support/run-rule-tests.ts'
import { sampleMutation } from '../../support/sample-session.ts'
import { schemaFaults } from '../../support/schema-faults.ts'
import { expectGolden } from '../report/golden.ts'

const SAMPLES = await sampleMutation()

async function reportOf(input: MutationInput): Promise<MutationReport> {
  const result = await mutate(input)
  const { seed, sample } = input
  return { schemaVersion: 1, toolVersion: '0', seed, sample, ...result, timing: { milliseconds: 0 } }
}

test('the mutation score of the samples and its survivors stay as they were reviewed', async () => {
  const report = await reportOf(SAMPLES)

  expect(report.score).toBe(77.4)
  expect(report.mutants).toEqual({ possible: 173, evaluated: 173, killed: 134 })
  expect(report.equalsHashes).toEqual({ possible: 31, evaluated: 31, killed: 8 })
  expect(report.survivorCount).toBe(62)
  expect(schemaFaults(JSON.parse(JSON.stringify(report)), MUTATION_SCHEMA)).toEqual([])
  const survivors = report.survivors.map(
    ({ definitionName, mutation, ioc, changed, place }) =>
      `${place?.file}:${place?.line} ${definitionName} ${mutation}: ${JSON.stringify(ioc)} ${JSON.stringify(changed)}`,
  )
  expectGolden('mutation-of-the-samples.txt', mutationText(report, { color: false, width: 100 }))
  expectGolden('mutation-of-the-samples.survivors.txt', survivors.join('\n'))
})

test('a report in colour, with nothing to try, with samples and with failed tests reads as written down', async () => {
  const report = await reportOf({ ...SAMPLES, sample: 12 })
  const odd: MutationReport = {
    ...report,
    tests: { counted: 3, failed: 2, skipped: 1, generated: 1200 },
    partial: true,
    survivors: report.survivors.slice(0, 1).map((survivor) => ({ ...survivor, test: null })),
    survivorCount: 1,
  }
  const nothing = { possible: 0, evaluated: 0, killed: 0 }

  const text = [
    mutationText(odd, { color: true, width: 80 }),
    mutationText(
      {
        ...odd,
        score: null,
        mutants: nothing,
        equalsHashes: nothing,
        byMutation: [],
        survivors: [],
        survivorCount: 0,
      },
      { color: false, width: 80 },
    ),
    mutationText({ ...odd, mutants: nothing, score: 25, byMutation: [] }, { color: false, width: 80 }),
  ].join('---\n')

  expectGolden('mutation-in-odd-cases.txt', text)
})

test('every proposed test passes on the rules as they are and fails on the mutant that it is proposed for', async () => {
  const proposed = { checked: 0, without: 0 }

  for (const rules of SAMPLES.ruleSets) {
    const suggester = new TestSuggester(rules, SAMPLES.semantics, SAMPLES.fieldMap)
    for (const mutant of listMutants(rules.image)) {
      const text = suggester.testFor(mutant)
      if (text === null) {
        proposed.without += 1
        continue
      }
      const [run] = await runAll(rules, `tests:\n${text.replaceAll(/^/gm, '  ').trimEnd()}\n`)
      expect(run?.failures).toEqual([])
      if (run === undefined) continue
      const mutated = mutatedRules(rules, mutant)
      const evaluator = { image: mutated.image, matcher: mutated.matcherFor(SAMPLES.semantics) }
      expect(isHolding(run.prepared, evaluateTest(run.prepared, evaluator)), text).toBe(false)
      proposed.checked += 1
    }
  }

  expect(proposed.checked).toBeGreaterThan(190)
  expect(proposed.without).toBeLessThan(5)
})

test('the same seed tries the same mutants, another seed others, and a grown rule set keeps most of them', async () => {
  const small = { ...SAMPLES, sample: 40 }

  const [first, second, other] = [
    await mutate(small),
    await mutate(small),
    await mutate({ ...small, seed: 2 }),
  ]

  expect(second).toEqual(first)
  expect(first.mutants).toMatchObject({ possible: 173, evaluated: 40 })
  expect(other.survivors).not.toEqual(first.survivors)
  const names = Array.from({ length: 200 }, (_, i) => `mutant ${i}`)
  const kept = sampled(names)
  const grown = new Set(sampled([...names.slice(0, 100), 'new', ...names.slice(100)]))
  expect(kept.filter((name) => grown.has(name)).length).toBeGreaterThanOrEqual(kept.length - 1)
  expect(kept).toHaveLength(20)
})

/** The names that a sampler of twenty keeps. */
function sampled(names: readonly string[]): readonly string[] {
  const mutants = names.map((_, definition) => disabling(definition))
  const sampler = new MutantSampler(20, 7, ({ definition }) => names[definition] ?? '')
  for (const mutant of mutants) sampler.add(mutant)
  return sampler.finish().mutants.map(({ definition }) => names[definition] ?? '')
}

function disabling(definition: number): Mutant {
  return { mutation: 'disable', definition, indicator: null, changed: null, isEqualsHash: false }
}

const C2 = `alertDefinitions:
  - Name: c2
    Title: T
    Severity: High
    Category: CommandAndControl
    UxDescription: U
    Enabled: true
    iocs:
      - { Type: DomainName, DetectionFunction: EndWith, Value: .c2.example, ExpiresAt: 2026-11-10T00:00:00Z }
      - { Type: Md5, Value: c17ec91ca81a2627114c3343747c9107 }
`
const TESTED = `table: DeviceNetworkEvents
tests:
  - name: a host fires until it expires
    events:
      - { RemoteUrl: a.c2.example, Timestamp: 2026-11-09T00:00:00Z }
      - { RemoteUrl: a.c2.example, Timestamp: 2026-11-10T00:00:00Z }
      - { RemoteUrl: c2.example }
      - { RemoteUrl: a.c2.example.test }
      - { RemoteUrl: b.xc2.example }
    fires: [{ definition: c2, count: 1, through: [.c2.example] }]
`

async function mutateText(tests: string): ReturnType<typeof mutate> {
  const rules = rulesOf(C2)
  return mutate({ ...SAMPLES, ruleSets: [rules], runs: await runAll(rules, tests) })
}

test('mutants of an IOC with a tight test are noticed, and those of Equals hashes are counted apart', async () => {
  const { score, mutants, equalsHashes, survivors } = await mutateText(TESTED)

  expect(survivors.map(({ mutation, ioc }) => `${mutation} ${ioc?.Value}`)).toEqual([
    'drop c17ec91ca81a2627114c3343747c9107',
  ])
  expect(mutants.killed).toBe(mutants.evaluated)
  expect(score).toBe(100)
  expect(equalsHashes).toEqual({ possible: 1, evaluated: 1, killed: 0 })
})

test('generated tests and tests that fail notice nothing', async () => {
  const generated = await mutateText(`generated: true\n${TESTED}`)
  const failing = await mutateText(TESTED.replace('count: 1', 'count: 5'))

  expect(generated.score).toBe(0)
  expect(generated.tests).toEqual({ counted: 0, failed: 0, skipped: 0, generated: 1 })
  expect(failing.score).toBe(0)
  expect(failing.tests).toEqual({ counted: 0, failed: 1, skipped: 0, generated: 0 })
})

test('only what is wanted is tried', async () => {
  const files: (string | null)[] = []
  const isWanted = (definitionName: string, file: string | null): boolean => {
    files.push(file)
    return definitionName === 'dns-tunnel'
  }

  const { byDefinition } = await mutate({ ...SAMPLES, isWanted })

  expect(byDefinition.map(({ definitionName }) => definitionName)).toEqual(['dns-tunnel'])
  expect(files).toContain('samples/rules/tidewater-hashes.csv')
})

const OF_ONE: readonly (readonly [string, Partial<Indicator>, readonly string[]])[] = [
  ['a digest is dropped only', { Type: 'Sha1', Value: 'a5c51dc46bbf42ca73e324e913e77698824baa1c' }, ['drop']],
  [
    'an expiry is removed',
    { Type: 'Md5', Value: 'c17ec91ca81a2627114c3343747c9107', ExpiresAt: 1n },
    ['drop', 'expiry Md5 Equals c17ec91ca81a2627114c3343747c9107'],
  ],
  [
    'a fragment has no Equals, and moves to the next type of hash',
    { Type: 'Sha1', DetectionFunction: 'EndWith', Value: 'c0ffee' },
    [
      'drop',
      'operator Sha1 StartWith c0ffee',
      'operator Sha1 Contains c0ffee',
      'cut Sha1 EndWith 0ffee',
      'lengthen Sha1 EndWith 1c0ffee',
      'type Sha256 EndWith c0ffee',
    ],
  ],
  [
    'an address that no digit extends is the same for every operator',
    { Type: 'IpAddress', Value: '203.0.113.77' },
    ['drop', 'cut IpAddress Equals 203.0.113.7'],
  ],
  [
    'an address that can go on behind differs there',
    { Type: 'IpAddress', Value: '203.0.113.7' },
    [
      'drop',
      'operator IpAddress StartWith 203.0.113.7',
      'operator IpAddress Contains 203.0.113.7',
      'lengthen IpAddress Equals 203.0.113.71',
    ],
  ],
  [
    'a whole name takes every operator',
    { Type: 'DomainName', Value: 'c2.example' },
    [
      'drop',
      'operator DomainName StartWith c2.example',
      'operator DomainName EndWith c2.example',
      'operator DomainName Contains c2.example',
      'cut DomainName Equals c2.exampl',
      'lengthen DomainName Equals c2.examplex',
    ],
  ],
  [
    'part of an address is part of a name as well',
    { Type: 'IpAddress', DetectionFunction: 'StartWith', Value: '10.1.' },
    [
      'drop',
      'operator IpAddress EndWith 10.1.',
      'operator IpAddress Contains 10.1.',
      'cut IpAddress StartWith 10.1',
      'lengthen IpAddress StartWith 10.1.1',
      'type DomainName StartWith 10.1.',
    ],
  ],
]

for (const [name, parts, expected] of OF_ONE)
  test(`of the mutants of one IOC, ${name}`, () => {
    const indicator: Indicator = {
      Id: null,
      Type: 'Sha1',
      DetectionFunction: 'Equals',
      Value: '',
      ExpiresAt: null,
      CreatedAt: null,
      ...parts,
    }

    const mutants = [...mutantsOf(indicator, 0, 0)]

    expect(mutants.map(wordsOf)).toEqual(expected)
  })

function wordsOf({ mutation, changed }: Mutant): string {
  return changed === null
    ? mutation
    : `${mutation} ${changed.Type} ${changed.DetectionFunction} ${changed.Value}`
}

test('an IOC that becomes like another of its definition is merged with it', async () => {
  const rules = rulesOf(
    C2.replace('.c2.example, ExpiresAt: 2026-11-10T00:00:00Z', 'c2.example').replace(
      '- { Type: Md5',
      '- { Type: DomainName, DetectionFunction: EndWith, Value: 2.example }\n      - { Type: Md5',
    ),
  )
  const tests =
    'tests: [{ name: n, table: DeviceNetworkEvents, events: [{ RemoteUrl: c2.example }], fires: [c2] }]'
  const [run] = await runAll(rules, tests)
  if (run === undefined) throw new Error('there is a test')
  const observed = observeTest(run.prepared, run.outcome, rules)
  const cut = [...listMutants(rules.image)].find(({ changed }) => changed?.Value === '2.example')

  const outcome = cut === undefined ? null : new MutantJudge(rules, [observed]).outcomeUnder(observed, cut)

  expect(run.outcome.detections[0]?.matchCount).toBe(2)
  expect(outcome?.detections[0]?.matchCount).toBe(1)
})

function mutatedRules(rules: TestRules, mutant: Mutant): TestRules {
  return TestRules.compile(naiveRuleSet(applyMutant(naiveRulesOf(rules.rules), rules.image, mutant)))
}
