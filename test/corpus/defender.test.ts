import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compileRules } from '../../src/engine/compile-rules.ts'
import { IndexImage } from '../../src/engine/image-reader.ts'
import { parseFieldMap } from '../../src/logs/user-map.ts'
import type { FieldMap } from '../../src/model/field-map.ts'
import { parseRules } from '../../src/rules/parse-rules.ts'
import { replayCollected, tabRows } from '../support/corpus-replay.ts'
import { DATA_FOLDER } from '../support/data-folder.ts'
import { ruleFile } from '../support/small-logs.ts'

const TELEMETRY = join(DATA_FOLDER, 'telemetry/defender')
const ORACLE = join(DATA_FOLDER, 'oracles/expected_examples/e4_defender_csv')
const ABSENT = 'the folder of real telemetry is not on this machine'

/** The older column names of a process export. */
const PROCESS_EXPORT_MAP = `
name: process-export
fields:
  - { path: CreatedProcessFileMd5, kind: md5, role: object }
  - { path: CreatedProcessFileSha1, kind: sha1, role: object }
  - { path: CreatedProcessFileSha256, kind: sha256, role: object }
  - { path: InitiatingProcessImageMd5, kind: md5, role: actor }
  - { path: InitiatingProcessImageSha1, kind: sha1, role: actor }
  - { path: InitiatingProcessImageSha256, kind: sha256, role: actor }
envelope:
  time: [ReportTime]
  deviceId: [MachineId]
  deviceName: [ComputerDnsName]
  reportId: [ReportIndex]
`

function imageOf(rules: string, list: Uint8Array): IndexImage {
  const parsed = parseRules([{ name: 'a.rules.json', bytes: new TextEncoder().encode(rules) }], {
    readSibling: () => list,
  })
  if (!parsed.ok) throw new Error(parsed.diagnostics.map((diagnostic) => diagnostic.message).join('\n'))
  return IndexImage.open(compileRules(parsed.rules).image)
}

test('a real process export gives exactly the field hits that plain string tests give', async (context) => {
  if (!existsSync(ORACLE)) context.skip(ABSENT)
  const iocs = readFileSync(join(ORACLE, 'iocs.csv'), 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))
  const list = iocs.map(([, type, operator, value]) => `${type},${operator},${value}\n`).join('')
  const image = imageOf(
    ruleFile([], { iocFiles: ['list.csv'] }),
    new TextEncoder().encode(`Type,DetectionFunction,Value\n${list}`),
  )
  const map = parseFieldMap('map.yaml', PROCESS_EXPORT_MAP)
  if (!map.ok) throw new Error(map.diagnostics[0]?.message)
  const fieldMap: FieldMap = map.map

  const { summary, detections } = await replayCollected([join(TELEMETRY, 'mde_proc_cs1_part1.csv')], image, {
    fieldMap,
  })

  const found = detections.flatMap((detection) =>
    detection.matches.map(({ ioc, field, text }) =>
      [detection.event.record, field, text, ioc.Type, ioc.DetectionFunction, ioc.Value].join('\t'),
    ),
  )
  const expected = tabRows(join(ORACLE, 'expected.tsv')).map(
    ([, line, field, raw, , type, operator, value]) =>
      [line, field, JSON.parse(raw ?? '""'), type, operator, (value ?? '').toLowerCase()].join('\t'),
  )
  expect(expected).toHaveLength(736)
  expect(summary.input.records).toBe(500)
  expect(found.sort()).toEqual(expected.sort())
})

test('real hunting rows are recognised, read whole, and show every kind of mapped value', async (context) => {
  const log = join(TELEMETRY, 'Microsoft365DefenderEvents_part1.json')
  if (!existsSync(log)) context.skip(ABSENT)
  const image = imageOf(
    ruleFile([{ Type: 'Sha1', DetectionFunction: 'StartWith', Value: '6cbce4a2' }]),
    new Uint8Array(),
  )

  const { summary, detections } = await replayCollected([log], image, {})

  const lines = readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
  const planted = lines.filter((line) =>
    Object.entries(JSON.parse(line)).some(
      ([key, value]) => /^(InitiatingProcess)?SHA1$/.test(key) && String(value).startsWith('6cbce4a2'),
    ),
  )
  expect(summary.input).toMatchObject({ records: lines.length, quarantined: 0, problems: [] })
  expect(planted.length).toBeGreaterThan(0)
  expect(detections.length + summary.detections.suppressed).toBe(planted.length)
})

test('every telemetry file of Defender is framed without losing a byte', async (context) => {
  if (!existsSync(TELEMETRY)) context.skip(ABSENT)
  const image = imageOf(
    ruleFile([{ Type: 'Sha1', DetectionFunction: 'StartWith', Value: '0' }]),
    new Uint8Array(),
  )

  for (const name of readdirSync(TELEMETRY)) {
    const path = join(TELEMETRY, name)
    const { summary } = await replayCollected([path], image, { semantics: { fields: 'any' } })

    expect({ name, bytes: summary.input.bytes }).toEqual({ name, bytes: readFileSync(path).length })
    expect({ name, quarantined: summary.input.quarantined }).toEqual({ name, quarantined: 0 })
  }
})
