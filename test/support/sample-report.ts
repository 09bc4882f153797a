import type { Diagnostic } from '../../src/model/diagnostic.ts'
import type { HarnessReport, TestResult } from '../../src/model/test-report.ts'
import { harnessTotals } from '../../src/model/test-report.ts'
import { rulesOf, runAll } from './run-rule-tests.ts'
import { TIDEWATER } from './tidewater.ts'

/** Tests that pass, fail in several ways, and are skipped. */
const TESTS = `table: DeviceNetworkEvents
tests:
  - name: a staging host fires
    events: [{ RemoteUrl: a.c2.example }]
    fires: [c2]
  - name: a misspelt name fires
    events:
      - { RemoteUrl: beacom.test, DeviceName: ws-1, Timestamp: 2026-11-02T10:00:00Z }
    fires: [{ definition: c2, count: 2 }]
  - name: the loader is silent
    events: [{ SHA1: 0ddba11e00000000000000000000000000000000 }]
    silent: [loader]
    strict: true
  - name: later
    skip: waits for the sensor
    events: [{ RemoteUrl: a.c2.example }]
    fires: [loader]
`

/** Text that would break out of every form that is not escaped. */
export const HOSTILE =
  '</failure> & "]]> # SKIP `x` | [a](http://b) @all %0A::error::x \u001b[31m \u202e \ufffe \ud800 *b* <b>'

const FINDING: Diagnostic = {
  code: 'IOC024',
  severity: 'error',
  message: `Value ${HOSTILE}`,
  fix: 'Write it plainly.',
  span: { file: 'rules/a b:c.rules.yaml', line: 3, column: 7, length: 4, lineText: '      bad value' },
  related: [
    {
      message: 'the first stands here',
      span: { file: 'rules/a b:c.rules.yaml', line: 1, column: 1, length: 1, lineText: 'x' },
    },
  ],
}

/** A report of `test` with one of each kind of result. */
export async function sampleReport(): Promise<HarnessReport> {
  return reportOf('test', await resultsOf(TESTS), [])
}

/** A report of `check` in which every text is hostile. */
export async function hostileReport(): Promise<HarnessReport> {
  const results = await resultsOf(TESTS)
  const tests = results.map((result) => ({
    ...result,
    name: `${result.name} ${HOSTILE}`,
    file: `rules/${HOSTILE}.test.yaml`,
    span: { ...result.span, file: `rules/${HOSTILE}.test.yaml` },
    reason: result.reason === null ? null : HOSTILE,
    failures: result.failures.map((failure) => ({
      ...failure,
      message: HOSTILE,
      expected: HOSTILE,
      actual: HOSTILE,
      evidence: [HOSTILE],
    })),
  }))
  const warning: Diagnostic = {
    ...FINDING,
    code: 'LINT002',
    severity: 'warning',
    fix: null,
    span: null,
    related: [],
  }
  return reportOf('check', tests, [FINDING, warning])
}

async function resultsOf(text: string): Promise<readonly TestResult[]> {
  const runs = await runAll(rulesOf(TIDEWATER), text)
  return runs.map(({ prepared: { test }, failures }, i) => ({
    name: test.name,
    file: test.file,
    span: test.span,
    status: test.skip !== null ? 'skipped' : failures.length > 0 ? 'failed' : 'passed',
    reason: test.skip,
    failures: test.skip === null ? failures : [],
    milliseconds: i + 1,
  }))
}

function reportOf(
  command: HarnessReport['command'],
  tests: readonly TestResult[],
  findings: readonly Diagnostic[],
): HarnessReport {
  return {
    schemaVersion: 1,
    toolVersion: '0.1.0',
    command,
    findings,
    tests,
    totals: harnessTotals(tests, findings),
    partial: false,
    timing: { milliseconds: 12 },
  }
}
