import type { IdList } from './id-list.ts'
import { Trie } from './trie.ts'
import type { TrieWalk } from './trie.ts'
import type { TrieNodes } from './trie-nodes.ts'

export interface AffixOptions {
  /** 1 walks from the front (StartWith), -1 from the back (EndWith). */
  readonly step: 1 | -1
  /** Number of the first pattern in the whole image. */
  readonly base: number
  /** Only at a label's border: the text itself, a pattern that begins with a dot, or a dot before the match. */
  readonly atLabel: boolean
}

/** Finds the patterns that a canonical text begins or ends with. */
export class AffixIndex {
  readonly #trie: Trie
  readonly #base: number
  readonly #atLabel: boolean
  readonly #walk: TrieWalk = { node: 0, depth: 0 }

  constructor(nodes: TrieNodes, options: AffixOptions) {
    this.#trie = Trie.open(nodes, options.step)
    this.#base = options.base
    this.#atLabel = options.atLabel
  }

  hasMatch(bytes: Uint8Array, start: number, end: number): boolean {
    const walk = this.#begin()
    while (this.#trie.next(walk, bytes, start, end) >= 0) {
      if (!this.#atLabel || isAtLabel(bytes, start, end - walk.depth)) return true
    }
    return false
  }

  match(bytes: Uint8Array, start: number, end: number, out: IdList): void {
    const walk = this.#begin()
    let pattern = this.#trie.next(walk, bytes, start, end)
    while (pattern >= 0) {
      if (!this.#atLabel || isAtLabel(bytes, start, end - walk.depth)) out.push(this.#base + pattern)
      pattern = this.#trie.next(walk, bytes, start, end)
    }
  }

  #begin(): TrieWalk {
    this.#walk.node = 0
    this.#walk.depth = 0
    return this.#walk
  }
}

/** True when a suffix that begins at `from` begins a label, or is written with its leading dot. */
function isAtLabel(bytes: Uint8Array, start: number, from: number): boolean {
  return from === start || bytes[from] === DOT || bytes[from - 1] === DOT
}

const DOT = 0x2e
