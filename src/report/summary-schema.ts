import { SEVERITIES } from '../model/alert-definition.ts'
import type { Severity } from '../model/alert-definition.ts'
import { ROLES } from '../model/field-map.ts'
import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../model/indicator.ts'
import type {
  Accounting,
  AlertTotals,
  DefinitionVerdict,
  DetectionTotals,
  DeviceVerdict,
  IndicatorHits,
  IndicatorVerdicts,
  InputFile,
  InputProblem,
  InputSummary,
  ObservedKey,
  QuarantinedRecord,
  QuietGroup,
  ReplaySummary,
  RulesSummary,
  Timing,
} from '../model/replay-summary.ts'
import type { IndicatorAccounting } from '../model/rule-set.ts'
import { DEFINITION_SCHEMA, INDICATOR_SCHEMA, SCHEMA_DIALECT } from './detection-schema.ts'
import { TEXT, TEXT_OR_NULL, count, listOf, objectOf, oneOf } from './json-schema.ts'
import type { JsonSchema, PropertiesOf } from './json-schema.ts'

/** What became of every IOC. */
export const INDICATOR_COUNTS: PropertiesOf<IndicatorAccounting> = {
  read: count('read = compiled + duplicate + disabled + expired + opaque + rejected'),
  compiled: count(),
  duplicate: count(),
  disabled: count(),
  opaque: count('Kept for round trips, never looked for.'),
  rejected: count(),
}

/** The switches in force. */
export const SEMANTICS_SCHEMA: JsonSchema = {
  type: 'object',
  description: 'The switches in force; times as text, null where nothing was chosen.',
  additionalProperties: { type: ['string', 'number', 'array', 'null'] },
}

const RULES_SCHEMA: JsonSchema = objectOf<RulesSummary>({
  definitions: count(),
  enabledDefinitions: count(),
  indicators: objectOf<IndicatorAccounting>(INDICATOR_COUNTS),
  expired: count('Expired at a fixed clock; 0 with --as-of event.'),
})

/** What was read, and what of it could not be. */
export const INPUT_SCHEMA: JsonSchema = objectOf<InputSummary>({
  files: listOf(
    objectOf<InputFile>({
      source: TEXT,
      format: TEXT_OR_NULL,
      compression: oneOf(['none', 'gzip', 'zstd']),
      bytes: count('Decompressed.'),
      records: count(),
      quarantined: count(),
    }),
  ),
  bytes: count('Decompressed.'),
  records: count('records = examined + quarantined'),
  examined: count(),
  quarantined: count(),
  repaired: count('Records with a detection whose bytes were not all UTF-8.'),
  skippedBytes: count('Blank lines, byte order mark, header, wrapper.'),
  quarantine: listOf(
    objectOf<QuarantinedRecord>({
      source: TEXT,
      record: count(),
      line: count(),
      byteOffset: count(),
      bytes: count(),
      reason: TEXT,
    }),
    'The first ones; --quarantine FILE has them all.',
  ),
  problems: listOf(
    objectOf<InputProblem>({
      source: TEXT,
      severity: oneOf(['error', 'warning']),
      message: TEXT,
      fix: TEXT_OR_NULL,
    }),
  ),
})

const DETECTIONS_SCHEMA: JsonSchema = objectOf<DetectionTotals>({
  total: count(),
  suppressed: count('Left out as copies of an earlier one.'),
  untimed: count(),
  fromExpiredToday: count('From IOCs that were active at the event and are expired at the time of the run.'),
  wrongType: count(),
  notAName: count(),
})

const severityCounts: PropertiesOf<Record<Severity, number>> = {
  Informational: count(),
  Low: count(),
  Medium: count(),
  High: count(),
}

