import { TABLE_COLUMNS, countDefenderColumns, defenderFieldMap, isDefenderTable } from './defender-columns.ts'
import type { LogFormat } from './format.ts'

/** Columns of advanced hunting that a header must name before it counts as an export. */
const ENOUGH_COLUMNS = 3

/** CSV exports of advanced hunting: the header names the query's columns (ti-api 5.3). */
export const defenderCsv: LogFormat = {
  name: 'defender-csv',
  shape: 'delimited',
  fieldMap: defenderFieldMap('defender-csv', [], {
    time: [['TimeGenerated'], ['TimeGenerated [UTC]']],
    table: TABLE_COLUMNS.map((column) => [column]),
  }),
  recognise: (sample) => {
    const count = countDefenderColumns(sample.columns)
    const isNamed = count > 0 && sample.table !== null && isDefenderTable(sample.table)
    if (count < ENOUGH_COLUMNS && !isNamed) return null
    return [`the header names ${count} columns of advanced hunting`]
  },
}
