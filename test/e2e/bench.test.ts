import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { BENCH_SCHEMA } from '../../src/report/bench-schema.ts'
import { runCli, startCli, temporaryFolder } from '../support/run-cli.ts'
import type { CliResult } from '../support/run-cli.ts'
import { schemaFaults } from '../support/schema-faults.ts'
import { networkEvent, ruleFile } from '../support/small-logs.ts'

const folder = temporaryFolder('bench')
afterAll(() => rmSync(folder, { recursive: true }))

const SAMPLES = ['bench', 'samples/telemetry', '-r', 'samples/rules', '--seconds', '1']

function parsed(result: CliResult): Record<string, unknown> {
  const value: unknown = JSON.parse(result.stdout)
  if (!isRecord(value)) throw new Error('no object')
  return value
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function keysOf(rows: unknown): readonly unknown[] {
  return Array.isArray(rows) ? rows.map((row) => (isRecord(row) ? row['key'] : null)) : []
}

test('bench on the samples counts what a replay counts and measures every row', async () => {
  const result = await runCli([...SAMPLES, '--json', '--workers', '2'])

  expect(result.stderr).not.toContain('dryfire:')
  expect(result.code).toBe(0)
  const report = parsed(result)
  expect(schemaFaults(report, BENCH_SCHEMA)).toEqual([])
  expect(report).toMatchObject({
    rules: { definitions: 11, indicators: { read: 64, compiled: 60, duplicate: 1, disabled: 3 } },
    logs: { isGenerated: false, files: 10, records: 2534, detections: 334, isCut: false },
    kernel: 'wasm',
    partial: false,
    comparison: null,
    slowPath: { sampledRecords: 2534, isWhole: true },
    quotas: [
      { quota: 'definitions', used: 11, limit: 1000, isAssumed: true },
      { quota: 'indicators', used: 64, limit: 15_000, isAssumed: true },
      { quota: 'nonEqualsIndicators', used: 19, limit: 1000, isAssumed: true },
    ],
  })
  expect(keysOf(report['compile'])).toEqual(['read-rules', 'compile', 'open-image'])
  expect(keysOf(report['throughput'])).toEqual(['one-core', 'workers-2'])
  expect(keysOf(report['scale'])).toEqual(['rules-0.1', 'rules-0.5', 'one-core', 'rules-2'])
  expect(report['scale']).toMatchObject([
    { indicators: 6 },
    { indicators: 31 },
    { indicators: 60 },
    { indicators: 121 },
  ])
  expect(Number(report['rounds'])).toBeGreaterThanOrEqual(3)
})

test('a compiled image, no threads, and quotas that are given are measured as such', async () => {
  const image = join(folder, 'rules.dfx')
  await runCli(['compile', 'samples/rules', '-o', image])

  const flags = '--seconds 1 --json --workers 0 --kernel off --quota indicators=10'.split(' ')
  const result = await runCli(['bench', 'samples/telemetry', '-r', image, ...flags])

  expect(result.code).toBe(0)
  const report = parsed(result)
  expect(schemaFaults(report, BENCH_SCHEMA)).toEqual([])
  expect(keysOf(report['compile'])).toEqual(['compile', 'open-image'])
  expect(keysOf(report['throughput'])).toEqual(['one-core'])
  expect(report).toMatchObject({ kernel: 'off', slowPath: { records: 2534, indicators: [] } })
  expect(report['quotas']).toMatchObject([
    { used: 11, isLeast: false },
    { used: 64, limit: 10, isLeast: false, isAssumed: false },
    { used: 18, isLeast: true, isAssumed: true }, // one more is disabled
  ])
})

test('without logs bench makes some up, with hits of the rules, and leaves none behind', async () => {
  const result = await runCli(
    ['bench', '-r', 'samples/rules', '--seconds', '1', '--events', '2000', '--json'],
    {
      env: { TMPDIR: folder },
    },
  )

  expect(result.code).toBe(0)
  expect(parsed(result)).toMatchObject({
    logs: { isGenerated: true, files: 1, records: 2000, detections: 2 },
  })
  expect(readdirSync(folder).filter((name) => name.startsWith('dryfire-bench-'))).toEqual([])
})

test('a saved report is compared with, and one of other rules, another machine or no report is refused', async () => {
  const saved = join(folder, 'before.json')
  const first = await runCli([...SAMPLES, '--save', saved, '-q'])
  expect(first).toMatchObject({ code: 0, stdout: '' })
  const text = readFileSync(saved, 'utf8')
  expect(schemaFaults(JSON.parse(text), BENCH_SCHEMA)).toEqual([])

  const second = await runCli([...SAMPLES, '--compare', saved])
  expect(second.code).toBe(0)
  expect(second.stdout).toContain(`Compared with ${saved}`)
  expect(second.stdout).toMatch(/double the rules .* (?:better|worse|within the spread|too few samples)\n/)

  const rules = join(folder, 'a.rules.json')
  writeFileSync(rules, ruleFile([{ Type: 'DomainName', Value: 'a.example' }]))
  const elsewhere = join(folder, 'elsewhere.json')
  writeFileSync(elsewhere, text.replace(/"cpu":"[^"]*"/, '"cpu":"\\u001b[31mOther"'))
  const log = join(folder, 'other.ndjson')
  writeFileSync(log, `${networkEvent({ RemoteUrl: 'a.example' })}\n`)
  for (const [words, message] of [
    [['bench', log, '-r', rules, '--compare', saved], 'was measured with other rules'],
    [[...SAMPLES, '--compare', elsewhere], 'was measured on another machine'],
    [
      ['bench', log, '-r', 'samples/rules', '--seconds', '1', '--compare', saved],
      'was measured over other logs',
    ],
    [[...SAMPLES, '--compare', rules], 'holds no report of dryfire bench'],
    [[...SAMPLES, '--compare', join(folder, 'none.json')], 'none.json'],
  ] as const) {
    const refused = await runCli([...words])

    expect({ code: refused.code, stderr: refused.stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining(message),
    })
    expect(refused.stderr).not.toContain('\u001b')
    expect(refused.stdout).toBe('')
  }
})

test.each([
  [['bench', '-', '-r', 'samples/rules'], 'standard input can be read only once'],
  [['bench', 'samples/telemetry'], 'no rules given'],
  [['bench', 'samples/telemetry', '-r', 'samples/rules', '--seconds', '0'], '--seconds needs a whole number'],
  [
    ['bench', 'samples/telemetry', '-r', 'samples/rules', '--events', '5'],
    '--events is for logs that are made up',
  ],
  [['bench', 'samples/rules', '-r', 'samples/rules', '--save', 'samples/rules/network.rules.yaml'], '--save'],
  [['bench', 'nowhere.ndjson', '-r', 'samples/rules'], 'the logs hold no record'],
] as const)('words that cannot be meant are refused: %j', async (words, message) => {
  const result = await runCli([...words])

  expect(result).toMatchObject({ code: 2, stdout: '' })
  expect(result.stderr).toContain(message)
})

test('a log that cannot be read is named, and the others are measured', async () => {
  const result = await runCli([
    ...SAMPLES.slice(0, 2),
    join(folder, 'gone.ndjson'),
    ...SAMPLES.slice(2),
    '--json',
  ])

  expect(result.code).toBe(4)
  expect(result.stderr).toContain('gone.ndjson')
  expect(parsed(result)).toMatchObject({ logs: { records: 2534 } })
})

test('a signal ends a bench soon, with its code and without a saved report', async () => {
  const saved = join(folder, 'never.json')
  const child = startCli([
    'bench',
    'samples/telemetry',
    '-r',
    'samples/rules',
    '--seconds',
    '600',
    '--save',
    saved,
  ])
  let stderr = ''
  child.stderr?.on('data', (chunk) => (stderr += String(chunk)))
  await new Promise((done) => setTimeout(done, 2500))
  const sentAt = performance.now()

  child.kill('SIGINT')
  const code = await new Promise((done) => child.once('close', done))

  expect(code).toBe(130)
  expect(performance.now() - sentAt).toBeLessThan(5000)
  expect(stderr).toMatch(/stopped before anything was measured|is not written: the run was stopped/)
  expect(stderr).not.toContain('    at ')
  expect(existsSync(saved)).toBe(false)
})