const ALERTS_SCHEMA: JsonSchema = objectOf<AlertTotals>({
  total: count(),
  byDefinition: listOf(
    objectOf<DefinitionVerdict>({
      definition: DEFINITION_SCHEMA,
      alerts: count(),
      detections: count(),
      devices: count(),
      firstTime: TEXT_OR_NULL,
      lastTime: TEXT_OR_NULL,
      iocsFired: count(),
      iocs: count(),
    }),
  ),
  byIoc: listOf(
    objectOf<IndicatorHits>({
      definitionName: TEXT,
      ioc: INDICATOR_SCHEMA,
      detections: count(),
      fields: listOf(
        objectOf<IndicatorHits['fields'][number]>({ field: TEXT, role: oneOf(ROLES), matches: count() }),
        'The most frequent first.',
      ),
    }),
  ),
  bySeverity: objectOf<Record<Severity, number>>(severityCounts),
  byDevice: listOf(
    objectOf<DeviceVerdict>({ device: TEXT, deviceName: TEXT_OR_NULL, alerts: count(), detections: count() }),
  ),
})

/** Indicators of one definition and type that did not fire. */
export const QUIET_GROUP_SCHEMA: JsonSchema = objectOf<QuietGroup>({
  definitionName: TEXT,
  type: oneOf(INDICATOR_TYPES),
  verdict: oneOf(['silent', 'blind']),
  count: count(),
  valuesSeen: count(),
  examples: listOf(
    objectOf<QuietGroup['examples'][number]>({
      DetectionFunction: oneOf(DETECTION_FUNCTIONS),
      Value: TEXT,
    }),
  ),
})

const IOCS_SCHEMA: JsonSchema = objectOf<IndicatorVerdicts>({
  fired: count(),
  silent: count('Values of their type were seen and none matched.'),
  blind: count('No value of their type was seen.'),
  quiet: listOf(QUIET_GROUP_SCHEMA),
})

/** The identities of bytes and records. */
export const INPUT_ACCOUNTING: PropertiesOf<Pick<Accounting, 'bytes' | 'records'>> = {
  bytes: objectOf<Accounting['bytes']>({
    total: count('total = examined + quarantined + skipped'),
    examined: count(),
    quarantined: count(),
    skipped: count(),
  }),
  records: objectOf<Accounting['records']>({ total: count(), examined: count(), quarantined: count() }),
}

const ACCOUNTING_SCHEMA: JsonSchema = objectOf<Accounting>({
  ...INPUT_ACCOUNTING,
  iocs: objectOf<Accounting['iocs']>({ ...INDICATOR_COUNTS, expired: count() }),
})

/** How long a run took and with what. */
export const TIMING_SCHEMA: JsonSchema = {
  description: 'The only part that may differ between two runs on the same input.',
  ...objectOf<Timing>({
    milliseconds: { type: 'number', minimum: 0 },
    bytesPerSecond: { type: 'number', minimum: 0 },
    workers: count('0: the main thread.'),
    kernel: oneOf(['wasm', 'portable', 'off']),
    kernelNote: TEXT_OR_NULL,
    survivors: count('Records that reached the exact matcher.'),
  }),
}

/**
 * JSON Schema of what `replay --json` prints.
 * Properties may be added within a schemaVersion; none is removed and none changes its meaning.
 */
export const REPLAY_SUMMARY_SCHEMA: JsonSchema = {
  $schema: SCHEMA_DIALECT,
  title: 'dryfire replay summary',
  description: `What custom alert definitions would have said about recorded telemetry. Severities: ${SEVERITIES.join(', ')}.`,
  ...objectOf<ReplaySummary>({
    schemaVersion: { const: 1 },
    toolVersion: TEXT,
    semantics: SEMANTICS_SCHEMA,
    rulesDigest: { type: 'string', description: 'Equal for equal rule sets.' },
    rules: RULES_SCHEMA,
    input: INPUT_SCHEMA,
    observed: listOf(
      objectOf<ObservedKey>({ key: TEXT, types: listOf(oneOf(INDICATOR_TYPES)), values: count() }),
      'Per mapped key how many values stood under it, and the types it counts for.',
    ),
    detections: DETECTIONS_SCHEMA,
    alerts: ALERTS_SCHEMA,
    iocs: IOCS_SCHEMA,
    accounting: ACCOUNTING_SCHEMA,
    partial: {
      type: 'boolean',
      description: 'The run was stopped early; what is shown is complete up to there.',
    },
    timing: TIMING_SCHEMA,
  }),
}
