import type { LogFormat } from './format.ts'
import { zeekFieldMap } from './zeek-columns.ts'

/** Zeek's own logs: lines of `#` tell how the rows below them are written. */
export const zeekTsv: LogFormat = {
  name: 'zeek-tsv',
  shape: 'zeek',
  fieldMap: zeekFieldMap('zeek-tsv'),
  recognise: ({ columns, path }) => {
    const log = path === null ? '' : ` of the log ${path}`
    return [`a Zeek header names ${columns.length} columns${log}`]
  },
}
