import type { AlertDefinition } from '../../src/model/alert-definition.ts'
import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../../src/model/indicator.ts'
import type { DetectionFunction, IndicatorType } from '../../src/model/indicator.ts'
import { NO_ID, NO_TIME } from '../../src/model/rule-set.ts'
import type { OpaqueIndicator, RuleSet } from '../../src/model/rule-set.ts'

/** One row of a test's rule set: only what the test is about; the value must be canonical. */
export interface RuleRow {
  readonly definition?: string
  readonly Type: IndicatorType
  readonly DetectionFunction?: DetectionFunction
  readonly Value: string
  readonly ExpiresAt?: bigint
  readonly CreatedAt?: bigint
  readonly Id?: number
  readonly Enabled?: boolean
}

export interface RuleSetOptions {
  /** `given` leaves rows and definitions as they stand, to test code that must not rely on their order. */
  readonly order?: 'canonical' | 'given'
  readonly disabledDefinitions?: readonly string[]
  /** Definitions without rows. */
  readonly emptyDefinitions?: readonly string[]
  readonly opaque?: readonly OpaqueIndicator[]
}

const DEFAULT_DEFINITION = 'test'

/** A rule set of the given rows, with a definition for every name they use. */
export function buildRuleSet(rows: readonly RuleRow[], options: RuleSetOptions = {}): RuleSet {
  const names = [...new Set([...rows.map(nameOf), ...(options.emptyDefinitions ?? [])])]
  if (options.order !== 'given') names.sort(compareUtf8)
  const position = new Map(names.map((name, i) => [name, i]))
  const sorted = options.order === 'given' ? [...rows] : rows.toSorted(compareRows(position))
  const values = sorted.map((row) => new TextEncoder().encode(row.Value))
  const valueOffset = new Uint32Array(sorted.length + 1)
  values.forEach((value, i) => (valueOffset[i + 1] = (valueOffset[i] ?? 0) + value.length))
  const valueBytes = new Uint8Array(valueOffset[sorted.length] ?? 0)
  values.forEach((value, i) => valueBytes.set(value, valueOffset[i]))
  const has = (name: 'ExpiresAt' | 'CreatedAt' | 'Id'): boolean =>
    sorted.some((row) => row[name] !== undefined)
  return {
    definitions: names.map((name) => definitionNamed(name, !options.disabledDefinitions?.includes(name))),
    indicators: {
      count: sorted.length,
      definition: Uint32Array.from(sorted, (row) => position.get(nameOf(row)) ?? 0),
      type: Uint8Array.from(sorted, (row) => INDICATOR_TYPES.indexOf(row.Type)),
      detectionFunction: Uint8Array.from(sorted, functionIndex),
      valueOffset,
      valueBytes,
      expiresAt: has('ExpiresAt') ? BigInt64Array.from(sorted, (row) => row.ExpiresAt ?? NO_TIME) : null,
      createdAt: has('CreatedAt') ? BigInt64Array.from(sorted, (row) => row.CreatedAt ?? NO_TIME) : null,
      enabled: Uint8Array.from(sorted, (row) => (row.Enabled === false ? 0 : 1)),
      id: has('Id') ? Float64Array.from(sorted, (row) => row.Id ?? NO_ID) : null,
      sourceFile: new Uint32Array(sorted.length),
      sourceLine: Uint32Array.from(sorted, (_, i) => i + 1),
      sourceColumn: new Uint32Array(sorted.length).fill(1),
    },
    opaque: options.opaque ?? [],
    sources: ['test.rules.yaml'],
    warnings: [],
  }
}

/** A definition with every property filled in. */
export function definitionNamed(Name: string, Enabled = true): AlertDefinition {
  return {
    Id: null,
    Name,
    Title: `Title of ${Name}`,
    Severity: 'Medium',
    Category: 'Malware',
    UxDescription: `What ${Name} means.`,
    RecommendedAction: null,
    InternalDescription: null,
    Enabled,
  }
}

function nameOf(row: RuleRow): string {
  return row.definition ?? DEFAULT_DEFINITION
}

function functionIndex(row: RuleRow): number {
  return DETECTION_FUNCTIONS.indexOf(row.DetectionFunction ?? 'Equals')
}

/** Semantics 8: definition, Type, DetectionFunction, Value, ExpiresAt, Id; a missing time or Id last. */
function compareRows(position: ReadonlyMap<string, number>): (left: RuleRow, right: RuleRow) => number {
  return (left, right) =>
    (position.get(nameOf(left)) ?? 0) - (position.get(nameOf(right)) ?? 0) ||
    INDICATOR_TYPES.indexOf(left.Type) - INDICATOR_TYPES.indexOf(right.Type) ||
    functionIndex(left) - functionIndex(right) ||
    compareUtf8(left.Value, right.Value) ||
    compareNumbers(left.ExpiresAt ?? NO_TIME, right.ExpiresAt ?? NO_TIME) ||
    compareNumbers(left.Id ?? NO_ID, right.Id ?? NO_ID) ||
    compareNumbers(left.CreatedAt ?? NO_TIME, right.CreatedAt ?? NO_TIME)
}

function compareNumbers(left: number | bigint, right: number | bigint): number {
  return left < right ? -1 : left > right ? 1 : 0
}

function compareUtf8(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right))
}
