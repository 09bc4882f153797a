import { decodeJsonString } from './decode-string.ts'
import type { EnvelopeField, FieldTarget, PathNode, PathTree } from './path-tree.ts'
import { JsonScanner, NO_NODE, type ScanPlace, type ScanSink } from './scan-json.ts'

/** A text under a mapped field; which of its targets hold depends on the record's table, known only at the end. */
export interface CollectedText {
  /** Null with `--fields any`: the shape of the text decides. */
  readonly targets: readonly FieldTarget[] | null
  readonly field: string
  readonly text: string
}

/** Levels of JSON inside strings that are opened (semantics 2). */
const JSON_LEVELS = 2
/** Levels of a path that are printed; deeper ones only serve to exhaust memory. */
const PRINTED_LEVELS = 100
const NUMBER = /^-?\d/

/**
 * Gathers what a record holds under the paths of a field map: the envelope's values, and the texts that may
 * become observables, in the order in which they stand there.
 */
export class FieldCollector implements ScanSink {
  readonly #tree: PathTree
  readonly #any: boolean
  readonly #envelope: (string | null)[]
  readonly #nestedScanners: readonly JsonScanner[] = Array.from(
    { length: JSON_LEVELS },
    () => new JsonScanner(),
  )
  #texts: CollectedText[] = []
  #wrongTypes: (readonly FieldTarget[])[] = []
  /** Keys of the nodes that only `--fields any` makes; their numbers follow those of the tree. */
  #freeKeys: string[] = []
  #level = 0
  /** Path of the field whose JSON is being read; null in the record itself. */
  #base: string | null = null

  constructor(tree: PathTree, any: boolean) {
    this.#tree = tree
    this.#any = any
    this.#envelope = Array.from({ length: tree.slotCount }, () => null)
  }

  /** Texts of the record so far. */
  get texts(): readonly CollectedText[] {
    return this.#texts
  }

  /** One list of targets per value that is no string. */
  get wrongTypes(): readonly (readonly FieldTarget[])[] {
    return this.#wrongTypes
  }

  /** Forgets the record before. */
  begin(): void {
    this.#envelope.fill(null)
    this.#texts = []
    this.#wrongTypes = []
    this.#freeKeys = []
  }

  /** The value of an envelope field: of its paths the first that is present, of its occurrences the last. */
  envelope(field: EnvelopeField): string | null {
    for (const slot of this.#tree.envelopeSlots.get(field) ?? []) {
      const value = this.#envelope[slot] ?? null
      if (value !== null) return value
    }
    return null
  }

  /** The companion fields that are present. */
  context(): Readonly<Record<string, string>> {
    const found: [string, string][] = []
    for (const { name, slot } of this.#tree.context) {
      const value = this.#envelope[slot] ?? null
      if (value !== null) found.push([name, value])
    }
    return Object.fromEntries(found)
  }

  /** True when the cells of a column's node are wanted; their text need not be decoded otherwise. */
  wantsCell(node: number): boolean {
    return node !== NO_NODE || this.#any
  }

  /** Takes the cell of a column; `node` is the column's, or `NO_NODE`. */
  cell(node: number, column: string, text: string): void {
    const known = this.#tree.nodes[node]
    if (known !== undefined) this.#take(node, known, text, column)
    else if (this.#any) this.#texts.push({ targets: null, field: column, text })
  }

  childOf(node: number, bytes: Uint8Array, start: number, end: number, hasEscapes: boolean): number {
    const child = this.#tree.childOf(node, bytes, start, end, hasEscapes)
    if (child !== NO_NODE || !this.#any) return child
    this.#freeKeys.push(decodeJsonString(bytes, start, end, hasEscapes))
    return this.#tree.nodes.length + this.#freeKeys.length - 1
  }

  string(
    node: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    hasEscapes: boolean,
    place: ScanPlace,
  ): void {
    const known = this.#tree.nodes[node]
    if (known === undefined) {
      const text = decodeJsonString(bytes, start, end, hasEscapes)
      this.#texts.push({ targets: null, field: this.#printPath(place, node), text })
    } else if (this.#any || known.slots.length > 0 || known.targets.length > 0 || known.json !== null) {
      this.#take(node, known, decodeJsonString(bytes, start, end, hasEscapes), place)
    }
  }

  scalar(node: number, bytes: Uint8Array, start: number, end: number): void {
    const known = this.#tree.nodes[node]
    if (known === undefined) return
    if (known.slots.length > 0) {
      const text = decodeJsonString(bytes, start, end, false)
      for (const slot of known.slots) this.#envelope[slot] = NUMBER.test(text) ? text : null
    }
    if (known.targets.length > 0) this.#wrongTypes.push(known.targets)
    else if (known.json !== null) this.#wrongTypes.push(known.json.own)
  }

  object(node: number): void {
    const known = this.#tree.nodes[node]
    if (known !== undefined && known.targets.length > 0 && known.json === null)
      this.#wrongTypes.push(known.targets)
  }

  #take(node: number, known: PathNode, text: string, place: ScanPlace | string): void {
    for (const slot of known.slots) this.#envelope[slot] = text === '' ? null : text
    if (text === '') return
    if (this.#any) {
      this.#texts.push({ targets: null, field: this.#fieldOf(place, node), text })
      return
    }
    if (known.targets.length > 0) {
      this.#texts.push({ targets: known.targets, field: this.#fieldOf(place, node), text })
    }
    if (known.json === null) return
    if (startsJson(text)) this.#openJson(node, text, this.#fieldOf(place, node))
    else if (known.json.values.length > 0) {
      this.#texts.push({ targets: known.json.values, field: this.#fieldOf(place, node), text })
    }
  }

  #openJson(node: number, text: string, field: string): void {
    const scanner = this.#nestedScanners[this.#level]
    if (scanner === undefined) return
    const outerBase = this.#base
    const bytes = Buffer.from(text, 'utf8')
    this.#level += 1
    this.#base = field
    scanner.scan(bytes, 0, bytes.length, node, node, this)
    this.#level -= 1
    this.#base = outerBase
  }

  #fieldOf(place: ScanPlace | string, node: number): string {
    return typeof place === 'string' ? place : this.#printPath(place, node)
  }

  #printPath(place: ScanPlace, node: number): string {
    let printed = this.#base
    const levels = Math.min(place.depth, PRINTED_LEVELS)
    for (let level = 0; level < levels; level += 1) {
      const keyNode = place.keyNodeAt(level)
      if (keyNode !== NO_NODE) printed = joined(printed, this.#keyOf(keyNode))
      const index = place.indexAt(level)
      if (index !== -1) printed = `${printed ?? ''}[${index}]`
    }
    if (place.depth > PRINTED_LEVELS) printed = `${printed ?? ''}[…]`
    return (place.isKeyed ? joined(printed, this.#keyOf(node)) : printed) ?? ''
  }

  #keyOf(node: number): string {
    return this.#tree.nodes[node]?.key ?? this.#freeKeys[node - this.#tree.nodes.length] ?? ''
  }
}

function joined(path: string | null, key: string): string {
  return path === null ? key : `${path}.${key}`
}

const JSON_START = /^[ \t\n\r]*["[{]/

/** True when a text under a `json` field opens a document; any other text stands for itself. */
function startsJson(text: string): boolean {
  return JSON_START.test(text)
}
