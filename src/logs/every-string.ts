import type { FieldMap } from '../model/field-map.ts'
import { NO_ENVELOPE } from './formats/envelope.ts'

/** The map that names no field and looks at every string by its shape (`--fields any`). */
export const EVERY_STRING: FieldMap = {
  name: 'any',
  entries: [],
  envelope: NO_ENVELOPE,
  unmatchedTables: [],
  tableAliases: {},
  tablePrefix: '',
  any: true,
}
