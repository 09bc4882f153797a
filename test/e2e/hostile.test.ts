import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { type CliOptions, type CliResult, runCli, temporaryFolder } from '../support/run-cli.ts'
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

  for (const reference of ['git:HEAD:my rules', 'git:HEAD:'])
    expect([reference, (await replayed(reference)).code]).toEqual([reference, 0])
  for (const reference of [
    'git:none:x',
    'git:--help:x',
    'git:HEAD',
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
