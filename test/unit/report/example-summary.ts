import type { Severity } from '../../../src/model/alert-definition.ts'
import type { DetectionFunction, IndicatorType } from '../../../src/model/indicator.ts'
import type {
  DefinitionVerdict,
  IndicatorHits,
  InputFile,
  QuietGroup,
  ReplaySummary,
} from '../../../src/model/replay-summary.ts'

/** What a run over a week of telemetry says: the summary that most tests start from. */
export const WEEK: ReplaySummary = {
  schemaVersion: 1,
  toolVersion: '0.1.0',
  semantics: { hashScope: 'both', ipScope: 'remote', asOf: 'event', groupWindow: '24h', tables: null },
  rulesDigest: '5e0c1f6a77b24c8f8f3f7c3d1f0a9be1',
  rules: {
    definitions: 11,
    enabledDefinitions: 10,
    indicators: { read: 64, compiled: 60, duplicate: 1, disabled: 3, opaque: 0, rejected: 0 },
    expired: 0,
  },
  input: {
    files: [
      file('samples/telemetry/bare-rows.ndjson', 'defender', 173_879, 134),
      file('samples/telemetry/device-network.ndjson', 'defender', 827_114, 545),
      { ...file('samples/telemetry/device-process.json.gz', 'defender', 740_210, 394), compression: 'gzip' },
      file('samples/telemetry/hunting-network.csv', 'defender-csv', 54_270, 200),
    ],
    bytes: 1_795_473,
    records: 1273,
    examined: 1273,
    quarantined: 0,
    repaired: 0,
    skippedBytes: 172,
    quarantine: [],
    problems: [],
  },
  observed: [
    { key: 'RemoteUrl', types: ['IpAddress', 'DomainName'], values: 402 },
    { key: 'SHA1', types: ['Sha1'], values: 394 },
  ],
  detections: { total: 211, suppressed: 2, untimed: 0, fromExpiredToday: 4, wrongType: 0, notAName: 0 },
  alerts: {
    total: 12,
    byDefinition: [
      verdict(
        'High',
        'tidewater-c2',
        [4, 118, 3],
        '2026-11-02T09:05:12.1234567Z',
        '2026-11-03T11:40:33.9Z',
        [4, 4],
      ),
      verdict(
        'High',
        'tidewater-loader',
        [3, 79, 2],
        '2026-11-02T09:05:40Z',
        '2026-11-03T11:40:33.9Z',
        [6, 22],
      ),
      verdict('High', 'dormant-actor', [0, 0, 0], null, null, [0, 6]),
      verdict(
        'Medium',
        'lookalike-portal',
        [3, 10, 3],
        '2026-11-02T08:41:10Z',
        '2026-11-02T09:15:02Z',
        [3, 3],
      ),
      verdict(
        'Informational',
        'retired-campaign',
        [2, 4, 1],
        '2026-11-02T13:00:00Z',
        '2026-11-04T11:59:59Z',
        [2, 2],
      ),
    ],
    byIoc: [
      hits('tidewater-c2', ['DomainName', 'Equals', 'beacon.tidewater.test'], 102, [
        { field: 'properties.RemoteUrl', role: 'remote', matches: 74 },
        { field: 'RemoteUrl', role: 'remote', matches: 27 },
        { field: 'properties.AdditionalFields.DnsQueryString', role: 'remote', matches: 1 },
      ]),
      hits('tidewater-c2', ['IpAddress', 'Equals', '203.0.113.77'], 104, [
        { field: 'properties.RemoteIP', role: 'remote', matches: 104 },
      ]),
      hits('tidewater-loader', ['Sha1', 'Equals', 'a5c51dc46bbf42ca73e324e913e77698824baa1c'], 33, [
        { field: 'InitiatingProcessSHA1', role: 'actor', matches: 30 },
        { field: 'properties.SHA1', role: 'object', matches: 3 },
      ]),
      hits('lookalike-portal', ['DomainName', 'StartWith', 'login-harbour.'], 6, [
        { field: 'properties.Url', role: 'remote', matches: 3 },
        { field: 'properties.UrlDomain', role: 'remote', matches: 2 },
        { field: 'properties.UrlChain[1]', role: 'remote', matches: 1 },
        { field: 'properties.RemoteUrl', role: 'remote', matches: 1 },
      ]),
    ],
    bySeverity: { Informational: 2, Low: 0, Medium: 3, High: 7 },
    byDevice: [
      {
        device: '7081484a2eac4ffcca6fdbb566e3bbb93d831cc2',
        deviceName: 'ws-1.corp.example',
        alerts: 7,
        detections: 150,
      },
      { device: 'c19e900630deb9ce31337912634f808ef9336fc1', deviceName: null, alerts: 5, detections: 61 },
    ],
  },
  iocs: {
    fired: 15,
    silent: 24,
    blind: 21,
    quiet: [
      quiet('dormant-actor', 'DomainName', 'silent', 2, 1320, [
        ['Equals', 'reed.saltmarsh.test'],
        ['EndWith', '.marsh-relay.example'],
      ]),
      quiet('dormant-actor', 'IpAddress', 'silent', 1, 1180, [['Equals', '203.0.113.140']]),
      quiet('tidewater-loader', 'Sha1', 'silent', 21, 788, [
        ['Equals', '7e8b043c504831d1df098a85c16bd12ec4192b65'],
        ['Equals', '9f10f4f46c05bd8bcd363276d00aec427f9b104c'],
        ['Equals', '0c91557f640e1cc3bd21f003525e1fc0aa31be77'],
      ]),
      quiet('tidewater-loader', 'Sha256', 'blind', 21, 0, [
        ['Equals', '2e356167888bc363f28c47d01dadb757daf0f5409cf2c8aced3031c09cf372a5'],
      ]),
    ],
  },
  accounting: {
    bytes: { total: 1_795_473, examined: 1_795_301, quarantined: 0, skipped: 172 },
    records: { total: 1273, examined: 1273, quarantined: 0 },
    iocs: { read: 64, compiled: 60, duplicate: 1, disabled: 3, opaque: 0, rejected: 0, expired: 0 },
  },
  partial: false,
  timing: {
    milliseconds: 84.2,
    bytesPerSecond: 21_320_000,
    workers: 2,
    kernel: 'portable',
    kernelNote: null,
    survivors: 231,
  },
}

