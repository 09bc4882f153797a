import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { replay } from '../../../src/replay/replay.ts'
import type { Alert, Detection } from '../../../src/model/detection.ts'
import { parseRules } from '../../../src/rules/parse-rules.ts'
import { TestRules } from '../../../src/harness/test-rules.ts'
import { REPOSITORY } from '../../support/run-cli.ts'
import { rulesOf, runAll } from '../../support/run-rule-tests.ts'
import { TIDEWATER } from '../../support/tidewater.ts'

const rules = rulesOf(TIDEWATER)
const SAMPLES = join(REPOSITORY, 'samples')

test.each([
  [
    'lines of storage blobs',
    `'{"time":"2026-11-02T10:00:00Z","category":"AdvancedHunting-DeviceNetworkEvents","properties":{"RemoteUrl":"a.c2.example"}}'`,
    'properties.RemoteUrl',
  ],
  [
    'an event hub message',
    `'{"records":[{"time":"2026-11-02T10:00:00Z","category":"AdvancedHunting-DeviceNetworkEvents","properties":{"RemoteUrl":"a.c2.example"}}]}'`,
    'properties.RemoteUrl',
  ],
  [
    'a CSV export',
    `"Timestamp,DeviceName,ActionType,RemoteUrl\\n2026-11-02T10:00:00Z,ws-1,ConnectionSuccess,a.c2.example\\n"`,
    'RemoteUrl',
  ],
  [
    'objects with an envelope',
    '[{ time: 2026-11-02T10:00:00Z, category: AdvancedHunting-DeviceNetworkEvents, properties: { RemoteUrl: a.c2.example } }]',
    'properties.RemoteUrl',
  ],
  ['one object alone', '{ RemoteUrl: a.c2.example }', 'RemoteUrl'],
  ['a list of lines', `['{"DeviceName":"a","ActionType":"b","RemoteUrl":"a.c2.example"}']`, 'RemoteUrl'],
])('events may be given as %s', async (_, events, field) => {
  const [run] = await runAll(rules, `tests: [{ name: a, events: ${events}, fires: [c2], strict: true }]`)

  expect(run?.failures).toEqual([])
  expect(run?.outcome.detections[0]?.matches[0]?.field).toBe(field)
})

test('a field map of the user and --fields any open logs of an unknown kind', async () => {
  const map = 'name: mine\nfields:\n  - { path: host, kind: domain, role: remote }\n'
  const reader = {
    readFile: (_: string, path: string) => (path === 'map.yaml' ? new TextEncoder().encode(map) : null),
  }
  const events = `'{"host":"a.c2.example"}'`

  const [mapped] = await runAll(
    rules,
    `tests: [{ name: a, fieldMap: map.yaml, events: ${events}, fires: [c2] }]`,
    reader,
  )
  const [any] = await runAll(
    rules,
    `tests: [{ name: a, options: { fields: any }, events: ${events}, fires: [c2] }]`,
  )

  expect([mapped?.failures, any?.failures]).toEqual([[], []])
})

test('numbers are kept as written, and what is too long for a number stays a text', async () => {
  const digits = '1234567890123456789012345678901234567890'
  const own = rulesOf(TIDEWATER.replace('8311e8b377736fb93b18b15372355f3f26c4cd29', digits))

  const [run] = await runAll(
    own,
    `tests: [{ name: a, events: [{ SHA1: ${digits}, ReportId: 7 }], fires: [loader] }]`,
  )

  expect(run?.failures).toEqual([])
  expect(run?.outcome.detections[0]?.event.reportId).toBe('7')
})

test('an event of a block text is named by its own line of the test file', async () => {
  const text = `logFormat: defender-rows
tests:
  - name: a
    silent: [c2]
    events: |
      {"RemoteUrl":"b.example"}

      {"RemoteUrl":"a.c2.example"}
`
  const [run] = await runAll(rules, text)

  expect(run?.outcome.detections[0]?.event.line).toBe(8)
})

const logs = readdirSync(join(SAMPLES, 'telemetry'))

test('the samples hold logs of several kinds', () => {
  expect(logs.length).toBeGreaterThanOrEqual(10)
})

test.each(logs)('a test with the log %s sees exactly the detections and alerts of a replay', async (log) => {
  const files = readdirSync(join(SAMPLES, 'rules'))
    .filter((name) => name.includes('.rules.'))
    .map((name) => ({ name, bytes: readFileSync(join(SAMPLES, 'rules', name)) }))
  const parsed = parseRules(files, {
    readSibling: (_, path) => readFileSync(join(SAMPLES, 'rules', path)),
  })
  if (!parsed.ok) throw new Error('the rules of the samples are not accepted')
  const compiled = TestRules.compile(parsed.rules)
  const path = join(SAMPLES, 'telemetry', log)
  const detections: Detection[] = []
  const alerts: Alert[] = []
  const named = (event: Detection['event']): Detection['event'] => ({ ...event, source: log })

  const { summary } = await replay([path], compiled.image, {
    workers: 0,
    onDetection: (detection) => detections.push({ ...detection, event: named(detection.event) }),
    onAlert: (alert) => alerts.push({ ...alert, first: named(alert.first) }),
  })
  const [run] = await runAll(compiled, `tests: [{ name: a, logs: [${log}], detections: 0.. }]`, {
    readFile: () => readFileSync(path),
  })

  const withoutSource = (alert: Alert): Alert => ({ ...alert, device: alert.device.replace(path, log) })
  expect(run?.outcome.detections).toEqual(detections)
  expect(run?.outcome.alerts).toEqual(alerts.map(withoutSource))
  expect(run?.outcome.suppressed).toBe(summary.detections.suppressed)
  expect(run?.outcome.quarantined).toHaveLength(summary.input.quarantined)
})
