import type {
  EnvelopePaths,
  FieldEntry,
  FieldMap,
  FieldScope,
  ObservableKind,
  Role,
} from '../model/field-map.ts'
import { decodeJsonString } from './decode-string.ts'
import { NO_NODE } from './scan-json.ts'
import { type ScopeSemantics, isScopeOn } from './scope.ts'

/** What a text at a path becomes. */
export interface FieldTarget {
  readonly kind: ObservableKind
  readonly role: Role
  readonly scope: FieldScope | null
  /** Null: every matched table. */
  readonly tables: ReadonlySet<string> | null
}

/** A place in records that somebody asks for, or that leads to one. */
export interface PathNode {
  readonly key: string
  readonly children: Map<number, PathChild[]>
  /** What strings here become; entries of kind `json` are not among them. */
  readonly targets: FieldTarget[]
  /** Set where strings hold JSON: `values` are what strings in the document's own arrays become. */
  json: { readonly own: FieldTarget[]; readonly values: FieldTarget[] } | null
  /** Positions in the reader's list of envelope values. */
  readonly slots: number[]
}

interface PathChild {
  readonly bytes: Uint8Array
  readonly id: number
}

/** The envelope fields that hold one text. */
export type EnvelopeField = Exclude<keyof EnvelopePaths, 'context'>
const ENVELOPE_FIELDS: readonly EnvelopeField[] = [
  'time',
  'receivedTime',
  'table',
  'deviceId',
  'deviceName',
  'computer',
  'localEnd',
  'reportId',
  'actionType',
  'represents',
]

/** The root's node. */
export const ROOT_NODE = 0

/**
 * The paths of a field map as a tree, with the scopes of the semantics applied. JSON inside a string and the
 * same document written as an object share their nodes, since both spellings occur within one log.
 */
export class PathTree {
  readonly nodes: readonly PathNode[]
  /** Slots of each envelope field, in the order in which they win. */
  readonly envelopeSlots: ReadonlyMap<EnvelopeField, readonly number[]>
  /** Names and slots of the companion fields, in the order of the field map. */
  readonly context: readonly { readonly name: string; readonly slot: number }[]
  readonly slotCount: number

  private constructor(
    nodes: readonly PathNode[],
    envelopeSlots: ReadonlyMap<EnvelopeField, readonly number[]>,
    context: readonly { readonly name: string; readonly slot: number }[],
  ) {
    this.nodes = nodes
    this.envelopeSlots = envelopeSlots
    this.context = context
    this.slotCount = nodes.reduce((count, node) => count + node.slots.length, 0)
  }

  static of(fieldMap: FieldMap, semantics: ScopeSemantics): PathTree {
    const nodes: PathNode[] = [emptyNode('')]
    if (!fieldMap.any) addEntries(nodes, ROOT_NODE, fieldMap, fieldMap.entries, null, semantics)
    let slotCount = 0
    const addSlot = (path: readonly string[]): number => {
      nodes[nodeAt(nodes, ROOT_NODE, path)]?.slots.push(slotCount)
      slotCount += 1
      return slotCount - 1
    }
    const envelopeSlots = new Map(
      ENVELOPE_FIELDS.map((field) => [field, fieldMap.envelope[field].map((path) => addSlot(path))]),
    )
    const names = contextNames(fieldMap.envelope.context)
    const context = fieldMap.envelope.context.map((path, i) => ({
      name: names[i] ?? '',
      slot: addSlot(path),
    }))
    return new PathTree(nodes, envelopeSlots, context)
  }

  /** The node of a key under a node, or `NO_NODE`. */
  childOf(node: number, bytes: Uint8Array, start: number, end: number, hasEscapes: boolean): number {
    if (hasEscapes) return this.childNamed(node, decodeJsonString(bytes, start, end, true))
    const candidates = this.nodes[node]?.children.get(digest(bytes, start, end))
    if (candidates === undefined) return NO_NODE
    for (const candidate of candidates) if (isEqual(candidate.bytes, bytes, start)) return candidate.id
    return NO_NODE
  }