/** The same rules over telemetry in which nothing fires. */
export const QUIET_WEEK: ReplaySummary = {
  ...WEEK,
  rules: {
    ...WEEK.rules,
    definitions: 10,
    indicators: { ...WEEK.rules.indicators, duplicate: 0, disabled: 0 },
  },
  detections: { total: 0, suppressed: 0, untimed: 0, fromExpiredToday: 0, wrongType: 0, notAName: 0 },
  alerts: {
    total: 0,
    byDefinition: [],
    byIoc: [],
    bySeverity: { Informational: 0, Low: 0, Medium: 0, High: 0 },
    byDevice: [],
  },
  iocs: { fired: 0, silent: 1, blind: 0, quiet: WEEK.iocs.quiet.slice(1, 2) },
}

/** A run with trouble: quarantine, problems, an early end, every count that is mentioned only when it is not zero. */
export const TROUBLED: ReplaySummary = {
  ...WEEK,
  partial: true,
  rules: { ...WEEK.rules, expired: 2, indicators: { ...WEEK.rules.indicators, opaque: 5, rejected: 1 } },
  detections: {
    total: 211,
    suppressed: 2,
    untimed: 1,
    fromExpiredToday: 4,
    wrongType: 1200,
    notAName: 1,
  },
  input: {
    ...WEEK.input,
    examined: 1250,
    quarantined: 23,
    repaired: 7,
    quarantine: [
      {
        source: 'logs/a.ndjson',
        record: 12,
        line: 14,
        byteOffset: 8123,
        bytes: 40,
        reason: 'the line does not end with }',
      },
      {
        source: 'logs/\x1b[31mb\u202e.ndjson',
        record: 1,
        line: 1,
        byteOffset: 0,
        bytes: 16_777_300,
        reason: 'longer than the cap of 16,777,216 bytes',
      },
    ],
    problems: [
      {
        source: 'logs/c.json.gz',
        severity: 'error',
        message: 'gzip data ends early at byte 48,122; 211 records before it were read',
        fix: 'copy the file again',
      },
      {
        source: '/data/logs/a.ndjson',
        severity: 'warning',
        message: 'is the same file as logs/a.ndjson and is read once',
        fix: null,
      },
    ],
  },
  timing: {
    ...WEEK.timing,
    milliseconds: 200_000,
    workers: 0,
    kernel: 'off',
    kernelNote: 'strict validation',
  },
}

/** A summary whose every text from outside tries to break the terminal or the layout. */
export const HOSTILE: ReplaySummary = {
  ...WEEK,
  alerts: {
    ...WEEK.alerts,
    byDefinition: [
      verdict('High', '\x1b]0;owned\x07\nname', [1, 1, 1], 'not\x1b[2J a time', '\u202e', [1, 1]),
      verdict('Low', '日本語の定義'.repeat(12), [1_234_567, 12_345_678, 99_999], null, null, [1, 1_000_000]),
    ],
    byIoc: [
      hits('日本語の定義'.repeat(12), ['DomainName', 'Contains', `${'x'.repeat(250)}\u200b`], 3, [
        { field: 'a.\x07b', role: 'remote', matches: 3 },
      ]),
    ],
  },
}

function file(source: string, format: string, bytes: number, records: number): InputFile {
  return { source, format, compression: 'none', bytes, records, quarantined: 0 }
}

function verdict(
  Severity: Severity,
  Name: string,
  [alerts, detections, devices]: readonly [number, number, number],
  firstTime: string | null,
  lastTime: string | null,
  [iocsFired, iocs]: readonly [number, number],
): DefinitionVerdict {
  return {
    definition: { Id: null, Name, Title: `Title of ${Name}`, Severity, Category: 'Malware' },
    alerts,
    detections,
    devices,
    firstTime,
    lastTime,
    iocsFired,
    iocs,
  }
}

function hits(
  definitionName: string,
  [Type, DetectionFunction, Value]: readonly [IndicatorType, DetectionFunction, string],
  detections: number,
  fields: IndicatorHits['fields'],
): IndicatorHits {
  return { definitionName, ioc: { Id: null, Type, DetectionFunction, Value }, detections, fields }
}

function quiet(
  definitionName: string,
  type: IndicatorType,
  verdict: QuietGroup['verdict'],
  count: number,
  valuesSeen: number,
  examples: readonly (readonly [DetectionFunction, string])[],
): QuietGroup {
  return {
    definitionName,
    type,
    verdict,
    count,
    valuesSeen,
    examples: examples.map(([DetectionFunction, Value]) => ({ DetectionFunction, Value })),
  }
}
