import { HYPHEN, LEFT_BRACE, LEFT_BRACKET, QUOTE } from '../canonical/ascii.ts'
import { isJsonSpace } from './bytes.ts'
import { CollectedText, type SpelledText } from './collected-text.ts'
import { decodeJsonString } from './decode-string.ts'
import type { EnvelopeField, FieldTarget, PathTree } from './path-tree.ts'
import { cellText } from './scan-csv.ts'
import { JsonScanner, NO_NODE, type ScanPlace, type ScanSink } from './scan-json.ts'
import { TextCache } from './text-cache.ts'
import { unescapeJson } from './unescape-json.ts'

/** Levels of JSON inside strings that are opened (semantics 2). */
const JSON_LEVELS = 2
/** Levels of a path that are printed; deeper ones only serve to exhaust memory. */
const PRINTED_LEVELS = 100
/** As assignment makes a property whose name means nothing. */
const OWN = { enumerable: true, configurable: true, writable: true }
/** One for all readers of a thread: opening it costs more than reading a short log. */
const CACHE = new TextCache()
/** Text objects beyond this many are given back after the record. */
const KEPT_TEXTS = 4096

/**
 * Gathers what a record holds under the paths of a field map: the envelope's values, and the texts that may
 * become observables, in the order in which they stand there. Nothing is decoded that nobody asks for.
 */
