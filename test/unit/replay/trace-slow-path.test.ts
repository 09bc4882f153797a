import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { compileRules } from '../../../src/engine/compile-rules.ts'
import { IndexImage } from '../../../src/engine/image-reader.ts'
import { resolveRules } from '../../../src/cli/resolve-rules.ts'
import { DEFAULT_SEMANTICS } from '../../../src/model/semantics.ts'
import { gatherInputs } from '../../../src/replay/gather-inputs.ts'
import { replay } from '../../../src/replay/replay.ts'
import type { SlowPathTrace, TraceOptions } from '../../../src/replay/trace-slow-path.ts'
import { traceSlowPath } from '../../../src/replay/trace-slow-path.ts'
import { buildRuleSet } from '../../support/rule-set-builder.ts'
import { networkEvent } from '../../support/small-logs.ts'

const folder = mkdtempSync(join(tmpdir(), 'dryfire-trace-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function trace(
  logs: readonly string[],
  image: IndexImage,
  options: Partial<TraceOptions> = {},
): Promise<SlowPathTrace> {
  const { inputs } = await gatherInputs(logs, {
    logFormat: null,
    userMap: null,
    fields: 'mapped',
    table: null,
    include: [],
    signal: null,
  })
  return traceSlowPath(inputs, image, {
    semantics: DEFAULT_SEMANTICS,
    kernel: 'portable',
    defaultTable: null,
    limitBytes: 1e9,
    signal: null,
    ...options,
  })
}

function logOf(name: string, urls: readonly string[]): string {
  const path = join(folder, name)
  const lines = urls.map((RemoteUrl, i) =>
    networkEvent({ ReportId: i, RemoteUrl, ActionType: 'ConnectionSuccess' }),
  )
  writeFileSync(path, `${lines.join('\n')}\n`)
  return path
}

const rules = buildRuleSet([
  { Type: 'DomainName', Value: 'a.c2.example' },
  { Type: 'DomainName', DetectionFunction: 'Contains', Value: 'c2' },
  { Type: 'DomainName', DetectionFunction: 'StartWith', Value: 'old.', ExpiresAt: 1n },
])
const image = IndexImage.open(compileRules(rules).image)

test('each record that is read in full counts under the indicators of its value, detected or not', async () => {
  const log = logOf('causes.ndjson', [
    'a.c2.example',
    'b.c2.example',
    'old.example',
    'good.example',
    'old.c2.example',
  ])

  const seen = await trace([log], image)

  const byValue = new Map(
    Array.from(seen.byIndicator, ([id, counts]) => [image.indicator(id).Value, counts] as const),
  )
  expect(byValue).toEqual(
    new Map([
      ['a.c2.example', { records: 1, undetected: 0 }],
      ['c2', { records: 3, undetected: 0 }],
      ['old.', { records: 2, undetected: 1 }],
    ]),
  )
  expect(seen).toMatchObject({
    records: 5,
    isWhole: true,
    slow: { records: 4, undetected: 1 },
    doubt: { records: 0, undetected: 0 },
  })
  expect(seen.unfiltered.size).toBe(0)
})

test('over whole logs the trace counts the records that a replay reads in full', async () => {
  const samples = resolveRules({ rules: ['samples/rules'], iocs: [], nonEqualsHash: null }).image
  const options = { now: 0n, workers: 0, kernel: 'portable' } as const
  const { summary } = await replay(['samples/telemetry'], samples, options)

  const seen = await trace(['samples/telemetry'], samples)

  expect(seen.isWhole).toBe(true)
  expect(seen.records).toBe(summary.input.records)
  expect(seen.slow.records).toBe(summary.timing.survivors)
  expect(seen.slow.records).toBeGreaterThan(100)
  expect(seen.unfiltered.size).toBe(0)
  const owed = [...seen.byIndicator.values()].reduce((sum, { records }) => sum + records, 0)
  expect(owed + seen.doubt.records).toBeGreaterThanOrEqual(seen.slow.records)
})

test('without a kernel every record is read in full, for that reason', async () => {
  const log = logOf('off.ndjson', ['a.c2.example', 'good.example'])

  const seen = await trace([log], image, { kernel: 'off' })

  expect([...seen.unfiltered]).toEqual([['switched off', { records: 2, undetected: 1 }]])
  expect(seen.byIndicator.size).toBe(0)
})

test('a sample ends at its limit, takes from every log and says that it is not the whole', async () => {
  const urls = Array.from({ length: 3000 }, (_, i) => `n${i}.example`)
  const logs = [logOf('one.ndjson', urls), logOf('two.ndjson', urls)]
  const whole = await trace(logs, image)

  const seen = await trace(logs, image, { limitBytes: 100_000 })

  expect(whole).toMatchObject({ isWhole: true, records: 6000 })
  expect(seen.isWhole).toBe(false)
  expect(seen.bytes).toBe(100_000)
  expect(seen.records).toBeGreaterThan(100)
  expect(seen.records).toBeLessThan(3000)
})

test('a record in which no value matches but whose spelling hides one counts as doubt', async () => {
  const path = join(folder, 'doubt.ndjson')
  const plain = networkEvent({ ReportId: 1, RemoteUrl: 'good.example' })
  writeFileSync(path, `${plain}\n${plain.replace('"RemoteUrl"', '"Remote\\u0055rl"')}\n`)

  const seen = await trace([path], image)

  expect(seen).toMatchObject({
    records: 2,
    slow: { records: 1, undetected: 1 },
    doubt: { records: 1, undetected: 1 },
  })
})
