import { describe, expect, test } from 'vitest'
import { isHolding } from '../../../src/harness/find-breaches.ts'
import { rulesOf, runAll } from '../../support/run-rule-tests.ts'
import { TIDEWATER } from '../../support/tidewater.ts'

const rules = rulesOf(TIDEWATER)

async function failuresOf(body: string): Promise<readonly string[]> {
  const [run] = await runAll(rules, `table: DeviceNetworkEvents\ntests:\n  - name: a\n${body}`)
  if (run === undefined) throw new Error('there is no test')
  expect(isHolding(run.prepared, run.outcome)).toBe(run.failures.length === 0)
  return run.failures.map(({ kind, message, actual }) => `${kind}: ${message} [${actual}]`)
}

const VISIT = '    events: [{ RemoteUrl: "https://x.c2.example/a", DeviceName: ws-1 }]\n'
const FILE = `    events: [{ SHA1: 8311e8b377736fb93b18b15372355f3f26c4cd29 }]\n`

test('a test passes when the definition fires as expected and nothing else is said', async () => {
  expect(await failuresOf(`${VISIT}    fires: [c2]`)).toEqual([])
})

test('a test fails when the definition does not fire, and says what fires instead', async () => {
  expect(await failuresOf(`${FILE}    fires: [c2]`)).toEqual([
    'not-fired: c2 does not fire [none; what fires: loader (1)]',
  ])
})

test('a disabled definition never fires, and the failure says that it is disabled', async () => {
  expect(await failuresOf('    events: [{ RemoteUrl: beacon.test }]\n    fires: [off]')).toEqual([
    'not-fired: off does not fire [none; off is disabled]',
  ])
})

describe('a count', () => {
  const three =
    '    events: [{ RemoteUrl: a.c2.example }, { RemoteUrl: b.c2.example }, { RemoteUrl: beacon.test }]\n'

  test.each([
    ['3', []],
    ['1..3', []],
    ['2..', []],
    ['..5', []],
    ['2', ['count: c2 fires 3 times [3 detections]']],
    ['4..', ['count: c2 fires 3 times [3 detections]']],
  ])('of %s is compared with the detections', async (count, failures) => {
    expect(await failuresOf(`${three}    fires: [{ definition: c2, count: ${count} }]`)).toEqual(failures)
  })
})

describe('through', () => {
  test.each([
    ['{ Value: .c2.example }', true],
    ['.c2.example', true],
    ['{ Value: .C2.EXAMPLE }', true],
    ['{ field: RemoteUrl }', true],
    ['{ Type: DomainName, DetectionFunction: EndWith, field: RemoteUrl, role: remote }', true],
    ['{ text: "https://x.c2.example/a" }', true],
    ['{ Value: beacon.test }', false],
    ['{ field: RemoteIP }', false],
    ['{ Value: .c2.example, field: Url }', false],
  ])('%s holds: %s', async (way, holds) => {
    const failures = await failuresOf(`${VISIT}    fires: [{ definition: c2, through: [${way}] }]`)

    expect(failures.map((failure) => failure.split(':')[0])).toEqual(holds ? [] : ['through'])
  })
})

test('a definition that must be silent and fires is a failure with the event as evidence', async () => {
  const [run] = await runAll(rules, `tests:\n  - name: a\n${VISIT}    silent: [c2, loader]`)

  expect(run?.failures).toHaveLength(1)
  expect(run?.failures[0]).toMatchObject({
    kind: 'not-silent',
    definition: 'c2',
    evidence: [
      'rules/a.test.yaml:3 DomainName EndWith .c2.example through RemoteUrl (remote), which holds "https://x.c2.example/a"',
    ],
    definitionSpan: { file: 'rules/a.rules.yaml', line: 2 },
  })
})

test('strict refuses whatever fires and is not named', async () => {
  const both =
    '    events: [{ RemoteUrl: a.c2.example, InitiatingProcessSHA1: 8311e8b377736fb93b18b15372355f3f26c4cd29 }]\n'

  expect(await failuresOf(`${both}    fires: [c2]`)).toEqual([])
  expect(await failuresOf(`${both}    fires: [c2]\n    strict: true`)).toEqual([
    'not-strict: loader fires too [1 detection of loader]',
  ])
  expect(await failuresOf(`${both}    fires: [c2, loader]\n    strict: true`)).toEqual([])
})

describe('grouping', () => {
  const days = (...hours: readonly string[]): string =>
    `    events:\n${hours.map((hour) => `      - { RemoteUrl: a.c2.example, DeviceName: ws-1, Timestamp: ${hour} }\n`).join('')}`

  test('detections of one device within a day are one alert', async () => {
    const events = days('2026-11-02T10:00:00Z', '2026-11-03T09:59:59Z')

    expect(await failuresOf(`${events}    fires: [{ definition: c2, count: 2, alerts: 1 }]`)).toEqual([])
  })

  test('a second alert begins when the window ends, and the option group-window moves its end', async () => {
    const events = days('2026-11-02T10:00:00Z', '2026-11-03T10:00:00Z')
    const one = '    fires: [{ definition: c2, alerts: 1 }]'

    expect(await failuresOf(`${events}${one}`)).toEqual([
      'alerts: the detections of c2 group into 2 alerts [2 alerts]',
    ])
    expect(await failuresOf(`${events}${one}\n    options: { group-window: 25h }`)).toEqual([])
  })

  test('totals count all definitions together', async () => {
    const events = days('2026-11-02T10:00:00Z', '2026-11-04T10:00:00Z')

    expect(await failuresOf(`${events}    alerts: 2\n    detections: 2`)).toEqual([])
    expect(await failuresOf(`${events}    alerts: 1\n    detections: ..1`)).toEqual([
      'total-detections: all definitions together give 2 detections [2; what fires: c2 (2)]',
      'total-alerts: all definitions together give 2 alerts [2; what fires: c2 (2)]',
    ])
  })
})

