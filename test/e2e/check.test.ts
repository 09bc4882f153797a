import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { COVERAGE_SCHEMA } from '../../src/report/coverage-schema.ts'
import { HARNESS_REPORT_SCHEMA } from '../../src/report/harness-schema.ts'
import { runCli, temporaryFolder } from '../support/run-cli.ts'
import { sarifFaults } from '../support/sarif-check.ts'
import { schemaFaults } from '../support/schema-faults.ts'
import { TIDEWATER } from '../support/tidewater.ts'

function project(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder('check')
  for (const [name, contents] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), contents)
  }
  return folder
}

const TESTS = `table: DeviceNetworkEvents
tests:
  - { name: a, events: [{ RemoteUrl: a.c2.example }], fires: [c2] }
`

describe('dryfire check', () => {
  test('is fine with the samples, and shows their warnings', async () => {
    const { code, stdout } = await runCli(['check', 'samples/rules', '--json'])
    const report = JSON.parse(stdout)

    expect(code).toBe(0)
    expect(schemaFaults(report, HARNESS_REPORT_SCHEMA)).toEqual([])
    expect(report).toMatchObject({ command: 'check', totals: { errors: 0, failed: 0 } })
    expect(report.totals.warnings).toBeGreaterThan(0)
  })

  test('fails on warnings only when it is told to', async () => {
    const cwd = project({ 'r/a.rules.yaml': TIDEWATER, 'r/a.test.yaml': TESTS })

    const lenient = await runCli(['check', 'r'], { cwd })
    const strict = await runCli(['check', 'r', '--fail-on', 'warnings'], { cwd })
    const some = await runCli(['check', 'r', '--fail-on', 'warnings>9'], { cwd })
    const unknown = await runCli(['check', 'r', '--fail-on', 'blind'], { cwd })

    expect([lenient.code, strict.code, some.code, unknown.code]).toEqual([0, 1, 0, 2])
    expect(lenient.stdout).toContain('LINT009 warning')
  })

  test('ends with 1 for a failed test and for a quota that is given and passed', async () => {
    const failing = TESTS.replace('[c2]', '[loader]')
    const cwd = project({ 'r/a.rules.yaml': TIDEWATER, 'r/a.test.yaml': TESTS, 'f/a.test.yaml': failing })

    const quota = await runCli(['check', 'r', '--quota', 'indicators=6'], { cwd })
    const failed = await runCli(['check', 'f', '-r', 'r'], { cwd })

    expect([quota.code, failed.code]).toEqual([1, 1])
    expect(quota.stdout).toContain('QUOTA002 error: the rules hold 7 IOCs, 1 more than 6')
  })

  test('takes quotas from the configuration, and from the flag before it', async () => {
    const cwd = project({
      'dryfire.config.yaml': 'quotas:\n  definitions: 2\n  indicators: 6\n  non-equals-indicators: 2\n',
      'r/a.rules.yaml': TIDEWATER,
      'r/a.test.yaml': TESTS,
    })

    const configured = await runCli(['check', 'r'], { cwd })
    const flagged = await runCli(['check', 'r', '--quota', 'definitions=3', 'indicators=7'], { cwd })
    const unknown = await runCli(['check', 'r', '--quota', 'iocs=7'], { cwd })

    expect([configured.code, flagged.code, unknown.code]).toEqual([1, 0, 2])
    expect(configured.stdout.match(/QUOTA\d+ error: .*/g)).toEqual([
      'QUOTA001 error: the rules hold 3 alert definitions, 1 more than 2',
      'QUOTA002 error: the rules hold 7 IOCs, 1 more than 6',
    ])
    expect(unknown.stderr).toContain('--quota is definitions, indicators, non-equals-indicators')
  })

  test('ends with 3 for mistakes, and every reporter shows them at their lines', async () => {
    const cwd = project({
      'r/a.rules.yaml': TIDEWATER.replace('High', 'Hig'),
      'r/a.test.yaml': TESTS.replace('fires', 'fire'),
    })

    const { code, stdout } = await runCli(['check', 'r', '--reporter', 'sarif', 'github=g.txt'], { cwd })
    const log = JSON.parse(stdout)

    expect(code).toBe(3)
    expect(sarifFaults(log)).toEqual([])
    expect(
      log.runs[0].results.map(
        ({
          ruleId,
          locations,
        }: {
          readonly ruleId: string
          readonly locations: readonly [
            { readonly physicalLocation: { readonly region: { readonly startLine: number } } },
          ]
        }) => `${ruleId} ${locations[0].physicalLocation.region.startLine}`,
      ),
    ).toEqual(['DEF004 4', 'RULE014 3'])
    expect(readFileSync(join(cwd, 'g.txt'), 'utf8')).toContain('::error file=r/a.rules.yaml,line=4,')
  })

  test('warns of rules without a test', async () => {
    const cwd = project({ 'r/a.rules.yaml': TIDEWATER })

    const { code, stdout } = await runCli(['check', 'r'], { cwd })

    expect(code).toBe(0)
    expect(stdout).toContain('TEST020 warning: the rules have no test')
  })
})

