import { describe, expect, test } from 'vitest'
import { coverageOf } from '../../../src/harness/coverage.ts'
import type { CoverageReport } from '../../../src/model/coverage-report.ts'
import { COVERAGE_SCHEMA } from '../../../src/report/coverage-schema.ts'
import { coverageText } from '../../../src/report/coverage-text.ts'
import { rulesOf, runAll } from '../../support/run-rule-tests.ts'
import { schemaFaults } from '../../support/schema-faults.ts'
import { TIDEWATER } from '../../support/tidewater.ts'
import { expectGolden } from '../report/golden.ts'

const rules = rulesOf(TIDEWATER)

async function coverage(tests: string, head = ''): Promise<CoverageReport> {
  const runs = tests === '' ? [] : await runAll(rules, `${head}table: DeviceNetworkEvents\ntests:\n${tests}`)
  const report = coverageOf({ ruleSets: [rules], runs, skipped: 0, corpus: null })
  expect(schemaFaults(JSON.parse(JSON.stringify(report)), COVERAGE_SCHEMA)).toEqual([])
  return report
}

const FIRES = '  - { name: a, events: [{ RemoteUrl: a.c2.example }], fires: [c2] }\n'
const SILENT = '  - { name: b, events: [{ RemoteUrl: c2.example }], silent: [c2] }\n'

test('without any test nothing is covered, and disabled definitions are not asked for', async () => {
  const report = await coverage('')

  expect(report).toMatchObject({
    percent: 0,
    definitions: { total: 2, fired: 0, silent: 0 },
    operators: { total: 5, fired: 0, silent: 0 },
    nonEquals: { total: 2, fired: 0, silent: 0 },
    equals: { total: 4, fired: 0 },
    gapCount: 4,
  })
  expect(report.gaps[0]).toEqual({ definitionName: 'c2', ioc: null, missing: 'both' })
})

test('a test covers the definition that it names and the IOC that fires, and nothing else', async () => {
  const report = await coverage(FIRES)

  expect(report.gaps).toEqual([
    { definitionName: 'c2', ioc: null, missing: 'silent' },
    {
      definitionName: 'c2',
      ioc: { Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.c2.example' },
      missing: 'silent',
    },
    { definitionName: 'loader', ioc: null, missing: 'both' },
    {
      definitionName: 'loader',
      ioc: { Type: 'Sha1', DetectionFunction: 'StartWith', Value: '0ddba11e' },
      missing: 'both',
    },
  ])
  expect(report.byOperator).toContainEqual({
    Type: 'DomainName',
    DetectionFunction: 'EndWith',
    total: 1,
    fired: 1,
    silent: 0,
  })
})

test('a definition that fires without being named under fires is not covered', async () => {
  const report = await coverage('  - { name: a, events: [{ RemoteUrl: a.c2.example }], detections: 1 }\n')

  expect(report.definitions.fired).toBe(0)
})

describe('silence', () => {
  test('about a value of the type is proven', async () => {
    const report = await coverage(FIRES + SILENT)

    expect(report.definitions).toEqual({ total: 2, fired: 1, silent: 1 })
    expect(report.nonEquals).toEqual({ total: 2, fired: 1, silent: 1 })
    expect(report.percent).toBe(38.8)
  })

  test('about events that show no value of the type proves nothing', async () => {
    const report = await coverage('  - { name: b, events: [{ RemoteUrl: c2.example }], silent: [loader] }\n')

    expect(report.definitions.silent).toBe(0)
  })

  test('is proven by a strict test for all that does not fire', async () => {
    const report = await coverage(
      '  - { name: b, events: [{ RemoteUrl: other.example, SHA1: 1111111111111111111111111111111111111111 }], strict: true }\n',
    )

    expect(report.definitions.silent).toBe(2)
  })
})

test('tests that fail and generated tests count for nothing', async () => {
  const failing = await coverage(FIRES.replace('fires: [c2]', 'fires: [{ definition: c2, count: 2 }]'))
  const generated = await coverage(FIRES, 'generated: true\n')

  expect(failing).toMatchObject({ percent: 0, tests: { counted: 0, failed: 1, generated: 0 } })
  expect(generated).toMatchObject({ percent: 0, tests: { counted: 0, failed: 0, generated: 1 } })
})

test('coverage in words is as written down', async () => {
  const report = await coverage(FIRES + SILENT)
  const corpus: CoverageReport['corpus'] = {
    records: 1200,
    fired: 1,
    silent: 2,
    blind: 3,
    byDefinition: [{ name: 'c2', fired: 1, silent: 2, blind: 1 }],
    quiet: [
      {
        definitionName: 'loader\u001b[31m',
        type: 'Sha1',
        verdict: 'blind',
        count: 9,
        valuesSeen: 0,
        examples: [{ DetectionFunction: 'StartWith', Value: '0ddba11e' }],
      },
    ],
  }

  expectGolden('coverage.txt', coverageText({ ...report, corpus }, { color: false, width: 100 }))
})
