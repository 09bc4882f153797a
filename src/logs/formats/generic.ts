import type { LogFormat } from './format.ts'

/** JSON records of an unknown kind: they need a field map or `--fields any`. */
export const genericJson: LogFormat = {
  name: 'json',
  shape: 'json',
  fieldMap: null,
  recognise: (sample) =>
    sample.framing === 'delimited' ? null : ['the fields are those of no format that has a field map'],
}

/** Rows below a header of an unknown kind: they need a field map or `--fields any`. */
export const genericCsv: LogFormat = {
  name: 'csv',
  shape: 'delimited',
  fieldMap: null,
  recognise: (sample) =>
    sample.framing === 'delimited' ? ['the columns are those of no format that has a field map'] : null,
}
