import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { MUTATION_SCHEMA } from '../../src/report/mutation-schema.ts'
import { REPOSITORY, runCli, startCli, temporaryFolder } from '../support/run-cli.ts'
import { schemaFaults } from '../support/schema-faults.ts'
import { TIDEWATER } from '../support/tidewater.ts'

const RULES = join(REPOSITORY, 'samples/rules')
const MAP = 'fields: [{ path: dst, kind: ip }, { path: name, kind: domain }]\nenvelope: { time: ts }\n'

describe('dryfire generate', () => {
  test('writes telemetry in which exactly the planted events fire, in the order of their times', async () => {
    const written = await runCli(['generate', '-r', RULES, '--events', '400', '--hits', '30', '--seed', '9'])

    const replayed = await runCli(['replay', '-', '-r', RULES, '--json'], { input: written.stdout })
    const summary = JSON.parse(replayed.stdout)
    const times = written.stdout
      .trimEnd()
      .split('\n')
      .map((line): string => JSON.parse(line).properties.Timestamp)
    expect(written.code).toBe(0)
    expect(written.stderr).toContain('400 events as defender-storage, seed 9: 30 to fire, with 30 of 60 IOCs')
    expect(summary.detections.total).toBe(30)
    expect(times.filter((time, i) => time < (times[i - 1] ?? '')).length).toBeLessThanOrEqual(2)
  })

  test('writes a file that is recognised as the format that was asked for', async () => {
    const cwd = temporaryFolder('generate')
    writeFileSync(join(cwd, 'map.yaml'), MAP)

    for (const format of [
      'defender-event-hub',
      'defender-hunting-api',
      'defender-rows',
      'defender-csv',
      'zeek-tsv',
      'zeek-json',
    ]) {
      const { code } = await runCli(['generate', '--format', format, '--events', '60', '-o', format, '-q'], {
        cwd,
      })
      const seen = JSON.parse((await runCli(['classify', format, '--json'], { cwd })).stdout)
      expect([code, seen.format, seen.sample.quarantined]).toEqual([0, format, 0])
    }
    const own = [
      '--field-map',
      'map.yaml',
      '--format',
      'csv',
      '--ioc',
      '203.0.113.9',
      '--hits',
      '2',
      '-o',
      'own.csv',
    ]
    expect((await runCli(['generate', ...own], { cwd })).stderr).toContain('2 to fire, with 1 of 1 IOC')
  })

  test('writes a folder of tests that are green, counts no coverage of them, and writes them anew', async () => {
    const cwd = temporaryFolder('near-misses')
    const words = ['generate', '-r', RULES, '--near-misses', '-o', 'tests/']

    const first = await runCli(words, { cwd })
    const again = await runCli(words, { cwd })
    const tested = JSON.parse((await runCli(['test', 'tests', '-r', RULES, '--json'], { cwd })).stdout)
    const mutated = JSON.parse((await runCli(['mutate', 'tests', '-r', RULES, '--json'], { cwd })).stdout)

    expect(first.stderr).toMatch(
      /^60 tests: 60 of 60 IOCs proven to fire, \d{3} near misses proven silent\n$/,
    )
    expect(again.code).toBe(0)
    expect(readdirSync(join(cwd, 'tests'))).toContain('tidewater-c2.generated.test.yaml')
    expect(tested.totals).toMatchObject({ files: 10, tests: 60, passed: 60 })
    expect(mutated).toMatchObject({ score: 0, tests: { counted: 0, generated: 60 } })
  })

  test('leaves alone what a person wrote', async () => {
    const cwd = temporaryFolder('written')
    writeFileSync(join(cwd, 'a.test.yaml'), 'tests: []\n')

    const { code, stderr } = await runCli(['generate', '-r', RULES, '--near-misses', '-o', 'a.test.yaml'], {
      cwd,
    })

    expect(code).toBe(2)
    expect(stderr).toContain('a.test.yaml is there and does not say generated: true')
    expect(readFileSync(join(cwd, 'a.test.yaml'), 'utf8')).toBe('tests: []\n')
  })

  test('ends with 2 and says what was meant when words do not go together', async () => {
    const cases: readonly (readonly [readonly string[], string])[] = [
      [['--hits', '3'], '--hits needs rules'],
      [['--hits', '3', '--events', '2', '-r', RULES], '--hits 3 are more than --events 2'],
      [['--format', 'json'], 'the format json has no fields of its own'],
      [['--seed', 'x'], '--seed needs a whole number from 0 to 4294967295, found "x"'],
      [['--near-misses'], '--near-misses needs rules'],
      [['--near-misses', '-r', RULES, '--events', '3'], '--events is for telemetry'],
      [['--near-misses', '-r', RULES, '-o', 'nowhere/below/'], 'nowhere/below/'],
      [['--as-of', 'now'], 'as-of now'],
      [
        ['-r', RULES, '-o', join(RULES, 'network.rules.yaml')],
        'is one of the logs, rules or other files to read',
      ],
    ]

    for (const [words, message] of cases) {
      const { code, stderr } = await runCli(['generate', ...words], { cwd: temporaryFolder('words') })
      expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
    }
  })

  test('stops in silence when its reader has seen enough', async () => {
    const child = startCli(['generate', '--events', '100000000'])

    const code = await new Promise((done) => {
      child.on('exit', done)
      child.stdout?.once('data', () => child.stdout?.destroy())
    })

    expect(code).toBe(0)
  })
})

