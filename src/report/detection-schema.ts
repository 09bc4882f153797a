import { CATEGORIES, SEVERITIES } from '../model/alert-definition.ts'
import type { Alert, Detection, EventReference } from '../model/detection.ts'
import { LISTED_MATCHES_LIMIT } from '../model/semantics.ts'
import { ROLES } from '../model/field-map.ts'
import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../model/indicator.ts'
import type { DefinitionSummary, IndicatorSummary, Match } from '../model/match.ts'
import { TEXT, TEXT_OR_NULL, count, listOf, objectOf, oneOf } from './json-schema.ts'
import type { JsonSchema } from './json-schema.ts'

/** The dialect that our schemas are written in. */
export const SCHEMA_DIALECT = 'https://json-schema.org/draft/2020-12/schema'

/** The part of a definition that every output repeats. */
export const DEFINITION_SCHEMA: JsonSchema = objectOf<DefinitionSummary>({
  Id: { type: ['integer', 'null'] },
  Name: TEXT,
  Title: TEXT,
  Severity: oneOf(SEVERITIES),
  Category: oneOf(CATEGORIES),
})

/** An IOC by its canonical value. */
export const INDICATOR_SCHEMA: JsonSchema = objectOf<IndicatorSummary>({
  Id: { type: ['integer', 'null'] },
  Type: oneOf(INDICATOR_TYPES),
  DetectionFunction: oneOf(DETECTION_FUNCTIONS),
  Value: { type: 'string', description: 'The canonical value.' },
})

/** Where an event stands and what it says of itself. */
export const EVENT_SCHEMA: JsonSchema = objectOf<EventReference>(
  {
    source: { type: 'string', description: 'The log as it was named; standard input is `-`.' },
    member: { type: ['string', 'null'], description: 'File inside an archive.' },
    line: { type: 'integer', minimum: 1, description: 'Physical line where the record begins.' },
    record: { type: 'integer', minimum: 1, description: 'Number of the record, a CSV header not counted.' },
    byteOffset: count('First byte of the record in the decompressed stream.'),
    time: { type: ['string', 'null'], description: 'The time as it stands in the record.' },
    deviceId: TEXT_OR_NULL,
    deviceName: TEXT_OR_NULL,
    table: TEXT_OR_NULL,
    reportId: TEXT_OR_NULL,
    actionType: TEXT_OR_NULL,
    context: {
      type: 'object',
      additionalProperties: TEXT,
      description: 'Companions of the event: process, account, port.',
    },
    represents: { type: 'number', description: 'How many events an aggregated row stands for.' },
    repaired: { const: true, description: 'Bytes that are not UTF-8 were replaced.' },
  },
  ['represents', 'repaired'],
)

const MATCH_SCHEMA: JsonSchema = objectOf<Match>(
  {
    ioc: INDICATOR_SCHEMA,
    role: oneOf(ROLES),
    field: TEXT,
    text: { type: 'string', description: 'The text of the field, at most 1,024 code units.' },
    textTruncated: { const: true },
    observable: { type: 'string', description: 'The canonical value that was compared.' },
    note: { const: 'resolved, not contacted' },
  },
  ['textTruncated', 'note'],
)

/** JSON Schema of a line of `--detections`. */
export const DETECTION_SCHEMA: JsonSchema = {
  $schema: SCHEMA_DIALECT,
  title: 'dryfire detection',
  description: 'One event and one definition, with the matches as evidence.',
  ...objectOf<Detection>({
    schemaVersion: { const: 1 },
    definition: DEFINITION_SCHEMA,
    event: EVENT_SCHEMA,
    matchCount: { type: 'integer', minimum: 1, description: 'All matches, also those not listed.' },
    matches: { ...listOf(MATCH_SCHEMA), maxItems: LISTED_MATCHES_LIMIT },
  }),
}

/** JSON Schema of a line of `--alerts`. */
export const ALERT_SCHEMA: JsonSchema = {
  $schema: SCHEMA_DIALECT,
  title: 'dryfire alert',
  description: 'Detections of one definition on one device within one window.',
  ...objectOf<Alert>({
    schemaVersion: { const: 1 },
    definition: DEFINITION_SCHEMA,
    device: TEXT,
    firstTime: TEXT_OR_NULL,
    lastTime: TEXT_OR_NULL,
    detections: { type: 'integer', minimum: 1 },
    first: EVENT_SCHEMA,
    iocs: listOf(INDICATOR_SCHEMA),
  }),
}
