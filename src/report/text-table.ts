import type { Ink, Painter } from './paint.ts'
import { cutToWidth, padToWidth, textWidth } from './text-width.ts'

/** A column: its title, and what may be done to it where the table is too wide. */
export interface TableColumn {
  readonly title: string
  readonly align: 'left' | 'right'
  /** Narrowest width that the column may be cut to; null: it is never cut. */
  readonly least: number | null
  /** Columns that may be left out where even the narrowest table is too wide, the highest number first; null: never. */
  readonly dropOrder: number | null
}

/** Text of a cell, escaped already, and how to paint it. */
export interface TableCell {
  readonly text: string
  readonly ink: Ink | null
}

const GAP = '  '
const INDENT = '  '

/**
 * Lays out a table in at most `width` terminal columns: first the widest cuttable columns are cut, then columns are dropped.
 * Wide characters count two. Lines carry no blanks at their end.
 */
export function tableLines(
  columns: readonly TableColumn[],
  rows: readonly (readonly TableCell[])[],
  layout: { readonly width: number; readonly paint: Painter },
): readonly string[] {
  const natural = naturalWidths(columns, rows)
  const least = columns.map((column, i) => Math.min(column.least ?? Infinity, natural[i] ?? 0))
  const kept = keptColumns(columns, least, layout.width)
  const widths = fittedWidths(pick(natural, kept), pick(least, kept), layout.width)
  const line = (cells: readonly TableCell[]): string => {
    const parts = kept.map((index, i) => {
      const cell = cells[index] ?? { text: '', ink: null }
      const shown = cutToWidth(cell.text, widths[i] ?? 1)
      const isLast = i === kept.length - 1 && columns[index]?.align === 'left'
      const padded = isLast ? shown : padToWidth(shown, widths[i] ?? 1, columns[index]?.align)
      return cell.ink === null
        ? padded
        : padded.replace(shown, () => layout.paint(cell.ink ?? 'strong', shown))
    })
    return (INDENT + parts.join(GAP)).trimEnd()
  }
  const head = columns.map((column): TableCell => ({ text: column.title, ink: 'faint' }))
  return [line(head), ...rows.map(line)]
}

/** Terminal columns that a table takes where nothing of it is cut. */
export function tableWidth(columns: readonly TableColumn[], rows: readonly (readonly TableCell[])[]): number {
  return totalWidth(naturalWidths(columns, rows))
}

function naturalWidths(
  columns: readonly TableColumn[],
  rows: readonly (readonly TableCell[])[],
): readonly number[] {
  return columns.map((column, index) =>
    Math.max(textWidth(column.title), ...rows.map((row) => textWidth(row[index]?.text ?? ''))),
  )
}

/** A cell of plain text. */
export function cell(text: string, ink: Ink | null = null): TableCell {
  return { text, ink }
}

/** Indices of the columns that remain where the table is too wide even when it is cut as far as it may be. */
function keptColumns(
  columns: readonly TableColumn[],
  least: readonly number[],
  width: number,
): readonly number[] {
  const droppable = columns
    .map((column, index) => ({ index, order: column.dropOrder }))
    .filter(({ order }) => order !== null)
    .toSorted((a, b) => (b.order ?? 0) - (a.order ?? 0))
  let kept = columns.map((_, index) => index)
  for (const { index } of droppable) {
    if (totalWidth(pick(least, kept)) <= width) break
    kept = kept.filter((other) => other !== index)
  }
  return kept
}

/** Takes columns off the widest column that may be cut, one at a time, until the table fits or nothing can be cut. */
function fittedWidths(
  natural: readonly number[],
  least: readonly number[],
  width: number,
): readonly number[] {
  const widths = [...natural]
  while (totalWidth(widths) > width) {
    let widest = -1
    for (const [i, columnWidth] of widths.entries())
      if (columnWidth > (least[i] ?? 0) && columnWidth > (widths[widest] ?? 0)) widest = i
    if (widest === -1) break
    widths[widest] = (widths[widest] ?? 0) - 1
  }
  return widths
}

function pick(from: readonly number[], indices: readonly number[]): readonly number[] {
  return indices.map((index) => from[index] ?? 0)
}

function totalWidth(widths: readonly number[]): number {
  return INDENT.length + widths.reduce((sum, width) => sum + width, 0) + GAP.length * (widths.length - 1)
}
