import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Rehearsal, startRehearsal } from '../support/rehearsal.ts'

let rehearsal: Rehearsal

beforeAll(async () => {
  rehearsal = await startRehearsal()
  writeFileSync(
    join(rehearsal.folder, 'a.rules.yaml'),
    'alertDefinitions:\n  - Name: a\n    Title: t\n    Severity: Low\n    Category: General\n    UxDescription: d\n' +
      '    iocs:\n      - { Type: DomainName, DetectionFunction: EndWith, Value: .cdn.example }\n',
  )
})
afterAll(() => rehearsal.stop())

/** Two thousand connections over two days, of which so many go to the CDN. */
function writeLog(name: string, hits: number): void {
  const lines = Array.from({ length: 2000 }, (_, i) => {
    const time = new Date(Date.UTC(2026, 10, 20) + i * 86_400).toISOString()
    const host = i % 600 === 0 && i / 600 < hits ? `h${i}.cdn.example` : `h${i}.other.example`
    return JSON.stringify({
      Timestamp: time,
      DeviceId: `d${i}`,
      DeviceName: `ws-${i}`,
      ReportId: i,
      ActionType: 'ConnectionSuccess',
      RemoteUrl: `https://${host}/`,
    })
  })
  writeFileSync(join(rehearsal.folder, name), `${lines.join('\n')}\n`)
}

function plan(log: string, ...more: readonly string[]): ReturnType<Rehearsal['run']> {
  return rehearsal.run(['plan', '-r', 'a.rules.yaml', '-o', 'plan.json', '--preview', log, ...more])
}

test('a plan is refused and not written when a new IOC floods the sample, unless its value is waived (G14)', async () => {
  writeLog('noisy.ndjson', 3)
  writeLog('quiet.ndjson', 2)

  const noisy = await plan('noisy.ndjson')
  const isWritten = existsSync(join(rehearsal.folder, 'plan.json'))
  const quiet = await plan('quiet.ndjson')
  const waived = await plan('noisy.ndjson', '--allow-noisy', '.cdn.example')

  expect(noisy).toMatchObject({ code: 6, stdout: '' })
  expect(noisy.stderr).toMatch(
    /PLAN012 .*fires on 3 of 2,000 sampled events \(0\.15 %\).*about \d[\d.]* alerts a day/,
  )
  expect(isWritten).toBe(false)
  expect(quiet).toMatchObject({ code: 0, stdout: expect.stringMatching(/On 2,000 sampled events 1 IOC/) })
  expect(waived).toMatchObject({ code: 0, stdout: expect.stringMatching(/about \d[\d.]* alerts a day/) })
})

test('a preview of nothing, or a waiver without a preview, is a mistake of usage', async () => {
  writeFileSync(join(rehearsal.folder, 'empty.ndjson'), '')

  expect(await plan('empty.ndjson')).toMatchObject({ code: 2, stderr: expect.stringContaining('no event') })
  const waiver = await rehearsal.run(['plan', '-r', 'a.rules.yaml', '--allow-noisy', 'x.example'])
  expect(waiver).toMatchObject({ code: 2, stderr: expect.stringContaining('--preview LOGS') })
})
