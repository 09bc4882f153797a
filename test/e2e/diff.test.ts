import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Detection } from '../../src/model/detection.ts'
import type { DetectionChange, RuleDiff } from '../../src/model/rule-diff.ts'
import { CHANGE_SCHEMA, RULE_DIFF_SCHEMA } from '../../src/report/diff-schema.ts'
import { changedSampleRules } from '../support/changed-samples.ts'
import { type Rehearsal, startRehearsal } from '../support/rehearsal.ts'
import type { CliResult } from '../support/run-cli.ts'
import { REPOSITORY, runCli, startCli, temporaryFolder } from '../support/run-cli.ts'
import { schemaFaults } from '../support/schema-faults.ts'
import { networkEvent, ruleFile } from '../support/small-logs.ts'

const SAMPLES = join(REPOSITORY, 'samples/rules')
const TELEMETRY = join(REPOSITORY, 'samples/telemetry')
const folder = temporaryFolder('diff')
const repository = join(folder, 'repository')
let changed = ''

beforeAll(() => {
  changed = changedSampleRules()
  mkdirSync(repository)
  const git = (...words: readonly string[]): void =>
    void execFileSync('git', words, {
      cwd: repository,
      env: {
        ...process.env,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_AUTHOR_NAME: 'a',
        GIT_AUTHOR_EMAIL: 'a@example.com',
        GIT_COMMITTER_NAME: 'a',
        GIT_COMMITTER_EMAIL: 'a@example.com',
      },
    })
  git('init', '-q', '-b', 'main')
  cpSync(SAMPLES, join(repository, 'rules'), { recursive: true })
  git('add', '.')
  git('commit', '-q', '-m', 'rules')
  git('tag', 'before')
  rmSync(join(repository, 'rules'), { recursive: true })
  cpSync(changed, join(repository, 'rules'), { recursive: true })
  git('add', '.')
  git('commit', '-q', '-m', 'change')
})

afterAll(() => rmSync(folder, { recursive: true }))

function diff(words: readonly string[], cwd: string = repository): Promise<CliResult> {
  return runCli(['diff', ...words], { cwd })
}

function parsed({ stdout }: CliResult): RuleDiff {
  return JSON.parse(stdout)
}

function linesOf<Line>(text: string): readonly Line[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Line => JSON.parse(line))
}

/** Everything but the names of the sides and the time it took. */
function withoutNames({ a, b, behaviour, ...rest }: RuleDiff): unknown {
  return {
    ...rest,
    a: { ...a, reference: '' },
    b: { ...b, reference: '' },
    behaviour: behaviour === null ? null : { ...behaviour, timing: null },
  }
}

test('two commits, a commit and a folder, and two folders differ alike', async () => {
  const results = await Promise.all(
    [
      ['git:before:rules', 'git:main:rules'],
      ['git:before:rules', 'rules'],
      ['git:before', 'git:main'],
      [SAMPLES, changed],
    ].map((sides) => diff([...sides, TELEMETRY, '--json'])),
  )

  const [first, ...others] = results.map((result) => withoutNames(parsed(result)))
  for (const result of results) {
    expect(result).toMatchObject({ code: 0, stderr: '' })
    expect(schemaFaults(parsed(result), RULE_DIFF_SCHEMA)).toEqual([])
  }
  for (const other of others) expect(other).toEqual(first)
  expect(first).toMatchObject({
    structure: { definitions: { added: 1, changed: 1 }, iocs: { added: 3, removed: 2, changed: 1 } },
    behaviour: {
      alerts: { before: 21, after: 25, gained: 4, lost: 0, relabelled: 2 },
      detections: { before: 334, after: 328, gained: 6, lost: 12, relabelled: 30 },
    },
  })
})

test('a diff is the same with and without workers, and its changes are the set difference of two replays', async () => {
  const detections = async (rules: string): Promise<ReadonlySet<string>> => {
    const { stdout } = await runCli(['replay', TELEMETRY, '-r', rules, '--detections', '-'], {
      cwd: repository,
    })
    return new Set(linesOf<Detection>(stdout).map(keyOf))
  }
  const before = await detections('git:before:rules')
  const after = await detections('rules')
  const outputs = ['0.ndjson', '2.ndjson'].map((name) => join(folder, name))
  const results = await Promise.all(
    outputs.map((output, i) =>
      diff([
        'git:before:rules',
        'rules',
        TELEMETRY,
        '--json',
        '--workers',
        String(i * 2),
        '--changes',
        output,
      ]),
    ),
  )

  const [alone, pooled] = results.map((result) => withoutNames(parsed(result)))
  const [lines = '', pooledLines] = outputs.map((output) => readFileSync(output, 'utf8'))
  const changes = linesOf<DetectionChange>(lines)
  const keysOf = (kind: string): readonly string[] =>
    changes.filter(({ change }) => change === kind).map(keyOf)
  expect(pooled).toEqual(alone)
  expect(pooledLines).toBe(lines)
  expect(keysOf('gained').toSorted()).toEqual([...after].filter((key) => !before.has(key)).toSorted())
  expect(keysOf('lost').toSorted()).toEqual([...before].filter((key) => !after.has(key)).toSorted())
  expect(keysOf('relabelled')).toHaveLength(30)
  expect(changes.flatMap((change) => schemaFaults(change, CHANGE_SCHEMA))).toEqual([])
})

