import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { HARNESS_REPORT_SCHEMA } from '../../src/report/harness-schema.ts'
import { runCli, startCli, temporaryFolder } from '../support/run-cli.ts'
import { sarifFaults } from '../support/sarif-check.ts'
import { schemaFaults } from '../support/schema-faults.ts'
import { readTap } from '../support/tap-check.ts'
import { TIDEWATER } from '../support/tidewater.ts'
import { readXml } from '../support/xml-check.ts'

const PASSING = `table: DeviceNetworkEvents
tests:
  - name: a staging host fires
    events: [{ RemoteUrl: a.c2.example }]
    fires: [c2]
`
const FAILING = `table: DeviceNetworkEvents
tests:
  - name: the parent fires
    events: [{ RemoteUrl: c2.example }]
    fires: [c2]
  - name: another fires
    events: [{ RemoteUrl: other.example }]
    fires: [c2]
`

const MORE = TIDEWATER.replaceAll(/Name: (\w+)/g, 'Name: more-$1')

/** Makes a folder a repository, and gives what runs git there. */
function repository(cwd: string): (...words: readonly string[]) => void {
  const git = (...words: readonly string[]): void =>
    void execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.example', ...words], { cwd })
  git('init', '-q', '-b', 'main')
  return git
}

/** Files of the tests that a run chose. */
async function filesRun(cwd: string, words: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await runCli(['test', '--changed', 'HEAD', '--json', ...words], { cwd })
  return JSON.parse(stdout).tests.map(({ file }: { readonly file: string }) => file)
}

/** A folder with these files. */
function project(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = temporaryFolder('rule-tests')
  for (const [name, contents] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), contents)
  }
  return folder
}

