import { damaged } from './image-format-error.ts'
import { NO_PATTERN } from './image-layout.ts'
import { groupPatterns, oneToOne, type PatternGroups } from './pattern-groups.ts'
import type { SectionProofs } from './section-proofs.ts'
import { compareTexts, doTextsAscend, type TextList } from './text-list.ts'
import { orderTexts } from './text-order.ts'
import type { TrieNodes } from './trie-nodes.ts'

export interface TrieData extends TrieNodes {
  readonly groups: PatternGroups
}

/** Below this many children a walk beats a bisection. */
const WALKED_CHILDREN = 8

/** Builds the trie of one text per row; equal rows become one pattern, and patterns ascend by their bytes. */
export function buildTrie(texts: TextList): TrieData {
  // Rows come in the order of their values: only those for EndWith, which are read backwards, have to be sorted.
  const groups = doTextsAscend(texts)
    ? oneToOne(texts.count)
    : groupPatterns(orderTexts(texts), (left, right) => compareTexts(texts, left, right) === 0)
  return { ...buildNodes(texts.bytes, rangesOf(texts, groups)), groups }
}

/** Where the texts of patterns stand among the bytes. */
interface TextRanges {
  readonly start: Uint32Array
  readonly end: Uint32Array
}

/** By pattern: the text of its first row. */
function rangesOf({ offset }: TextList, { patternCount, start, rows }: PatternGroups): TextRanges {
  const ranges = { start: new Uint32Array(patternCount), end: new Uint32Array(patternCount) }
  for (let pattern = 0; pattern < patternCount; pattern += 1) {
    const row = rows[start[pattern]!]! // pattern < patternCount; groups hold rows of the texts
    ranges.start[pattern] = offset[row]!
    ranges.end[pattern] = offset[row + 1]!
  }
  return ranges
}

function buildNodes(bytes: Uint8Array, ranges: TextRanges): TrieNodes {
  const { start: textStart, end: textEnd } = ranges
  const nodeCount = countNodes(bytes, ranges)
  const firstChild = new Uint32Array(nodeCount === 0 ? 0 : nodeCount + 1)
  const label = new Uint8Array(nodeCount)
  const pattern = new Uint32Array(nodeCount).fill(NO_PATTERN)
  // A node is a range of sorted patterns that agree in their first `depth` bytes; children are cut from it.
  const rangeStart = new Uint32Array(nodeCount)
  const rangeEnd = new Uint32Array(nodeCount)
  if (nodeCount > 0) rangeEnd[0] = textStart.length
  let nextNode = 1
  let depth = 0
  let levelEnd = 1 // the first node that lies deeper than the current depth
  for (let node = 0; node < nodeCount; node += 1) {
    if (node === levelEnd) {
      depth += 1
      levelEnd = nextNode
    }
    firstChild[node] = nextNode
    let p = rangeStart[node]!
    const end = rangeEnd[node]!
    if (textStart[p]! + depth === textEnd[p]!) {
      pattern[node] = p
      p += 1
    }
    while (p < end) {
      const byte = bytes[textStart[p]! + depth]!
      rangeStart[nextNode] = p
      p += 1
      while (p < end && bytes[textStart[p]! + depth] === byte) p += 1
      rangeEnd[nextNode] = p
      label[nextNode] = byte
      nextNode += 1
    }
  }
  if (nodeCount > 0) firstChild[nodeCount] = nextNode
  return { firstChild, label, pattern }
}

/** One node for the root and one for every byte that a pattern does not share with the pattern before it. */
function countNodes(bytes: Uint8Array, { start, end }: TextRanges): number {
  let nodeCount = start.length === 0 ? 0 : 1
  for (let p = 0; p < start.length; p += 1) {
    const from = start[p]!
    const length = end[p]! - from
    let shared = 0
    if (p > 0) {
      const before = start[p - 1]!
      const shorter = Math.min(length, end[p - 1]! - before)
      while (shared < shorter && bytes[from + shared] === bytes[before + shared]) shared += 1
    }
    nodeCount += length - shared
  }
  return nodeCount
}

/** The child of a node along a byte, or 0: the root is nobody's child. */
export function childOf(nodes: TrieNodes, node: number, byte: number): number {
  const { firstChild, label } = nodes
  let low = firstChild[node]! // node < nodeCount, so node + 1 is inside as well
  let high = firstChild[node + 1]!
  while (high - low > WALKED_CHILDREN) {
    const middle = (low + high) >>> 1
    if (label[middle]! > byte) high = middle
    else low = middle
  }
  for (; low < high; low += 1) if (label[low] === byte) return low
  return 0
}

