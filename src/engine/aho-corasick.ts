import type { IdList } from './id-list.ts'
import { damaged } from './image-format-error.ts'
import { NO_PATTERN } from './image-layout.ts'
import { buildTrie, childOf, denseRoot, verifyTrie } from './trie.ts'
import type { TrieData } from './trie.ts'
import type { SectionProofs } from './section-proofs.ts'
import type { TextList } from './text-list.ts'
import type { AutomatonNodes } from './trie-nodes.ts'

export interface AutomatonData extends TrieData, AutomatonNodes {}

/** Builds the automaton of one text per row; equal rows become one pattern. */
export function buildAhoCorasick(texts: TextList): AutomatonData {
  const trie = buildTrie(texts)
  const nodeCount = trie.label.length
  const nodes = { ...trie, fail: new Uint32Array(nodeCount), output: new Uint32Array(nodeCount) }
  for (let node = 0; node < nodeCount; node += 1) {
    for (let child = trie.firstChild[node]!; child < trie.firstChild[node + 1]!; child += 1) {
      const fail = failOf(nodes, node, child)
      nodes.fail[child] = fail
      nodes.output[child] = trie.pattern[fail] === NO_PATTERN ? nodes.output[fail]! : fail
    }
  }
  return nodes
}

/** Where a child's fail link belongs, given the links of all smaller nodes. */
function failOf(nodes: AutomatonNodes, parent: number, child: number): number {
  return parent === 0 ? 0 : stepFrom(nodes, nodes.fail[parent]!, nodes.label[child]!)
}

/** The node after reading a byte: along a child, or a child of the nearest suffix that has one, or the root. */
function stepFrom(nodes: AutomatonNodes, from: number, byte: number): number {
  let node = from
  let child = childOf(nodes, node, byte)
  while (child === 0 && node !== 0) {
    node = nodes.fail[node]!
    child = childOf(nodes, node, byte)
  }
  return child
}

/** Finds the patterns that a text contains, in time linear in the text. */
export class AhoCorasick {
  readonly #nodes: AutomatonNodes
  readonly #root: Uint32Array
  /** The text in which a pattern was seen last: scratch of this view, so that a shared image stays read-only. */
  readonly #seenIn: Uint32Array
  #textNumber = 0

  private constructor(nodes: AutomatonNodes, patternCount: number) {
    this.#nodes = nodes
    this.#root = denseRoot(nodes)
    this.#seenIn = new Uint32Array(patternCount)
  }

  /** A view over verified sections. */
  static open(nodes: AutomatonNodes, patternCount: number): AhoCorasick {
    return new AhoCorasick(nodes, patternCount)
  }

  get isEmpty(): boolean {
    return this.#nodes.label.length === 0
  }

  /** True when the text contains any pattern. */
  hasMatch(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.isEmpty) return false
    const { pattern, output } = this.#nodes
    let node = 0
    for (let i = start; i < end; i += 1) {
      node = this.#step(node, bytes[i]!) // i < end
      if (pattern[node] !== NO_PATTERN || output[node] !== 0) return true
    }
    return false
  }

  /**
   * Appends every pattern that the text contains, once, in the order of their first ends.
   * A pattern that was seen before in this text ends the walk along output links: the links behind it are the same
   * each time, so all of them were found then. That keeps `aaaa…` linear instead of quadratic.
   */
  match(bytes: Uint8Array, start: number, end: number, out: IdList): void {
    if (this.isEmpty) return
    const { pattern, output } = this.#nodes
    const seenIn = this.#seenIn
    const text = this.#nextText()
    let node = 0
    for (let i = start; i < end; i += 1) {
      node = this.#step(node, bytes[i]!)
      let ending = pattern[node] === NO_PATTERN ? output[node]! : node
      while (ending !== 0) {
        const found = pattern[ending]!
        if (seenIn[found] === text) break
        seenIn[found] = text
        out.push(found)
        ending = output[ending]!
      }
    }
  }

  #step(from: number, byte: number): number {
    const nodes = this.#nodes
    let node = from
    while (node !== 0) {
      const child = childOf(nodes, node, byte)
      if (child !== 0) return child
      node = nodes.fail[node]!
    }
    return this.#root[byte]!
  }

  #nextText(): number {
    this.#textNumber += 1
    if (this.#textNumber > 0xffffffff) {
      this.#seenIn.fill(0)
      this.#textNumber = 1
    }
    return this.#textNumber
  }
}

/** Throws unless the sections are exactly the automaton of the given patterns. */
export function verifyAhoCorasick(
  nodes: AutomatonNodes,
  texts: TextList,
  offset: number,
  proofs: SectionProofs | null = null,
): void {
  verifyTrie(nodes, texts, 1, offset, proofs)
  const nodeCount = nodes.label.length
  if (nodes.fail.length !== nodeCount || nodes.output.length !== nodeCount) {
    throw damaged(offset, `${nodeCount} links of each kind`, `${nodes.fail.length}, ${nodes.output.length}`)
  }
  if (nodeCount > 0 && (nodes.fail[0] !== 0 || nodes.output[0] !== 0)) {
    throw damaged(offset, 'a root without links', 'a link')
  }
  if (nodeCount > 0 && proofs?.areLinks(nodes) === true) return
  // In the order of the nodes, so that each link is computed from links already found to be right.
  for (let node = 0; node < nodeCount; node += 1) {
    for (let child = nodes.firstChild[node]!; child < nodes.firstChild[node + 1]!; child += 1) {
      const fail = failOf(nodes, node, child)
      const output = nodes.pattern[fail] === NO_PATTERN ? nodes.output[fail]! : fail
      if (nodes.fail[child] !== fail || nodes.output[child] !== output) {
        throw damaged(offset, `links to ${fail} and ${output}`, `wrong ones at node ${child}`)
      }
    }
  }
}
