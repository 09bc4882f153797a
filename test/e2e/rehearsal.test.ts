import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ReplaySummary } from '../../src/model/replay-summary.ts'
import { type Rehearsal, startRehearsal } from '../support/rehearsal.ts'
import { REPOSITORY } from '../support/run-cli.ts'

const RULES = join(REPOSITORY, 'samples/rules')
const TELEMETRY = join(REPOSITORY, 'samples/telemetry')
let rehearsal: Rehearsal

beforeAll(async () => {
  rehearsal = await startRehearsal()
})
afterAll(() => rehearsal.stop())

test('a rehearsal goes from an empty tenant to the rules and back without a change left over', async () => {
  const planned = await rehearsal.run(['plan', '-r', RULES, '-o', 'plan.json'])
  const gate = await rehearsal.run(['plan', '-r', RULES, '--fail-on', 'changes'])
  const applied = await rehearsal.run(['apply', 'plan.json', '--json'])
  const again = await rehearsal.run(['plan', '-r', RULES, '--fail-on', 'changes'])

  expect(planned).toMatchObject({ code: 0, stderr: expect.stringContaining('dryfire apply plan.json') })
  expect(planned.stdout).toMatch(/^To do: create 11 definitions and 64 IOCs$/m)
  expect(gate.code).toBe(1)
  expect(JSON.parse(applied.stdout)).toMatchObject({
    schemaVersion: 1,
    outcome: 'done',
    createdDefinitions: 11,
    createdIndicators: 64,
    writes: { planned: 75, acknowledged: 75, provenAbsent: 0, unknown: 0 },
  })
  expect(applied.code).toBe(0)
  expect(again.stdout).toContain('Nothing to do')
  expect(again.code).toBe(0)
})

test('pulling the same state twice writes the same bytes, which replay as the tenant and the files do', async () => {
  const first = await rehearsal.run(['pull', '-o', 'pulled', '--json'])
  const bytes = (): string =>
    readdirSync(join(rehearsal.folder, 'pulled'))
      .map((name) => name + readFileSync(join(rehearsal.folder, 'pulled', name), 'utf8'))
      .join('\0')
  const before = bytes()
  const second = await rehearsal.run(['pull', '-o', 'pulled', '--json'])
  const verdicts = await Promise.all(
    [RULES, 'pulled', 'tenant:'].map(async (rules) => {
      const { stdout } = await rehearsal.run(['replay', TELEMETRY, '-r', rules, '--json'])
      const summary: ReplaySummary = JSON.parse(stdout)
      return [summary.alerts.total, summary.detections.total]
    }),
  )

  expect(first.code).toBe(0)
  expect(JSON.parse(first.stdout)).toMatchObject({ definitions: 11, indicators: 64, stale: [] })
  expect(second.stdout).toBe(first.stdout)
  expect(bytes()).toBe(before)
  expect(verdicts).toEqual([
    [21, 334],
    [21, 334],
    [21, 334],
  ])
})

test('a tenant is linted and compiled like any rules', async () => {
  const lint = await rehearsal.run(['lint', 'tenant:'])
  const compiled = await rehearsal.run(['compile', '-r', 'tenant:', '-o', 'tenant.dfx', '--json'])

  expect(lint.code).toBe(0)
  expect(lint.stdout).toMatch(/11 definitions, 64 IOCs: 0 errors/)
  expect(compiled.code).toBe(0)
  expect(JSON.parse(compiled.stdout)).toMatchObject({ definitions: 11 })
})

test('a folder that holds more than the tenant is named when it is pulled into', async () => {
  writeFileSync(join(rehearsal.folder, 'pulled', 'gone.rules.yaml'), 'alertDefinitions: []\n')

  const { code, stderr, stdout } = await rehearsal.run(['pull', '-o', 'pulled', '--json'])

  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ stale: ['gone.rules.yaml'] })
  expect(stderr).toContain('gone.rules.yaml')
})

test('a tenant reference that names a tenant is a usage error', async () => {
  const { code, stderr } = await rehearsal.run(['lint', 'tenant:production'])

  expect(code).toBe(2)
  expect(stderr).toContain('write tenant: alone')
})

test('no output, plan, journal or pulled file of a rehearsal holds the secret in any spelling', async () => {
  const secret = rehearsal.env['DRYFIRE_CLIENT_SECRET'] ?? ''
  const wrong = 'a-wrong-secret/with+signs=&%22'
  const runs = [
    await rehearsal.run(['plan', '-r', RULES, '-o', 'canary.json', '--verbose']),
    await rehearsal.run(['apply', 'canary.json', '--verbose', '--json']),
    await rehearsal.run(['pull', '-o', 'canary', '--verbose']),
    await rehearsal.run(['pull', '--verbose'], { DRYFIRE_CLIENT_SECRET: wrong }),
    await rehearsal.run(['lint', 'tenant:'], { DRYFIRE_CLIENT_SECRET: wrong }),
    await rehearsal.run(['pull'], { DRYFIRE_TOKEN_URL: 'http://127.0.0.1:9/token' }),
    await rehearsal.run(['pull'], { DRYFIRE_CLIENT_ID: 'nobody' }),
  ]
  const written = [rehearsal.folder, rehearsal.env['XDG_STATE_HOME'] ?? ''].flatMap(textsBelow)
  const texts = [...runs.flatMap(({ stdout, stderr }) => [stdout, stderr]), ...written]

  expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 5, 5, 5, 5])
  expect(written.length).toBeGreaterThan(20)
  for (const canary of [secret, wrong].flatMap(spellings))
    expect(texts.filter((text) => text.includes(canary))).toEqual([])
})

function spellings(secret: string): readonly string[] {
  const bytes = Buffer.from(secret)
  const coded = [bytes.toString('base64'), bytes.toString('base64url'), bytes.toString('hex')]
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), ...coded]
}

function textsBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'))
}
