import type { FieldEntry, FieldMap, ObservableKind } from '../../src/model/field-map.ts'
import { KIND_TYPES, OBSERVABLE_KINDS } from '../../src/model/field-map.ts'
import { INDICATOR_TYPES } from '../../src/model/indicator.ts'
import type { ObservedKey } from '../../src/model/replay-summary.ts'
import type { Semantics } from '../../src/model/semantics.ts'
import { isSwitchedOn } from './naive-observe.ts'

/** A mapped key: the last path segment of one or more entries. */
export interface NaiveKey {
  readonly key: string
  readonly kinds: readonly ObservableKind[]
  /** True when an entry with this key stands under a field of JSON. */
  readonly isNested: boolean
}

/** The mapped keys that the semantics in force look at, in the order of the field map (semantics 9). */
export function naiveKeys(fieldMap: FieldMap, semantics: Semantics): readonly NaiveKey[] {
  const keys = new Map<string, { readonly kinds: Set<ObservableKind>; isNested: boolean }>()
  const add = (entries: readonly FieldEntry[], parentKey: string | null): void => {
    for (const entry of entries) {
      if (!isSwitchedOn(entry, semantics)) continue
      // An entry with an empty path is the JSON's root: its values stand under the field's own key.
      const own = entry.path.at(-1)
      const key = own ?? parentKey
      if (key === null) continue
      const known = keys.get(key) ?? { kinds: new Set<ObservableKind>(), isNested: false }
      known.kinds.add(entry.kind)
      if (parentKey !== null && own !== undefined) known.isNested = true
      keys.set(key, known)
      add(entry.nested, key)
    }
  }
  add(fieldMap.entries, null)
  return [...keys].map(([key, { kinds, isNested }]) => ({
    key,
    kinds: OBSERVABLE_KINDS.filter((kind) => kinds.has(kind)),
    isNested,
  }))
}

/** Counts `"key"` ws `:` ws followed by a non-empty string or `[` in one record (semantics 9). */
export function naiveOccurrences(record: Uint8Array, key: NaiveKey): number {
  const text = Buffer.from(record).toString('latin1')
  const name = Buffer.from(key.key, 'utf8').toString('latin1')
  const spellings = key.isNested ? ['"', '\\"'] : ['"']
  let count = 0
  for (const quote of spellings) {
    const spelling = quote + name + quote
    for (let at = text.indexOf(spelling); at >= 0; at = text.indexOf(spelling, at + 1))
      if (isFollowedByValue(text, at + spelling.length, quote)) count += 1
  }
  return count
}

/** What was looked at, over all records that were not quarantined. */
export function naiveObserved(
  records: readonly Uint8Array[],
  fieldMap: FieldMap,
  semantics: Semantics,
): readonly ObservedKey[] {
  return naiveKeys(fieldMap, semantics).map((key) => ({
    key: key.key,
    types: typesOf(key),
    values: records.reduce((sum, record) => sum + naiveOccurrences(record, key), 0),
  }))
}

/** The same for delimited sources: non-empty cells of mapped columns. */
export function naiveObservedCells(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  fieldMap: FieldMap,
  semantics: Semantics,
): readonly ObservedKey[] {
  return naiveKeys(fieldMap, semantics).map((key) => {
    const cells = rows.flatMap((row) => row.filter((_, i) => columns[i] === key.key))
    return { key: key.key, types: typesOf(key), values: cells.filter((cell) => cell !== '').length }
  })
}

function typesOf(key: NaiveKey): ObservedKey['types'] {
  const types = new Set(key.kinds.flatMap((kind) => KIND_TYPES[kind]))
  return INDICATOR_TYPES.filter((type) => types.has(type))
}

function isFollowedByValue(text: string, from: number, quote: string): boolean {
  let at = skipBlanks(text, from)
  if (text.charAt(at) !== ':') return false
  at = skipBlanks(text, at + 1)
  if (text.charAt(at) === '[') return true
  const inside = at + quote.length
  return text.startsWith(quote, at) && inside < text.length && !text.startsWith(quote, inside)
}

function skipBlanks(text: string, from: number): number {
  let at = from
  while (at < text.length && ' \t\r\n'.includes(text.charAt(at))) at += 1
  return at
}
