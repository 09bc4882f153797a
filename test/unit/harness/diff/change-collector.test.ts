import { expect, test } from 'vitest'
import type { CollectedChanges } from '../../../../src/harness/diff/change-collector.ts'
import { ChangeCollector } from '../../../../src/harness/diff/change-collector.ts'
import type { Detection } from '../../../../src/model/detection.ts'
import type { AlertLabel, DetectionChange } from '../../../../src/model/rule-diff.ts'
import { TICKS_PER_SECOND } from '../../../../src/model/time.ts'

const LABEL: AlertLabel = { Title: 'A name', Severity: 'Low', Category: 'Malware' }
const HIGH: AlertLabel = { ...LABEL, Severity: 'High' }
const HOUR = 3600n * TICKS_PER_SECOND

/** An event by its record number and hour of 2026-11-02; `fires` names the sides on which the definition fires on it. */
interface Fired {
  readonly record: number
  readonly hour: number | null
  readonly fires: 'a' | 'b' | 'ab'
  readonly name?: string
  readonly device?: string
}

function detectionOf({ record, hour, name = 'same' }: Fired, side: 0 | 1): Detection {
  return {
    schemaVersion: 1,
    definition: { Id: side, Name: name, ...LABEL },
    event: {
      source: 'log',
      member: null,
      line: record,
      record,
      byteOffset: record * 10,
      time: hour === null ? null : new Date(Date.UTC(2026, 10, 2, hour)).toISOString(),
      deviceId: null,
      deviceName: 'WS-1',
      table: null,
      reportId: null,
      actionType: null,
      context: {},
    },
    matchCount: 1,
    matches: [],
  }
}

function collected(
  fired: readonly Fired[],
  onChange: ((change: DetectionChange) => void) | null = null,
): CollectedChanges {
  const collector = new ChangeCollector({
    definitions: [
      { Name: 'raised', before: LABEL, after: HIGH },
      { Name: 'same', before: LABEL, after: LABEL },
    ],
    groupWindow: 2n * HOUR,
    onChange,
  })
  for (const one of fired) {
    if (one.fires.includes('a')) collector.accept(detectionOf(one, 0), one.device ?? 'ws-1')
    if (one.fires.includes('b')) collector.accept(detectionOf(one, 1), one.device ?? 'ws-1')
  }
  return collector.finish()
}

test('an alert that keeps one of its events is the same alert', () => {
  const { alerts, detections, byDevice } = collected([
    { record: 1, hour: 1, fires: 'a' },
    { record: 2, hour: 2, fires: 'ab' },
    { record: 3, hour: 2, fires: 'b' },
  ])

  expect(alerts).toEqual({ before: 1, after: 1, gained: 0, lost: 0, relabelled: 0 })
  expect(detections).toEqual({ before: 2, after: 2, gained: 1, lost: 1, relabelled: 0 })
  expect(byDevice).toMatchObject([{ device: 'ws-1', deviceName: 'WS-1', alerts: { gained: 0, lost: 0 } }])
})

test('an alert on the same device in the same window without a common event is lost and gained', () => {
  const { alerts } = collected([
    { record: 1, hour: 1, fires: 'a' },
    { record: 2, hour: 1, fires: 'b' },
  ])

  expect(alerts).toEqual({ before: 1, after: 1, gained: 1, lost: 1, relabelled: 0 })
})

test('an earlier event that moves a window splits one alert into the same and a gained one', () => {
  const { alerts, detections } = collected([
    { record: 1, hour: 1, fires: 'b' },
    { record: 2, hour: 2, fires: 'ab' },
    { record: 3, hour: 3, fires: 'ab' },
  ])

  expect(alerts).toEqual({ before: 1, after: 2, gained: 1, lost: 0, relabelled: 0 })
  expect(detections).toMatchObject({ gained: 1, lost: 0 })
})

test('what fires on both sides under another severity is relabelled, and nothing else', () => {
  const { alerts, detections, byDefinition } = collected([
    { record: 1, hour: 1, fires: 'ab', name: 'raised' },
    { record: 2, hour: 2, fires: 'ab' },
    { record: 3, hour: 9, fires: 'b', name: 'raised' },
  ])

  expect(alerts).toEqual({ before: 2, after: 3, gained: 1, lost: 0, relabelled: 1 })
  expect(detections).toEqual({ before: 2, after: 3, gained: 1, lost: 0, relabelled: 1 })
  expect(byDefinition.map(({ Name }) => Name)).toEqual(['raised'])
})

test('changes are handed out in the order of the logs, and the last one is not forgotten', () => {
  const changes: string[] = []

  collected(
    [
      { record: 1, hour: 1, fires: 'a', name: 'raised' },
      { record: 1, hour: 1, fires: 'b' },
      { record: 2, hour: 1, fires: 'ab', name: 'raised' },
      { record: 3, hour: 1, fires: 'ab' },
      { record: 4, hour: 1, fires: 'a' },
    ],
    ({ change, event, definition }) => changes.push(`${change} ${definition.Name} ${event.record}`),
  )

  expect(changes).toEqual(['lost raised 1', 'gained same 1', 'relabelled raised 2', 'lost same 4'])
})

test('days are those of the events, alerts count where they begin, and events without a time come last', () => {
  const { byDay } = collected([
    { record: 1, hour: 23, fires: 'b' },
    { record: 2, hour: 24, fires: 'b' },
    { record: 3, hour: null, fires: 'b' },
  ])

  expect(byDay.map(({ day, alerts, detections }) => [day, alerts.gained, detections.gained])).toEqual([
    ['2026-11-02', 1, 1],
    ['2026-11-03', 0, 1],
    [null, 1, 1],
  ])
})

test('a definition shows a few examples of each kind and counts them all', () => {
  const many = Array.from({ length: 10 }, (_, i): Fired => ({
    record: i,
    hour: 1,
    fires: i % 2 === 0 ? 'a' : 'b',
  }))

  const [changes] = collected(many).byDefinition

  expect(changes?.detections).toMatchObject({ gained: 5, lost: 5 })
  expect(changes?.examples.map(({ change }) => change)).toEqual([
    'gained',
    'gained',
    'gained',
    'lost',
    'lost',
    'lost',
  ])
})

test('devices with the most changes come first', () => {
  const { byDevice } = collected([
    { record: 1, hour: 1, fires: 'a', device: 'quiet' },
    { record: 2, hour: 1, fires: 'a', device: 'noisy' },
    { record: 3, hour: 1, fires: 'a', device: 'noisy' },
  ])

  expect(byDevice.map(({ device }) => device)).toEqual(['noisy', 'quiet'])
})
