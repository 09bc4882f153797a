import type { IndicatorColumns, RuleSet } from '../model/rule-set.ts'

/**
 * The rule set that keeps the rows that `isKept` wants, every definition and every row enabled: what a definition
 * would do by itself. Rows keep their order.
 */
export function selectEnabled(rules: RuleSet, isKept: (row: number) => boolean): RuleSet {
  const rows: number[] = []
  for (let row = 0; row < rules.indicators.count; row += 1) if (isKept(row)) rows.push(row)
  return {
    ...rules,
    definitions: rules.definitions.map((definition) => ({ ...definition, Enabled: true })),
    indicators: { ...pickRows(rules.indicators, rows), enabled: new Uint8Array(rows.length).fill(1) },
    opaque: [],
  }
}

/** The columns of these rows, in this order. */
export function pickRows(columns: IndicatorColumns, rows: readonly number[]): IndicatorColumns {
  const valueOffset = new Uint32Array(rows.length + 1)
  for (const [i, row] of rows.entries()) valueOffset[i + 1] = (valueOffset[i] ?? 0) + lengthOf(columns, row)
  const valueBytes = new Uint8Array(valueOffset[rows.length] ?? 0)
  for (const [i, row] of rows.entries()) {
    const start = columns.valueOffset[row] ?? 0
    valueBytes.set(columns.valueBytes.subarray(start, start + lengthOf(columns, row)), valueOffset[i] ?? 0)
  }
  const { expiresAt, createdAt, id } = columns
  return {
    count: rows.length,
    definition: Uint32Array.from(rows, (row) => columns.definition[row] ?? 0),
    type: Uint8Array.from(rows, (row) => columns.type[row] ?? 0),
    detectionFunction: Uint8Array.from(rows, (row) => columns.detectionFunction[row] ?? 0),
    valueOffset,
    valueBytes,
    expiresAt: expiresAt === null ? null : BigInt64Array.from(rows, (row) => expiresAt[row] ?? 0n),
    createdAt: createdAt === null ? null : BigInt64Array.from(rows, (row) => createdAt[row] ?? 0n),
    enabled: Uint8Array.from(rows, (row) => columns.enabled[row] ?? 0),
    id: id === null ? null : Float64Array.from(rows, (row) => id[row] ?? 0),
    sourceFile: Uint32Array.from(rows, (row) => columns.sourceFile[row] ?? 0),
    sourceLine: Uint32Array.from(rows, (row) => columns.sourceLine[row] ?? 0),
    sourceColumn: Uint32Array.from(rows, (row) => columns.sourceColumn[row] ?? 0),
  }
}

function lengthOf(columns: IndicatorColumns, row: number): number {
  return (columns.valueOffset[row + 1] ?? 0) - (columns.valueOffset[row] ?? 0)
}
