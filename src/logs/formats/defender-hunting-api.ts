import { TABLE_COLUMNS, countDefenderColumns, defenderFieldMap } from './defender-columns.ts'
import type { LogFormat } from './format.ts'

/** Replies of the advanced hunting API: `Schema` and `Results`, in Graph `schema` and `results` (ti-api 5.3). */
export const defenderHuntingApi: LogFormat = {
  name: 'defender-hunting-api',
  shape: 'json',
  fieldMap: defenderFieldMap('defender-hunting-api', [], {
    time: [['TimeGenerated']],
    table: TABLE_COLUMNS.map((column) => [column]),
  }),
  recognise: (sample) => {
    const key = sample.wrapperKeys.find((wrapperKey) => wrapperKey === 'Results' || wrapperKey === 'results')
    if (key === undefined) return null
    const hasSchema = sample.wrapperKeys.includes('Schema') || sample.wrapperKeys.includes('schema')
    const hasColumns = sample.records.some((record) => countDefenderColumns(record.keys) > 0)
    if (!hasSchema && !hasColumns) return null
    return [`the rows stand in \`${key}\` of a wrapper object${hasSchema ? ' with a schema' : ''}`]
  },
}
