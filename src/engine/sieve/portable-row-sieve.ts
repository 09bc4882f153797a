import { BACKSLASH, QUOTE } from '../../canonical/ascii.ts'
import type { KeyTable } from '../../model/key-table.ts'
import type { RowLayout, ZeekLayout } from '../../model/row-layout.ts'
import { documentKeys, type MappedColumn, mappedColumns, whyRowsUnfit } from './mapped-columns.ts'
import { PortableSieve } from './portable-sieve.ts'
import { RowCounter, type VisitCell, isNoZeekValue } from './row-counter.ts'
import type { SieveTarget } from './sieve-target.ts'
import { JSON_KIND, ValueProbe, kindSet, type KindSet } from './value-probe.ts'

/** Kinds whose texts no quote can be part of, and no text with quotes taken off can be as long as one without. */
const DIGEST_KINDS = kindSet(['sha1', 'sha256', 'md5'])

/**
 * The filter in front of the exact matcher, over the raw bytes of one row of a delimited file: it asks about mapped cells
 * and reads no others. It may say yes too often; it never says no to a row in which the exact path finds a match.
 */
export class PortableRowSieve {
  /** Per key of the table: cells of its columns that were not empty so far (semantics 9). */
  readonly observed: Float64Array
  readonly #table: KeyTable
  #layout: RowLayout
  #cells: RowCounter
  readonly #probe: ValueProbe
  /** Looks at documents that cells hold. */
  readonly #documents: PortableSieve
  /** A document with its quotes single. */
  #text = new Uint8Array(4096)
  #isSurvivor = false
  readonly #visit: VisitCell = (column, bytes, start, end) => {
    if (this.#isSurvivor) return
    this.#isSurvivor =
      this.#layout.zeek === undefined
        ? this.#cellMayMatch(column, bytes, start, end)
        : this.#zeekCellMayMatch(this.#layout.zeek, column, bytes, start, end)
  }

  private constructor(table: KeyTable, layout: RowLayout, target: SieveTarget, documents: PortableSieve) {
    this.observed = new Float64Array(table.keys.length)
    this.#table = table
    this.#layout = layout
    this.#cells = new RowCounter(this.observed, mappedColumns(table, layout), layout)
    this.#probe = ValueProbe.open(target)
    this.#documents = documents
  }

  /** Opens a sieve for the mapped columns, or says why cells alone cannot decide with them. */
  static open(
    table: KeyTable,
    layout: RowLayout,
    target: SieveTarget,
  ): { readonly sieve: PortableRowSieve } | { readonly off: string } {
    const off = whyRowsUnfit(table, layout)
    if (off !== null) return { off }
    const documents = PortableSieve.open(documentKeys(table, layout), target)
    return 'off' in documents
      ? documents
      : { sieve: new PortableRowSieve(table, layout, target, documents.sieve) }
  }

  /** Reads rows as another header of the same log says; what was observed stays. */
  enterLayout(layout: RowLayout): void {
    this.#layout = layout
    this.#cells = new RowCounter(this.observed, mappedColumns(this.#table, layout), layout)
  }

  /** Says whether the row `bytes[start, end)` may match, and adds to `observed`. Never throws. */
  mayMatch(bytes: Uint8Array, start: number, end: number): boolean {
    this.#isSurvivor = false
    this.#cells.count(bytes, start, end, this.#visit)
    return this.#isSurvivor
  }

  /** Takes one pair of quotes off a cell; what has others is a document, or doubt. */
  #cellMayMatch({ kinds }: MappedColumn, bytes: Uint8Array, start: number, end: number): boolean {
    const isQuoted = bytes[start] === QUOTE
    if (isQuoted && (end - start < 2 || bytes[end - 1] !== QUOTE)) return true
    const from = isQuoted ? start + 1 : start
    const to = isQuoted ? end - 1 : end
    if (!holds(bytes, from, to, QUOTE)) return this.#textMayMatch(kinds, bytes, from, to)
    if ((kinds & JSON_KIND) !== 0) {
      return isQuoted
        ? this.#quotedMayMatch(kinds, bytes, from, to)
        : this.#documents.documentMayMatch(kinds, bytes, from, to)
    }
    return (kinds & ~DIGEST_KINDS) !== 0 || isQuoted
  }

  /** A cell of a Zeek log, or each member of a list; escapes and documents are doubt. */
  #zeekCellMayMatch(
    zeek: ZeekLayout,
    { kinds, isList }: MappedColumn,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): boolean {
    if ((kinds & JSON_KIND) !== 0 || holds(bytes, start, end, BACKSLASH)) return true
    if (!isList) return this.#zeekTextMayMatch(kinds, bytes, start, end)
    let from = start
    for (let i = start; i <= end; i += 1) {
      if (i < end && bytes[i] !== zeek.setSeparator) continue
      if (from < i && !isNoZeekValue(zeek, bytes, from, i) && this.#zeekTextMayMatch(kinds, bytes, from, i))
        return true
      from = i + 1
    }
    return false
  }

  /** Quotes are characters like others there; the probes know them as the end of a text. */
  #zeekTextMayMatch(kinds: KindSet, bytes: Uint8Array, start: number, end: number): boolean {
    return holds(bytes, start, end, QUOTE) || this.#probe.mayMatch(kinds, bytes, start, end, false)
  }

  /** A text without quotes. In a cell a backslash means itself, and nothing that is sought holds one. */
  #textMayMatch(kinds: KindSet, bytes: Uint8Array, start: number, end: number): boolean {
    const own = kinds & ~JSON_KIND
    if (own === 0) return false
    return holds(bytes, start, end, BACKSLASH) || this.#probe.mayMatch(own, bytes, start, end, false)
  }

  /** A document whose quotes are doubled; a single one among them is doubt. */
  #quotedMayMatch(kinds: KindSet, bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#text.length < end - start) this.#text = new Uint8Array((end - start) * 2)
    const text = this.#text
    let length = 0
    for (let i = start; i < end; i += 1) {
      const byte = bytes[i]! // start <= i < end
      if (byte === QUOTE) {
        i += 1
        if (i >= end || bytes[i] !== QUOTE) return true
      }
      text[length] = byte
      length += 1
    }
    return this.#documents.documentMayMatch(kinds, text, 0, length)
  }
}

function holds(bytes: Uint8Array, start: number, end: number, sought: number): boolean {
  for (let i = start; i < end; i += 1) if (bytes[i] === sought) return true
  return false
}
