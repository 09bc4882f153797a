import type { Checksum } from './checksum.ts'
import type { HashSeed } from './key-hash.ts'
import type { TextList } from './text-list.ts'
import type { AutomatonNodes, TrieNodes } from './trie-nodes.ts'

/**
 * A faster way to accept large sections. Each method may only say yes where its TypeScript twin would throw nothing; where
 * it says no the twin is asked, which names what is wrong. Arguments are as the twin has them when it begins to loop.
 */
export interface SectionProofs {
  /** The checksum of an image's words but the two from `skipped` on, which lie in the first sixteen. */
  checksumOf(words: Uint32Array, skipped: number): Pick<Checksum, 'low' | 'high'>
  isKeySet(directory: Uint32Array, keys: Uint32Array, keyWords: number): boolean
  arePrintable(bytes: Uint8Array): boolean
  areTextsInBuckets(directory: Uint32Array, texts: TextList, seed: HashSeed): boolean
  isTrie(nodes: TrieNodes, texts: TextList, step: 1 | -1): boolean
  areLinks(nodes: AutomatonNodes): boolean
}