  /** As `childOf`, for a decoded key. */
  childNamed(node: number, key: string): number {
    const bytes = Buffer.from(key, 'utf8')
    return this.childOf(node, bytes, 0, bytes.length, false)
  }
}

/** The last segment where it tells the companions apart, else the whole path. */
function contextNames(paths: readonly (readonly string[])[]): string[] {
  const last = paths.map((path) => path.at(-1) ?? '')
  return paths.map((path, i) => {
    const name = last[i] ?? ''
    return last.indexOf(name) === last.lastIndexOf(name) ? name : path.join('.')
  })
}

function addEntries(
  nodes: PathNode[],
  base: number,
  fieldMap: FieldMap,
  entries: readonly FieldEntry[],
  outerTables: ReadonlySet<string> | null,
  semantics: ScopeSemantics,
): void {
  for (const entry of entries) {
    if (!isScopeOn(entry.scope, semantics)) continue
    const id = nodeAt(nodes, base, entry.path)
    const node = nodes[id]
    if (node === undefined) continue
    const tables = tablesOf(entry, fieldMap, outerTables)
    const target: FieldTarget = { kind: entry.kind, role: entry.role, scope: entry.scope, tables }
    if (entry.kind === 'json') {
      node.json ??= { own: [], values: [] }
      node.json.own.push(target)
      addEntries(nodes, id, fieldMap, entry.nested, tables, semantics)
    } else if (entry.path.length === 0) {
      node.json?.values.push(target)
    } else {
      node.targets.push(target)
    }
  }
}

/** The tables of an entry after aliases, cut down to those of the field that holds it. */
function tablesOf(
  entry: FieldEntry,
  fieldMap: FieldMap,
  outer: ReadonlySet<string> | null,
): ReadonlySet<string> | null {
  if (entry.tables === null) return outer
  const own = new Set(entry.tables.map((table) => presentTableName(table, fieldMap)))
  return outer === null ? own : new Set([...own].filter((table) => outer.has(table)))
}

/** A table's name without the prefix and after aliases. */
export function presentTableName(name: string, fieldMap: FieldMap): string {
  const bare =
    fieldMap.tablePrefix !== '' && name.startsWith(fieldMap.tablePrefix)
      ? name.slice(fieldMap.tablePrefix.length)
      : name
  return Object.hasOwn(fieldMap.tableAliases, bare) ? (fieldMap.tableAliases[bare] ?? bare) : bare
}

function nodeAt(nodes: PathNode[], base: number, path: readonly string[]): number {
  let id = base
  for (const key of path) id = childAt(nodes, id, key)
  return id
}

function childAt(nodes: PathNode[], parent: number, key: string): number {
  const bytes = new Uint8Array(Buffer.from(key, 'utf8'))
  const children = nodes[parent]?.children
  const hash = digest(bytes, 0, bytes.length)
  const siblings = children?.get(hash) ?? []
  for (const sibling of siblings) {
    if (sibling.bytes.length === bytes.length && isEqual(sibling.bytes, bytes, 0)) return sibling.id
  }
  const id = nodes.push(emptyNode(key)) - 1
  children?.set(hash, [...siblings, { bytes, id }])
  return id
}

function emptyNode(key: string): PathNode {
  return { key, children: new Map(), targets: [], json: null, slots: [] }
}

/** Length, first and last byte: equal digests mean equal lengths, and rarely different keys. */
function digest(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start
  if (length === 0) return 0
  return length * 65536 + (bytes[start] ?? 0) * 256 + (bytes[end - 1] ?? 0)
}

/** True when `bytes` at `start` hold `key`; the lengths are known to be equal. */
function isEqual(key: Uint8Array, bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < key.length; i += 1) if (key[i] !== bytes[start + i]) return false
  return true
}
