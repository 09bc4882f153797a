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

/** A run that has begun to write is well under way this much later. */
const UNDER_WAY_MS = 300

/**
 * Starts a replay, sends signals a while after it began to write its detections to `output`, however long it took to start, and
 * measures how long it takes to end.
 */
function stopAmid(signals: readonly NodeJS.Signals[], workers: string, output: string): Promise<Stopped> {
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
      '--workers',
      workers,
      '--detections',
      output,
    ])
    let stdout = ''
    let stderr = ''
    let sentAt = 0
    child.stdout?.on('data', (chunk) => (stdout += String(chunk)))
    child.stderr?.on('data', (chunk) => (stderr += String(chunk)))
    const send = (): void => {
      sentAt = performance.now()
      for (const signal of signals) child.kill(signal)
    }
    const watch = setInterval(() => {
      if (!existsSync(`${output}.partial`)) return
      clearInterval(watch)
      setTimeout(send, UNDER_WAY_MS)
    }, 10)
    child.on('close', (code) => {
      clearInterval(watch)
      done({ code, milliseconds: performance.now() - sentAt, stdout, stderr })
    })
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
      const stopped = await stopAmid([signal], workers, output)

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
  const stopped = await stopAmid(['SIGINT', 'SIGINT'], '2', join(folder, 'twice.ndjson'))

  expect(stopped.code).toBe(130)
  expect(stopped.milliseconds).toBeLessThan(500)
})

test('E09 a killed replay leaves no final file, and the next run gives the full result', async () => {
  const output = join(folder, 'killed.ndjson')

  const killed = await stopAmid(['SIGKILL'], '2', output)

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
