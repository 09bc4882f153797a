import { expect, test } from 'vitest'
import type { ConsoleOutput } from '../../../src/cli/console-output.ts'
import { EXIT } from '../../../src/cli/exit-code.ts'
import { explainFailure } from '../../../src/cli/explain-failure.ts'
import { WorkersFailedError } from '../../../src/replay/executor.ts'
import type { ScanTask, Segment } from '../../../src/replay/scan-task.ts'
import { TaskRun } from '../../../src/replay/task-run.ts'
import type { WorkerJob } from '../../../src/replay/worker-job.ts'

/** Output that nobody reads. */
const SILENT: ConsoleOutput = {
  isErrorTerminal: false,
  colorOut: false,
  colorError: false,
  width: 80,
  out: () => {},
  endWhenUnread: () => {},
  error: () => {},
}

const TASK: ScanTask = {
  source: 0,
  name: 'a.ndjson',
  path: 'a.ndjson',
  size: 10,
  compression: 'none',
  range: { from: 0, to: 10 },
  classification: {
    format: 'ndjson',
    framing: 'lines',
    fieldMap: null,
    bomBytes: 0,
    delimited: null,
    evidence: [],
    refused: null,
  },
}

const segment = (records: number): Segment => ({
  bytes: { examined: 0, quarantined: 0, skipped: 0 },
  records,
  newlines: 0,
  observed: new Float64Array(0),
  survivors: 0,
  quarantined: [],
  hits: [],
  notes: [],
  rows: null,
})

async function collect(run: TaskRun): Promise<readonly number[]> {
  const records: number[] = []
  for (let next = await run.next(); next !== null; next = await run.next()) records.push(next.records)
  return records
}

/** A worker that posts segments 1..count and dies after `deaths[attempt]` of them. */
function mortalWorker(
  count: number,
  deaths: readonly (number | null)[],
  offset: number,
): (job: WorkerJob) => Promise<void> {
  let attempt = 0
  return async (job) => {
    const lastBreath = deaths[attempt++] ?? null
    for (let index = 0; index < count; index++) {
      if (lastBreath === index) {
        job.progress[0] = offset
        await new Promise((resolve) => setTimeout(resolve, 5))
        throw new Error('the worker is gone')
      }
      if (index >= job.skipSegments) job.port.postMessage(segment(index + 1))
    }
    job.port.postMessage(null)
  }
}

test('a task whose worker dies once is repeated and delivers every segment once', async () => {
  const run = new TaskRun(TASK, mortalWorker(4, [2], 77), 60_000)
  run.start()

  expect(await collect(run)).toEqual([1, 2, 3, 4])
})

test('a record on which two workers die is handed to the third as poisoned', async () => {
  const seen: (readonly number[])[] = []
  const worker = mortalWorker(3, [1, 1], 77)
  const run = new TaskRun(
    TASK,
    (job) => {
      seen.push(job.poisoned)
      return worker(job)
    },
    60_000,
  )
  run.start()

  expect(await collect(run)).toEqual([1, 2, 3])
  expect(seen).toEqual([[], [], [77]])
})

test('a task whose workers die before the first record fails with the cause', async () => {
  const run = new TaskRun(TASK, mortalWorker(3, [0, 0, 0], -1), 60_000)
  run.start()

  await expect(collect(run)).rejects.toThrow(WorkersFailedError)
})

test('a worker without a heartbeat is aborted and its task repeated', async () => {
  let attempt = 0
  const worker = mortalWorker(2, [], 0)
  const run = new TaskRun(
    TASK,
    (job, signal) => {
      attempt += 1
      if (attempt > 1) return worker(job)
      job.progress[0] = 5
      job.progress[1] = 1
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))))
    },
    80,
  )
  run.start()

  expect(await collect(run)).toEqual([1, 2])
  expect(attempt).toBe(2)
})

test('a slow reader holds the worker back to a few segments', async () => {
  let posted = 0
  const run = new TaskRun(
    TASK,
    async (job) => {
      let credits = job.credits
      job.port.on('message', () => (credits += 1))
      for (let index = 0; index < 10; index++) {
        while (credits === 0) await new Promise((resolve) => setTimeout(resolve, 1))
        credits -= 1
        posted += 1
        job.port.postMessage(segment(index))
      }
      job.port.postMessage(null)
      job.port.unref()
    },
    60_000,
  )
  run.start()

  await new Promise((resolve) => setTimeout(resolve, 50))
  const postedUnread = posted
  const records = await collect(run)

  expect(postedUnread).toBeLessThanOrEqual(3)
  expect(records).toHaveLength(10)
})

test('E11 workers that have no memory to begin with end the run as a limit', async () => {
  const noMemory = Object.assign(new Error('heap limit'), { code: 'ERR_WORKER_OUT_OF_MEMORY' })
  const run = new TaskRun(TASK, () => Promise.reject(noMemory), 60_000)
  run.start()

  const failure: unknown = await collect(run).catch((error: unknown) => error)

  expect(failure).toMatchObject({ code: 'out-of-memory', cause: noMemory })
  expect(explainFailure(failure, SILENT)).toBe(EXIT.limit)
})