describe('dryfire test', () => {
  test('ends with 0 when all tests pass, for every definition of the samples', async () => {
    const { code, stdout } = await runCli(['test', 'samples/rules', '--json'])
    const report = JSON.parse(stdout)

    expect(code).toBe(0)
    expect(schemaFaults(report, HARNESS_REPORT_SCHEMA)).toEqual([])
    expect(report.totals).toMatchObject({ files: 7, failed: 0, skipped: 0 })
    expect(report.totals.passed).toBeGreaterThanOrEqual(24)
  })

  test('ends with 1 when a test fails, and shows what was expected, what happened and the nearest miss', async () => {
    const cwd = project({ 'r/a.rules.yaml': TIDEWATER, 'r/a.test.yaml': FAILING })

    const { code, stdout } = await runCli(['test', 'r'], { cwd })

    expect(code).toBe(1)
    expect(stdout).toContain('FAIL r/a.test.yaml:3:11 the parent fires')
    expect(stdout).toContain('expected  at least 1 detection of c2')
    expect(stdout).toContain('EndWith .c2.example needs a label before the dot')
    expect(stdout).toContain('2 tests in 1 file: 2 failed, 0 passed')
  })

  test('ends with 3 and runs nothing when a file has a mistake, and shows those of all files at once', async () => {
    const cwd = project({
      'r/a.rules.yaml': TIDEWATER,
      'r/a.test.yaml': PASSING.replace('fires:', 'fire:'),
      'r/b.test.yaml': PASSING.replace('[c2]', '[c3]'),
      'r/c.test.yaml': 'tests: []\n',
    })

    const { code, stdout, stderr } = await runCli(['test', 'r'], { cwd })

    expect(code).toBe(3)
    expect(stdout).toBe('')
    expect(stderr).toContain('r/a.test.yaml:5:5 RULE014 error')
    expect(stderr).toContain('fix: Did you mean fires?')
    expect(stderr).toContain('r/c.test.yaml:1:8 TEST001 error')
  })

  test('writes mistakes into the reports that programs read, and ends with 3 all the same', async () => {
    const cwd = project({ 'r/a.rules.yaml': TIDEWATER, 'r/a.test.yaml': PASSING.replace('fires:', 'fire:') })

    const { code, stdout } = await runCli(['test', 'r', '--json', '--reporter', 'junit=j.xml'], { cwd })

    expect(code).toBe(3)
    expect(JSON.parse(stdout)).toMatchObject({
      findings: [{ code: 'RULE014' }],
      tests: [],
    })
    expect(readXml(readFileSync(join(cwd, 'j.xml'), 'utf8')).attributes.get('errors')).toBe('1')
  })

  test('refuses a FIFO by the name of a test without waiting for it', async () => {
    const cwd = project({ 'a.rules.yaml': TIDEWATER })
    execFileSync('mkfifo', [join(cwd, 'a.test.yaml')])

    const { code, stderr } = await runCli(['test', 'a.test.yaml'], { cwd })

    expect(code).toBe(3)
    expect(stderr).toContain('is a FIFO, which is not read')
  })

  test('explains the first twenty failed tests and says of the others in one sentence what comes nearest', async () => {
    const one = (i: number): string =>
      `  - { name: t${i}, table: DeviceNetworkEvents, events: [{ RemoteUrl: beacom.test }], fires: [c2] }\n`
    const cwd = project({
      'a.rules.yaml': TIDEWATER,
      'a.test.yaml': `tests:\n${Array.from({ length: 22 }, (_, i) => one(i)).join('')}`,
    })

    const { code, stdout } = await runCli(['test', '.'], { cwd })

    expect(code).toBe(1)
    expect(stdout.match(/nearest miss/g)).toHaveLength(20)
    expect(stdout.match(/nearest +the event in line \d+: DomainName Equals beacon.test/g)).toHaveLength(2)
  })

  test('ends with 3 when a test names a definition that is not there, with the name that is meant', async () => {
    const cwd = project({ 'a.rules.yaml': TIDEWATER, 'a.test.yaml': PASSING.replace('[c2]', '[loder]') })

    const { code, stderr } = await runCli(['test', 'a.test.yaml'], { cwd })

    expect(code).toBe(3)
    expect(stderr).toContain('a.test.yaml:5:13 TEST008 error: the rules hold no alert definition "loder"')
    expect(stderr).toContain('fix: Did you mean loader?')
  })

  test('ends with 3 when the rules have mistakes, and names them once', async () => {
    const inline = `${TIDEWATER}    tests:
      - { name: a, table: DeviceNetworkEvents, events: [{ RemoteUrl: beacon.test }], silent: true }
`
    const cwd = project({ 'r/a.rules.yaml': inline.replace('High', 'Hig'), 'r/a.test.yaml': PASSING })

    const { code, stderr } = await runCli(['test', 'r'], { cwd })

    expect(code).toBe(3)
    expect(stderr.match(/DEF004/g)).toHaveLength(1)
  })

  test('runs tests under definitions against the whole set', async () => {
    const inline = `${TIDEWATER}    tests:
      - name: it fires not
        table: DeviceNetworkEvents
        events: [{ RemoteUrl: beacon.test }]
        silent: true
        detections: 1
`
    const other = `${inline.slice(inline.indexOf('    tests:'))}        strict: true\n`
    const cwd = project({
      'r/a.rules.yaml': inline
        .replace('  - Name: loader', `${other}  - Name: loader`)
        .replace('silent: true', 'fires: 1'),
    })

    const { code, stdout } = await runCli(['test', 'r', '--reporter', 'tap'], { cwd })

    expect({ code, stdout }).toMatchObject({ code: 0 })
    expect(readTap(stdout).map(({ description }) => description)).toEqual([
      'r/a.rules.yaml: c2: it fires not',
      'r/a.rules.yaml: off: it fires not',
    ])
  })

  test('reads logs beside the test, compressed too, and none outside', async () => {
    const log = '{"TableName":"DeviceNetworkEvents","DeviceName":"a","RemoteUrl":"a.c2.example"}\n'
    const outside = temporaryFolder('outside')
    writeFileSync(join(outside, 'secret.ndjson'), log)
    const body = (path: string): string => `tests: [{ name: a, logs: [${path}], fires: [c2] }]\n`
    const cwd = project({
      'r/a.rules.yaml': TIDEWATER,
      'r/logs/a.ndjson.gz': gzipSync(log),
      'a.test.yaml': body('r/logs/a.ndjson.gz'),
      'r/b.test.yaml': body(`../../${outside.split('/').at(-1)}/secret.ndjson`),
      'r/c.test.yaml': body('link.ndjson'),
    })
    symlinkSync(join(outside, 'secret.ndjson'), join(cwd, 'r/link.ndjson'))

    const good = await runCli(['test', 'a.test.yaml', '-r', 'r'], { cwd })
    const bad = await runCli(['test', 'r'], { cwd })

    expect(good).toMatchObject({ code: 0 })
    expect(bad.code).toBe(3)
    expect(bad.stderr.match(/TEST011/g)).toHaveLength(2)
  })

  test('takes the rules that a test names, below the working folder only', async () => {
    const own = `rules: [../r]\n${PASSING}`
    const cwd = project({ 'r/a.rules.yaml': TIDEWATER, 't/a.test.yaml': own, 'u/a.test.yaml': PASSING })

    const named = await runCli(['test', 't'], { cwd })
    const inside = await runCli(['test', '.'], { cwd: join(cwd, 't') })
    const none = await runCli(['test', '.'], { cwd: join(cwd, 'u') })

    expect(named).toMatchObject({ code: 0 })
    expect(inside.stderr).toContain('a.test.yaml:1:9 TEST015 error: the rules do not exist, or lie outside')
    expect(none.stderr).toContain('TEST015 error: no rule file lies beside the test')
    expect([inside.code, none.code]).toEqual([3, 3])
  })

  test('takes the rules that are named beside the tests, files and folders alike', async () => {
    const [first = '', second = ''] = TIDEWATER.split('  - Name: loader')
    const cwd = project({
      'r/a.rules.yaml': first,
      'r/b.rules.yaml': `alertDefinitions:\n  - Name: loader${second}`,
      't/a.test.yaml': PASSING.replace('fires: [c2]', 'fires: [c2]\n    silent: [loader]'),
    })

    const folder = await runCli(['test', 'r', 't'], { cwd })
    const files = await runCli(['test', 'r/a.rules.yaml', 'r/b.rules.yaml', 't/a.test.yaml'], { cwd })
    const glob = await runCli(['test', 'r/*', 't/*'], { cwd })
    const one = await runCli(['test', 'r/a.rules.yaml', 't'], { cwd })

    expect([folder.code, files.code, glob.code, one.code]).toEqual([0, 0, 0, 3])
    expect(one.stderr).toContain('TEST008')
  })

  test('leaves out an image that lies beside the rules, and refuses one that is named', async () => {
    const cwd = project({ 'a.rules.yaml': TIDEWATER, 'a.test.yaml': PASSING })
    await runCli(['compile', 'a.rules.yaml', '-o', 'rules.dfx'], { cwd })

    const beside = await runCli(['test'], { cwd })
    const named = await runCli(['lint', 'a.rules.yaml', 'rules.dfx'], { cwd })

    expect(beside).toMatchObject({ code: 0, stdout: expect.stringContaining('1 passed') })
    expect(beside.stderr).toContain('RULE000 warning: ./rules.dfx is a compiled image and is left out')
    expect(named).toMatchObject({ code: 2, stdout: '' })
  })

  test('takes a compiled image for the rules, with the same result and without their places', async () => {
    const cwd = project({ 'r/a.rules.yaml': TIDEWATER, 't/a.test.yaml': FAILING, 't/b.test.yaml': PASSING })
    await runCli(['compile', 'r', '-o', 'rules.dfx'], { cwd })
    const of = async (...words: readonly string[]): Promise<unknown> => {
      const { code, stdout } = await runCli([...words, '--json'], { cwd })
      const { timing: _, tests = [], ...report } = JSON.parse(stdout)
      return { code, ...report, tests: tests.length ?? tests }
    }

    for (const verb of ['test', 'coverage'])
      expect(await of(verb, 't', '-r', 'rules.dfx')).toEqual(await of(verb, 't', '-r', 'r'))
    const failed = await runCli(['test', 't', '-r', 'rules.dfx'], { cwd })
    const mutants = await runCli(['mutate', 't/b.test.yaml', '-r', 'rules.dfx', '--json'], { cwd })
    const again = await runCli(['mutate', 't/b.test.yaml', '-r', 'r', '--json'], { cwd })
    const checked = await runCli(['check', 't', '-r', 'rules.dfx'], { cwd })

    expect(failed.stdout).toContain('EndWith .c2.example needs a label before the dot')
    expect(JSON.parse(mutants.stdout).mutants).toEqual(JSON.parse(again.stdout).mutants)
    expect(JSON.parse(mutants.stdout).survivors[0]).toMatchObject({ place: null })
    expect(checked).toMatchObject({ code: 2, stdout: '' })
    expect(checked.stderr).toContain('rules.dfx is a compiled image')
  })

  test('refuses an image that is damaged, with 3, whatever asks for it', async () => {
    const cwd = project({ 'a.rules.yaml': TIDEWATER, 'a.test.yaml': PASSING })
    await runCli(['compile', 'a.rules.yaml', '-o', 'rules.dfx'], { cwd })
    const bytes = readFileSync(join(cwd, 'rules.dfx'))
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    writeFileSync(join(cwd, 'rules.dfx'), bytes)

    for (const words of [['test', 'a.test.yaml'], ['generate'], ['check-laws']]) {
      const { code, stderr } = await runCli([...words, '-r', 'rules.dfx'], { cwd })
      expect(code).toBe(3)
      expect(stderr).toContain('rules.dfx@')
    }
  })

  test('refuses the wall clock, wherever it is asked for', async () => {
    const cwd = project({ 'a.rules.yaml': TIDEWATER, 'a.test.yaml': `options: { as-of: now }\n${PASSING}` })

    const inTest = await runCli(['test', 'a.test.yaml'], { cwd })
    const inFlag = await runCli(['test', 'a.test.yaml', '--as-of', 'now'], { cwd })

    expect(inTest.code).toBe(3)
    expect(inTest.stderr).toContain('TEST016')
    expect(inFlag.code).toBe(2)
  })
})