describe('dryfire coverage', () => {
  test('of the samples is whole for definitions, operators and non-Equals IOCs, with logs beside', async () => {
    const words = [
      'coverage',
      'samples/rules',
      '--fail-under',
      '100',
      '--logs',
      'samples/telemetry',
      '--json',
    ]

    const { code, stdout } = await runCli(words)
    const report = JSON.parse(stdout)

    expect(code).toBe(0)
    expect(schemaFaults(report, COVERAGE_SCHEMA)).toEqual([])
    expect(report).toMatchObject({ percent: 100, gapCount: 0, corpus: { fired: 36, silent: 24, blind: 0 } })
  })

  test('ends with 1 under its gate, and refuses a gate that is no percentage', async () => {
    const cwd = project({ 'r/a.rules.yaml': TIDEWATER, 'r/a.test.yaml': TESTS })

    const under = await runCli(['coverage', 'r', '--fail-under', '50'], { cwd })
    const over = await runCli(['coverage', 'r', '--fail-under', '10'], { cwd })
    const bad = await runCli(['coverage', 'r', '--fail-under', 'all'], { cwd })

    expect([under.code, over.code, bad.code]).toEqual([1, 0, 2])
    expect(under.stderr).toContain('is under --fail-under 50')
    expect(under.stdout).toContain('loader: Sha1 StartWith 0ddba11e: no written test makes it fire')
  })

  test('ends with 4 when a log cannot be read, and shows the rest', async () => {
    const cwd = project({ 'r/a.rules.yaml': TIDEWATER, 'r/a.test.yaml': TESTS })

    const { code, stdout, stderr } = await runCli(['coverage', 'r', '--logs', 'absent.ndjson'], { cwd })

    expect(code).toBe(4)
    expect(stdout).toContain('covered')
    expect(stderr).toContain('absent.ndjson')
  })
})

describe('dryfire init', () => {
  test('writes a project that checks at once, with a configuration and a workflow that runs check', async () => {
    const cwd = temporaryFolder('init')

    const init = await runCli(['init'], { cwd })
    const check = await runCli(['check', '--fail-on', 'warnings'], { cwd })
    const coverage = await runCli(['coverage', '--fail-under', '100'], { cwd })
    const workflow = parse(readFileSync(join(cwd, '.github/workflows/rules.yml'), 'utf8'))

    expect(init.code).toBe(0)
    expect(init.stdout.match(/^wrote/gm)).toHaveLength(4)
    expect({ code: check.code, out: check.stdout + check.stderr }).toMatchObject({ code: 0 })
    expect(check.stdout).toContain('2 tests in 1 file: 2 passed')
    expect(coverage.code).toBe(0)
    expect(workflow.jobs.check.steps.at(-1).run).toContain('dryfire@0.1.0 check')
  })

  test('never overwrites, not even through a link that leads nowhere', async () => {
    const cwd = project({ 'rules/example.rules.yaml': 'mine' })
    mkdirSync(join(cwd, '.github/workflows'), { recursive: true })
    symlinkSync(join(cwd, 'elsewhere'), join(cwd, '.github/workflows/rules.yml'))

    const { code, stdout } = await runCli(['init', '.'], { cwd })
    const again = await runCli(['init'], { cwd })

    expect([code, again.code]).toEqual([0, 0])
    expect(stdout).toContain('kept  rules/example.rules.yaml')
    expect(stdout).toContain('kept  .github/workflows/rules.yml')
    expect(again.stdout).not.toContain('wrote')
    expect(readFileSync(join(cwd, 'rules/example.rules.yaml'), 'utf8')).toBe('mine')
    expect(() => readFileSync(join(cwd, 'elsewhere'))).toThrow('ENOENT')
  })

  test('refuses a name of nothing, a file for a folder and a place where none can be made', async () => {
    const cwd = project({ file: '' })

    for (const [folder, message] of [
      ['', 'an empty text names no folder'],
      ['file', 'a part of the path is no folder'],
      ['file/below', 'a part of the path is no folder'],
      ['/proc/dryfire/below', 'cannot write /proc/dryfire/below/rules'],
    ] as const) {
      const { code, stdout, stderr } = await runCli(['init', folder], { cwd })
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toContain(message)
    }
  })

  test('says what to do next in words that a shell takes as they stand', async () => {
    const cwd = temporaryFolder('init-names')

    const blank = await runCli(['init', "it's my/rules"], { cwd })
    const plain = await runCli(['init', 'detections'], { cwd })

    expect(blank.stdout).toMatch(/Next: cd 'it'\\''s my\/rules' && dryfire check\n$/)
    expect(plain.stdout).toMatch(/Next: cd detections && dryfire check\n$/)
  })
})
