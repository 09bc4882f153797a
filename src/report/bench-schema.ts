import type {
  BenchChange,
  BenchComparison,
  BenchImage,
  BenchLogs,
  BenchMachine,
  BenchReport,
  BenchScale,
  BenchSlowPath,
  BenchThroughput,
  BenchTiming,
  OperatorSize,
  QuotaUse,
  SlowIndicator,
  SlowRecords,
  Spread,
} from '../model/bench-report.ts'
import { QUOTA_NAMES } from '../model/quotas.ts'
import { SLOW_INDICATOR_LIMIT } from '../model/bench-report.ts'
import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../model/indicator.ts'
import type { IndicatorAccounting } from '../model/rule-set.ts'
import { SCHEMA_DIALECT } from './detection-schema.ts'
import { TEXT, count, listOf, objectOf, oneOf } from './json-schema.ts'
import type { JsonSchema } from './json-schema.ts'

const AMOUNT: JsonSchema = { type: 'number', minimum: 0 }
const BOOLEAN: JsonSchema = { type: 'boolean' }

const SPREAD: JsonSchema = {
  ...objectOf<Spread>({ median: AMOUNT, low: AMOUNT, high: AMOUNT, samples: count() }),
  description: 'Milliseconds: the median, the fastest and the slowest of the samples.',
}

const SLOW_RECORDS = {
  records: count(),
  undetected: count('Those of them in which nothing is detected.'),
}

const IOC: JsonSchema = objectOf<SlowIndicator['ioc']>({
  Type: oneOf(INDICATOR_TYPES),
  DetectionFunction: oneOf(DETECTION_FUNCTIONS),
  Value: TEXT,
})

const COMPARISON: JsonSchema = {
  ...objectOf<BenchComparison>({
    file: TEXT,
    toolVersion: TEXT,
    rows: listOf(
      objectOf<BenchChange>({
        key: TEXT,
        before: SPREAD,
        after: SPREAD,
        ratio: { ...AMOUNT, description: 'after / before of the medians of times: under 1 is faster.' },
        verdict: oneOf(['better', 'worse', 'same', 'too few samples']),
      }),
    ),
    notes: listOf(TEXT),
  }),
  type: ['object', 'null'],
}

/** Schema of what `bench --json` prints and `--save` writes. */
export const BENCH_SCHEMA: JsonSchema = {
  $schema: SCHEMA_DIALECT,
  title: 'dryfire bench report',
  ...objectOf<BenchReport>({
    schemaVersion: { const: 1 },
    toolVersion: TEXT,
    machine: objectOf<BenchMachine>({
      cpu: TEXT,
      cores: count(),
      platform: TEXT,
      arch: TEXT,
      node: TEXT,
    }),
    kernel: oneOf(['wasm', 'portable', 'off']),
    rules: objectOf<BenchReport['rules']>({
      digest: TEXT,
      definitions: count(),
      indicators: objectOf<IndicatorAccounting>({
        read: count(),
        compiled: count(),
        duplicate: count(),
        disabled: count(),
        opaque: count(),
        rejected: count(),
      }),
    }),
    logs: objectOf<BenchLogs>({
      isGenerated: BOOLEAN,
      files: count(),
      bytes: count('Decompressed bytes of one pass.'),
      records: count(),
      detections: count(),
      isCut: { ...BOOLEAN, description: 'A pass ends before the end of the logs.' },
    }),
    rounds: count(),
    compile: listOf(objectOf<BenchTiming>({ key: TEXT, ms: SPREAD })),
    throughput: listOf(
      objectOf<BenchThroughput>({
        key: TEXT,
        ms: SPREAD,
        workers: count(),
        bytesPerSecond: count(),
        recordsPerSecond: count(),
      }),
    ),
    scale: listOf(
      objectOf<BenchScale>({
        key: TEXT,
        ms: SPREAD,
        share: AMOUNT,
        indicators: count(),
        imageBytes: count(),
        bytesPerSecond: count(),
      }),
    ),
    image: objectOf<BenchImage>({
      bytes: count('All operators and commonBytes.'),
      commonBytes: count(),
      threadBytes: count('What each thread allocates beside the image that all share.'),
      operators: listOf(
        objectOf<OperatorSize>({
          Type: oneOf(INDICATOR_TYPES),
          DetectionFunction: oneOf(DETECTION_FUNCTIONS),
          indicators: count(),
          bytes: count(),
          threadBytes: count(),
        }),
      ),
    }),
    slowPath: objectOf<BenchSlowPath>({
      ...SLOW_RECORDS,
      sampledBytes: count(),
      sampledRecords: count(),
      isWhole: BOOLEAN,
      indicators: {
        ...listOf(objectOf<SlowIndicator>({ definitionName: TEXT, ioc: IOC, ...SLOW_RECORDS })),
        maxItems: SLOW_INDICATOR_LIMIT,
      },
      indicatorCount: count(),
      doubt: objectOf<SlowRecords>(SLOW_RECORDS),
      unfiltered: listOf(objectOf<SlowRecords & { reason: string }>({ reason: TEXT, ...SLOW_RECORDS })),
    }),
    quotas: listOf(
      objectOf<QuotaUse>({
        quota: oneOf(QUOTA_NAMES),
        used: count(),
        isLeast: { ...BOOLEAN, description: 'The rules came compiled: at least so many.' },
        limit: count(),
        isAssumed: BOOLEAN,
      }),
    ),
    partial: BOOLEAN,
    comparison: COMPARISON,
  }),
}
