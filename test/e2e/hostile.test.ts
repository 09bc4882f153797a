import { execFileSync, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { compileRules } from '../../src/engine/compile-rules.ts'
import type { ReplaySummary } from '../../src/model/replay-summary.ts'
import { replay } from '../../src/replay/replay.ts'
import { parseRules } from '../../src/rules/parse-rules.ts'
import {
  type CliOptions,
  type CliResult,
  LAUNCHER,
  runCli,
  startCli,
  temporaryFolder,
} from '../support/run-cli.ts'
import { networkEvent, ruleFile } from '../support/small-logs.ts'

const folder = temporaryFolder('hostile')
const C2 = { Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.c2.example' }
const rules = place('a.rules.json', ruleFile([C2]))
const log = place('log.ndjson', `${networkEvent({ RemoteUrl: 'x.c2.example' })}\n`)

function place(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  return path
}

/** Every C0 but tab and newline, DEL and C1: none of them may reach a terminal. */
// oxlint-disable-next-line no-control-regex
const RAW_CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/

/** Runs a command line that is to be refused or obeyed in words: no stack, no internal error, no control characters. */
async function hostile(words: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const result = await runCli(words, { cwd: folder, ...options })
  expect(result.stdout + result.stderr).not.toMatch(RAW_CONTROL)
  expect(result.stderr).not.toMatch(/ {4}at |internal error/)
  return result
}

test('a list that rules name and that is absent, a folder or a link out of the folder is refused at its place', async () => {
  mkdirSync(join(folder, 'lists/sub'), { recursive: true })
  symlinkSync('/etc/hostname', join(folder, 'lists/out.csv'))

  for (const name of ['absent.csv', 'sub', 'out.csv', '../a.csv', '/etc/passwd']) {
    const path = place('lists/a.rules.json', ruleFile([], { iocFiles: [name] }))
    const { code, stderr } = await hostile(['lint', path])

    expect([name, code]).toEqual([name, 3])
    expect(stderr).toMatch(/a\.rules\.json:1:\d+ CSV00[12] error/)
    expect(stderr).toContain('fix:')
  }
})

test('D08 D09 an image that is cut, altered or none is refused by its name and byte', async () => {
  const image = join(folder, 'good.dfx')
  await hostile(['compile', rules, '-o', image])
  const bytes = execFileSync('cat', [image])
  const altered = Uint8Array.from(bytes, (byte, i) => (i === bytes.length >> 1 ? byte ^ 1 : byte))
  const damaged = [
    bytes.subarray(0, 100),
    bytes.subarray(0, 0),
    altered,
    Buffer.from('alertDefinitions:\n'.repeat(99)),
  ]

  for (const content of damaged) {
    const { code, stderr } = await hostile(['replay', log, '-r', place('bad.dfx', content)])

    expect(code).toBe(3)
    expect(stderr).toMatch(/bad\.dfx@\d+: expected/)
    expect(stderr).toContain('fix: compile the rules again')
  }
})

test('a value of --ioc that is none is refused in words about the value, not about a file', async () => {
  for (const value of [
    '',
    '  ',
    'hxxp://evil[.]example/a',
    '1.2.3.4:80',
    '1.2.3.4/24',
    'zz zz',
    '\u001b[2Jx',
    '\u202eab',
  ]) {
    const { code, stderr } = await hostile(['replay', log, `--ioc=${value}`])

    expect([value, code]).toEqual([value, 3])
    expect(stderr).toMatch(/^IOC\d+ error: --ioc: /)
    expect(stderr).not.toMatch(/alertDefinitions|Set Type/)
  }
})

test('a rule file given twice is read once with a warning', async () => {
  const { code, stderr } = await hostile(['replay', log, '-r', rules, '-r', folder + '/./a.rules.json'])

  expect(code).toBe(0)
  expect(stderr).toContain('is read once')
})

test('lint shows the line of a finding, in a rule file and in a list', async () => {
  place('lint/l.csv', 'Type,Value\nDomainName,a.example\nDomainName,com\n')
  const path = place(
    'lint/a.rules.json',
    ruleFile([{ Type: 'DomainName', Value: 'localhost' }], { iocFiles: ['l.csv'] }),
  )
  const { stdout } = await hostile(['lint', path])

  expect(stdout).toContain('3 | DomainName,com')
  expect(stdout).toContain('"localhost"')
})

test('rules of a commit are read from the root of the repository, and what git cannot give is said in words', async () => {
  const repository = join(folder, 'repository')
  place('repository/my rules/a.rules.json', ruleFile([], { iocFiles: ['l.csv'] }))
  place('repository/my rules/l.csv', 'Type,Value\nDomainName,x.c2.example\n')
  place('repository/deep/below.txt', '')
  const git = (...words: readonly string[]): void =>
    void execFileSync('git', words, { cwd: repository, stdio: 'ignore' })
  git('init', '-q')
  git('add', '-A')
  git('-c', 'user.email=a@example.com', '-c', 'user.name=a', 'commit', '-qm', 'a')
  const replayed = (reference: string, options: CliOptions = {}): Promise<CliResult> =>
    hostile(['replay', log, '--json', '-r', reference], { cwd: join(repository, 'deep'), ...options })

  for (const reference of ['git:HEAD:my rules', 'git:HEAD:', 'git:HEAD'])
    expect([reference, (await replayed(reference)).code]).toEqual([reference, 0])
  for (const reference of [
    'git:none:x',
    'git:--help:x',
    'git:',
    'git:none',
    'git:HEAD:none',
    'git:HEAD:../x',
    'git:\u001b[31m:x',
  ]) {
    const { code, stderr } = await replayed(reference)

    expect([reference, code]).toEqual([reference, 2])
    expect(stderr).toContain('fix:')
  }
  expect((await replayed('git:HEAD:x', { env: { PATH: '/none' } })).stderr).toContain('no program git')
})

test('outputs that would overwrite each other or what is read are refused before anything is written', async () => {
  const output = join(folder, 'same.ndjson')
  const before = readFileSync(rules, 'utf8')

  for (const words of [
    ['--detections', output, '--alerts', output],
    ['--detections', output, '--alerts', `${folder}/./same.ndjson`],
    ['--detections', output, '--alerts', `${output}.partial`],
    ['--detections', output, '--quarantine', output],
    ['--detections', rules],
    ['--quarantine', log],
    ['--alerts', ''],
    ['--quarantine', '-', '--json'],
  ]) {
    const { code, stderr } = await hostile(['replay', log, '-r', rules, ...words])

    expect([words, code]).toEqual([words, 2])
    expect(stderr).toContain('fix:')
  }
  expect((await hostile(['compile', rules, '-o', rules])).code).toBe(2)
  expect((await hostile(['compile', rules, '-o', '-'])).code).toBe(2)
  expect(readFileSync(rules, 'utf8')).toBe(before)
  expect(readdirSync(folder).filter((name) => name.startsWith('same.'))).toEqual([])
})

test('I01 an output that is a folder, a link, a device, too long or in no folder is refused', async () => {
  symlinkSync(join(folder, 'target'), join(folder, 'link.ndjson'))

  for (const target of [folder, 'link.ndjson', '/dev/full', 'none/x', 'n'.repeat(300)]) {
    const { code, stderr } = await hostile(['replay', log, '-r', rules, '--detections', target])

    expect([target, code]).toEqual([target, 2])
    expect(stderr).toContain('cannot write')
  }
})

test('E10 standard output on a full device ends with exit 7 and words', async (context) => {
  if (!existsSync('/dev/full')) context.skip('there is no /dev/full here')
  const full = openSync('/dev/full', 'w')

  for (const words of [[], ['--json'], ['--detections', '-']]) {
    const { status, stderr } = spawnSync(process.execPath, [LAUNCHER, 'replay', log, '-r', rules, ...words], {
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    })

    expect([words, status]).toEqual([words, 7])
    expect(stderr).toContain('dryfire: cannot write to standard output: no space left on the device\n')
    expect(stderr).not.toContain('    at ')
  }
})

test('a folder on standard input is refused and not taken for an empty log', () => {
  const stdin = openSync(folder, 'r')
  const { status, stdout } = spawnSync(process.execPath, [LAUNCHER, 'replay', '-', '-r', rules], {
    stdio: [stdin, 'pipe', 'pipe'],
    encoding: 'utf8',
  })

  expect(status).toBe(4)
  expect(stdout).toContain('is a folder')
})

test('an empty text names no file, least of all the working folder', async () => {
  for (const words of [
    ['', '-r', rules],
    [log, '--rules='],
  ]) {
    const { code, stdout, stderr } = await hostile(['replay', ...words])

    expect([3, 4]).toContain(code)
    expect(stdout + stderr).toContain('an empty text names no file')
  }
})

test('a configuration that cannot be read or understood is refused with its place', async () => {
  const refused: readonly (readonly [string, string | Uint8Array, string])[] = [
    ['proto', '__proto__: { a: 1 }\n', 'dryfire.config.yaml:1:1 unknown option "__proto__"'],
    ['constructor', 'constructor: { prototype: { x: 1 } }\n', 'unknown option "constructor"'],
    ['list', 'dedupe: off\nfields: [any]\n', 'dryfire.config.yaml:2:9 fields needs a single value'],
    ['alias', 'rules: &a [x]\nioc: *a\n', 'dryfire.config.yaml:2:6 ioc needs a list of texts'],
    ['deep', `rules: ${'['.repeat(50_000)}\n`, 'nested too deep'],
    ['two', 'fields: any\n---\nfields: any\n', 'dryfire.config.yaml:2:1 a second YAML document'],
    ['utf-16', Buffer.from('\ufefffields: any\n', 'utf16le'), 'not UTF-8'],
    ['huge', `#${'x'.repeat(2_000_000)}\n`, 'more than 1048576'],
    ['escape', '"\\e[31m": x\n', 'unknown option "\\x1b[31m"'],
  ]
  for (const [name, text, said] of refused) {
    const cwd = dirname(place(`config/${name}/dryfire.config.yaml`, text))
    const { code, stderr } = await hostile(['replay', log, '-r', rules], { cwd })

    expect([name, code]).toEqual([name, 2])
    expect(stderr).toContain(said)
  }
  expect(Object.keys(Object.prototype)).toEqual([])
})

test('a configuration that is a folder, a FIFO or a broken link is refused and never waited for', async () => {
  for (const make of [
    (path: string) => mkdirSync(path),
    (path: string) => void execFileSync('mkfifo', [path]),
    (path: string) => symlinkSync('dryfire.config.yaml', path),
  ]) {
    const cwd = mkdtempSync(join(folder, 'config-'))
    make(join(cwd, 'dryfire.config.yaml'))
    const { code, stderr } = await hostile(['replay', log, '-r', rules], { cwd })

    expect(code).toBe(2)
    expect(stderr).toContain('dryfire.config.yaml')
  }
})

test('a working folder that was removed is said in words', () => {
  const gone = mkdtempSync(join(folder, 'gone-'))
  const { status, stderr } = spawnSync(
    'sh',
    [
      '-c',
      'cd "$1" && rmdir "$1" && exec "$2" "$3" replay "$4" -r "$5"',
      'sh',
      gone,
      process.execPath,
      LAUNCHER,
      log,
      rules,
    ],
    { encoding: 'utf8' },
  )

  expect(status).toBe(2)
  expect(stderr).toContain('cannot read the working folder')
})

test('words that would silently leave everything out are refused', async () => {
  for (const words of [
    [log, '-r', rules, '--from', '2026-12-01', '--to', '2026-11-01'],
    [log, '-r', rules, '--definition', 'c2-lba'],
    [log, '-r', rules, '--log-format', 'toString'],
    ['-r', rules, log],
    [log, '-r', rules, '--fail-on', 'constructor'],
  ]) {
    const { code, stderr } = await hostile(['replay', ...words])

    expect([words, code]).toEqual([words, 2])
    expect(stderr).toContain('fix:')
  }
  expect((await hostile(['replay', '-r', rules, log])).stderr).toContain('name the logs first')
})

test('E06 workers that are no whole number are refused', async () => {
  for (const workers of ['-1', 'auto', '2.5', '', '1e3', '9999999999'])
    expect([workers, (await hostile(['replay', log, '-r', rules, `--workers=${workers}`])).code]).toEqual([
      workers,
      2,
    ])
})

test('bad words in the environment are refused', async () => {
  for (const name of ['FIELDS', 'WORKERS', 'DEDUPE', 'KERNEL', 'MIN_SEVERITY', 'NON_EQUALS_HASH']) {
    const { code, stderr } = await hostile(['replay', log, '-r', rules], {
      env: { [`DRYFIRE_${name}`]: '\u001b[31m' },
    })

    expect([name, code]).toEqual([name, 2])
    expect(stderr).toContain('\\x1b[31m')
  }
})

test('C15 a bomb is left at --max-ratio with exit 7, and what came before it and the other logs are read', async () => {
  const hit = `${networkEvent({ RemoteUrl: 'x.c2.example' })}\n`
  const blanks = Buffer.alloc(100_000_000, ' ')
  const bombs = [
    place('bomb.gz', Buffer.concat([gzipSync(hit), gzipSync(blanks), gzipSync(blanks)])),
    place(
      'bomb.zst',
      Buffer.concat([zstdCompressSync(hit), zstdCompressSync(blanks), zstdCompressSync(blanks)]),
    ),
  ]
  for (const bomb of bombs)
    for (const workers of ['0', '2']) {
      const words = ['replay', bomb, log, '-r', rules, '--json', '--dedupe', 'off', '--workers', workers]
      const { code, stdout } = await hostile([...words, '--max-ratio', '100'])
      const summary: ReplaySummary = JSON.parse(stdout)

      expect([bomb, workers, code]).toEqual([bomb, workers, 7])
      expect(summary.detections.total).toBe(2)
      expect(summary.input.bytes).toBeLessThan(30_000_000)
      expect(summary.input.problems).toMatchObject([{ source: bomb, severity: 'error' }])
      expect(summary.input.problems[0]?.message).toContain('more than 100 times')
    }
})

test('--max-ratio leaves a log alone that compresses as logs do, and is off when not given', async () => {
  const line = (i: number): string => networkEvent({ ReportId: i, RemoteUrl: `${Math.sin(i)}.example` })
  const plain = place('usual.gz', gzipSync(Array.from({ length: 20_000 }, (_, i) => line(i)).join('\n')))
  const dense = place('dense.gz', gzipSync(Buffer.alloc(20_000_000, '\n')))

  expect((await hostile(['replay', plain, '-r', rules, '--max-ratio', '40'])).code).toBe(0)
  expect((await hostile(['replay', dense, '-r', rules, '--log-format', 'defender-storage'])).code).toBe(0)
  for (const ratio of ['0', '-1', '1.5', 'x', ''])
    expect((await hostile(['replay', log, '-r', rules, `--max-ratio=${ratio}`])).code).toBe(2)
})

test('a bomb on standard input is not decompressed to find its format', async () => {
  const bomb = zstdCompressSync(Buffer.alloc(500_000_000, '\n'))

  expect(
    (await hostile(['classify', '-'], { input: bomb, nodeOptions: ['--max-old-space-size=128'] })).code,
  ).toBe(4)
})

test('C18 a log that is removed before its turn is named and the run goes on', async () => {
  const event = `${networkEvent({ RemoteUrl: 'x.c2.example' })}\n`
  const logs = ['a', 'b', 'c'].map((name) => place(`c18/${name}.ndjson`, event))
  const parsed = parseRules([{ name: 'a.rules.json', bytes: readFileSync(rules) }], {
    readSibling: () => null,
  })
  if (!parsed.ok) throw new Error('the rules are good')
  const { image } = compileRules(parsed.rules, { nonEqualsHash: 'allow', read: parsed.accounting.read })

  const { summary } = await replay(logs, image, {
    workers: 0,
    semantics: { dedupe: 'off' },
    onDetection: () => rmSync(join(folder, 'c18/b.ndjson'), { force: true }),
  })

  expect(summary.detections.total).toBe(2)
  expect(summary.input.problems).toMatchObject([{ source: logs[1], severity: 'error' }])
})

test('C11 keys named like parts of Object.prototype are plain data', async () => {
  const record = networkEvent({ RemoteUrl: 'y.example' }).replace(
    '"properties":{',
    '"__proto__":{"category":"x"},"properties":{"__proto__":{"RemoteUrl":"x.c2.example"},"constructor":{"RemoteUrl":"x.c2.example"},"RemoteUrl":"z.c2.example",',
  )
  const path = place('c11.ndjson', `${record.replace('ws-1.corp.example', '__proto__')}\n`)

  for (const fields of ['mapped', 'any']) {
    const words = [
      'replay',
      path,
      '-r',
      rules,
      '--json',
      '--fields',
      fields,
      '--include',
      '__proto__',
      'constructor',
    ]
    const { code, stdout } = await hostile(words)

    expect([code, JSON.parse(stdout).detections.total]).toEqual([0, 1])
  }
})

test('C10 a first record that is longer than what is looked at for the format is recognised and matched', async () => {
  const keys = Array.from({ length: 700_000 }, (_, i) => `"k${i}":"v${i}",`).join('')
  const path = place(
    'c10.ndjson',
    `${networkEvent({ RemoteUrl: 'x.c2.example' }).replace('"Timestamp"', `${keys}"Timestamp"`)}\n`,
  )
  const { code, stdout } = await hostile(['replay', path, '-r', rules, '--json'])
  const summary: ReplaySummary = JSON.parse(stdout)

  expect([code, summary.input.files[0]?.format, summary.detections.total]).toEqual([0, 'defender-storage', 1])
})

test('H01 H03 H04 no control or hidden character of an event reaches a stream, and JSON gives it back', async () => {
  const evil = 'evil\u001b[2J\u001b]0;t\u0007\u009b31m\r\u202e\u200b\u007f\bGOOD'
  const path = place(
    'a\n\u001b[31m\u202eb.ndjson',
    `${networkEvent({ RemoteUrl: `https://x.c2.example/${evil}`, DeviceName: evil, ActionType: evil, ReportId: evil })}\n`,
  )
  const hidden = /[\u202a-\u202e\u2066-\u2069\u200b-\u200f]/

  for (const words of [[], ['--json'], ['--detections', '-'], ['--alerts', '-']]) {
    const { code, stdout, stderr } = await hostile(['replay', path, '-r', rules, ...words])

    expect(code).toBe(0)
    expect(stdout + stderr).not.toMatch(hidden)
    if (words[0] === '--detections') expect(JSON.parse(stdout).event.deviceName).toBe(evil)
  }
  for (const words of [
    ['classify', path],
    ['explain', `x.c2.example${evil}`, '-r', rules],
  ])
    expect((await hostile(words)).stdout).not.toMatch(hidden)
})

test('a file that opens and cannot be read is named like any other', async (context) => {
  if (!existsSync('/proc/self/mem')) context.skip('there is no /proc here')
  const { code, stdout } = await hostile(['replay', '/proc/self/mem', log, '-r', rules, '--json'])

  expect([code, JSON.parse(stdout).detections.total]).toEqual([4, 1])
})

test('J02 every command works without code from strings and without __proto__', async () => {
  const image = join(folder, 'j02.dfx')
  const nodeOptions = ['--disallow-code-generation-from-strings', '--disable-proto=throw']

  for (const words of [
    ['compile', rules, '-o', image],
    ['replay', log, '-r', image, '--workers', '0', '--json'],
    ['replay', log, '-r', rules, '--workers', '2', '--json'],
    ['explain', 'x.c2.example', '-r', rules],
    ['classify', log],
    ['lint', rules],
  ]) {
    const { code, stdout } = await hostile(words, { nodeOptions })

    expect([words, code]).toEqual([words, 0])
    if (words.includes('--json')) expect(JSON.parse(stdout).detections.total).toBe(1)
  }
})

test('a tripped gate is stronger than unreadable input, a limit than both', async () => {
  const dense = place(
    'limit.gz',
    Buffer.concat([gzipSync(readFileSync(log)), gzipSync(Buffer.alloc(20_000_000, '\n'))]),
  )
  const gate = ['replay', log, dense, 'absent.ndjson', '-r', rules, '--fail-on', 'alerts>0']

  expect((await hostile(gate)).code).toBe(1)
  expect((await hostile(['replay', log, 'absent.ndjson', '-r', rules, '--fail-on', 'alerts>5'])).code).toBe(4)
  expect((await hostile([...gate, '--max-ratio', '9'])).code).toBe(7)
})

test('E07 a signal ends a replay that waits for a stream nobody writes to', async () => {
  const fifo = join(folder, 'nobody.fifo')
  execFileSync('mkfifo', [fifo])

  await Promise.all(
    (
      [
        [fifo, 'SIGINT', 130],
        ['-', 'SIGTERM', 143],
      ] as const
    ).map(async ([source, signal, code]) => {
      const child = startCli(['replay', log, source, '-r', rules, '--json'], { cwd: folder })
      const ended = new Promise<number | null>((done) => child.on('close', done))
      await new Promise((done) => setTimeout(done, 2500))
      child.kill(signal)

      expect([source, await ended]).toEqual([source, code])
    }),
  )
})

test('millions of lines that are no record are handed over in small parts and counted by two workers as by none', async () => {
  const path = place('junk.ndjson', readFileSync(log, 'utf8') + 'x\n'.repeat(1_000_000))
  const nodeOptions = ['--max-old-space-size=128']

  for (const workers of ['0', '2']) {
    const words = ['replay', path, '-r', rules, '--json', '--workers', workers]
    const { code, stdout } = await hostile(words, { nodeOptions })
    const { input, detections }: ReplaySummary = JSON.parse(stdout)

    expect([code, detections.total, input.quarantined]).toEqual([4, 1, 1_000_000])
  }
})

test('YAML that is nested without end is refused as such', async () => {
  const { code, stderr } = await hostile(['lint', place('deep.rules.yaml', `a: ${'['.repeat(100_000)}`)])

  expect(code).toBe(3)
  expect(stderr).toContain('RULE011 error: the file is nested deeper than')
})
