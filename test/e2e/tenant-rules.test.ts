import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Rehearsal, startRehearsal } from '../support/rehearsal.ts'

const LINE = JSON.stringify({
  time: '2026-11-20T10:00:00Z',
  category: 'AdvancedHunting-DeviceNetworkEvents',
  properties: {
    Timestamp: '2026-11-20T10:00:00Z',
    DeviceId: 'd1',
    DeviceName: 'ws-1',
    ActionType: 'ConnectionSuccess',
    RemoteUrl: 'https://seen.example/x',
    ReportId: 1,
  },
})

let rehearsal: Rehearsal

beforeAll(async () => {
  rehearsal = await startRehearsal()
  const define = (more: object): Promise<unknown> =>
    rehearsal.send('POST', 'AlertDefinitions', {
      Title: 'A title',
      Severity: 'Low',
      Category: 'General',
      UxDescription: 'A description',
      ...more,
    })
  const indicator = (id: number, Value: string): Promise<unknown> =>
    rehearsal.send('POST', 'IndicatorsOfCompromise', {
      Type: 'DomainName',
      Value,
      'AlertDefinition@odata.bind': `AlertDefinitions(${id})`,
    })
  await define({ Name: 'good' })
  await define({ Name: 'good', Title: 'Twice' })
  await define({ Name: 'bell', Title: 'rings \u0007' })
  await indicator(1, 'seen.example')
  await indicator(2, 'seen.example')
  await indicator(3, 'bell.example')
  writeFileSync(join(rehearsal.folder, 'log.ndjson'), `${LINE}\n`)
  mkdirSync(join(rehearsal.folder, 'tests'))
  writeFileSync(
    join(rehearsal.folder, 'tests/a.test.yaml'),
    'tests:\n  - name: fires\n    logs: [../log.ndjson]\n    fires: [good]\n',
  )
  mkdirSync(join(rehearsal.folder, 'rules'))
  writeFileSync(
    join(rehearsal.folder, 'rules/none.rules.yaml'),
    'alertDefinitions:\n  - Name: none\n    Title: t\n    Severity: Low\n    Category: General\n    UxDescription: d\n' +
      '    iocs:\n      - { Type: DomainName, Value: none.example }\n',
  )
})
afterAll(() => rehearsal.stop())

function setFaults(faults: readonly string[]): Promise<Response> {
  return fetch(new URL('/_dryfire/faults', rehearsal.api), {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${rehearsal.env['DRYFIRE_CLIENT_SECRET'] ?? ''}`,
      'Content-Type': 'application/json',
    },
    body: JSON.stringify({ faults }),
  })
}

test.each([
  ['replay', ['replay', 'log.ndjson', '-r', 'tenant:'], /^1 alert from 1 detection/],
  ['lint', ['lint', 'tenant:'], /1 definition, 1 IOC: 0 errors/],
  ['diff', ['diff', 'rules', 'tenant:', 'log.ndjson'], /Alerts 0 → 1: 1 gained/],
  ['compile', ['compile', 'tenant:', '-o', 'tenant.dfx'], /1 IOCs? of 1 definition/],
  ['coverage', ['coverage', 'tests', '--rules', 'tenant:'], /^50 % covered by 1 written test/],
  ['mutate', ['mutate', 'tests', '--rules', 'tenant:'], /mutant/],
  ['explain', ['explain', 'seen.example', '-r', 'tenant:'], /1 IOC of 1 alert definition fires/],
])(
  '%s reads a tenant past the definitions of others that rules refuse, and names them',
  async (_, words, shows) => {
    const { code, stdout, stderr } = await rehearsal.run(words)

    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(shows) })
    const said = words[0] === 'lint' ? stdout : stderr
    expect(said).toMatch(/DEF005 warning: .*"good": the definition \(Id 2\) and its 1 IOC are left out/)
    expect(said).toMatch(/DEF009 warning: .*: the definition \(Id 3\) and its 1 IOC are left out/)
  },
)

test('a pull writes what rules refuse all the same, and says which file it is in', async () => {
  const { code, stdout, stderr } = await rehearsal.run(['pull', '-o', 'pulled'])

  expect(code).toBe(0)
  expect(stdout).toContain('3 definitions, 3 IOCs (3 files in pulled)')
  expect(stderr).toMatch(
    /^pulled\/bell\.rules\.yaml:3:12 DEF009 warning: the service holds what rules refuse/m,
  )
  expect(stderr).toMatch(/^pulled\/good\.rules\.yaml:2:11 DEF005 warning/m)
  expect(readFileSync(join(rehearsal.folder, 'pulled/good-2.rules.yaml'), 'utf8')).toContain('Title: Twice\n')
})

test.each([
  ['without a secret', { DRYFIRE_CLIENT_SECRET: '' }, 2, /SYNC122 no credentials: DRYFIRE_CLIENT_SECRET/],
  ['with a wrong secret', { DRYFIRE_CLIENT_SECRET: 'wrong-canary-wrong' }, 5, /SYNC101 .*invalid_client/],
  ['over plain HTTP to another machine', { DRYFIRE_API_URL: 'http://ti.example/v1.0' }, 2, /SYNC120/],
])('a replay of tenant rules %s says what to mend and replays nothing', async (_, env, expected, says) => {
  const { code, stdout, stderr } = await rehearsal.run(['replay', 'log.ndjson', '-r', 'tenant:'], env)

  expect({ code, stdout }).toEqual({ code: expected, stdout: '' })
  expect(stderr).toMatch(says)
  expect(stderr).toMatch(/^ {2}fix: /m)
  expect(stderr).not.toContain('canary')
})

test('a replay of tenant rules waits out a 429', async () => {
  await setFaults(['2:429:retry-after=1'])
  const throttled = await rehearsal.run(['replay', 'log.ndjson', '-r', 'tenant:'])
  await setFaults([])

  expect(throttled).toMatchObject({ code: 0, stdout: expect.stringContaining('1 alert from 1 detection') })
})
