import type {
  CorpusCoverage,
  CorpusDefinition,
  CoverageGap,
  CoverageReport,
  Covered,
  DefinitionCoverage,
  OperatorCoverage,
} from '../model/coverage-report.ts'
import { GAPS_LIMIT } from '../model/coverage-report.ts'
import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../model/indicator.ts'
import { SCHEMA_DIALECT } from './detection-schema.ts'
import { TEXT, count, listOf, objectOf, oneOf } from './json-schema.ts'
import type { JsonSchema } from './json-schema.ts'
import { QUIET_GROUP_SCHEMA } from './summary-schema.ts'

const COVERED: JsonSchema = objectOf<Covered>({ total: count(), fired: count(), silent: count() })
const FIRED: JsonSchema = objectOf<Pick<Covered, 'total' | 'fired'>>({ total: count(), fired: count() })

const GAP_IOC: JsonSchema = {
  ...objectOf<NonNullable<CoverageGap['ioc']>>({
    Type: oneOf(INDICATOR_TYPES),
    DetectionFunction: oneOf(DETECTION_FUNCTIONS),
    Value: TEXT,
  }),
  type: ['object', 'null'],
}

const CORPUS: JsonSchema = {
  ...objectOf<CorpusCoverage>({
    records: count(),
    fired: count(),
    silent: count(),
    blind: count('IOCs of a type of which the logs show no value.'),
    byDefinition: listOf(
      objectOf<CorpusDefinition>({ name: TEXT, fired: count(), silent: count(), blind: count() }),
    ),
    quiet: listOf(QUIET_GROUP_SCHEMA),
  }),
  type: ['object', 'null'],
}

/** Schema of what `coverage --json` prints. */
export const COVERAGE_SCHEMA: JsonSchema = {
  $schema: SCHEMA_DIALECT,
  title: 'dryfire coverage report',
  ...objectOf<CoverageReport>({
    schemaVersion: { const: 1 },
    toolVersion: TEXT,
    tests: objectOf<CoverageReport['tests']>({
      counted: count(),
      failed: count(),
      skipped: count(),
      generated: count(),
    }),
    definitions: COVERED,
    operators: COVERED,
    nonEquals: COVERED,
    equals: FIRED,
    percent: { type: 'number', minimum: 0 },
    byDefinition: listOf(
      objectOf<DefinitionCoverage>({
        name: TEXT,
        isEnabled: { type: 'boolean' },
        firingTests: count(),
        silentTests: count(),
        equals: FIRED,
        nonEquals: COVERED,
      }),
    ),
    byOperator: listOf(
      objectOf<OperatorCoverage>({
        Type: oneOf(INDICATOR_TYPES),
        DetectionFunction: oneOf(DETECTION_FUNCTIONS),
        total: count(),
        fired: count(),
        silent: count(),
      }),
    ),
    gaps: {
      ...listOf(
        objectOf<CoverageGap>({
          definitionName: TEXT,
          ioc: GAP_IOC,
          missing: oneOf(['fires', 'silent', 'both']),
        }),
      ),
      maxItems: GAPS_LIMIT,
    },
    gapCount: count(),
    corpus: CORPUS,
  }),
}
