import { COMMA } from '../canonical/ascii.ts'
import type { CsvRows } from './csv-rows.ts'
import type { Finding } from './diagnostic-list.ts'

const HASH_SIGN = 0x23

/** What is wrong with the shape of a row, and the bytes that show it. */
export interface RowShapeMistake {
  readonly start: number
  readonly end: number
  readonly finding: Finding
}

/** Why the current row is no row of as many cells as the header has, or null. */
export function rowShapeMistake(rows: CsvRows, wantedCells: number): RowShapeMistake | null {
  const { problem, cellCount, rowEnd } = rows
  if (problem === null) return cellCount === wantedCells ? null : raggedRow(rows, wantedCells)
  if (problem.kind === 'open-quote') {
    return {
      start: problem.offset,
      end: problem.offset + 1,
      finding: {
        code: 'CSV009',
        message: 'the quoted cell is not closed before the end of the file',
        fix: 'Add the closing quote.',
      },
    }
  }
  return {
    start: problem.offset,
    end: rowEnd,
    finding: {
      code: 'CSV010',
      message: 'text stands after the closing quote of a cell',
      fix: 'Double a quote that belongs to the text, or delete what follows.',
    },
  }
}

function raggedRow(rows: CsvRows, wantedCells: number): RowShapeMistake {
  const { cellCount, cellStart, rowStart, rowEnd, bytes } = rows
  const message = `the row has ${cellCount} ${cellCount === 1 ? 'cell' : 'cells'}, the header has ${wantedCells}`
  if (cellCount < wantedCells) {
    const fix =
      bytes[rowStart] === HASH_SIGN
        ? 'Delete the row: a list has no comments.'
        : 'Give every cell; an optional one may be empty between its commas.'
    return { start: rowStart, end: rowEnd, finding: { code: 'CSV008', message, fix } }
  }
  if (cellCount === wantedCells + 1 && bytes[rowEnd - 1] === COMMA) {
    const fix = 'Delete the comma at the end of the row.'
    return { start: rowEnd - 1, end: rowEnd, finding: { code: 'CSV008', message, fix } }
  }
  const start = cellStart[Math.min(wantedCells, cellStart.length - 1)] ?? rowEnd
  const fix = 'Delete the cells that are too many, or put a cell with commas in quotes.'
  return { start, end: rowEnd, finding: { code: 'CSV008', message, fix } }
}
