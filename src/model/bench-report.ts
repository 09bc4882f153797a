import type { DetectionFunction, IndicatorType } from './indicator.ts'
import type { IndicatorSummary } from './match.ts'
import type { QuotaName } from './quotas.ts'
import type { IndicatorAccounting } from './rule-set.ts'

/** Times of one row in milliseconds: the one in the middle, and the fastest and the slowest beside it. */
export interface Spread {
  readonly median: number
  readonly low: number
  readonly high: number
  readonly samples: number
}

/** Something that was timed. Between two reports rows of one key are compared. */
export interface BenchTiming {
  readonly key: string
  readonly ms: Spread
}

/** Where figures were measured: only those of one machine can be compared. */
export interface BenchMachine {
  readonly cpu: string
  readonly cores: number
  readonly platform: string
  readonly arch: string
  readonly node: string
}

/** The logs of one pass. */
export interface BenchLogs {
  /** True where they were made up for the rules, because none was named. */
  readonly isGenerated: boolean
  readonly files: number
  /** Decompressed bytes, records and detections of one pass. */
  readonly bytes: number
  readonly records: number
  readonly detections: number
  /** True where a pass is ended before the end of the logs, so that the run stays within its time. */
  readonly isCut: boolean
}

/** One pass over the logs; `ms` is the time for all `logs.bytes`. */
export interface BenchThroughput extends BenchTiming {
  /** Threads beside the main one; 0: none. */
  readonly workers: number
  readonly bytesPerSecond: number
  readonly recordsPerSecond: number
}

/** One pass on one core with a part of the rules, or with more. */
export interface BenchScale extends BenchTiming {
  /** What part of the rules: 0.1, 0.5, 1, 2. */
  readonly share: number
  readonly indicators: number
  readonly imageBytes: number
  readonly bytesPerSecond: number
}

/** What the IOCs of one type and operator take. */
export interface OperatorSize {
  readonly Type: IndicatorType
  readonly DetectionFunction: DetectionFunction
  readonly indicators: number
  /** Bytes of the image, which all threads share. */
  readonly bytes: number
  /** Memory that every thread has beside it. */
  readonly threadBytes: number
}

/** What the image takes, by type and operator. */
export interface BenchImage {
  readonly bytes: number
  /** Header, definitions, times and padding: what belongs to no operator. */
  readonly commonBytes: number
  readonly threadBytes: number
  readonly operators: readonly OperatorSize[]
}

/** Records that were read in full. */
export interface SlowRecords {
  readonly records: number
  /** Those of them in which nothing is detected. */
  readonly undetected: number
}

/** An IOC that lets records pass to the slow path. */
export interface SlowIndicator extends SlowRecords {
  readonly definitionName: string
  readonly ioc: Omit<IndicatorSummary, 'Id'>
}

/** Which records are read in full, and what makes them so, over a sample of the logs. */
export interface BenchSlowPath extends SlowRecords {
  /** The sample: the beginning of every file. */
  readonly sampledBytes: number
  readonly sampledRecords: number
  readonly isWhole: boolean
  /** Most records first, at most `SLOW_INDICATOR_LIMIT`; a record counts under every IOC that matches the value by which it passed. */
  readonly indicators: readonly SlowIndicator[]
  readonly indicatorCount: number
  /** Records that passed without an IOC: the filter leaves what it cannot judge, such as escapes, to the exact reading. */
  readonly doubt: SlowRecords
  /** Files without a filter, by reason. */
  readonly unfiltered: readonly (SlowRecords & { readonly reason: string })[]
}

/** IOCs that a report names as causes of slow records. */
export const SLOW_INDICATOR_LIMIT = 100

/** How much of a quota the rules use. */
export interface QuotaUse {
  readonly quota: QuotaName
  readonly used: number
  /** True where the rules came compiled, so that nobody knows of those that were disabled or stood twice. */
  readonly isLeast: boolean
  readonly limit: number
  /** True where nobody gave the limit. */
  readonly isAssumed: boolean
}

/** How a row compares with the one of an earlier report. */
export interface BenchChange {
  readonly key: string
  readonly before: Spread
  readonly after: Spread
  /** after / before, of the medians of times: under 1 is faster. */
  readonly ratio: number
  /** `better` and `worse` only where the two spreads do not touch and both have enough samples. */
  readonly verdict: 'better' | 'worse' | 'same' | 'too few samples'
}

/** This report held against an earlier one. */
export interface BenchComparison {
  readonly file: string
  readonly toolVersion: string
  readonly rows: readonly BenchChange[]
  /** What else differs and does not prevent comparing. */
  readonly notes: readonly string[]
}

/** What `bench` measured. */
export interface BenchReport {
  readonly schemaVersion: 1
  readonly toolVersion: string
  readonly machine: BenchMachine
  readonly kernel: 'wasm' | 'portable' | 'off'
  readonly rules: {
    readonly digest: string
    readonly definitions: number
    readonly indicators: IndicatorAccounting
  }
  readonly logs: BenchLogs
  /** Rounds: every row of one thread once per round. Rows on threads are timed after them, and have rounds of their own. */
  readonly rounds: number
  readonly compile: readonly BenchTiming[]
  readonly throughput: readonly BenchThroughput[]
  readonly scale: readonly BenchScale[]
  readonly image: BenchImage
  readonly slowPath: BenchSlowPath
  readonly quotas: readonly QuotaUse[]
  /** True when a signal ended the run early. */
  readonly partial: boolean
  readonly comparison: BenchComparison | null
}

/** Every timed row of a report, once. */
export function timingsOf(
  report: Pick<BenchReport, 'compile' | 'throughput' | 'scale'>,
): readonly BenchTiming[] {
  const rows = [...report.compile, ...report.throughput, ...report.scale]
  return [...new Map(rows.map(({ key, ms }) => [key, { key, ms }])).values()]
}
