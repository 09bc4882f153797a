import type { FieldEntry, FieldMap, FieldScope, ObservableKind, Role } from '../../model/field-map.ts'
import { KIND_TYPES } from '../../model/field-map.ts'
import type { IndicatorType } from '../../model/indicator.ts'

/** An event while it is made: columns or keys with their values, nested as they stand in the log. */
export type EventRow = Record<string, unknown>

/** A field that carries values, also one in a document inside a field. */
export interface FieldPlace {
  /** The path of the field, then that inside the JSON document that it holds, and so on. */
  readonly chain: readonly (readonly string[])[]
  readonly kind: ObservableKind
  readonly role: Role
  readonly scope: FieldScope | null
  readonly tables: readonly string[] | null
}

/** The fields of a map that can carry a type, those made for it first, else in the order of the map. */
export function placesFor(map: FieldMap, type: IndicatorType): readonly FieldPlace[] {
  const all = map.any ? [ANY_FIELD] : placesIn(map.entries, [])
  const able = all.filter(({ kind }) => kindTypes(map, kind).includes(type))
  return able.toSorted((a, b) => rank(a, type) - rank(b, type))
}

/** Where every string is looked at, any field will do. */
const ANY_FIELD: FieldPlace = {
  chain: [['value']],
  kind: 'domain',
  role: 'remote',
  scope: null,
  tables: null,
}

function kindTypes(map: FieldMap, kind: ObservableKind): readonly IndicatorType[] {
  return map.any ? ['Sha1', 'Sha256', 'Md5', 'IpAddress', 'DomainName'] : KIND_TYPES[kind]
}

/** Every field of a map, documents opened. */
export function placesIn(entries: readonly FieldEntry[], before: FieldPlace['chain']): readonly FieldPlace[] {
  return entries.flatMap(({ path, kind, role, scope, tables, nested }) => {
    const chain = [...before, path]
    return kind === 'json' ? placesIn(nested, chain) : [{ chain, kind, role, scope, tables }]
  })
}

/** Fields of their own before those in documents, fields of one type before those of many. */
function rank({ chain, kind, scope }: FieldPlace, type: IndicatorType): number {
  const isShared = kind === 'hash-list' || kind === 'dns-results' || (type === 'IpAddress' && kind !== 'ip')
  return (scope === null ? 0 : 4) + (isShared ? 2 : 0) + (chain.length > 1 ? 1 : 0)
}

const LIST_LABELS = new Map<IndicatorType, string>([
  ['Sha1', 'SHA1'],
  ['Sha256', 'SHA256'],
  ['Md5', 'MD5'],
])

/** What stands in a field of a kind when it carries a value. */
export function textFor(kind: ObservableKind, type: IndicatorType, value: string): string {
  return kind === 'hash-list' ? `${LIST_LABELS.get(type) ?? type}=${value}` : value
}

/** Puts a text into a row; documents on the way are opened, or begun. */
export function plant(row: EventRow, chain: FieldPlace['chain'], text: string): void {
  const [path = [], ...inner] = chain
  const present = getAt(row, path)
  setAt(row, path, inner.length === 0 ? text : documentWith(present, inner, text))
}

function documentWith(present: unknown, chain: FieldPlace['chain'], text: string): string {
  const [path = [], ...inner] = chain
  if (path.length === 0) return JSON.stringify([inner.length === 0 ? text : documentWith(null, inner, text)])
  const document = openDocument(present)
  plant(document, chain, text)
  return JSON.stringify(document)
}

function openDocument(present: unknown): EventRow {
  if (typeof present !== 'string') return {}
  try {
    const parsed: unknown = JSON.parse(present)
    return isRow(parsed) ? parsed : {}
  } catch {
    return {}
  }
}

function isRow(value: unknown): value is EventRow {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function getAt(row: EventRow, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => (isRow(at) && Object.hasOwn(at, key) ? at[key] : undefined), row)
}

/** Sets what stands at a path. Keys become properties of their own, whatever they are called. */
export function setAt(row: EventRow, path: readonly string[], value: unknown): void {
  const last = path.at(-1)
  if (last === undefined) return
  let at = row
  for (const key of path.slice(0, -1)) {
    const next = Object.hasOwn(at, key) ? at[key] : undefined
    const inner = isRow(next) ? next : {}
    define(at, key, inner)
    at = inner
  }
  define(at, last, value)
}

/** `__proto__` in a user's field map is a key like any other. */
function define(row: EventRow, key: string, value: unknown): void {
  Object.defineProperty(row, key, { value, writable: true, enumerable: true, configurable: true })
}
