import type { EnvelopePaths, FieldMap, ObservableKind } from '../../src/model/field-map.ts'
import type { KeyTable, MappedKey } from '../../src/model/key-table.ts'
import type { Observable } from '../../src/model/observable.ts'
import { DEFAULT_SEMANTICS } from '../../src/model/semantics.ts'
import { naiveCells } from '../support/naive-frame.ts'
import { naiveCellFields, naiveObserve } from '../support/naive-observe.ts'
import { keysOf, scanValues, type ScannedValue } from '../support/second-scanner.ts'

/**
 * Everything that a field map could report which has these keys, whatever its paths and tables: the second scanner's
 * strings under mapped keys, read as each of the key's kinds. More than any one map reports, so that the law which
 * the sieve is held to is the stronger one.
 */
export function observablesByKey(record: Uint8Array, table: KeyTable): readonly Observable[] {
  const keys = new Map(table.keys.map((key) => [key.key, key]))
  const found: Observable[] = []
  visit(scanValues(record), null, 0, keys, found)
  return found
}

/** The same for a row: the cells that stand under mapped columns. */
export function observablesByColumn(
  row: Uint8Array,
  table: KeyTable,
  layout: { readonly separator: number; readonly columns: readonly string[] },
): readonly Observable[] {
  const keys = new Map(table.keys.map((key) => [key.key, key]))
  const found: Observable[] = []
  const cells = naiveCells(row, String.fromCharCode(layout.separator))
  visit(naiveCellFields(layout.columns, cells, row).values, null, 0, keys, found)
  return found
}

function visit(
  values: readonly ScannedValue[],
  parentKey: string | null,
  level: number,
  table: ReadonlyMap<string, MappedKey>,
  found: Observable[],
): void {
  for (const value of values) {
    if (value.is !== 'string') continue
    const own = keysOf(value.string.path).at(-1)
    const name = own ?? parentKey
    const key = name === null ? undefined : table.get(name)
    if (key === undefined) continue
    // A keyed value two strings deep makes a table incomplete, so that no sieve runs; one string deep it is marked.
    if (own !== undefined && (level > 1 || (level === 1 && !key.isNested))) continue
    for (const kind of key.kinds) {
      if (kind !== 'json') found.push(...observe(value.string.text, kind))
      else if (own !== undefined)
        visit(scanValues(Buffer.from(value.string.text, 'utf8'), true), own, level + 1, table, found)
    }
  }
}

const NO_ENVELOPE: EnvelopePaths = {
  time: [],
  table: [],
  deviceId: [],
  deviceName: [],
  computer: [],
  localEnd: [],
  reportId: [],
  actionType: [],
  receivedTime: [],
  represents: [],
  context: [],
}

function observe(text: string, kind: ObservableKind): readonly Observable[] {
  const map: FieldMap = {
    name: 'one field',
    entries: [{ path: ['field'], kind, role: 'object', scope: null, tables: null, nested: [] }],
    envelope: NO_ENVELOPE,
    unmatchedTables: [],
    tableAliases: {},
    tablePrefix: '',
    any: false,
  }
  const value: ScannedValue = { is: 'string', string: { path: ['field'], text, repaired: false } }
  const record = naiveObserve({ values: [value], repaired: false }, map, DEFAULT_SEMANTICS, null)
  return record?.observables ?? []
}
