import { once } from 'node:events'
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Rehearsal, startRehearsal } from '../support/rehearsal.ts'
import { type CliResult, startCli } from '../support/run-cli.ts'

let rehearsal: Rehearsal

beforeAll(async () => {
  rehearsal = await startRehearsal()
  mkdirSync(join(rehearsal.folder, 'rules'))
  writeFileSync(join(rehearsal.folder, 'rules/one.rules.json'), rulesOf('one', ['a.example']))
})
afterAll(() => rehearsal.stop())

function rulesOf(name: string, domains: readonly string[]): string {
  const definition = {
    Name: name,
    Title: 'A title',
    Severity: 'Low',
    Category: 'General',
    UxDescription: 'A description',
    RecommendedAction: 'An action',
    iocs: domains.map((Value) => ({ Type: 'DomainName', Value })),
  }
  return JSON.stringify({ alertDefinitions: [definition] })
}

function fixOf({ stderr }: CliResult): string {
  return /^ {2}fix: (.*)$/m.exec(stderr)?.[1] ?? ''
}

test('a plan without rules is told only of options that plan has', async () => {
  const result = await rehearsal.run(['plan'])

  expect(result).toMatchObject({ code: 2, stderr: expect.stringContaining('no rules given') })
  expect(fixOf(result)).toBe('name them with -r RULES, or as rules: in dryfire.config.yaml')
})

test.each([
  [['plan', '-r', 'rules', '-o', '-'], 'print it with --json instead'],
  [['pull', '-o', '-'], 'rules are pulled into a folder'],
  [['pull', '-o', ''], 'rules are pulled into a folder'],
  [['pull', '-o', 'rules/one.rules.json'], 'name a folder, or a new one'],
  [['pull', '-o', '/dev/null'], 'name a folder, or a new one'],
  [['apply', 'plan.json', '--resume'], 'give one of them: --resume goes on with the plan that was begun'],
])('an output or a mode that cannot be meant is refused before anything is read: %j', async (words, fix) => {
  const result = await rehearsal.run(words, { DRYFIRE_API_URL: 'http://127.0.0.1:1/v1.0' })

  expect(result.code).toBe(2)
  expect(fixOf(result)).toBe(fix)
})

test('a state folder that cannot be made is refused with the setting that moves it', async () => {
  const result = await rehearsal.run(['plan', '-r', 'rules'], { XDG_STATE_HOME: '/dev/null/state' })

  expect(result.code).toBe(2)
  expect(fixOf(result)).toMatch(/XDG_STATE_HOME/)
})

test('how long readings must agree stands in the configuration or the environment', async () => {
  const config = join(rehearsal.folder, 'dryfire.config.yaml')
  writeFileSync(config, 'read-back: soon\n')
  const planned = await rehearsal.run(['plan', '-r', 'rules', '-o', 'plan.json'])

  const refused = await rehearsal.run(['apply', 'plan.json'])
  writeFileSync(config, 'read-back: 1s\n')
  const applied = await rehearsal.run(['apply', 'plan.json'])

  expect(planned.code).toBe(0)
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('read-back') })
  expect(applied.code).toBe(0)
})

test('a configuration that leads the secret to a stranger is refused, whatever command reads it', async () => {
  const folder = join(rehearsal.folder, 'cloned')
  mkdirSync(folder)
  appendFileSync(join(folder, 'dryfire.config.yaml'), 'api: https://collector.example/v1.0\n')
  writeFileSync(join(folder, 'one.rules.json'), rulesOf('one', ['a.example']))

  const results = await Promise.all(
    [['pull'], ['plan', '-r', 'one.rules.json'], ['lint', '-r', 'tenant:'], ['apply', '--resume']].map(
      (words) => rehearsal.run(words, { DRYFIRE_API_URL: '' }, folder),
    ),
  )

  for (const result of results) {
    expect(result.code).toBe(6)
    expect(result.stderr).toContain('SYNC125 the configuration leads to collector.example')
  }
})

test.each([
  ['pull'],
  ['plan', '-r', 'rules'],
  ['lint', '-r', 'tenant:'],
  ['compile', '-r', 'tenant:', '-o', 'rules.dfx'],
  ['replay', 'rules', '-r', 'tenant:'],
])('an interrupt while the tenant is read ends with the code of the signal: %s', async (...words) => {
  await using slow = await startSlowTenant()

  const child = startCli(words, {
    cwd: rehearsal.folder,
    env: { ...rehearsal.env, DRYFIRE_API_URL: `${slow.origin}/v1.0` },
  })
  let said = ''
  child.stderr?.on('data', (data) => (said += String(data)))
  await slow.asked
  child.kill('SIGINT')
  const [code] = await once(child, 'close')

  expect(said).toBe('')
  expect(code).toBe(130)
})

/** Takes requests and never answers. */
async function startSlowTenant(): Promise<AsyncDisposable & { origin: string; asked: Promise<unknown> }> {
  const server = createServer(() => {})
  const asked = once(server, 'request')
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return {
    origin: `http://127.0.0.1:${address.port}`,
    asked,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
