import type { AlertDefinition } from '../model/alert-definition.ts'
import { CATEGORIES, DEFINITION_ATTRIBUTES, SEVERITIES } from '../model/alert-definition.ts'
import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../model/indicator.ts'
import type { Accounting } from '../model/replay-summary.ts'
import type {
  AlertLabel,
  BehaviourDiff,
  ChangeCounts,
  ChangeTotals,
  DayChanges,
  DefinitionChanges,
  DefinitionDiff,
  DetectionChange,
  DeviceChanges,
  DiffedRules,
  IndicatorDiffs,
  IndicatorState,
  OpaqueDiff,
  RuleDiff,
  SortedDiffs,
  StructureDiff,
  StructureTotals,
} from '../model/rule-diff.ts'
import { LISTED_INDICATORS_LIMIT } from '../model/rule-diff.ts'
import type { IndicatorAccounting } from '../model/rule-set.ts'
import { LISTED_MATCHES_LIMIT } from '../model/semantics.ts'
import { EVENT_SCHEMA, MATCH_SCHEMA, SCHEMA_DIALECT } from './detection-schema.ts'
import type { JsonSchema, PropertiesOf } from './json-schema.ts'
import { TEXT, TEXT_OR_NULL, count, listOf, objectOf, oneOf, orNull } from './json-schema.ts'
import {
  INDICATOR_COUNTS,
  INPUT_ACCOUNTING,
  INPUT_SCHEMA,
  SEMANTICS_SCHEMA,
  TIMING_SCHEMA,
} from './summary-schema.ts'

const RULES_SCHEMA: JsonSchema = objectOf<DiffedRules>({
  reference: { type: 'string', description: 'As the rules were named.' },
  rulesDigest: { type: 'string', description: 'Equal for equal rule sets.' },
  definitions: count(),
  enabledDefinitions: count(),
  indicators: objectOf<IndicatorAccounting>(INDICATOR_COUNTS),
})

const TOTALS_SCHEMA: JsonSchema = objectOf<StructureTotals>({
  added: count(),
  removed: count(),
  changed: count(),
  unchanged: count(),
})

const WHOLE_DEFINITION_SCHEMA: JsonSchema = objectOf<AlertDefinition>({
  Id: { type: ['integer', 'null'] },
  Name: TEXT,
  Title: TEXT,
  Severity: oneOf(SEVERITIES),
  Category: oneOf(CATEGORIES),
  UxDescription: TEXT,
  RecommendedAction: TEXT_OR_NULL,
  InternalDescription: TEXT_OR_NULL,
  Enabled: { type: 'boolean' },
})

const STATE_SCHEMA: JsonSchema = objectOf<IndicatorState>({
  ExpiresAt: TEXT_OR_NULL,
  Enabled: { type: 'boolean' },
})

/** The lists of IOCs of one definition, whose words are those that the schemas say. */
function sortedDiffs(
  words: PropertiesOf<Pick<OpaqueDiff, 'Type' | 'DetectionFunction' | 'Value'>>,
): JsonSchema {
  const list = objectOf<IndicatorDiffs<OpaqueDiff>>({
    count: count(),
    listed: {
      ...listOf(
        objectOf<OpaqueDiff>({ ...words, before: orNull(STATE_SCHEMA), after: orNull(STATE_SCHEMA) }),
        'The first ones in canonical order.',
      ),
      maxItems: LISTED_INDICATORS_LIMIT,
    },
  })
  return objectOf<SortedDiffs<OpaqueDiff>>({ added: list, removed: list, changed: list, unchanged: count() })
}

const INDICATORS_SCHEMA: JsonSchema = sortedDiffs({
  Type: oneOf(INDICATOR_TYPES),
  DetectionFunction: oneOf(DETECTION_FUNCTIONS),
  Value: { type: 'string', description: 'The canonical value.' },
})

const OPAQUE_SCHEMA: JsonSchema = sortedDiffs({ Type: TEXT, DetectionFunction: TEXT, Value: TEXT })

const STRUCTURE_SCHEMA: JsonSchema = objectOf<StructureDiff>({
  comparedAs: {
    ...oneOf(['written', 'compiled']),
    description: 'compiled: a side is an image, so disabled IOCs and copies are left out on both.',
  },
  definitions: TOTALS_SCHEMA,
  iocs: TOTALS_SCHEMA,
  opaque: orNull(TOTALS_SCHEMA, 'IOCs that are kept and not understood; null: a side is an image.'),
  byDefinition: listOf(
    objectOf<DefinitionDiff>({
      Name: TEXT,
      before: orNull(WHOLE_DEFINITION_SCHEMA, 'null: the definition is added.'),
      after: orNull(WHOLE_DEFINITION_SCHEMA, 'null: the definition is removed.'),
      changed: listOf(oneOf(DEFINITION_ATTRIBUTES)),
      iocs: INDICATORS_SCHEMA,
      opaque: orNull(OPAQUE_SCHEMA),
    }),
    'Definitions that differ, in themselves or in their IOCs, by Name.',
  ),
})