describe('the choice of tests', () => {
  test('--filter takes a part of a file or a name, and refuses one that nothing has', async () => {
    const cwd = project({ 'a.rules.yaml': TIDEWATER, 'a.test.yaml': FAILING, 'b.test.yaml': PASSING })

    const some = await runCli(['test', '.', '--filter', 'STAGING'], { cwd })
    const none = await runCli(['test', '.', '--filter', 'stagging'], { cwd })

    expect(some).toMatchObject({ code: 0 })
    expect(some.stdout).toContain('1 test in 1 file: 1 passed')
    expect(none.code).toBe(2)
  })

  test('--bail stops at the first failure and says that the run is not whole', async () => {
    const cwd = project({ 'a.rules.yaml': TIDEWATER, 'a.test.yaml': FAILING })

    const { code, stdout } = await runCli(['test', '.', '--bail', '--json'], { cwd })

    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ partial: true, totals: { tests: 1, failed: 1 } })
  })

  test('--changed runs the tests that depend on a changed file', async () => {
    const cwd = project({
      'a/a.rules.yaml': TIDEWATER,
      'a/a.test.yaml': PASSING,
      'b/b.rules.yaml': TIDEWATER,
      'b/b.test.yaml': PASSING,
    })
    const git = repository(cwd)
    git('add', '.')
    git('commit', '-qm', 'a')
    const files = async (...words: readonly string[]): Promise<readonly string[]> => {
      const { stdout } = await runCli(['test', 'a', 'b', '--changed', 'HEAD', '--json', ...words], { cwd })
      return JSON.parse(stdout).tests.map(({ file }: { readonly file: string }) => file)
    }

    const before = await files()
    writeFileSync(join(cwd, 'b/b.rules.yaml'), `${TIDEWATER}# changed\n`)
    const rulesChanged = await files()
    writeFileSync(join(cwd, 'a/new.test.yaml'), PASSING)
    const testAdded = await files()
    git('add', '.')
    git('commit', '-qm', 'b')
    writeFileSync(join(cwd, 'a/more.rules.yaml'), MORE)
    git('add', '.')
    git('commit', '-qm', 'c')
    rmSync(join(cwd, 'a/more.rules.yaml'))
    const rulesDeleted = await files()
    const bad = await runCli(['test', 'a', '--changed', '--output=x'], { cwd })

    expect(before).toEqual([])
    expect(rulesChanged).toEqual(['b/b.test.yaml'])
    expect(testAdded).toEqual(['a/new.test.yaml', 'b/b.test.yaml'])
    expect(rulesDeleted).toEqual(['a/a.test.yaml', 'a/new.test.yaml'])
    expect(bad.code).toBe(2)
  })

  test('--changed sees lists of IOCs, renames and names with blanks and quotes', async () => {
    const listed = `${TIDEWATER}    iocFiles: [a list.csv]\n`
    const cwd = project({
      "it's ü/a b.rules.yaml": listed,
      "it's ü/a list.csv":
        'Type,DetectionFunction,Value\nSha1,Equals,8311e8b377736fb93b18b15372355f3f26c4cd29\n',
      "it's ü/a b.test.yaml": PASSING,
      'b/b.rules.yaml': MORE.replaceAll('more-', ''),
      'b/b.test.yaml': PASSING,
    })
    const git = repository(cwd)
    git('add', '.')
    git('commit', '-qm', 'a')
    const words = ["it's ü", 'b']

    git('mv', 'b/b.test.yaml', 'b/renamed.test.yaml')
    const renamed = await filesRun(cwd, words)
    git('reset', '-q', '--hard')
    git('mv', 'b/b.rules.yaml', 'b/renamed.rules.yaml')
    const rulesRenamed = await filesRun(cwd, words)
    git('reset', '-q', '--hard')
    writeFileSync(join(cwd, "it's ü/a list.csv"), 'Type,Value\nMd5,8311e8b377736fb93b18b15372355f3f\n')
    const listChanged = await filesRun(cwd, words)

    expect(renamed).toEqual(['b/renamed.test.yaml'])
    expect(rulesRenamed).toEqual(['b/b.test.yaml'])
    expect(listChanged).toEqual(["it's ü/a b.test.yaml"])
  })

  test('--changed runs everything when the configuration or a field map changed, from a folder below too', async () => {
    const cwd = project({
      'dryfire.config.yaml': 'field-map: map.yaml\n',
      'map.yaml': 'name: mine\nfields:\n  - { path: RemoteUrl, kind: url, role: remote }\n',
      'r/a.rules.yaml': TIDEWATER,
      'r/a.test.yaml': PASSING,
    })
    const git = repository(cwd)
    git('add', '.')
    git('commit', '-qm', 'a')
    const below = join(cwd, 'r')

    const before = await filesRun(below, ['.'])
    writeFileSync(
      join(cwd, 'map.yaml'),
      'name: yours\nfields:\n  - { path: RemoteUrl, kind: url, role: remote }\n',
    )
    const mapChanged = await filesRun(below, ['.'])
    git('reset', '-q', '--hard')
    writeFileSync(join(cwd, 'dryfire.config.yaml'), 'field-map: map.yaml\ngroup-window: 12h\n')
    const configChanged = await filesRun(below, ['.'])
    rmSync(join(cwd, 'dryfire.config.yaml'))
    const configDeleted = await filesRun(below, ['.'])

    expect([before, mapChanged, configChanged, configDeleted]).toEqual([
      [],
      ['./a.test.yaml'],
      ['./a.test.yaml'],
      ['./a.test.yaml'],
    ])
  })

  test('--changed sees a rule file deleted that a glob named', async () => {
    const cwd = project({ 'r/a.rules.yaml': TIDEWATER, 'r/b.rules.yaml': MORE, 't/a.test.yaml': PASSING })
    const git = repository(cwd)
    git('add', '.')
    git('commit', '-qm', 'a')

    rmSync(join(cwd, 'r/b.rules.yaml'))

    expect(await filesRun(cwd, ['t', '-r', 'r/*.yaml'])).toEqual(['t/a.test.yaml'])
  })

  test('a folder without any test is refused', async () => {
    const cwd = project({ 'a.rules.yaml': TIDEWATER })

    const { code, stderr } = await runCli(['test', '.'], { cwd })

    expect(code).toBe(2)
    expect(stderr).toContain('no test in .')
  })
})

