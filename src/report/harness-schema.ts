import type { Diagnostic, RelatedPlace, SourceSpan } from '../model/diagnostic.ts'
import type {
  EventExplanation,
  ExplainedIndicator,
  ExplainedObservable,
  NearSearch,
  Obstacle,
} from '../model/explanation.ts'
import { FIELD_SCOPES, ROLES } from '../model/field-map.ts'
import { INDICATOR_TYPES } from '../model/indicator.ts'
import type { HarnessReport, HarnessTotals, TestFailure, TestResult } from '../model/test-report.ts'
import { TEST_FAILURES } from '../model/test-report.ts'
import { DEFINITION_SCHEMA, EVENT_SCHEMA, INDICATOR_SCHEMA, SCHEMA_DIALECT } from './detection-schema.ts'
import { TEXT, TEXT_OR_NULL, count, listOf, objectOf, oneOf } from './json-schema.ts'
import type { JsonSchema } from './json-schema.ts'

const SPAN_SCHEMA: JsonSchema = objectOf<SourceSpan>({
  file: TEXT,
  line: { type: 'integer', minimum: 1, description: 'From 1.' },
  column: { type: 'integer', minimum: 1, description: 'From 1, in code points.' },
  length: count('Of the marked text in code points.'),
  lineText: { type: 'string', description: 'The whole line, or nothing where it is too long to show.' },
})

const SPAN_OR_NULL: JsonSchema = { ...SPAN_SCHEMA, type: ['object', 'null'] }

/** One finding in rules or tests. */
const DIAGNOSTIC_SCHEMA: JsonSchema = objectOf<Diagnostic>({
  code: TEXT,
  severity: oneOf(['error', 'warning']),
  message: TEXT,
  fix: TEXT_OR_NULL,
  span: SPAN_OR_NULL,
  related: listOf(objectOf<RelatedPlace>({ message: TEXT, span: SPAN_SCHEMA })),
})

const OBSERVABLE_SCHEMA: JsonSchema = objectOf<ExplainedObservable>({
  type: oneOf(INDICATOR_TYPES),
  value: TEXT,
  field: TEXT_OR_NULL,
  role: { type: ['string', 'null'], enum: [...ROLES, null] },
  scope: { type: ['string', 'null'], enum: [...FIELD_SCOPES, null] },
  text: TEXT,
})

const EXPLAINED_SCHEMA: JsonSchema = objectOf<ExplainedIndicator>({
  definition: DEFINITION_SCHEMA,
  ioc: INDICATOR_SCHEMA,
  observable: OBSERVABLE_SCHEMA,
  because: TEXT_OR_NULL,
  obstacles: listOf(objectOf<Obstacle>({ kind: TEXT, reason: TEXT, fix: TEXT_OR_NULL })),
})

const EXPLANATION_SCHEMA: JsonSchema = {
  ...objectOf<EventExplanation>({
    schemaVersion: { const: 1 },
    subject: oneOf(['event']),
    event: EVENT_SCHEMA,
    observables: listOf(OBSERVABLE_SCHEMA),
    observableCount: count(),
    verdict: oneOf(['match', 'would-match', 'near', 'none']),
    matches: listOf(EXPLAINED_SCHEMA),
    wouldMatch: listOf(EXPLAINED_SCHEMA),
    nearest: listOf(EXPLAINED_SCHEMA),
    search: objectOf<NearSearch>({
      indicators: count(),
      valuesSearched: count(),
      values: count(),
      note: TEXT_OR_NULL,
    }),
    hints: listOf(TEXT),
  }),
  type: ['object', 'null'],
}

const FAILURE_SCHEMA: JsonSchema = objectOf<TestFailure>({
  kind: oneOf(TEST_FAILURES),
  message: TEXT,
  expected: TEXT,
  actual: TEXT,
  span: SPAN_SCHEMA,
  definition: TEXT_OR_NULL,
  definitionSpan: SPAN_OR_NULL,
  evidence: listOf(TEXT, 'What fired through which IOC and field.'),
  nearest: EXPLANATION_SCHEMA,
})

/** Schema of what `test --json` and `check --json` print. */
export const HARNESS_REPORT_SCHEMA: JsonSchema = {
  $schema: SCHEMA_DIALECT,
  title: 'dryfire test report',
  ...objectOf<HarnessReport>({
    schemaVersion: { const: 1 },
    toolVersion: TEXT,
    command: oneOf(['test', 'check']),
    findings: listOf(DIAGNOSTIC_SCHEMA),
    tests: listOf(
      objectOf<TestResult>({
        name: TEXT,
        file: TEXT,
        span: SPAN_SCHEMA,
        status: oneOf(['passed', 'failed', 'skipped']),
        reason: TEXT_OR_NULL,
        failures: listOf(FAILURE_SCHEMA),
        milliseconds: { type: 'number', minimum: 0 },
      }),
    ),
    totals: objectOf<HarnessTotals>({
      files: count(),
      tests: count(),
      passed: count(),
      failed: count(),
      skipped: count(),
      errors: count(),
      warnings: count(),
    }),
    partial: { type: 'boolean' },
    timing: objectOf<HarnessReport['timing']>({ milliseconds: { type: 'number', minimum: 0 } }),
  }),
}
