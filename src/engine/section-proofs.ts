import type { Checksum } from './checksum.ts'
import type { HashSeed } from './key-hash.ts'
import type { PostingFacts, PostingSections } from './posting-sections.ts'
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
  /** Whether numbers ascend from 0 to `last`, equal ones among them. There is one at least. */
  doAscend(numbers: Uint32Array, last: number): boolean
  /** Bit n - 1 for every text of n bytes, and bit 31 for all from 32 on; 0 where a length is not 1 to `limit`. */
  lengthsOf(texts: Pick<TextList, 'count' | 'offset'>, limit: number): number
  arePrintable(bytes: Uint8Array): boolean
  areTextsInBuckets(directory: Uint32Array, texts: TextList, seed: HashSeed): boolean
  isTrie(nodes: TrieNodes, texts: TextList, step: 1 | -1): boolean
  areLinks(nodes: AutomatonNodes): boolean
  arePostings(sections: PostingSections, facts: PostingFacts): boolean
}