test('--update writes what fired and runs again; a second run changes nothing', async () => {
  const cwd = project({ 'a.rules.yaml': TIDEWATER, 'a.test.yaml': FAILING, 'b.test.yaml': PASSING })

  const first = await runCli(['test', '.', '--update'], { cwd })
  const text = readFileSync(join(cwd, 'a.test.yaml'), 'utf8')
  const second = await runCli(['test', '.', '--update'], { cwd })

  expect(first).toMatchObject({ code: 0, stderr: 'updated ./a.test.yaml\n' })
  expect(text.match(/strict: true/g)).toHaveLength(2)
  expect(second).toMatchObject({ code: 0, stderr: '' })
  expect(readFileSync(join(cwd, 'b.test.yaml'), 'utf8')).toBe(PASSING)
})

test('several reporters write at once, and every file is valid', async () => {
  const cwd = project({ 'a.rules.yaml': TIDEWATER, 'a.test.yaml': FAILING, 'b.test.yaml': PASSING })

  const specs = [
    'tap',
    'junit=j.xml',
    'sarif=s.sarif',
    'markdown=m.md',
    'github=g.txt',
    'json=j.json',
    'text=t.txt',
  ]
  const { code, stdout } = await runCli(['test', '.', '--reporter', ...specs], { cwd })
  const read = (name: string): string => readFileSync(join(cwd, name), 'utf8')

  expect(code).toBe(1)
  expect(readTap(stdout).map(({ isOk }) => isOk)).toEqual([false, false, true])
  expect(readXml(read('j.xml')).attributes.get('failures')).toBe('2')
  expect(sarifFaults(JSON.parse(read('s.sarif')))).toEqual([])
  expect(schemaFaults(JSON.parse(read('j.json')), HARNESS_REPORT_SCHEMA)).toEqual([])
  expect(read('m.md')).toContain('| 3 | 1 | 2 | 0 | 0 | 0 |')
  expect(read('g.txt')).toContain('::error file=a.test.yaml,line=5')
  expect(read('t.txt')).toContain('3 tests in 2 files: 2 failed, 1 passed')
})

