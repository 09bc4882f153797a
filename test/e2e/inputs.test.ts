import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { ReplaySummary } from '../../src/model/replay-summary.ts'
import { type CliResult, runCli, temporaryFolder } from '../support/run-cli.ts'
import { networkEvent, ruleFile } from '../support/small-logs.ts'

const folder = temporaryFolder('inputs')
const rules = join(folder, 'a.rules.json')
writeFileSync(rules, ruleFile([{ Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.c2.example' }]))
const hit = (reportId: number): string =>
  `${networkEvent({ ReportId: reportId, RemoteUrl: 'x.c2.example' })}\n`

function place(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

async function replayJson(
  logs: readonly string[],
  words: readonly string[] = [],
  input: string | Uint8Array = '',
): Promise<CliResult & { readonly summary: ReplaySummary }> {
  const result = await runCli(['replay', ...logs, '-r', rules, '--json', ...words], { input })
  expect(result.stderr).not.toContain('    at ')
  return { ...result, summary: JSON.parse(result.stdout) }
}

test('C04 inputs of 0 bytes, only newlines and only blanks are read without a word', async () => {
  for (const [name, content] of [
    ['empty', ''],
    ['newlines', '\n\n\r\n'],
    ['blanks', '   \t '],
  ] as const) {
    const { code, summary, stderr } = await replayJson([place(`${name}.ndjson`, content)])

    expect({ name, code, records: summary.input.records, stderr }).toEqual({
      name,
      code: 0,
      records: 0,
      stderr: '',
    })
  }
})

test('C04 more leading blanks than a head holds hide no format, in a file and on standard input', async () => {
  const blanks = ' \n\r\t'.repeat(50_000)
  const allBlank = await replayJson([place('blank-pages.ndjson', blanks)])
  const file = await replayJson([place('late.ndjson', blanks + hit(1))])
  const packed = await replayJson([place('late.ndjson.gz', gzipSync(blanks + hit(1)))])
  const stream = await replayJson(['-'], [], blanks + hit(1))

  expect([allBlank.code, allBlank.summary.input.records, allBlank.stderr]).toEqual([0, 0, ''])
  for (const { code, summary } of [file, packed, stream])
    expect([code, summary.detections.total, summary.input.quarantined]).toEqual([0, 1, 0])
})

test('C05 a last line without newline is matched like any other', async () => {
  const { code, summary } = await replayJson([place('c05.ndjson', hit(1) + hit(2).trimEnd())])

  expect([code, summary.detections.total]).toEqual([0, 2])
})

test('C07 a line of many times the cap is quarantined by its byte range and its neighbours match', async () => {
  const giant = `{"a":"${'x'.repeat(5_000_000)}"}\n`
  const { code, summary } = await replayJson(
    [place('c07.ndjson', hit(1) + giant + hit(2))],
    ['--max-record', '64KiB'],
  )

  expect(code).toBe(4)
  expect(summary.detections.total).toBe(2)
  expect(summary.input.quarantine).toMatchObject([
    { record: 2, line: 2, byteOffset: hit(1).length, bytes: giant.length - 1 },
  ])
})

test('C14 members of a gzip file are read on, also when its name does not say so', async () => {
  const members = Buffer.concat([gzipSync(hit(1)), gzipSync(hit(2))])
  const { code, summary } = await replayJson([place('c14.log', members)])

  expect([code, summary.detections.total, summary.input.files[0]?.compression]).toEqual([0, 2, 'gzip'])
})

test('C14 a truncated gzip member keeps what came before it and ends with exit 4', async () => {
  const lines = Array.from({ length: 2000 }, (_, i) => hit(i)).join('')
  const cut = gzipSync(lines).subarray(0, -200)
  const { code, summary } = await replayJson([place('c14-cut.gz', cut)])

  expect(code).toBe(4)
  expect(summary.detections.total).toBeGreaterThan(100)
  expect(summary.input.problems[0]?.message).toContain('cut off')
})

test('C14 garbage behind a gzip member is a warning', async () => {
  const { code, summary } = await replayJson([
    place('c14-tail.gz', Buffer.concat([gzipSync(hit(1)), Buffer.from('garbage')])),
  ])

  expect([code, summary.detections.total]).toEqual([0, 1])
  expect(summary.input.problems).toMatchObject([{ severity: 'warning' }])
})

test('all frames of a zstd file are read', async () => {
  const frames = Buffer.concat([zstdCompressSync(hit(1)), zstdCompressSync(hit(2)), zstdCompressSync(hit(3))])
  const { code, summary } = await replayJson([place('z.ndjson', frames)])

  expect([code, summary.detections.total, summary.input.files[0]?.compression]).toEqual([0, 3, 'zstd'])
})

test('standard input is read as -, plain and compressed', async () => {
  const plain = await replayJson(['-'], [], hit(1))
  const packed = await replayJson(['-'], [], gzipSync(hit(1) + hit(2)))

  expect([plain.summary.detections.total, packed.summary.detections.total]).toEqual([1, 2])
  expect(plain.summary.input.files[0]?.source).toBe('-')
})

test('C20 folders and FIFOs are read; missing, unreadable files and devices are named and the others go on', async () => {
  const logs = join(folder, 'c20')
  mkdirSync(logs)
  writeFileSync(join(logs, 'a.ndjson'), hit(1))
  const fifo = join(folder, 'c20.fifo')
  execFileSync('mkfifo', [fifo])
  const feeder = startFeeding(fifo, hit(2))

  const { code, summary } = await replayJson([logs, fifo, '/dev/zero', join(folder, 'missing.ndjson')])
  await feeder

  expect(code).toBe(4)
  expect(summary.detections.total).toBe(2)
  expect(summary.input.problems.map((problem) => problem.source)).toEqual([
    '/dev/zero',
    join(folder, 'missing.ndjson'),
  ])
})

/** Writes into a FIFO from another process, since opening one waits for its reader. */
function startFeeding(fifo: string, content: string): Promise<void> {
  return new Promise((done) => {
    const shell = spawn('sh', ['-c', 'cat > "$1"', 'sh', fifo], { stdio: ['pipe', 'ignore', 'ignore'] })
    shell.stdin.end(content)
    shell.on('close', () => done())
  })
}

test('UTF-16 is refused with the name of the encoding', async () => {
  const { code, summary } = await replayJson([place('u16.ndjson', Buffer.from(`\uFEFF${hit(1)}`, 'utf16le'))])

  expect(code).toBe(4)
  expect(summary.input.problems[0]?.message).toContain('UTF-16')
})

test('an output that is one of the inputs is refused before anything is written', async () => {
  const log = place('i04.ndjson', hit(1))
  const result = await runCli(['replay', log, '-r', rules, '--detections', log])

  expect(result.code).toBe(2)
  expect(result.stderr).toContain('one of the logs')
})

test('two streams on standard output are refused', async () => {
  const log = place('two.ndjson', hit(1))

  for (const words of [
    ['--detections', '-', '--alerts', '-'],
    ['--detections', '-', '--json'],
  ])
    expect((await runCli(['replay', log, '-r', rules, ...words])).code).toBe(2)
})

test('I05 unknown options and commands end with exit 2, a suggestion and no stack', async () => {
  for (const words of [
    ['replay', 'x', '--workrs', '1'],
    ['repaly'],
    ['replay', 'x', '-r'],
    ['replay', 'x', '--workers=abc', '-r', rules],
  ]) {
    const result = await runCli(words)

    expect(result.code).toBe(2)
    expect(result.stderr).not.toContain('    at ')
  }
  expect((await runCli(['replay', 'x', '--workrs', '1'])).stderr).toContain('--workers')
})

test('E06 more workers than make sense are capped with a warning', async () => {
  const log = place('e06.ndjson', hit(1))
  const result = await runCli(['replay', log, '-r', rules, '--workers', '1000', '--json'])

  expect(result.code).toBe(0)
  expect(result.stderr).toContain('capped at 64')
})

test('a bad rule stops the run with exit 3 and nothing is replayed', async () => {
  const bad = join(folder, 'bad.rules.json')
  writeFileSync(bad, ruleFile([{ Type: 'Sha1', Value: 'abc' }]))
  const result = await runCli(['replay', place('r3.ndjson', hit(1)), '-r', bad, '--json'])

  expect([result.code, result.stdout]).toEqual([3, ''])
  expect(result.stderr).toMatch(/bad\.rules\.json:1:\d+ IOC\d+/)
})

test('H14 --json prints pure JSON while warnings go to stderr', async () => {
  const log = place('h14.ndjson', hit(1))
  const result = await runCli(['replay', log, '-r', rules, '--workers', '100', '--json'])

  expect(() => JSON.parse(result.stdout)).not.toThrow()
  expect(result.stderr).toContain('warning')
})

test('D14 a kernel that is not there falls back with a warning, to the same result', async () => {
  const log = place('d14.ndjson', hit(1) + hit(2))
  const asked = await runCli(['replay', log, '-r', rules, '--json', '--kernel', 'wasm'], {
    nodeOptions: ['--jitless'], // without a compiler there is no WebAssembly
  })
  const plain = await runCli(['replay', log, '-r', rules, '--json'])

  const { timing, ...summary } = JSON.parse(asked.stdout)
  const { timing: _, ...expected } = JSON.parse(plain.stdout)
  expect(asked.stderr).toContain('warning: this machine has no WebAssembly')
  expect(timing).toMatchObject({
    kernel: 'portable',
    kernelNote: 'this machine has no WebAssembly with vectors and shared memory',
  })
  expect(summary).toEqual(expected)
})
