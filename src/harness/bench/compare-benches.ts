import type {
  BenchChange,
  BenchComparison,
  BenchLogs,
  BenchMachine,
  Spread,
} from '../../model/bench-report.ts'
import { BenchError } from './bench-error.ts'
import type { SavedBench } from './saved-bench.ts'

/** Samples of both rows under which no verdict is given: with five each, chance parts them in fewer than 1 of 100 cases. */
const LEAST_SAMPLES = 5

/** Refuses an earlier report of another machine or other rules: its times say nothing about this one. */
export function refuseOtherSubject(
  file: string,
  before: SavedBench,
  now: { readonly machine: BenchMachine; readonly rulesDigest: string },
): void {
  const then = machineText(before.machine)
  if (then !== machineText(now.machine))
    throw new BenchError(
      `${file} was measured on another machine: ${then}, here ${machineText(now.machine)}`,
      'compare two runs of one machine',
    )
  if (before.rulesDigest !== now.rulesDigest)
    throw new BenchError(
      `${file} was measured with other rules: digest ${before.rulesDigest}, here ${now.rulesDigest}`,
      'compare two runs of the same rules, or save a new report with --save',
    )
}

/** Refuses an earlier report over other logs. */
export function refuseOtherLogs(file: string, { logs }: SavedBench, now: BenchLogs): void {
  const isOther =
    logs.isGenerated !== now.isGenerated ||
    logs.isCut !== now.isCut ||
    (!now.isCut && (logs.bytes !== now.bytes || logs.records !== now.records))
  if (isOther)
    throw new BenchError(
      `${file} was measured over other logs: ${logsText(logs)}, here ${logsText(now)}`,
      'compare two runs over the same logs, with the same --seconds',
    )
}

/** Holds the rows that both reports have against each other. */
export function compareBenches(file: string, before: SavedBench, after: SavedBench): BenchComparison {
  const earlier = new Map(before.timings.map(({ key, ms }) => [key, ms]))
  // Of logs that are not read to their end each report read another length.
  const scale = before.logs.isCut && before.logs.bytes > 0 ? after.logs.bytes / before.logs.bytes : 1
  return {
    file,
    toolVersion: before.toolVersion,
    rows: after.timings.flatMap(({ key, ms }) => {
      const found = earlier.get(key)
      if (found === undefined) return []
      return [changeOf(key, PASS.test(key) ? scaled(found, scale) : found, ms)]
    }),
    notes: [
      ...differing('dryfire', before.toolVersion, after.toolVersion),
      ...differing('Node', before.machine.node, after.machine.node),
      ...differing('kernel', before.kernel, after.kernel),
    ],
  }
}

const PASS = /^(?:one-core$|workers-|rules-)/

function changeOf(key: string, before: Spread, after: Spread): BenchChange {
  const ratio = before.median === 0 ? 1 : after.median / before.median
  return { key, before, after, ratio, verdict: verdictOf(before, after) }
}

function verdictOf(before: Spread, after: Spread): BenchChange['verdict'] {
  if (Math.min(before.samples, after.samples) < LEAST_SAMPLES) return 'too few samples'
  if (after.high < before.low) return 'better'
  return after.low > before.high ? 'worse' : 'same'
}

function scaled({ median, low, high, samples }: Spread, factor: number): Spread {
  return { median: median * factor, low: low * factor, high: high * factor, samples }
}

function machineText({ cpu, cores, platform, arch }: BenchMachine): string {
  return `${cpu}, ${cores} cores, ${platform} ${arch}`
}

function logsText({ isGenerated, isCut, bytes, records }: BenchLogs): string {
  const kind = `${isGenerated ? 'generated, ' : ''}${isCut ? 'not read to the end, ' : ''}`
  return `${kind}${bytes} bytes with ${records} records`
}

function differing(what: string, before: string, after: string): readonly string[] {
  return before === after ? [] : [`${what} was ${before} then and is ${after} now`]
}
