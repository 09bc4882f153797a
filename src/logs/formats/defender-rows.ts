import { TABLE_COLUMNS, countDefenderColumns, defenderFieldMap, isDefenderTable } from './defender-columns.ts'
import type { LogFormat, SampleRecord } from './format.ts'

/** Columns of advanced hunting that a row must have before it counts as one without a table's name. */
const ENOUGH_COLUMNS = 3

/** Bare rows of advanced hunting as JSON; the table stands in a field of the row or comes from `--table`. */
export const defenderRows: LogFormat = {
  name: 'defender-rows',
  shape: 'json',
  fieldMap: defenderFieldMap('defender-rows', [], {
    time: [['TimeGenerated']],
    table: TABLE_COLUMNS.map((column) => [column]),
  }),
  recognise: (sample) => {
    const isNamed = sample.table !== null && isDefenderTable(sample.table)
    const columnCount = Math.max(0, ...sample.records.map((record) => countDefenderColumns(record.keys)))
    const table = sample.records.map(tableOf).find((name) => name !== null)
    if (columnCount === 0 || (columnCount < ENOUGH_COLUMNS && !isNamed && table === undefined)) return null
    return [
      `a row has ${columnCount} columns of advanced hunting`,
      ...(table === undefined ? [] : [`a row names the table ${table}`]),
    ]
  },
}

/** The table that a row names, or null. */
function tableOf(record: SampleRecord): string | null {
  const names = TABLE_COLUMNS.map((column) => record.strings.get(column) ?? '')
  return names.find(isDefenderTable) ?? null
}
