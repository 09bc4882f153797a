import type {
  EnvelopePaths,
  FieldEntry,
  FieldMap,
  FieldScope,
  ObservableKind,
  Role,
} from '../model/field-map.ts'
import { type ChildKey, ChildTable } from './child-table.ts'
import { decodeJsonString } from './decode-string.ts'
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
  /** The path as printed where no array lies on it; null for the root. */
  readonly printed: string | null
  /** What strings here become; entries of kind `json` are not among them. */
  readonly targets: FieldTarget[]
  /** Set where strings hold JSON: `values` are what strings in the document's own arrays become. */
  json: { readonly own: FieldTarget[]; readonly values: FieldTarget[] } | null
  /** Positions in the reader's list of envelope values. */
  readonly slots: number[]
}

/** The envelope fields that hold one text. */
export type EnvelopeField = Exclude<keyof EnvelopePaths, 'context'>
/** Positions in the reader's list of envelope values, by field. */
type EnvelopeSlots = { readonly [F in EnvelopeField]: readonly number[] }

/** The root's node. */
export const ROOT_NODE = 0

/**
 * The paths of a field map as a tree, with the scopes of the semantics applied. JSON inside a string and the
 * same document written as an object share their nodes, since both spellings occur within one log.
 */
export class PathTree {
  readonly nodes: readonly PathNode[]
  /** Slots of each envelope field, in the order in which they win. */
  readonly envelopeSlots: EnvelopeSlots
  /** Names and slots of the companion fields, in the order of the field map. */
  readonly context: readonly { readonly name: string; readonly slot: number }[]
  readonly slotCount: number
  readonly #children: ChildTable

  private constructor(
    { nodes, children }: TreeDraft,
    envelopeSlots: EnvelopeSlots,
    context: readonly { readonly name: string; readonly slot: number }[],
  ) {
    this.nodes = nodes
    this.#children = new ChildTable([...children.values()])
    this.envelopeSlots = envelopeSlots
    this.context = context
    this.slotCount = nodes.reduce((count, node) => count + node.slots.length, 0)
  }

  static of(fieldMap: FieldMap, semantics: ScopeSemantics): PathTree {
    const draft: TreeDraft = { nodes: [emptyNode('', null)], children: new Map() }
    if (!fieldMap.any) addEntries(draft, ROOT_NODE, fieldMap, fieldMap.entries, null, semantics)
    let slotCount = 0
    const addSlot = (path: readonly string[]): number => {
      draft.nodes[nodeAt(draft, ROOT_NODE, path)]?.slots.push(slotCount)
      slotCount += 1
      return slotCount - 1
    }
    const slotsOf = (field: EnvelopeField): readonly number[] =>
      fieldMap.envelope[field].map((path) => addSlot(path))
    const envelopeSlots: EnvelopeSlots = {
      time: slotsOf('time'),
      receivedTime: slotsOf('receivedTime'),
      table: slotsOf('table'),
      deviceId: slotsOf('deviceId'),
      deviceName: slotsOf('deviceName'),
      computer: slotsOf('computer'),
      localEnd: slotsOf('localEnd'),
      reportId: slotsOf('reportId'),
      actionType: slotsOf('actionType'),
      represents: slotsOf('represents'),
    }
    const names = contextNames(fieldMap.envelope.context)
    const context = fieldMap.envelope.context.map((path, i) => ({
      name: names[i] ?? '',
      slot: addSlot(path),
    }))
    return new PathTree(draft, envelopeSlots, context)
  }

  /** The node of a key under a node, or `NO_NODE`. */
  childOf(node: number, bytes: Uint8Array, start: number, end: number, hasEscapes: boolean): number {
    return hasEscapes
      ? this.childNamed(node, decodeJsonString(bytes, start, end, true))
      : this.#children.find(node, bytes, start, end)
  }

  /** As `childOf`, for a decoded key. */
  childNamed(node: number, key: string): number {
    const bytes = Buffer.from(key, 'utf8')
    return this.#children.find(node, bytes, 0, bytes.length)
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

/** A tree that is being built. */
interface TreeDraft {
  readonly nodes: PathNode[]
  /** By parent and key. */
  readonly children: Map<string, ChildKey>
}

function addEntries(
  draft: TreeDraft,
  base: number,
  fieldMap: FieldMap,
  entries: readonly FieldEntry[],
  outerTables: ReadonlySet<string> | null,
  semantics: ScopeSemantics,
): void {
  for (const entry of entries) {
    if (!isScopeOn(entry.scope, semantics)) continue
    const id = nodeAt(draft, base, entry.path)
    const node = draft.nodes[id]
    if (node === undefined) continue
    const tables = tablesOf(entry, fieldMap, outerTables)
    const target: FieldTarget = { kind: entry.kind, role: entry.role, scope: entry.scope, tables }
    if (entry.kind === 'json') {
      node.json ??= { own: [], values: [] }
      node.json.own.push(target)
      addEntries(draft, id, fieldMap, entry.nested, tables, semantics)
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

function nodeAt(draft: TreeDraft, base: number, path: readonly string[]): number {
  let id = base
  for (const key of path) id = childAt(draft, id, key)
  return id
}

function childAt({ nodes, children }: TreeDraft, parent: number, key: string): number {
  // Keys that are spelled alike in bytes are one key, as records see it.
  const bytes = new Uint8Array(Buffer.from(key, 'utf8'))
  const place = `${parent} ${Buffer.from(bytes).toString('hex')}`
  const known = children.get(place)
  if (known !== undefined) return known.id
  const outer = nodes[parent]?.printed ?? null
  const id = nodes.push(emptyNode(key, outer === null ? key : `${outer}.${key}`)) - 1
  children.set(place, { parent, id, bytes })
  return id
}

function emptyNode(key: string, printed: string | null): PathNode {
  return { key, printed, targets: [], json: null, slots: [] }
}
