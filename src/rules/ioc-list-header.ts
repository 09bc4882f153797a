import { byteSpot } from './decode-source.ts'
import type { CsvRows } from './csv-rows.ts'
import type { DiagnosticList, Finding, Spot } from './diagnostic-list.ts'
import { quoted } from './rule-node.ts'
import { listed, nearestSpelling } from './spelling.ts'

const LIST_COLUMNS = ['Type', 'DetectionFunction', 'Value', 'ExpiresAt', 'Enabled'] as const
export type ListColumn = (typeof LIST_COLUMNS)[number]

/** Which cell of a row holds which column; -1 where the list has none. */
export interface ListHeader {
  readonly cellCount: number
  readonly cellOf: { readonly [Column in ListColumn]: number }
}

const EXAMPLE = 'Type,DetectionFunction,Value'

/** Reads the current row as the header; null after a diagnostic. */
export function readListHeader(file: string, rows: CsvRows, diagnostics: DiagnosticList): ListHeader | null {
  const names = Array.from({ length: Math.min(rows.cellCount, rows.cellStart.length) }, (_, cell) =>
    (rows.cellText(cell) ?? '').trim(),
  )
  const columns = names.map(columnOf)
  const whole = byteSpot(file, rows.bytes, rows.rowStart, rows.rowEnd)
  if (columns.every((column) => column === null)) {
    diagnostics.error(whole, noHeader(names))
    return null
  }
  const errorsBefore = diagnostics.errorCount
  const cellOf = { Type: -1, DetectionFunction: -1, Value: -1, ExpiresAt: -1, Enabled: -1 }
  for (const [cell, name] of names.entries()) {
    const column = columns[cell] ?? null
    const spot = byteSpot(file, rows.bytes, rows.cellStart[cell] ?? 0, rows.cellEnd[cell] ?? 0)
    if (column === null) reportUnknown(diagnostics, spot, name)
    else if (cellOf[column] >= 0) reportTwice(diagnostics, spot, column)
    else cellOf[column] = cell
  }
  for (const column of ['Type', 'Value'] as const) {
    if (cellOf[column] >= 0) continue
    // A misspelt column was reported already; to call it missing as well would be a second fix for one mistake.
    if (names.some((name) => columnOf(name) === null && nearestSpelling(name, LIST_COLUMNS) === column))
      continue
    diagnostics.error(whole, {
      code: 'CSV007',
      message: `the list has no column ${column}`,
      fix: `Add the column ${column}, as in ${EXAMPLE}.`,
    })
  }
  return diagnostics.errorCount > errorsBefore ? null : { cellCount: rows.cellCount, cellOf }
}

function columnOf(name: string): ListColumn | null {
  const lower = name.toLowerCase()
  return LIST_COLUMNS.find((column) => column.toLowerCase() === lower) ?? null
}

function noHeader(names: readonly string[]): Finding {
  const parts = names[0]?.split(/[;\t|]/) ?? []
  if (names.length === 1 && parts.length > 1 && parts.some((part) => columnOf(part.trim()) !== null)) {
    return {
      code: 'CSV014',
      message: 'the columns must be separated by commas',
      fix: `Write ${parts.map((part) => part.trim()).join(',')}.`,
    }
  }
  return {
    code: 'CSV004',
    message: `the first row must name the columns, found ${quoted(names.join(','))}`,
    fix: `Put the row ${EXAMPLE} above it.`,
  }
}

function reportUnknown(diagnostics: DiagnosticList, spot: Spot, name: string): void {
  const nearest = nearestSpelling(name, LIST_COLUMNS)
  diagnostics.error(spot, {
    code: 'CSV005',
    message: name === '' ? 'a column has no name' : `a list has no column ${quoted(name)}`,
    fix: nearest === null ? `Delete it, or use one of ${listed(LIST_COLUMNS)}.` : `Did you mean ${nearest}?`,
  })
}

function reportTwice(diagnostics: DiagnosticList, spot: Spot, column: ListColumn): void {
  diagnostics.error(spot, {
    code: 'CSV006',
    message: `the column ${column} stands twice`,
    fix: 'Delete one of the two.',
  })
}