const TESTS = `table: DeviceNetworkEvents
tests:
  - name: a staging host fires
    events: [{ RemoteUrl: a.c2.example }]
    fires: [c2]
`

/** A folder with rules and a test, under git. */
function project(tests: string): string {
  const cwd = temporaryFolder('mutate')
  mkdirSync(join(cwd, 'r'))
  writeFileSync(join(cwd, 'r/a.rules.yaml'), TIDEWATER)
  writeFileSync(join(cwd, 'r/a.test.yaml'), tests)
  const git = (...words: readonly string[]): void => {
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t.test', ...words], {
      cwd,
      stdio: 'ignore',
    })
  }
  git('init', '-q')
  git('add', '.')
  git('commit', '-q', '-m', 'a')
  return cwd
}

describe('dryfire mutate', () => {
  test('prints score and survivors as JSON that fits its schema, the same for the same seed', async () => {
    const words = ['mutate', 'samples/rules', '--json', '--sample', '50', '--seed', '3']

    const first = JSON.parse((await runCli(words)).stdout)
    const second = JSON.parse((await runCli(words)).stdout)

    expect(schemaFaults(first, MUTATION_SCHEMA)).toEqual([])
    expect(first.mutants).toMatchObject({ possible: 173, evaluated: 50 })
    expect({ ...second, timing: null }).toEqual({ ...first, timing: null })
  })

  test('ends with 1 below the least score, and when a test fails', async () => {
    const under = await runCli(['mutate', 'r', '--fail-under', '99'], { cwd: project(TESTS) })
    const above = await runCli(['mutate', 'r', '--fail-under', '1'], { cwd: project(TESTS) })
    const failing = await runCli(['mutate', 'r'], { cwd: project(TESTS.replace('a.c2', 'c2')) })

    expect([under.code, above.code, failing.code]).toEqual([1, 0, 1])
    expect(under.stderr).toMatch(/^dryfire: [\d.]+ % is under --fail-under 99\n$/)
    expect(above.stdout).toContain('No test notices')
    expect(failing.stderr).toContain('1 test fails; dryfire test says why')
  })

  test('tries only what differs from a commit where that is asked for', async () => {
    const cwd = project(TESTS)
    const words = ['mutate', 'r', '--json', '--since', 'HEAD']

    const nothing = JSON.parse((await runCli(words, { cwd })).stdout)
    writeFileSync(join(cwd, 'r/a.test.yaml'), `${TESTS}# changed\n`)
    const named = JSON.parse((await runCli(words, { cwd })).stdout)
    writeFileSync(join(cwd, 'r/a.rules.yaml'), `${TIDEWATER}# changed\n`)
    const all = JSON.parse((await runCli(words, { cwd })).stdout)

    expect(nothing).toMatchObject({ score: null, mutants: { possible: 0 } })
    expect(
      named.byDefinition.map(({ definitionName }: { readonly definitionName: string }) => definitionName),
    ).toEqual(['c2'])
    expect(all.mutants.possible).toBeGreaterThan(named.mutants.possible)
  })

  test('ends with 2 where there is no test, and with 3 where a test has a mistake', async () => {
    const cwd = temporaryFolder('no-tests')
    writeFileSync(join(cwd, 'a.rules.yaml'), TIDEWATER)

    const none = await runCli(['mutate', '.'], { cwd })
    const wrong = await runCli(['mutate', 'r'], { cwd: project(TESTS.replace('fires:', 'fire:')) })

    expect([none.code, wrong.code]).toEqual([2, 3])
    expect(none.stderr).toContain('no test in .')
    expect(wrong.stderr).toContain('Did you mean fires?')
  })
})