test('an image stands for the rules it was compiled from', async () => {
  const image = join(folder, 'before.dfx')
  await runCli(['compile', SAMPLES, '-o', image])

  const same = await diff([image, SAMPLES, '--fail-on', 'changes'])
  const other = parsed(await diff([image, changed, TELEMETRY, '--json']))

  expect(same).toMatchObject({ code: 0, stdout: expect.stringContaining('The rules are the same.') })
  expect(other.structure).toMatchObject({
    comparedAs: 'compiled',
    iocs: { added: 2, removed: 2, changed: 1 },
  })
  expect(other.behaviour?.detections).toMatchObject({ before: 334, after: 328, gained: 6, lost: 12 })
})

test("an image's own word on hash fragments holds for the other side", async () => {
  const rules = join(folder, 'fragments.rules.json')
  const image = join(folder, 'fragments.dfx')
  writeFileSync(rules, ruleFile([{ Type: 'DomainName', Value: 'c2.example' }]))
  await runCli(['compile', rules, '-o', image, '--non-equals-hash', 'reject'])

  const fragments = join(folder, 'more-fragments.rules.json')
  writeFileSync(fragments, ruleFile([{ Type: 'Sha1', DetectionFunction: 'StartWith', Value: 'abcdef' }]))

  const same = await diff([rules, image, '--fail-on', 'changes'])
  const rejected = await diff([image, fragments])
  const rejectedFirst = await diff([fragments, image])
  const refused = await diff([rules, image, '--non-equals-hash', 'allow'])

  expect(same.code).toBe(0)
  expect([rejected.code, rejectedFirst.code]).toEqual([3, 3])
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('--non-equals-hash reject') })
})

test('a tenant that rules were applied to does not differ from them', async () => {
  const rehearsal: Rehearsal = await startRehearsal()
  try {
    await rehearsal.run(['plan', '-r', SAMPLES, '-o', 'plan.json'])
    await rehearsal.run(['apply', 'plan.json'])

    const same = await rehearsal.run(['diff', SAMPLES, 'tenant:', TELEMETRY, '--fail-on', 'changes'])
    const other = await rehearsal.run(['diff', 'tenant:', changed, '--fail-on', 'changes'])

    expect(same).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing fires differently') })
    expect(other).toMatchObject({ code: 1, stdout: expect.stringContaining('+ night-shift') })
  } finally {
    await rehearsal.stop()
  }
})

test.each([
  [['--fail-on', 'gained'], 1],
  [['--fail-on', 'gained>5'], 1],
  [['--fail-on', 'gained>6'], 0],
  [['--fail-on', 'lost>11', 'changes'], 1],
  [['--fail-on', 'lost>12', '--definition', 'night-shift'], 0],
  [['--definition', 'night-shift', '--fail-on', 'lost'], 0],
])('the gates %j end the diff with %i', async (words, code) => {
  const result = await diff(['git:before:rules', 'rules', TELEMETRY, '--quiet', ...words])

  expect(result).toMatchObject({ code, stdout: '' })
})

test.each([
  [['rules'], 'missing required argument'],
  [['rules', 'rules', '--fail-on', 'gained'], '--fail-on gained needs logs'],
  [['rules', 'rules', '--changes', 'x.ndjson'], '--changes needs logs'],
  [['rules', 'rules', '--json', '--format', 'markdown'], 'two formats'],
  [['rules', 'rules', '--format', 'html'], 'html'],
  [['rules', 'rules', TELEMETRY, '--definition', 'none-such'], 'no alert definition "none-such"'],
  [['rules', 'rules', TELEMETRY, '--changes', '-', '--format', 'markdown'], 'two outputs'],
  [['rules', 'git:nowhere:rules'], 'git cannot read'],
  [['rules', 'git:nowhere'], 'git cannot read'],
  [['rules', 'git:'], 'names no commit'],
  [['rules', 'rules', TELEMETRY, '--changes', 'rules/network.rules.yaml'], 'one of the logs, rules'],
  [['rules', 'rules', TELEMETRY, '--fail-on', 'blind'], '--fail-on does not know'],
])('the words %j are a usage error', async (words, message) => {
  const result = await diff(words)

  expect(result).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) })
})

test('tenant without its colon is a path, and the fix says what was meant', async () => {
  const result = await diff(['tenant', 'rules'])

  expect(result).toMatchObject({ code: 3, stdout: '' })
  expect(result.stderr).toContain('fix: write tenant: for what the configured tenant holds')
})

