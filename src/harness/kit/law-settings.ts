import { defenderRows } from '../../logs/formats/defender-rows.ts'
import type { FieldMap } from '../../model/field-map.ts'
import type { RuleSet } from '../../model/rule-set.ts'
import type { Semantics } from '../../model/semantics.ts'
import { DEFAULT_SEMANTICS } from '../../model/semantics.ts'
import type { TelemetryFormat } from '../generate/telemetry-formats.ts'
import { TestRules } from '../test-rules.ts'

/** Under what law events are made and looked at. */
export interface LawSettings {
  readonly semantics: Semantics
  /** The user's field map; null: the columns of Defender. */
  readonly fieldMap: FieldMap | null
  /** Formats that logs are written in, the plainest first. */
  readonly formats: readonly TelemetryFormat[]
  /** How rules become what looks at events; a test of the laws puts a fault here. */
  readonly compile: (rules: RuleSet) => TestRules
}

/** Formats with fields of their own. */
export type EventFormat = Exclude<TelemetryFormat, 'json' | 'csv'>
/** Formats of Defender, in which its columns may stand. */
export type DefenderFormat = Exclude<EventFormat, 'zeek-tsv' | 'zeek-json'>
/** The formats of Defender, the plainest first. */
export const DEFENDER_FORMATS: readonly DefenderFormat[] = [
  'defender-rows',
  'defender-storage',
  'defender-event-hub',
  'defender-hunting-api',
  'defender-csv',
]

/** Every format with fields of its own, the plainest first. */
export const EVENT_FORMATS: readonly EventFormat[] = [...DEFENDER_FORMATS, 'zeek-json', 'zeek-tsv']

/** Settings with everything that is not said filled in. A user's fields stand in lines of JSON. */
export function lawSettings(given: Partial<LawSettings> = {}): LawSettings {
  const semantics = given.semantics ?? DEFAULT_SEMANTICS
  const fieldMap = given.fieldMap ?? null
  // Where every string counts, the strings of an envelope would count too.
  const isPlain = fieldMap !== null || semantics.fields === 'any'
  const formats: readonly TelemetryFormat[] = isPlain ? ['json'] : (given.formats ?? DEFENDER_FORMATS)
  return { semantics, fieldMap, formats, compile: given.compile ?? ((rules) => TestRules.compile(rules)) }
}

/** The fields in which values are put. */
export function mapOf({ fieldMap, semantics }: LawSettings): FieldMap {
  const map = fieldMap ?? DEFENDER_MAP
  return semantics.fields === 'any' ? { ...map, entries: [], any: true } : map
}

const DEFENDER_MAP: FieldMap = defenderFieldMapOfRows()

function defenderFieldMapOfRows(): FieldMap {
  const { fieldMap } = defenderRows
  if (fieldMap === null) throw new Error('the format of rows has a field map')
  return fieldMap
}
