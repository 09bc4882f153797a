import type { LogFormat, SampleRecord } from './format.ts'
import { ZEEK_PATH_KEYS, zeekFieldMap } from './zeek-columns.ts'

/** Zeek's logs as JSON: one record per line, with dots in its keys. */
export const zeekJson: LogFormat = {
  name: 'zeek-json',
  shape: 'json',
  fieldMap: zeekFieldMap('zeek-json'),
  recognise: (sample) => {
    const found = sample.records.filter(isZeek)
    const [first] = found
    if (first === undefined) return null
    const path = ZEEK_PATH_KEYS.map((key) => first.strings.get(key)).find((name) => name !== undefined)
    return [
      `${found.length} of the first ${sample.records.length} records have \`ts\` and keys of Zeek`,
      ...(path === undefined ? [] : [`the first log is ${path}`]),
    ]
  },
}

/** Keys that nearly every log of Zeek's has one of. */
const TELLING_KEYS = ['id.orig_h', 'id_orig_h', 'fuid']

function isZeek({ keys }: SampleRecord): boolean {
  if (!keys.has('ts')) return false
  if (TELLING_KEYS.some((key) => keys.has(key))) return true
  return ZEEK_PATH_KEYS.some((key) => keys.has(key))
}
