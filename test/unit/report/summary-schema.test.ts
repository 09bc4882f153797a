import { expect, test } from 'vitest'
import type { Alert, Detection } from '../../../src/model/detection.ts'
import { ALERT_SCHEMA, DETECTION_SCHEMA } from '../../../src/report/detection-schema.ts'
import { REPLAY_SUMMARY_SCHEMA } from '../../../src/report/summary-schema.ts'
import { HOSTILE, QUIET_WEEK, TROUBLED, WEEK } from './example-summary.ts'
import { schemaFaults } from '../../support/schema-faults.ts'

const DETECTION: Detection = {
  schemaVersion: 1,
  definition: {
    Id: null,
    Name: 'c2-lab',
    Title: 'Known domain',
    Severity: 'High',
    Category: 'CommandAndControl',
  },
  event: {
    source: 'logs/a.ndjson',
    member: null,
    line: 12,
    record: 12,
    byteOffset: 8123,
    time: '2026-11-01T10:00:00.1234567Z',
    deviceId: null,
    deviceName: 'ws-1',
    table: 'DeviceNetworkEvents',
    reportId: '77',
    actionType: 'ConnectionSuccess',
    context: { InitiatingProcessFileName: 'a.exe' },
  },
  matchCount: 1,
  matches: [
    {
      ioc: { Id: null, Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.c2.example' },
      role: 'remote',
      field: 'properties.RemoteUrl',
      text: 'https://x.C2.example/a',
      observable: 'x.c2.example',
    },
  ],
}

const ALERT: Alert = {
  schemaVersion: 1,
  definition: DETECTION.definition,
  device: 'ws-1',
  firstTime: DETECTION.event.time,
  lastTime: null,
  detections: 3,
  first: { ...DETECTION.event, represents: 12, repaired: true },
  iocs: [{ Id: 7, Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.c2.example' }],
}

/** What a reader of the output gets. */
function printed(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

test('the summary schema holds for summaries of every kind', () => {
  for (const summary of [WEEK, QUIET_WEEK, TROUBLED, HOSTILE])
    expect(schemaFaults(printed(summary), REPLAY_SUMMARY_SCHEMA)).toEqual([])
})

test('the summary schema names what is missing, unknown, of a wrong type or out of its set', () => {
  const { partial: _, ...incomplete } = WEEK
  const broken = {
    ...incomplete,
    schemaVersion: 2,
    colour: 'red',
    detections: { ...WEEK.detections, total: -1, untimed: '0' },
    timing: { ...WEEK.timing, kernel: 'gpu' },
  }

  expect(schemaFaults(printed(broken), REPLAY_SUMMARY_SCHEMA).toSorted()).toEqual([
    '$.colour is not in the schema',
    '$.detections.total is under 0',
    '$.detections.untimed is not integer',
    '$.detections.untimed is under 0',
    '$.partial is missing',
    '$.schemaVersion is not 1',
    '$.timing.kernel is none of wasm,portable,off',
  ])
})

test('the detection schema holds for a detection, also with its optional properties', () => {
  const [match] = DETECTION.matches
  const full = {
    ...DETECTION,
    event: { ...DETECTION.event, represents: 2, repaired: true },
    matches: [{ ...match, textTruncated: true, note: 'resolved, not contacted' }],
  }

  expect(schemaFaults(printed(DETECTION), DETECTION_SCHEMA)).toEqual([])
  expect(schemaFaults(printed(full), DETECTION_SCHEMA)).toEqual([])
})

test('the detection schema refuses more matches than are ever listed and an event without a source', () => {
  const { source: _, ...event } = DETECTION.event
  const many = { ...DETECTION, event, matches: Array.from({ length: 101 }, () => DETECTION.matches[0]) }

  expect(schemaFaults(printed(many), DETECTION_SCHEMA)).toEqual([
    '$.event.source is missing',
    '$.matches has more than 100 items',
  ])
})

test('the alert schema holds for an alert and refuses one without detections', () => {
  expect(schemaFaults(printed(ALERT), ALERT_SCHEMA)).toEqual([])
  expect(schemaFaults(printed({ ...ALERT, detections: 0 }), ALERT_SCHEMA)).toEqual([
    '$.detections is under 1',
  ])
})
