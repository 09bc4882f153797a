import { expect, test } from 'vitest'
import { classify } from '../../../src/logs/classify.ts'
import { createFramer } from '../../../src/logs/frame.ts'
import { openRecordReader } from '../../../src/logs/record-reader.ts'
import { EVERY_SCOPE } from './read-one.ts'
import { NO_DATA, dataFiles } from './shared-data.ts'

const HEAD_BYTES = 65_536

interface Smoke {
  readonly format: string
  readonly framing: string
  readonly records: number
  readonly quarantined: number
  readonly hasObservables: boolean
}

/** Classifies and reads a whole file; without a map of fields every string is looked at. */
function smoke(bytes: Uint8Array): Smoke {
  const head = bytes.subarray(0, HEAD_BYTES)
  const isWhole = bytes.length <= HEAD_BYTES
  const options = { logFormat: null, userMap: null, table: null }
  const mapped = classify(head, isWhole, { ...options, fields: 'mapped' })
  const { fieldMap } =
    mapped.fieldMap === null ? classify(head, isWhole, { ...options, fields: 'any' }) : mapped
  if (fieldMap === null) throw new Error('--fields any gives a field map')
  const reader = openRecordReader({ fieldMap, delimited: mapped.delimited }, EVERY_SCOPE, null)
  let observableCount = 0
  const framer = createFramer(
    mapped,
    { maxRecordBytes: 16_777_216, firstByteOffset: 0, skipFirstLine: false, ownedEnd: null },
    {
      record: (block, start, end) => {
        observableCount += reader.read(block, start, end).observables.length
      },
      quarantine: () => undefined,
    },
  )
  framer.push(bytes, 0, bytes.length)
  framer.finish()
  const { records, quarantined } = framer.counts
  return {
    format: mapped.format,
    framing: mapped.framing,
    records,
    quarantined,
    hasObservables: observableCount > 0,
  }
}

const FILES: readonly (readonly [
  string,
  Readonly<Record<string, readonly [string, string, number, number, boolean]>>,
])[] = [
  [
    'defender',
    {
      'Microsoft365DefenderEvents_part1.json': ['defender-rows', 'lines', 4, 0, true],
      'OfficeActivityEvents.json': ['json', 'lines', 1, 0, true],
      'WindowsEvents_part1.json': ['json', 'lines', 19, 0, true],
      'mde_proc_cs1_part1.csv': ['csv', 'delimited', 500, 0, true],
    },
  ],
  [
    'suricata',
    {
      'ads_eve_part1.json': ['json', 'lines', 1500, 0, true],
      'first-org-conf-2015_alerts-only.json': ['json', 'container', 136, 0, true],
      'first-org-conf-2015_alerts-only.ndjson': ['json', 'lines', 136, 0, true],
      'honeypot-2018_alerts-only.json': ['json', 'container', 44, 0, true],
      'honeypot-2018_alerts-only.ndjson': ['json', 'lines', 44, 0, true],
    },
  ],
  [
    'sentinel-csv',
    {
      'az_net_flows.csv': ['csv', 'delimited', 460, 0, true],
      'linux_events.csv': ['csv', 'delimited', 100, 0, false],
    },
  ],
]

for (const [folder, expected] of FILES) {
  test(`recorded telemetry of ${folder} is classified and read without quarantine`, (ctx) => {
    const files = dataFiles(`telemetry/${folder}`)
    if (files === null) ctx.skip(NO_DATA)

    const found = Object.fromEntries(
      (files ?? []).map(({ name, bytes }) => {
        const { format, framing, records, quarantined, hasObservables } = smoke(bytes)
        return [name, [format, framing, records, quarantined, hasObservables]]
      }),
    )

    expect(found).toEqual(expected)
  })
}