const CHANGES: PropertiesOf<ChangeCounts> = {
  gained: count('B alone has them.'),
  lost: count('A alone has them.'),
  relabelled: count('Both have them, under another Severity, Title or Category.'),
}

const COUNTS_SCHEMA: JsonSchema = objectOf<ChangeCounts>(CHANGES)

const STEP_SCHEMA: JsonSchema = objectOf<ChangeTotals>({
  before: count('before - lost = after - gained'),
  after: count(),
  ...CHANGES,
})

const LABEL_SCHEMA: JsonSchema = objectOf<AlertLabel>({
  Title: TEXT,
  Severity: oneOf(SEVERITIES),
  Category: oneOf(CATEGORIES),
})

const CHANGE_PROPERTIES: PropertiesOf<DetectionChange> = {
  schemaVersion: { const: 1 },
  change: oneOf(['gained', 'lost', 'relabelled']),
  definition: objectOf<DetectionChange['definition']>({
    Name: TEXT,
    before: orNull(LABEL_SCHEMA),
    after: orNull(LABEL_SCHEMA),
  }),
  event: EVENT_SCHEMA,
  matchCount: { type: 'integer', minimum: 1, description: 'All matches, also those not listed.' },
  matches: {
    ...listOf(MATCH_SCHEMA, 'Those of A where the detection is lost, else those of B.'),
    maxItems: LISTED_MATCHES_LIMIT,
  },
}

/** JSON Schema of a line of `diff --changes`. */
export const CHANGE_SCHEMA: JsonSchema = {
  $schema: SCHEMA_DIALECT,
  title: 'dryfire detection change',
  description: 'One event and one definition on which two rule sets differ.',
  ...objectOf<DetectionChange>(CHANGE_PROPERTIES),
}

const BEHAVIOUR_SCHEMA: JsonSchema = objectOf<BehaviourDiff>({
  semantics: SEMANTICS_SCHEMA,
  alerts: STEP_SCHEMA,
  detections: STEP_SCHEMA,
  suppressed: count('Left out on either side as copies of an earlier one.'),
  byDefinition: listOf(
    objectOf<DefinitionChanges>({
      Name: TEXT,
      before: orNull(LABEL_SCHEMA, 'null: A has no such definition.'),
      after: orNull(LABEL_SCHEMA, 'null: B has no such definition.'),
      alerts: STEP_SCHEMA,
      detections: STEP_SCHEMA,
      devices: count('With a changed detection.'),
      examples: listOf(objectOf<DetectionChange>(CHANGE_PROPERTIES), 'The first few of each kind.'),
    }),
    'Definitions with a change, by Name.',
  ),
  byDevice: listOf(
    objectOf<DeviceChanges>({
      device: TEXT,
      deviceName: TEXT_OR_NULL,
      alerts: COUNTS_SCHEMA,
      detections: COUNTS_SCHEMA,
    }),
    'Devices with a change, those with the most changed alerts first.',
  ),
  byDay: listOf(
    objectOf<DayChanges>({
      day: { type: ['string', 'null'], description: 'UTC; null: no readable time.' },
      alerts: COUNTS_SCHEMA,
      detections: COUNTS_SCHEMA,
    }),
    'An alert counts on the day on which it begins.',
  ),
  input: INPUT_SCHEMA,
  accounting: objectOf<Pick<Accounting, 'bytes' | 'records'>>(INPUT_ACCOUNTING),
  partial: {
    type: 'boolean',
    description: 'The run was stopped early; what is shown is complete up to there.',
  },
  timing: TIMING_SCHEMA,
})

/**
 * JSON Schema of what `diff --json` prints.
 * Properties may be added within a schemaVersion; none is removed and none changes its meaning.
 */
export const RULE_DIFF_SCHEMA: JsonSchema = {
  $schema: SCHEMA_DIALECT,
  title: 'dryfire diff',
  description: 'How two rule sets differ: in what they say, and in what fires on the same logs.',
  ...objectOf<RuleDiff>({
    schemaVersion: { const: 1 },
    toolVersion: TEXT,
    a: RULES_SCHEMA,
    b: RULES_SCHEMA,
    structure: STRUCTURE_SCHEMA,
    behaviour: orNull(BEHAVIOUR_SCHEMA, 'null: no logs were given.'),
  }),
}