/** The root's children as a table by byte: most texts leave the trie at the root, after one load. */
export function denseRoot(nodes: TrieNodes): Uint32Array {
  const root = new Uint32Array(256)
  const end = nodes.firstChild[1] ?? 0
  for (let child = 1; child < end; child += 1) root[nodes.label[child]!] = child // children of the root start at 1
  return root
}

/** Finds the patterns that a text begins with; with step -1, those that it ends with. */
export class Trie {
  readonly #nodes: TrieNodes
  readonly #root: Uint32Array
  readonly #step: 1 | -1

  private constructor(nodes: TrieNodes, step: 1 | -1) {
    this.#nodes = nodes
    this.#root = denseRoot(nodes)
    this.#step = step
  }

  /** A view over verified sections; a trie for EndWith holds reversed patterns and walks with step -1. */
  static open(nodes: TrieNodes, step: 1 | -1): Trie {
    return new Trie(nodes, step)
  }

  /** Walks on from a state over the text and returns the next node that ends a pattern, or -1. See `TrieWalk`. */
  next(walk: TrieWalk, bytes: Uint8Array, start: number, end: number): number {
    const nodes = this.#nodes
    const pattern = nodes.pattern
    const length = end - start
    let { node, depth } = walk
    while (depth < length) {
      const byte = bytes[this.#step === 1 ? start + depth : end - 1 - depth]! // depth < length
      node = node === 0 ? this.#root[byte]! : childOf(nodes, node, byte)
      depth += 1
      if (node === 0) break
      if (pattern[node] !== NO_PATTERN) {
        walk.node = node
        walk.depth = depth
        return pattern[node]!
      }
    }
    return -1
  }
}

/** Where a walk down a trie stands; its owner resets both fields to 0 before each text. */
export interface TrieWalk {
  node: number
  /** Bytes consumed, hence the length of the pattern just found. */
  depth: number
}

/**
 * Throws unless the sections are exactly a trie of the given patterns, every leaf of which ends one.
 * Afterwards walks stay in range, and they find what a comparison with each pattern text would find.
 */
export function verifyTrie(
  nodes: TrieNodes,
  texts: TextList,
  step: 1 | -1,
  offset: number,
  proofs: SectionProofs | null = null,
): void {
  const { firstChild, label, pattern } = nodes
  const nodeCount = label.length
  const sizesFit =
    nodeCount === 0
      ? texts.count === 0 && firstChild.length === 0 && pattern.length === 0
      : texts.count > 0 && firstChild.length === nodeCount + 1 && pattern.length === nodeCount
  if (!sizesFit) throw damaged(offset, 'sections that agree on the node count', `${nodeCount} labels`)
  if (nodeCount === 0 || proofs?.isTrie(nodes, texts, step) === true) return
  if (firstChild[0] !== 1 || firstChild[nodeCount] !== nodeCount || pattern[0] !== NO_PATTERN) {
    throw damaged(offset, 'a root that ends no pattern, and its children first', 'something else')
  }
  let endCount = 0
  for (let node = 0; node < nodeCount; node += 1) {
    const start = firstChild[node]!
    const end = firstChild[node + 1]!
    // Children lie behind their parent and before the next node's: so each node but the root has one parent.
    if (start <= node || end < start || end > nodeCount) {
      throw damaged(offset, 'children behind their parent', `${start} to ${end} under node ${node}`)
    }
    for (let child = start + 1; child < end; child += 1) {
      if (label[child - 1]! >= label[child]!) throw damaged(offset, 'ascending labels', `node ${child}`)
    }
    if (pattern[node] !== NO_PATTERN) endCount += 1
    else if (start === end) throw damaged(offset, 'a pattern at every leaf', `none at node ${node}`)
  }
  if (endCount !== texts.count) throw damaged(offset, `${texts.count} pattern ends`, `${endCount}`)
  for (let p = 0; p < texts.count; p += 1) {
    if (pattern[nodeOf(nodes, texts, p, step)] !== p) {
      throw damaged(offset, `a path that spells pattern ${p}`, 'none')
    }
  }
}

function nodeOf(nodes: TrieNodes, texts: TextList, pattern: number, step: 1 | -1): number {
  const start = texts.offset[pattern]!
  const end = texts.offset[pattern + 1]!
  let node = 0
  for (let i = start; i < end; i += 1) {
    node = childOf(nodes, node, texts.bytes[step === 1 ? i : end - 1 - (i - start)]!)
    if (node === 0) return 0
  }
  return node
}
