import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCli, startCli, temporaryFolder } from '../support/run-cli.ts'
import { networkEvent, ruleFile } from '../support/small-logs.ts'

const folder = temporaryFolder('stopping')
const log = join(folder, 'big.ndjson')
const rules = join(folder, 'a.rules.json')

/** Big enough that no machine finishes it before the signal: kernel off reads every record in full. */
const LINES = 900_000

beforeAll(() => {
  const block = Array.from({ length: 1000 }, (_, i) =>
    networkEvent({ ReportId: i, RemoteUrl: i % 100 === 0 ? 'x.c2.example' : 'good.example' }),
  ).join('\n')
  writeFileSync(log, `${Array.from({ length: LINES / 1000 }, () => block).join('\n')}\n`)
  writeFileSync(rules, ruleFile([{ Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.c2.example' }]))
})

afterAll(() => rmSync(folder, { recursive: true }))

interface Stopped {
  readonly code: number | null
  readonly milliseconds: number
  readonly stdout: string
  readonly stderr: string
}

/** Starts a replay, sends signals after a while, and measures how long it takes to end. */
function stopAfter(
  delayMs: number,
  signals: readonly NodeJS.Signals[],
  words: readonly string[],
): Promise<Stopped> {
  return new Promise((done) => {
    const child = startCli([
      'replay',
      log,
      '-r',
      rules,
      '--kernel',
      'off',
      '--json',
      '--dedupe',
      'off',
      ...words,
    ])
    let stdout = ''
    let stderr = ''
    let sentAt = 0
    child.stdout?.on('data', (chunk) => (stdout += String(chunk)))
    child.stderr?.on('data', (chunk) => (stderr += String(chunk)))
    setTimeout(() => {
      sentAt = performance.now()
      for (const signal of signals) child.kill(signal)
    }, delayMs)
    child.on('close', (code) => done({ code, milliseconds: performance.now() - sentAt, stdout, stderr }))
  })
}

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)(
  'E07 %s stops a replay within a second, with a summary marked partial and exit %i',
  async (signal, code) => {
    for (const workers of ['0', '2']) {
      const output = join(folder, `${signal}-${workers}.ndjson`)
      const stopped = await stopAfter(600, [signal], ['--workers', workers, '--detections', output])

      expect(stopped.code).toBe(code)
      expect(stopped.milliseconds).toBeLessThan(1000)
      expect(JSON.parse(stopped.stdout)).toMatchObject({ partial: true })
      expect(stopped.stderr).not.toContain('    at ')
      expect(existsSync(output)).toBe(false)
      expect(existsSync(`${output}.partial`)).toBe(true)
    }
  },
)

test('E08 a second signal ends the process at once', async () => {
  const stopped = await stopAfter(600, ['SIGINT', 'SIGINT'], ['--workers', '2'])

  expect(stopped.code).toBe(130)
  expect(stopped.milliseconds).toBeLessThan(500)
})

test('E09 a killed replay leaves no final file, and the next run gives the full result', async () => {
  const output = join(folder, 'killed.ndjson')
  const words = ['--workers', '2', '--detections', output]

  const killed = await stopAfter(700, ['SIGKILL'], words)

  expect(killed.code).toBeNull()
  expect(existsSync(output)).toBe(false)

  const full = await runCli(['replay', log, '-r', rules, '--json', '--dedupe', 'off', '--detections', output])
  expect(full.code).toBe(0)
  expect(JSON.parse(full.stdout)).toMatchObject({ partial: false, detections: { total: LINES / 100 } })
  expect(readFileSync(output, 'utf8').trimEnd().split('\n')).toHaveLength(LINES / 100)
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([])
})

/** Runs a command whose standard output is closed after the first bytes, or at once. */
function unread(
  words: readonly string[],
): Promise<{ readonly code: number | null; readonly stderr: string }> {
  return new Promise((done) => {
    const child = startCli(words)
    let stderr = ''
    child.stderr?.on('data', (chunk) => (stderr += String(chunk)))
    child.stdout?.once('data', () => child.stdout?.destroy())
    child.on('close', (code) => done({ code, stderr }))
  })
}

const STREAMED = ['--detections', '-', '--dedupe', 'off', '--workers', '0']

test('C19 a reader that closes early ends the replay quietly', async () => {
  const result = await unread(['replay', log, '-r', rules, ...STREAMED])

  expect(result).toEqual({ code: 0, stderr: '' })
})

test('a gate counts although the reader closed early', async () => {
  const gate = ['--fail-on', 'alerts>0', '--quiet']

  const result = await unread(['replay', log, '-r', rules, ...STREAMED, ...gate])

  expect(result).toEqual({ code: 1, stderr: 'dryfire: --fail-on alerts>0 holds\n' })
})