describe('expiry', () => {
  const visit = (time: string): string => `    events: [{ RemoteUrl: old.example, Timestamp: ${time} }]\n`

  test('is judged by the time of the event, before and at the end', async () => {
    expect(await failuresOf(`${visit('2026-11-04T11:59:59Z')}    fires: [c2]`)).toEqual([])
    expect(await failuresOf(`${visit('2026-11-04T12:00:00Z')}    silent: [c2]`)).toEqual([])
  })

  test('is judged by the clock that the test gives', async () => {
    const event = visit('2026-11-04T11:59:59Z')

    expect(
      await failuresOf(`${event}    silent: [c2]\n    options: { as-of: 2026-12-01T00:00:00Z }`),
    ).toEqual([])
    expect(await failuresOf(`${event}    fires: [c2]\n    options: { as-of: 2026-11-01T00:00:00Z }`)).toEqual(
      [],
    )
  })
})

test('an event that cannot be read fails the test unless the test expects it', async () => {
  const events =
    '    events: |\n      {"RemoteUrl":"a.c2.example"}\n      no event\n    logFormat: defender-rows\n'

  expect(await failuresOf(`${events}    fires: [c2]`)).toEqual(['quarantined: 1 event is quarantined [1]'])
  expect(await failuresOf(`${events}    fires: [c2]\n    quarantined: 1`)).toEqual([])
})

describe('the nearest miss', () => {
  async function nearestOf(body: string): Promise<string> {
    const [run] = await runAll(rules, `table: DeviceNetworkEvents\ntests:\n  - name: a\n${body}`)
    const nearest = run?.failures[0]?.nearest
    const [shown] = [...(nearest?.wouldMatch ?? []), ...(nearest?.nearest ?? [])]
    return `${nearest?.event.line}: ${shown?.definition.Name} ${shown?.ioc.Value}: ${shown?.obstacles[0]?.kind}`
  }

  test('is the expired indicator rather than a name that looks alike', async () => {
    const events = `    events:
      - { RemoteUrl: beacom.test, Timestamp: 2026-11-05T00:00:00Z }
      - { RemoteUrl: old.example, Timestamp: 2026-11-05T00:00:00Z }
`

    expect(await nearestOf(`${events}    fires: [c2]`)).toBe('6: c2 old.example: expired')
  })

  test('is the name with one letter changed', async () => {
    expect(await nearestOf('    events: [{ RemoteUrl: beacom.test }]\n    fires: [c2]')).toBe(
      '4: c2 beacon.test: spelling',
    )
  })

  test('is the apex that EndWith with a dot leaves out', async () => {
    expect(await nearestOf('    events: [{ RemoteUrl: c2.example }]\n    fires: [c2]')).toBe(
      '4: c2 .c2.example: apex',
    )
  })

  test('is the field that waits for a scope', async () => {
    expect(await nearestOf('    events: [{ LocalIP: 203.0.113.77 }]\n    fires: [c2]')).toBe(
      '4: c2 203.0.113.77: scope-off',
    )
  })

  test('is sought among the IOCs with the value that was to fire', async () => {
    const body = `    events: [{ RemoteUrl: beacom.test }, { RemoteUrl: x.c2.example }]
    fires: [{ definition: c2, through: [beacon.test] }]`

    expect(await nearestOf(body)).toBe('4: c2 beacon.test: spelling')
  })

  test('takes about as long as the test itself, so that thousands may fail at once', async () => {
    const testsOf = (url: string): string =>
      `table: DeviceNetworkEvents\ntests:\n${Array.from({ length: TESTS_AT_ONCE }, (_, i) => `  - { name: t${i}, events: [{ RemoteUrl: ${url} }], fires: [c2] }\n`).join('')}`
    const timeOf = async (text: string): Promise<number> => {
      const before = process.cpuUsage()
      const runs = await runAll(rules, text)
      const { user, system } = process.cpuUsage(before)
      expect(runs).toHaveLength(TESTS_AT_ONCE)
      return user + system
    }
    await timeOf(testsOf('a.c2.example'))
    await timeOf(testsOf('beacom.test'))

    const passing = await timeOf(testsOf('a.c2.example'))
    const failing = await timeOf(testsOf('beacom.test'))

    expect(failing).toBeLessThan(passing * SLOWEST_MISS)
  })
})

const TESTS_AT_ONCE = 300
/** Opening readers anew for each failure took seven times as long. */
const SLOWEST_MISS = 4
