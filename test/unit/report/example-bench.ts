import type { BenchReport, Spread } from '../../../src/model/bench-report.ts'

function spread(median: number, low: number, high: number): Spread {
  return { median, low, high, samples: 7 }
}

/** A report with something in every part. */
export const EXAMPLE_BENCH: BenchReport = {
  schemaVersion: 1,
  toolVersion: '1.2.3',
  machine: { cpu: 'Example 3000', cores: 4, platform: 'linux', arch: 'x64', node: 'v24.21.0' },
  kernel: 'portable',
  rules: {
    digest: '0123456789abcdef',
    definitions: 12,
    indicators: { read: 100_010, compiled: 100_000, duplicate: 4, disabled: 5, opaque: 1, rejected: 0 },
  },
  logs: {
    isGenerated: false,
    files: 3,
    bytes: 64_000_000,
    records: 40_000,
    detections: 41,
    isCut: false,
  },
  rounds: 7,
  compile: [
    { key: 'read-rules', ms: spread(151.2, 148, 160.7) },
    { key: 'compile', ms: spread(52.31, 50.05, 61) },
    { key: 'open-image', ms: spread(7.123, 7, 9.9) },
  ],
  throughput: [
    {
      key: 'one-core',
      ms: spread(200, 190, 230),
      workers: 0,
      bytesPerSecond: 320_000_000,
      recordsPerSecond: 200_000,
    },
    {
      key: 'workers-4',
      ms: spread(100, 90, 140),
      workers: 4,
      bytesPerSecond: 640_000_000,
      recordsPerSecond: 400_000,
    },
  ],
  scale: [
    {
      key: 'rules-0.1',
      ms: spread(180, 175, 190),
      share: 0.1,
      indicators: 10_000,
      imageBytes: 410_000,
      bytesPerSecond: 355_555_556,
    },
    {
      key: 'rules-0.5',
      ms: spread(190, 180, 200),
      share: 0.5,
      indicators: 50_000,
      imageBytes: 1_990_000,
      bytesPerSecond: 336_842_105,
    },
    {
      key: 'one-core',
      ms: spread(200, 190, 230),
      share: 1,
      indicators: 100_000,
      imageBytes: 3_890_000,
      bytesPerSecond: 320_000_000,
    },
    {
      key: 'rules-2',
      ms: spread(220, 210, 260),
      share: 2,
      indicators: 200_000,
      imageBytes: 7_700_000,
      bytesPerSecond: 290_909_091,
    },
  ],
  image: {
    bytes: 3_890_000,
    commonBytes: 10_000,
    threadBytes: 41_024,
    operators: [
      { Type: 'Sha256', DetectionFunction: 'Equals', indicators: 90_000, bytes: 3_800_000, threadBytes: 0 },
      {
        Type: 'DomainName',
        DetectionFunction: 'Contains',
        indicators: 10_000,
        bytes: 80_000,
        threadBytes: 41_024,
      },
    ],
  },
  slowPath: {
    records: 120,
    undetected: 79,
    sampledBytes: 40_000_000,
    sampledRecords: 25_000,
    isWhole: false,
    indicators: [
      {
        definitionName: 'c2-lab\u001b[31m',
        ioc: { Type: 'DomainName', DetectionFunction: 'Contains', Value: 'cdn' },
        records: 90,
        undetected: 61,
      },
      {
        definitionName: 'loader',
        ioc: {
          Type: 'Sha256',
          DetectionFunction: 'Equals',
          Value: 'a3f1b2c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f80',
        },
        records: 12,
        undetected: 0,
      },
    ],
    indicatorCount: 14,
    doubt: { records: 18, undetected: 18 },
    unfiltered: [],
  },
  quotas: [
    { quota: 'definitions', used: 12, isLeast: false, limit: 1000, isAssumed: true },
    { quota: 'indicators', used: 100_010, isLeast: false, limit: 15_000, isAssumed: true },
    { quota: 'nonEqualsIndicators', used: 10_000, isLeast: true, limit: 20_000, isAssumed: false },
  ],
  partial: false,
  comparison: null,
}

/** The same, stopped early, over made-up logs that are not read to their end, held against an earlier one. */
export const COMPARED_BENCH: BenchReport = {
  ...EXAMPLE_BENCH,
  partial: true,
  rounds: 1,
  logs: { ...EXAMPLE_BENCH.logs, isGenerated: true, isCut: true },
  slowPath: {
    records: 200,
    undetected: 200,
    sampledBytes: 64_000_000,
    sampledRecords: 40_000,
    isWhole: true,
    indicators: [],
    indicatorCount: 0,
    doubt: { records: 0, undetected: 0 },
    unfiltered: [{ reason: 'delimited files are read in full', records: 200, undetected: 200 }],
  },
  comparison: {
    file: 'before.json',
    toolVersion: '1.2.2',
    rows: [
      {
        key: 'compile',
        before: spread(104.62, 100, 110),
        after: spread(52.31, 50.05, 61),
        ratio: 0.5,
        verdict: 'better',
      },
      {
        key: 'one-core',
        before: spread(100, 90, 120),
        after: spread(200, 190, 230),
        ratio: 2,
        verdict: 'worse',
      },
      {
        key: 'workers-4',
        before: spread(98, 80, 150),
        after: spread(100, 90, 140),
        ratio: 1.0204,
        verdict: 'same',
      },
      {
        key: 'rules-2',
        before: spread(300, 280, 320),
        after: spread(220, 210, 260),
        ratio: 0.7333,
        verdict: 'too few samples',
      },
    ],
    notes: ['dryfire was 1.2.2 then and is 1.2.3 now'],
  },
}