export class FieldCollector implements ScanSink {
  readonly #tree: PathTree
  readonly #any: boolean
  /** One text per slot of the tree. */
  readonly #envelope: readonly CollectedText[]
  readonly #isPresent: Uint8Array
  readonly #nestedScanners: readonly JsonScanner[] = Array.from(
    { length: JSON_LEVELS },
    () => new JsonScanner(),
  )
  /** The first `textCount` are the record's. */
  readonly texts: CollectedText[] = []
  textCount = 0
  #wrongTypes: (readonly FieldTarget[])[] = []
  /** Keys of the nodes that only `--fields any` makes; their numbers follow those of the tree. */
  #freeKeys: string[] = []
  #isUtf8 = false
  /** The text at hand. */
  readonly #spelled: SpelledText = { bytes: new Uint8Array(0), start: 0, end: 0, hasEscapes: false }
  #level = 0
  /** Path of the field whose JSON is being read; null in the record itself. */
  #base: string | null = null
  /** True where `#base` is as its node's printed path. */
  #isBasePrinted = true

  constructor(tree: PathTree, any: boolean) {
    this.#tree = tree
    this.#any = any
    this.#envelope = Array.from({ length: tree.slotCount }, () => new CollectedText())
    this.#isPresent = new Uint8Array(tree.slotCount)
  }

  /** One list of targets per value that is no string. */
  get wrongTypes(): readonly (readonly FieldTarget[])[] {
    return this.#wrongTypes
  }

  /** Forgets the record before, and takes one that is UTF-8 throughout or is not. */
  begin(isUtf8: boolean): void {
    this.#isUtf8 = isUtf8
    this.#isPresent.fill(0)
    this.textCount = 0
    if (this.texts.length > KEPT_TEXTS) this.texts.length = KEPT_TEXTS
    if (this.#wrongTypes.length > 0) this.#wrongTypes = []
    if (this.#freeKeys.length > 0) this.#freeKeys = []
  }

  /** The value of an envelope field: of its paths the first that is present, of its occurrences the last. */
  envelope(field: EnvelopeField): string | null {
    const slots = this.#tree.envelopeSlots[field]
    for (let i = 0; i < slots.length; i += 1) {
      const slot = slots[i]! // i < length
      if (this.#isPresent[slot] === 1) return this.#envelope[slot]!.textBy(CACHE) // as many texts as flags
    }
    return null
  }

  /** The companion fields that are present. */
  context(): Readonly<Record<string, string>> {
    const found: Record<string, string> = {}
    for (const { name, slot } of this.#tree.context) {
      if (this.#isPresent[slot] !== 1) continue
      const value = this.#envelope[slot]!.textBy(CACHE)
      if (name === '__proto__') Object.defineProperty(found, name, { value, ...OWN })
      else found[name] = value
    }
    return found
  }

  /** True when the cells of a column's node are wanted. */
  wantsCell(node: number): boolean {
    return node !== NO_NODE || this.#any
  }

  /** Takes the text `bytes[start, end)` as it stands; `node` is that of its column, or `NO_NODE`. */
  text(node: number, field: string, bytes: Uint8Array, start: number, end: number): void {
    this.#spell(bytes, start, end, false)
    this.#take(node, field)
  }

  /** Takes the cell `bytes[start, end)` of a column; `node` is the column's, or `NO_NODE`. */
  cell(node: number, column: string, bytes: Uint8Array, start: number, end: number): void {
    if (start === end || bytes[start] !== QUOTE) {
      this.#spell(bytes, start, end, false)
    } else {
      const text = Buffer.from(cellText(bytes, start, end), 'utf8')
      this.#spell(text, 0, text.length, false)
    }
    this.#take(node, column)
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
    this.#spell(bytes, start, end, hasEscapes)
    this.#take(node, place)
  }

  scalar(node: number, bytes: Uint8Array, start: number, end: number): void {
    const known = this.#tree.nodes[node]
    if (known === undefined) return
    if (known.slots.length > 0) {
      this.#spell(bytes, start, end, false)
      this.#fillSlots(known.slots, isNumber(bytes, start, end))
    }
    if (known.targets.length > 0) this.#wrongTypes.push(known.targets)
    else if (known.json !== null) this.#wrongTypes.push(known.json.own)
  }

  object(node: number): void {
    const known = this.#tree.nodes[node]
    if (known !== undefined && known.targets.length > 0 && known.json === null)
      this.#wrongTypes.push(known.targets)
  }

  #spell(bytes: Uint8Array, start: number, end: number, hasEscapes: boolean): void {
    const spelled = this.#spelled
    spelled.bytes = bytes
    spelled.start = start
    spelled.end = end
    spelled.hasEscapes = hasEscapes
  }

  /** Takes the text that was spelled last. */
  #take(node: number, place: ScanPlace | string): void {
    const isEmpty = this.#spelled.start === this.#spelled.end
    const known = this.#tree.nodes[node]
    if (known !== undefined) this.#fillSlots(known.slots, !isEmpty)
    if (isEmpty) return
    if (this.#any) {
      this.#add(null, this.#fieldOf(place, node))
      return
    }
    if (known === undefined) return
    if (known.targets.length > 0) this.#add(known.targets, this.#fieldOf(place, node))
    if (known.json !== null) this.#takeDocument(node, known.json.values, place)
  }

  /** A value that says nothing takes the place of the one before it. */
  #fillSlots(slots: readonly number[], isPresent: boolean): void {
    for (let i = 0; i < slots.length; i += 1) {
      const slot = slots[i]! // i < length
      this.#isPresent[slot] = isPresent ? 1 : 0
      if (isPresent) this.#envelope[slot]!.take(this.#spelled) // as many texts as flags
    }
  }

  #add(targets: readonly FieldTarget[] | null, field: string): void {
    let text = this.texts[this.textCount]
    if (text === undefined) {
      text = new CollectedText()
      this.texts.push(text)
    }
    this.textCount += 1
    text.targets = targets
    text.field = field
    text.take(this.#spelled)
  }

  /** Opens the document that the text holds, if it holds one; any other text under a `json` field stands for itself. */
  #takeDocument(node: number, values: readonly FieldTarget[], place: ScanPlace | string): void {
    const document = this.#documentOf(this.#spelled)
    if (!startsJson(document)) {
      if (values.length > 0) this.#add(values, this.#fieldOf(place, node))
      return
    }
    const scanner = this.#nestedScanners[this.#level]
    if (scanner === undefined) return
    const outerBase = this.#base
    const isOuterPrinted = this.#isBasePrinted
    this.#isBasePrinted = this.#isPrinted(place)
    this.#base = this.#fieldOf(place, node)
    this.#level += 1
    scanner.scan(document.bytes, document.start, document.end, node, node, this)
    this.#level -= 1
    this.#base = outerBase
    this.#isBasePrinted = isOuterPrinted
  }

  /** The bytes of the text itself, where they stand if they can be read there. */
  #documentOf({ bytes, start, end, hasEscapes }: SpelledText): DocumentBytes {
    if (this.#isUtf8 && !hasEscapes) return { bytes, start, end }
    const unescaped =
      (this.#isUtf8 ? unescapeJson(bytes, start, end) : null) ??
      Buffer.from(decodeJsonString(bytes, start, end, hasEscapes), 'utf8')
    return { bytes: unescaped, start: 0, end: unescaped.length }
  }

  #fieldOf(place: ScanPlace | string, node: number): string {
    if (typeof place === 'string') return place
    const printed = this.#isPrinted(place) ? this.#tree.nodes[node]?.printed : null
    return printed ?? this.#printPath(place, node)
  }

  /** True where no array lies on the path, so that it is printed as the node's own. */
  #isPrinted(place: ScanPlace | string): boolean {
    if (typeof place === 'string') return true
    if (!this.#isBasePrinted || !place.isKeyed || place.depth > PRINTED_LEVELS) return false
    for (let level = 0; level < place.depth; level += 1) if (place.indexAt(level) !== -1) return false
    return true
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

interface DocumentBytes {
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
}

function joined(path: string | null, key: string): string {
  return path === null ? key : `${path}.${key}`
}

function startsJson({ bytes, start, end }: DocumentBytes): boolean {
  let i = start
  while (i < end && isJsonSpace(bytes[i])) i += 1
  return i < end && (bytes[i] === QUOTE || bytes[i] === LEFT_BRACKET || bytes[i] === LEFT_BRACE)
}

/** True when a scalar begins as a number does. */
function isNumber(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start] === HYPHEN ? start + 1 : start
  return first < end && isDigit(bytes[first])
}

function isDigit(byte = 0): boolean {
  return byte >= 0x30 && byte <= 0x39
}
