import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../model/indicator.ts'
import type { MutantCount, MutationReport, SurvivingMutant } from '../model/mutation-report.ts'
import { MUTATIONS, SURVIVORS_LIMIT } from '../model/mutation-report.ts'
import { SCHEMA_DIALECT } from './detection-schema.ts'
import { TEXT, TEXT_OR_NULL, count, listOf, objectOf, oneOf } from './json-schema.ts'
import type { JsonSchema } from './json-schema.ts'

const MUTANTS: JsonSchema = objectOf<MutantCount>({ possible: count(), evaluated: count(), killed: count() })

const IOC_OR_NULL: JsonSchema = {
  ...objectOf<NonNullable<SurvivingMutant['ioc']>>({
    Type: oneOf(INDICATOR_TYPES),
    DetectionFunction: oneOf(DETECTION_FUNCTIONS),
    Value: TEXT,
  }),
  type: ['object', 'null'],
}

const PLACE_OR_NULL: JsonSchema = {
  ...objectOf<NonNullable<SurvivingMutant['place']>>({ file: TEXT, line: count(), column: count() }),
  type: ['object', 'null'],
}

/** What `dryfire mutate --json` prints. */
export const MUTATION_SCHEMA: JsonSchema = {
  $schema: SCHEMA_DIALECT,
  title: 'dryfire mutation report',
  ...objectOf<MutationReport>({
    schemaVersion: { const: 1 },
    toolVersion: TEXT,
    seed: count(),
    sample: count('Most mutants that are tried of either kind.'),
    tests: objectOf<MutationReport['tests']>({
      counted: count(),
      failed: count(),
      skipped: count(),
      generated: count(),
    }),
    score: { type: ['number', 'null'], minimum: 0 },
    mutants: MUTANTS,
    equalsHashes: MUTANTS,
    byMutation: listOf(
      objectOf<MutationReport['byMutation'][number]>({
        mutation: oneOf(MUTATIONS),
        evaluated: count(),
        killed: count(),
      }),
    ),
    byDefinition: listOf(
      objectOf<MutationReport['byDefinition'][number]>({
        definitionName: TEXT,
        evaluated: count(),
        killed: count(),
      }),
    ),
    survivors: {
      ...listOf(
        objectOf<SurvivingMutant>({
          definitionName: TEXT,
          mutation: oneOf(MUTATIONS),
          ioc: IOC_OR_NULL,
          changed: IOC_OR_NULL,
          place: PLACE_OR_NULL,
          test: TEXT_OR_NULL,
        }),
      ),
      maxItems: SURVIVORS_LIMIT,
    },
    survivorCount: count(),
    partial: { type: 'boolean' },
    timing: objectOf<MutationReport['timing']>({ milliseconds: count() }),
  }),
}
