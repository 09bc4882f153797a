import type { FoundCounterexample, LawLog, LawReport, LawResult } from '../model/law-report.ts'
import { LAW_NAMES } from '../model/law-report.ts'
import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../model/indicator.ts'
import type { IndicatorSummary } from '../model/match.ts'
import { SCHEMA_DIALECT } from './detection-schema.ts'
import { TEXT, TEXT_OR_NULL, count, listOf, objectOf, oneOf } from './json-schema.ts'
import type { JsonSchema } from './json-schema.ts'

const IOC: JsonSchema = {
  ...objectOf<IndicatorSummary>({
    Id: { type: ['number', 'null'] },
    Type: oneOf(INDICATOR_TYPES),
    DetectionFunction: oneOf(DETECTION_FUNCTIONS),
    Value: TEXT,
  }),
  type: ['object', 'null'],
}

const LOG: JsonSchema = {
  ...objectOf<LawLog>({ format: TEXT, text: TEXT }),
  type: ['object', 'null'],
}

const COUNTEREXAMPLE: JsonSchema = {
  ...objectOf<FoundCounterexample>({
    definition: TEXT_OR_NULL,
    ioc: IOC,
    log: LOG,
    expected: TEXT,
    actual: TEXT,
    seed: count('With --runs 1 it finds the counterexample again.'),
  }),
  type: ['object', 'null'],
}

/** Schema of what `check-laws --json` prints. */
export const LAWS_SCHEMA: JsonSchema = {
  $schema: SCHEMA_DIALECT,
  title: 'dryfire law report',
  ...objectOf<LawReport>({
    schemaVersion: { const: 1 },
    toolVersion: TEXT,
    seed: count(),
    runs: count('Cases per law.'),
    iocs: count('Enabled IOCs.'),
    laws: listOf(
      objectOf<LawResult>({
        law: oneOf(LAW_NAMES),
        says: TEXT,
        runs: count('Cases that were tried, the vacuous ones included.'),
        vacuous: count('Cases that proved nothing.'),
        counterexample: COUNTEREXAMPLE,
      }),
    ),
  }),
}
