import type { BenchLogs, BenchMachine, BenchReport, BenchTiming, Spread } from '../../model/bench-report.ts'
import { timingsOf } from '../../model/bench-report.ts'

/** What of an earlier report is compared. */
export interface SavedBench {
  readonly toolVersion: string
  readonly machine: BenchMachine
  readonly kernel: string
  readonly rulesDigest: string
  readonly logs: BenchLogs
  readonly timings: readonly BenchTiming[]
}

/** The comparable part of a report that was just made. */
export function comparablePart(report: BenchReport): SavedBench {
  const { toolVersion, machine, kernel, logs } = report
  return { toolVersion, machine, kernel, rulesDigest: report.rules.digest, logs, timings: timingsOf(report) }
}

/** Reads what `--save` wrote, or says what the text is instead. The text may be anything. */
export function parseSavedBench(text: string): SavedBench | { readonly refused: string } {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { refused: 'is no JSON' }
  }
  if (!isObject(value)) return { refused: 'holds no report of dryfire bench' }
  if (value['schemaVersion'] !== 1) return { refused: 'holds no report of dryfire bench of version 1' }
  try {
    return readReport(value)
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error
    return { refused: `holds no report of dryfire bench: ${error.message}` }
  }
}

type JsonObject = Readonly<Record<string, unknown>>

class ShapeError extends Error {}

function readReport(report: JsonObject): SavedBench {
  const machine = objectAt(report, 'machine')
  const logs = objectAt(report, 'logs')
  const rows = ['compile', 'throughput', 'scale'].flatMap((name) => listAt(report, name).map(readTiming))
  return {
    toolVersion: textAt(report, 'toolVersion'),
    machine: {
      cpu: textAt(machine, 'cpu'),
      cores: numberAt(machine, 'cores'),
      platform: textAt(machine, 'platform'),
      arch: textAt(machine, 'arch'),
      node: textAt(machine, 'node'),
    },
    kernel: textAt(report, 'kernel'),
    rulesDigest: textAt(objectAt(report, 'rules'), 'digest'),
    logs: {
      isGenerated: logs['isGenerated'] === true,
      files: numberAt(logs, 'files'),
      bytes: numberAt(logs, 'bytes'),
      records: numberAt(logs, 'records'),
      detections: numberAt(logs, 'detections'),
      isCut: logs['isCut'] === true,
    },
    timings: [...new Map(rows.map((row) => [row.key, row])).values()],
  }
}

function readTiming(row: unknown): BenchTiming {
  if (!isObject(row)) throw new ShapeError('a row is no object')
  const ms = objectAt(row, 'ms')
  const spread: Spread = {
    median: numberAt(ms, 'median'),
    low: numberAt(ms, 'low'),
    high: numberAt(ms, 'high'),
    samples: numberAt(ms, 'samples'),
  }
  return { key: textAt(row, 'key'), ms: spread }
}

/** Own properties only: the text may name `__proto__` or `constructor`. */
function at(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

function objectAt(object: JsonObject, name: string): JsonObject {
  const value = at(object, name)
  if (!isObject(value)) throw new ShapeError(`${name} is no object`)
  return value
}

function listAt(object: JsonObject, name: string): readonly unknown[] {
  const value = at(object, name)
  if (!Array.isArray(value)) throw new ShapeError(`${name} is no list`)
  return value
}

function textAt(object: JsonObject, name: string): string {
  const value = at(object, name)
  if (typeof value !== 'string') throw new ShapeError(`${name} is no text`)
  return value
}

function numberAt(object: JsonObject, name: string): number {
  const value = at(object, name)
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value
  throw new ShapeError(`${name} is no number from 0`)
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
