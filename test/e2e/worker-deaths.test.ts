import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compileRules } from '../../src/engine/compile-rules.ts'
import { IndexImage } from '../../src/engine/image-reader.ts'
import type { Detection } from '../../src/model/detection.ts'
import { classifyInput } from '../../src/replay/classify-input.ts'
import { WorkersFailedError } from '../../src/replay/executor.ts'
import { planTasks } from '../../src/replay/plan-tasks.ts'
import { openPoolExecutor } from '../../src/replay/pool-executor.ts'
import { replay, type ReplayOptions, type ReplayResult } from '../../src/replay/replay.ts'
import type { SimulatedFault } from '../../src/replay/scan-settings.ts'
import { parseRules } from '../../src/rules/parse-rules.ts'
import { temporaryFolder } from '../support/run-cli.ts'
import { SMALL_SCAN } from '../support/scan-settings.ts'
import { networkEvent, ruleFile } from '../support/small-logs.ts'

const RECORDS = 40
const CLASSIFY = { logFormat: null, userMap: null, fields: 'mapped', table: null } as const
const folder = temporaryFolder('deaths')
const log = join(folder, 'a.ndjson')
const lines = Array.from({ length: RECORDS }, (_, i) =>
  networkEvent({ ReportId: i, RemoteUrl: `x${i}.c2.example` }),
)
writeFileSync(log, lines.map((line) => `${line}\n`).join(''))
const offsets = lines.map((_, i) => lines.slice(0, i).reduce((sum, line) => sum + line.length + 1, 0))
const image = imageOf(ruleFile([{ Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.c2.example' }]))

function imageOf(text: string): IndexImage {
  const parsed = parseRules([{ name: 'a.rules.json', bytes: new TextEncoder().encode(text) }], {
    readSibling: () => null,
  })
  if (!parsed.ok) throw new Error('the rules of this test are broken')
  return IndexImage.open(compileRules(parsed.rules).image)
}

/** A file of rows whose parts begin within quoted cells, and lines there that look like rows. */
const csv = join(folder, 'a.csv')
const header = 'Timestamp,DeviceId,RemoteUrl,ReportId,AdditionalFields\n'
const rows = Array.from(
  { length: RECORDS },
  (_, i) => `t,d1,x${i}.c2.example,${i},"${`t,d1,z.c2.example,1,2\n`.repeat(i % 7)}"\n`,
)
writeFileSync(csv, header + rows.join(''))
const rowOffset = (row: number): number => header.length + rows.slice(0, row).join('').length

async function run(
  options: ReplayOptions,
  path = log,
): Promise<ReplayResult & { readonly detections: readonly Detection[] }> {
  const detections: Detection[] = []
  const result = await replay([path], image, {
    workers: 2,
    chunkBytes: 4096,
    now: 0n,
    onDetection: (detection) => detections.push(detection),
    ...options,
  })
  return { ...result, detections }
}

const fault = (kind: SimulatedFault['kind'], record: number, deaths: number): SimulatedFault =>
  faultAt(kind, offsets[record] ?? -1, deaths)

function faultAt(kind: SimulatedFault['kind'], byteOffset: number, deaths: number): SimulatedFault {
  const remaining = new Int32Array(new SharedArrayBuffer(4))
  remaining[0] = deaths
  return { kind, byteOffset, remaining }
}

describe('worker deaths', () => {
  test('E01 a worker that throws once costs nothing, on any record', async () => {
    for (const record of [0, 13, RECORDS - 1]) {
      const { summary, detections } = await run({ simulate: fault('throw', record, 1) })

      expect(detections).toHaveLength(RECORDS)
      expect(summary.input.quarantined).toBe(0)
    }
  })

  test('E01 a record on which workers die twice is quarantined and its neighbours match', async () => {
    const { summary, detections } = await run({ simulate: fault('throw', 13, 1000) })

    expect(detections.map((detection) => detection.event.record)).toEqual(
      Array.from({ length: RECORDS }, (_, i) => i + 1).filter((record) => record !== 14),
    )
    expect(summary.input.quarantine).toMatchObject([
      { source: log, record: 14, line: 14, byteOffset: offsets[13], reason: 'workers died on it twice' },
    ])
  })

  test('E02 a worker that runs out of heap is replaced and the run finishes', async () => {
    const { summary, detections } = await run({ simulate: fault('out-of-memory', 5, 1), workerHeapMiB: 64 })

    expect(detections).toHaveLength(RECORDS)
    expect(summary.input.quarantined).toBe(0)
  })

  test('E03 a worker that exits without an error is seen as dead', async () => {
    const { summary, detections } = await run({ simulate: fault('exit', 20, 2) })

    expect(detections).toHaveLength(RECORDS - 1)
    expect(summary.input.quarantined).toBe(1)
  })

  test('E04 a worker that hangs is killed and its record named', async () => {
    const { summary, detections } = await run({ simulate: fault('hang', 7, 2), stallMs: 500 })

    expect(detections).toHaveLength(RECORDS - 1)
    expect(summary.input.quarantine[0]?.record).toBe(8)
  })
})

describe('worker deaths on parts of a file of rows', () => {
  const wanted = async (options: ReplayOptions): Promise<Awaited<ReturnType<typeof run>>> =>
    run({ chunkBytes: 300, ...options }, csv)

  test('a worker that throws once costs nothing, in any part', async () => {
    const calm = await wanted({})
    expect(calm.detections).toHaveLength(RECORDS)

    for (let row = 0; row < RECORDS; row += 3) {
      const { summary, detections } = await wanted({ simulate: faultAt('throw', rowOffset(row), 1) })

      expect(detections).toEqual(calm.detections)
      expect(summary.input.quarantined).toBe(0)
    }
  }, 60_000)

  test('a row on which workers die twice is quarantined where it stands, and its neighbours match', async () => {
    for (const [row, kind] of [
      [0, 'throw'],
      [13, 'exit'],
      [27, 'throw'],
      [RECORDS - 1, 'exit'],
    ] as const) {
      const { summary, detections } = await wanted({ simulate: faultAt(kind, rowOffset(row), 1000) })

      expect(detections.map(({ event }) => event.record)).toEqual(
        Array.from({ length: RECORDS }, (_, i) => i + 1).filter((record) => record !== row + 1),
      )
      expect(summary.input.quarantine).toMatchObject([
        { source: csv, record: row + 1, byteOffset: rowOffset(row), reason: 'workers died on it twice' },
      ])
    }
  }, 60_000)
})

test('E05 workers that all die at the start end the run with the cause, within 5 s', async () => {
  const startedAt = performance.now()
  const noImage = new Uint8Array(new SharedArrayBuffer(64))
  const executor = openPoolExecutor(noImage, SMALL_SCAN, null, { workers: 2, stallMs: 60_000, heapMiB: 64 })
  const tasks = planTasks([await classifyInput({ name: log, path: log, size: 1 }, CLASSIFY)], 4096)

  const run = executor.run(tasks)[Symbol.asyncIterator]().next()

  await expect(run).rejects.toThrow(WorkersFailedError)
  expect(performance.now() - startedAt).toBeLessThan(5000)
  await executor.close()
})