test('rules that are refused on either side end the diff with 3 and their place', async () => {
  const broken = join(folder, 'broken.rules.json')
  writeFileSync(broken, ruleFile([{ Type: 'IpAddress', Value: '010.0.0.1' }]))

  for (const sides of [
    [broken, SAMPLES],
    [SAMPLES, broken],
  ]) {
    const result = await diff(sides)
    expect(result.code).toBe(3)
    expect(result.stderr).toMatch(/broken\.rules\.json:1:\d+/)
  }
})

test('a log with broken records is compared as far as it goes and named: exit 4, or 1 where a gate trips', async () => {
  const log = join(folder, 'broken.ndjson')
  const quarantine = join(folder, 'quarantine.ndjson')
  const rules = join(folder, 'c2.rules.json')
  writeFileSync(log, `${networkEvent({ RemoteUrl: 'x.c2.example' })}\nnot a record\n`)
  writeFileSync(rules, ruleFile([{ Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.c2.example' }]))

  const result = await diff([SAMPLES, rules, log, '--quarantine', quarantine])
  const gated = await diff([SAMPLES, rules, log, '--fail-on', 'gained'])
  const missing = await diff([SAMPLES, rules, join(folder, 'none.ndjson')])

  expect(result).toMatchObject({ code: 4, stdout: expect.stringContaining('Quarantined (1)') })
  expect(result.stdout).toContain('Alerts 0 → 1: 1 gained')
  expect(linesOf(readFileSync(quarantine, 'utf8'))).toHaveLength(1)
  expect(gated.code).toBe(1)
  expect(missing.code).toBe(4)
})

test('standard input is a log, and the changes can be standard output', async () => {
  const rules = join(folder, 'stdin.rules.json')
  writeFileSync(rules, ruleFile([{ Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.c2.example' }]))

  const { code, stdout, stderr } = await runCli(['diff', SAMPLES, rules, '-', '--changes', '-'], {
    input: `${networkEvent({ RemoteUrl: 'x.c2.example' })}\n`,
  })

  expect(code).toBe(0)
  expect(linesOf(stdout)).toMatchObject([{ change: 'gained', definition: { Name: 'c2-lab', before: null } }])
  expect(stderr).toContain('1 gained')
})

test('hostile texts of logs and rules reach no output as they stand', async () => {
  const log = join(folder, 'hostile.ndjson')
  const rules = join(folder, 'hostile.rules.json')
  const evil = '\u001b[31m\u202e\u0007`|<script>@all'
  const event = {
    RemoteUrl: 'http://x.c2.example/',
    DeviceName: `${evil}\n## x`,
    ActionType: evil,
    DeviceId: evil,
  }
  writeFileSync(log, `${networkEvent(event)}\n`)
  writeFileSync(
    rules,
    ruleFile([{ Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.c2.example' }], {
      Name: '`|<script>@all',
      Title: '</summary> [x](javascript:y) | `',
    }),
  )

  for (const format of ['text', 'markdown', 'json']) {
    const { code, stdout, stderr } = await diff([SAMPLES, rules, log, '--format', format])
    expect(code).toBe(0)
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
    if (format === 'markdown') expect(stdout).not.toMatch(/<script>|^## x/m)
  }
})

test('a signal stops a diff with a result marked partial, and its changes are left as partial', async () => {
  const log = join(folder, 'big.ndjson')
  const changes = join(folder, 'stopped.ndjson')
  const rules = join(folder, 'big.rules.json')
  writeFileSync(rules, ruleFile([{ Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.c2.example' }]))
  const block = Array.from({ length: 1000 }, (_, i) =>
    networkEvent({ ReportId: i, RemoteUrl: i % 100 === 0 ? 'x.c2.example' : 'good.example' }),
  ).join('\n')
  writeFileSync(log, `${Array.from({ length: 500 }, () => block).join('\n')}\n`)

  const words = [
    'diff',
    SAMPLES,
    rules,
    log,
    '--json',
    '--kernel',
    'off',
    '--dedupe',
    'off',
    '--changes',
    changes,
  ]
  const stopped = await new Promise<{ readonly code: number | null; readonly stdout: string }>((done) => {
    const child = startCli([...words, '--workers', '0'])
    let stdout = ''
    child.stdout?.on('data', (chunk) => (stdout += String(chunk)))
    // The output is opened just before signals are watched for.
    const timer = setInterval(() => {
      if (!readdirSync(folder).some((name) => name.startsWith('stopped.ndjson'))) return
      clearInterval(timer)
      setTimeout(() => child.kill('SIGINT'), 300)
    }, 50)
    child.on('close', (code) => {
      clearInterval(timer)
      done({ code, stdout })
    })
  })

  expect(stopped.code).toBe(130)
  expect(JSON.parse(stopped.stdout)).toMatchObject({ behaviour: { partial: true } })
  expect(existsSync(changes)).toBe(false)
  expect(existsSync(`${changes}.partial`)).toBe(true)
})

function keyOf({
  event,
  definition,
}: {
  readonly event: Detection['event']
  readonly definition: { readonly Name: string }
}): string {
  return `${event.source} ${event.record} ${definition.Name}`
}
