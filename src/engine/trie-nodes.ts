/**
 * A trie in breadth-first order. Node 0 is the root; the children of node v are
 * `firstChild[v] .. firstChild[v + 1])`, neighbours because the order is breadth-first, so one offset says where they
 * begin and where they end.
 *
 *   firstChild: u32[nodeCount + 1]   ascending; firstChild[v] > v
 *   label:      u8[nodeCount]        byte of the edge into the node; ascending among siblings; 0 for the root
 *   pattern:    u32[nodeCount]       the pattern that ends here, or NO_PATTERN
 *
 * 9 bytes a node. A set without patterns has no nodes and three empty sections.
 */
export interface TrieNodes {
  readonly firstChild: Uint32Array
  readonly label: Uint8Array
  readonly pattern: Uint32Array
}

/**
 * Aho-Corasick: the trie of `trie.ts` and two links per node.
 *
 *   fail:   u32[nodeCount]   node of the longest proper suffix that is in the trie; 0 for the root and its children
 *   output: u32[nodeCount]   nearest node along the fail links that ends a pattern; 0 for none
 *
 * 17 bytes a node. Both links point to nodes nearer to the root, hence to smaller numbers: every chain ends.
 */
export interface AutomatonNodes extends TrieNodes {
  readonly fail: Uint32Array
  readonly output: Uint32Array
}
