import {
  type Document,
  LineCounter,
  type Node,
  type YAMLMap,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  stringify,
} from 'yaml'
import type { Diagnostic, SourceSpan } from '../model/diagnostic.ts'
import {
  type EnvelopePaths,
  FIELD_SCOPES,
  type FieldEntry,
  type FieldMap,
  OBSERVABLE_KINDS,
  type ObservableKind,
  ROLES,
  type Role,
} from '../model/field-map.ts'
import { NO_ENVELOPE } from './formats/envelope.ts'

/** Code units of a field map's text; a map of every column there is has a tenth of it. */
const TEXT_LIMIT = 1_048_576
/** Code units of a line that a diagnostic repeats. */
const SHOWN_LINE = 400
/** Levels of JSON inside strings that a map may name (semantics 2). */
const JSON_LEVELS = 2

const MAP_KEYS = ['name', 'fields', 'envelope', 'unmatchedTables', 'tableAliases', 'tablePrefix']
const FIELD_KEYS = ['path', 'kind', 'role', 'scope', 'tables', 'fields']
const HASH_KINDS: readonly ObservableKind[] = ['sha1', 'sha256', 'md5', 'hash-list']

type ParsedMap =
  | { readonly ok: true; readonly map: FieldMap }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] }

/**
 * Reads a field map from YAML or JSON text, or says everything that is wrong with it. A path is one key, dots
 * included, or a list of keys from the record's root; array levels are not part of it.
 */
export function parseFieldMap(name: string, text: string): ParsedMap {
  const reader = new MapReader(name, text)
  const map = reader.read()
  return map === null || reader.diagnostics.length > 0
    ? { ok: false, diagnostics: reader.diagnostics }
    : { ok: true, map }
}

/** Prints a field map as YAML that `parseFieldMap` reads back. */
export function printFieldMap(map: FieldMap): string {
  const shown = Object.entries(map.envelope).filter(([, paths]) => paths.length > 0)
  return stringify(
    {
      name: map.name,
      fields: map.entries.map(printedEntry),
      envelope: Object.fromEntries(shown.map(([field, paths]) => [field, paths.map(printedPath)])),
      unmatchedTables: map.unmatchedTables,
      tableAliases: map.tableAliases,
      tablePrefix: map.tablePrefix,
    },
    { aliasDuplicateObjects: false, lineWidth: 110, flowCollectionPadding: true },
  )
}

function printedPath(path: readonly string[]): string | readonly string[] {
  const [only] = path
  return path.length === 1 && only !== undefined ? only : path
}

function printedEntry(entry: FieldEntry): object {
  return {
    path: printedPath(entry.path),
    kind: entry.kind,
    role: entry.role,
    ...(entry.scope === null ? {} : { scope: entry.scope }),
    ...(entry.tables === null ? {} : { tables: entry.tables }),
    ...(entry.nested.length === 0 ? {} : { fields: entry.nested.map(printedEntry) }),
  }
}

type Read<T> = T | null
type FieldsNode = YAMLMap<Node, Node | null>

class MapReader {
  readonly diagnostics: Diagnostic[] = []
  readonly #file: string
  readonly #source: string
  readonly #lines = new LineCounter()

  constructor(file: string, text: string) {
    this.#file = file
    this.#source = text
  }

  read(): Read<FieldMap> {
    if (this.#source.length > TEXT_LIMIT) {
      this.#report('MAP001', `a field map has at most ${TEXT_LIMIT} characters`, null, null)
      return null
    }
    const document = this.#parse()
    if (document === null) return null
    for (const { message, pos } of document.errors) {
      this.#report('MAP002', `the text is no YAML: ${message}`, null, { from: pos[0], to: pos[1] })
    }
    if (document.errors.length > 0) return null
    const root = document.contents
    if (!isMap<Node, Node | null>(root)) {
      const fix = 'Write the keys `name` and `fields`.'
      this.#report('MAP003', `expected a map of keys, found ${kindOf(root)}`, fix, placeOf(root))
      return null
    }
    return this.#readMap(root)
  }

  /** The parser recurses into brackets: text that exhausts the stack is a user's mistake like any other. */
  #parse(): Read<Document> {
    try {
      return parseDocument(this.#source, { lineCounter: this.#lines, prettyErrors: false })
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      return this.#report('MAP002', 'the text is nested too deeply', null, null)
    }
  }

