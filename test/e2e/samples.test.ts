import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { ExpectedRun } from '../../samples/generator/count.ts'
import type { ReplaySummary } from '../../src/model/replay-summary.ts'
import { ALERT_SCHEMA, DETECTION_SCHEMA } from '../../src/report/detection-schema.ts'
import type { JsonSchema } from '../../src/report/json-schema.ts'
import { REPLAY_SUMMARY_SCHEMA } from '../../src/report/summary-schema.ts'
import { REPOSITORY, runCli, temporaryFolder } from '../support/run-cli.ts'
import { schemaFaults } from '../support/schema-faults.ts'

const { runs }: { readonly runs: readonly ExpectedRun[] } = JSON.parse(
  readFileSync(join(REPOSITORY, 'samples/expected.json'), 'utf8'),
)
const folder = temporaryFolder('samples')
const image = join(folder, 'samples.dfx')

/** What one run of the command line wrote. */
interface SampleReplay {
  readonly code: number | null
  readonly summary: ReplaySummary
  readonly detections: string
  readonly alerts: string
}

async function replaySamples(logs: readonly string[], rules: readonly string[]): Promise<SampleReplay> {
  const detections = join(folder, 'detections.ndjson')
  const alerts = join(folder, 'alerts.ndjson')
  const words = ['replay', ...logs, '--rules', ...rules, '--detections', detections, '--alerts', alerts]
  const { code, stdout } = await runCli([...words, '--json'])
  return {
    code,
    summary: JSON.parse(stdout),
    detections: readFileSync(detections, 'utf8'),
    alerts: readFileSync(alerts, 'utf8'),
  }
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '')
}

function faultsOfLines(text: string, schema: JsonSchema): readonly string[] {
  return linesOf(text).flatMap((line, i) => schemaFaults(JSON.parse(line), schema, `line ${i + 1}`))
}

/** Every run from the rule files, by name. */
const replays = new Map<string, SampleReplay>()

function replayOf(name: string): SampleReplay {
  const found = replays.get(name)
  if (found === undefined) throw new Error(`no replay of ${name}`)
  return found
}

beforeAll(async () => {
  const { code, stderr } = await runCli(['compile', 'samples/rules', '--output', image])
  if (code !== 0) throw new Error(`the rules of the samples do not compile: ${stderr}`)
  for (const { name, logs, rules } of runs) replays.set(name, await replaySamples(logs, rules))
})

test('the samples have been counted for more than one run', () => {
  expect(runs.map(({ name }) => name)).toEqual(['everything', 'mail and cloud only'])
})

test.each(runs)('a replay of the samples agrees with the plain count of $name', (expected) => {
  const { code, summary, detections, alerts } = replayOf(expected.name)

  expect(code).toBe(0)
  expect(summary.input.records).toBe(expected.records)
  expect(summary.detections).toMatchObject({ total: expected.detections, suppressed: expected.suppressed })
  expect(summary.alerts.total).toBe(expected.alerts)
  expect(linesOf(detections)).toHaveLength(expected.detections)
  expect(linesOf(alerts)).toHaveLength(expected.alerts)
  expect(
    summary.alerts.byDefinition
      .filter(({ iocs }) => iocs > 0) // a disabled definition has none
      .map(({ definition, ...counts }) => ({ Name: definition.Name, ...counts })),
  ).toMatchObject(expected.definitions)
})

test.each(runs)('the verdicts on indicators agree with the plain count of $name', (expected) => {
  const { summary } = replayOf(expected.name)
  const fired = summary.alerts.byIoc.map(({ definitionName, ioc, detections }) => ({
    definition: definitionName,
    ioc: `${ioc.Type} ${ioc.DetectionFunction} ${ioc.Value}`,
    detections,
  }))
  const key = (one: { readonly definition: string; readonly ioc: string }): string => one.definition + one.ioc

  const { read, compiled, duplicate, disabled } = summary.accounting.iocs
  expect({ read, compiled, duplicate, disabled, ...summary.iocs, quiet: undefined }).toEqual({
    ...expected.iocs,
    quiet: undefined,
  })
  expect(fired.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))).toEqual(
    expected.fired.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)),
  )
})

test.each(runs)('devices and severities add up to the alerts of $name', (expected) => {
  const { summary, alerts } = replayOf(expected.name)
  const { byDevice, bySeverity } = summary.alerts
  const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)

  expect(sum(byDevice.map((device) => device.alerts))).toBe(expected.alerts)
  expect(sum(byDevice.map((device) => device.detections))).toBe(expected.detections)
  expect(sum(Object.values(bySeverity))).toBe(expected.alerts)
  expect(new Set(linesOf(alerts).map((line): string => JSON.parse(line).device)).size).toBe(byDevice.length)
})

test.each(runs)('the output on $name keeps the written schemas', ({ name }) => {
  const { summary, detections, alerts } = replayOf(name)

  expect(schemaFaults(summary, REPLAY_SUMMARY_SCHEMA)).toEqual([])
  expect(faultsOfLines(detections, DETECTION_SCHEMA)).toEqual([])
  expect(faultsOfLines(alerts, ALERT_SCHEMA)).toEqual([])
})

test.each(runs)(
  'a compiled image gives the same bytes as its rule files on $name',
  async ({ name, logs }) => {
    const { timing: _, ...fromFiles } = replayOf(name).summary

    const compiled = await replaySamples(logs, [image])

    const { timing: __, ...fromImage } = compiled.summary
    expect(compiled.code).toBe(0)
    expect(JSON.stringify(fromImage)).toBe(JSON.stringify(fromFiles))
    expect(compiled.detections === replayOf(name).detections).toBe(true)
    expect(compiled.alerts === replayOf(name).alerts).toBe(true)
  },
)
