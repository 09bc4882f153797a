import { TABLE_PREFIX, defenderFieldMap } from './defender-columns.ts'
import type { FieldMap } from '../../model/field-map.ts'
import type { HeadSample, LogFormat, SampleRecord } from './format.ts'

/** Streamed records: the row under `properties`, its table in `category`, the time of arrival in `time`. */
const STREAMED: FieldMap = defenderFieldMap('defender-storage', ['properties'], {
  time: [],
  receivedTime: [['time']],
  table: [['category']],
})

/** One streamed record per line, as the streaming API writes it to a storage account (ti-api 5.3). */
export const defenderStorage: LogFormat = {
  name: 'defender-storage',
  shape: 'json',
  fieldMap: STREAMED,
  recognise: (sample) => (sample.wrapperKeys.length > 0 ? null : streamedEvidence(sample)),
}

/** The field map of streamed records under another format's name. */
export function streamedFieldMap(name: string): FieldMap {
  return { ...STREAMED, name }
}

/** Why the records are streamed ones, or null. */
export function streamedEvidence(sample: HeadSample): readonly string[] | null {
  const streamed = sample.records.filter(isStreamed)
  const table = streamed[0]?.strings.get('category')
  if (table === undefined) return null
  return [
    `${streamed.length} of the first ${sample.records.length} records have \`properties\` and a \`category\` that begins with ${TABLE_PREFIX}`,
    `the first table is ${table.slice(TABLE_PREFIX.length)}`,
  ]
}

function isStreamed(record: SampleRecord): boolean {
  return record.keys.has('properties') && (record.strings.get('category') ?? '').startsWith(TABLE_PREFIX)
}