  #readMap(root: FieldsNode): FieldMap {
    this.#refuseUnknown(root, MAP_KEYS)
    const fields = this.#member(root, 'fields')
    if (fields === null) {
      this.#report('MAP004', 'the key `fields` is missing', 'List the fields to look at.', placeOf(root))
    }
    const aliases = this.#member(root, 'tableAliases')
    return {
      name: this.#optionalText(root, 'name') ?? this.#file,
      entries: fields === null ? [] : this.#entries(fields, 0),
      envelope: this.#envelope(this.#member(root, 'envelope')),
      unmatchedTables: this.#texts(this.#member(root, 'unmatchedTables')) ?? [],
      tableAliases: aliases === null ? {} : this.#aliases(aliases),
      tablePrefix: this.#optionalText(root, 'tablePrefix') ?? '',
      any: false,
    }
  }

  #entries(node: Node, level: number): FieldEntry[] {
    if (!isSeq<Node>(node)) {
      this.#wrongType(node, 'a list of fields')
      return []
    }
    return node.items.flatMap((item) => {
      const entry = this.#entry(item, level)
      return entry === null ? [] : [entry]
    })
  }

  #entry(node: Node, level: number): Read<FieldEntry> {
    if (!isMap<Node, Node | null>(node)) return this.#wrongType(node, 'a map with `path` and `kind`')
    this.#refuseUnknown(node, FIELD_KEYS)
    const pathNode = this.#member(node, 'path')
    const kindNode = this.#member(node, 'kind')
    if (pathNode === null || kindNode === null) {
      const missing = pathNode === null ? 'path' : 'kind'
      return this.#report('MAP004', `the key \`${missing}\` is missing`, null, placeOf(node))
    }
    const path = this.#path(pathNode, level > 0)
    const kind = this.#oneOf(kindNode, OBSERVABLE_KINDS)
    const roleNode = this.#member(node, 'role')
    const scopeNode = this.#member(node, 'scope')
    const role = roleNode === null ? null : this.#oneOf(roleNode, ROLES)
    const scope = scopeNode === null ? null : this.#oneOf(scopeNode, FIELD_SCOPES)
    const tables = this.#texts(this.#member(node, 'tables'))
    const nested = this.#nested(node, kind, level)
    if (path === null || kind === null) return null
    return { path, kind, role: role ?? usualRole(kind), scope, tables, nested }
  }

  #nested(node: FieldsNode, kind: Read<ObservableKind>, level: number): FieldEntry[] {
    const fields = this.#member(node, 'fields')
    if (kind === 'json' && (fields === null || level === JSON_LEVELS)) {
      const message =
        fields === null
          ? 'a field of kind `json` needs `fields`'
          : `JSON inside strings is opened at most ${JSON_LEVELS} levels deep`
      this.#report('MAP006', message, null, placeOf(node))
      return []
    }
    if (fields === null) return []
    if (kind !== 'json') {
      this.#report('MAP006', 'only a field of kind `json` has `fields`', null, placeOf(fields))
      return []
    }
    return this.#entries(fields, level + 1)
  }

  #envelope(node: Read<Node>): EnvelopePaths {
    if (node === null) return NO_ENVELOPE
    if (!isMap<Node, Node | null>(node)) {
      this.#wrongType(node, 'a map of envelope fields')
      return NO_ENVELOPE
    }
    this.#refuseUnknown(node, Object.keys(NO_ENVELOPE))
    const paths = (field: keyof EnvelopePaths): string[][] => this.#paths(this.#member(node, field))
    return {
      time: paths('time'),
      receivedTime: paths('receivedTime'),
      table: paths('table'),
      deviceId: paths('deviceId'),
      deviceName: paths('deviceName'),
      computer: paths('computer'),
      localEnd: paths('localEnd'),
      reportId: paths('reportId'),
      actionType: paths('actionType'),
      represents: paths('represents'),
      context: paths('context'),
    }
  }

  /** One key, or a list of paths each of which is a key or a list of keys. */
  #paths(node: Read<Node>): string[][] {
    if (node === null) return []
    if (!isSeq<Node>(node)) {
      const path = this.#path(node, false)
      return path === null ? [] : [path]
    }
    return node.items.flatMap((item) => {
      const path = this.#path(item, false)
      return path === null ? [] : [path]
    })
  }

  /** An empty path is the JSON document itself: the strings of its outermost array. */
  #path(node: Node, mayBeEmpty: boolean): Read<string[]> {
    if (isScalar(node)) {
      const key = this.#text(node)
      return key === null ? null : [key]
    }
    const keys = this.#texts(node)
    if (keys !== null && keys.length === 0 && !mayBeEmpty) {
      return this.#report('MAP005', 'a path has at least one key', null, placeOf(node))
    }
    return keys
  }

  #aliases(node: Node): Readonly<Record<string, string>> {
    if (!isMap<Node, Node>(node)) {
      this.#wrongType(node, 'a map of old names to present ones')
      return {}
    }
    const pairs = node.items.flatMap((pair): [string, string][] => {
      const from = this.#text(pair.key)
      const to = pair.value === null ? null : this.#text(pair.value)
      return from === null || to === null ? [] : [[from, to]]
    })
    return Object.fromEntries(pairs)
  }

  #texts(node: Read<Node>): Read<string[]> {
    if (node === null) return null
    if (!isSeq<Node>(node)) return this.#wrongType(node, 'a list of texts')
    return node.items.flatMap((item) => {
      const text = this.#text(item)
      return text === null ? [] : [text]
    })
  }

  #optionalText(map: FieldsNode, key: string): Read<string> {
    const node = this.#member(map, key)
    return node === null ? null : this.#text(node)
  }

  #text(node: Node): Read<string> {
    return isScalar(node) && typeof node.value === 'string' ? node.value : this.#wrongType(node, 'a text')
  }

  #oneOf<T extends string>(node: Node, words: readonly T[]): Read<T> {
    const found = isScalar(node) ? words.find((word) => word === node.value) : undefined
    if (found !== undefined) return found
    const shown = isScalar(node) ? JSON.stringify(node.value) : kindOf(node)
    return this.#report('MAP005', `expected one of ${words.join(', ')}; found ${shown}`, null, placeOf(node))
  }

  #member(map: FieldsNode, key: string): Read<Node> {
    const pair = map.items.find(({ key: node }) => keyText(node) === key)
    return pair?.value ?? null
  }

  #refuseUnknown(map: FieldsNode, known: readonly string[]): void {
    for (const { key } of map.items) {
      const text = keyText(key)
      if (text !== null && known.includes(text)) continue
      const shown = text === null ? kindOf(key) : JSON.stringify(text)
      this.#report('MAP007', `unknown key ${shown}`, `Use one of ${known.join(', ')}.`, placeOf(key))
    }
  }

  #wrongType(node: Node, wanted: string): null {
    return this.#report('MAP005', `expected ${wanted}, found ${kindOf(node)}`, null, placeOf(node))
  }

  #report(code: string, message: string, fix: string | null, place: Place | null): null {
    const span = place === null ? null : this.#span(place)
    this.diagnostics.push({ code, severity: 'error', message, fix, span, related: [] })
    return null
  }

  #span({ from, to }: Place): SourceSpan {
    const { line } = this.#lines.linePos(from)
    const lineStart = this.#lines.lineStarts[line - 1] ?? 0
    const lineText = this.#source.slice(lineStart).split(/\r?\n/, 1)[0] ?? ''
    const marked = this.#source.slice(from, Math.min(to, lineStart + lineText.length))
    return {
      file: this.#file,
      line,
      column: codePoints(this.#source.slice(lineStart, from)) + 1,
      length: Math.max(1, codePoints(marked)),
      lineText: lineText.slice(0, SHOWN_LINE),
    }
  }
}

function codePoints(text: string): number {
  return Array.from(text).length
}

interface Place {
  readonly from: number
  readonly to: number
}

function placeOf(node: unknown): Place {
  const range = isMap(node) || isSeq(node) || isScalar(node) ? node.range : null
  return { from: range?.[0] ?? 0, to: range?.[1] ?? 0 }
}

function keyText(node: unknown): string | null {
  return isScalar(node) && typeof node.value === 'string' ? node.value : null
}

function kindOf(node: unknown): string {
  if (isMap(node)) return 'a map'
  if (isSeq(node)) return 'a list'
  if (!isScalar(node)) return node === null ? 'nothing' : 'an alias'
  return node.value === null ? 'nothing' : `a ${typeof node.value}`
}

/** Hashes are of the event's object; all else is taken for the remote end. */
function usualRole(kind: ObservableKind): Role {
  return HASH_KINDS.includes(kind) ? 'object' : 'remote'
}