test.each([
  [['--reporter', 'xml'], 'there is no reporter "xml"'],
  [['--reporter', 'tap', 'json'], 'two reports on standard output'],
  [['--reporter', 'junit=a.rules.yaml'], 'is one of the logs, rules or other files to read'],
  [['--reporter', 'junit=x', 'tap=x'], 'is also what'],
])('the reporters %j are refused before anything is written', async (words, message) => {
  const cwd = project({ 'a.rules.yaml': TIDEWATER, 'a.test.yaml': PASSING })

  const { code, stderr } = await runCli(['test', '.', ...words], { cwd })

  expect(code).toBe(2)
  expect(stderr).toContain(message)
  expect(existsSync(join(cwd, 'x'))).toBe(false)
})

test('--watch runs again when a file changes, waits for mistakes to be mended, and ends with Ctrl-C', async () => {
  const cwd = project({ 'a.rules.yaml': TIDEWATER, 'a.test.yaml': PASSING })
  const child = startCli(['test', '.', '--watch'], { cwd })
  let seen = ''
  child.stdout?.on('data', (chunk: Buffer) => (seen += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (seen += chunk.toString()))
  const ended = new Promise<number | null>((done) => child.on('close', (code) => done(code)))
  const until = async (text: string, times: number): Promise<void> => {
    for (let i = 0; i < 400 && seen.split(text).length - 1 < times; i += 1) await wait(50)
    expect(seen.split(text).length - 1).toBeGreaterThanOrEqual(times)
  }

  await until('Waiting for a change', 1)
  writeFileSync(join(cwd, 'a.test.yaml'), `${PASSING}# more\n`.replace('a.c2', 'c2'))
  await until('1 failed', 1)
  await until('Waiting for a change', 2)
  writeFileSync(join(cwd, 'a.test.yaml'), 'tests: []\n')
  await until('TEST001', 1)
  await until('Waiting for a change', 3)
  rmSync(join(cwd, 'a.test.yaml'))
  await until('no test in .', 1)
  await until('Waiting for a change', 4)
  writeFileSync(join(cwd, 'b.test.yaml'), PASSING)
  await until('1 passed', 2)
  await until('Waiting for a change', 5)
  child.kill('SIGINT')

  expect(await ended).toBe(130)
})
