import {
  FUNCTION_CONTAINS,
  FUNCTION_END_WITH,
  FUNCTION_START_WITH,
  STRUCTURES,
  TYPE_COUNT,
  structureOf,
} from '../image-layout.ts'
import type { IndexImage } from '../image-reader.ts'
import type { HashSeed } from '../key-hash.ts'
import type { MatcherOptions } from '../matcher.ts'
import type { TextList } from '../text-list.ts'

/** Everything that filters are built from: all patterns of an image, by what is asked of a value. */
export interface FilterPatterns {
  /** Digests and addresses as in the image: so many u32 words each. */
  readonly binary: readonly {
    readonly type: number
    readonly words: number
    readonly keys: Uint32Array
  }[]
  /** Names for Equals. */
  readonly names: TextList
  /** By type, then StartWith, EndWith, Contains. */
  readonly affixes: readonly TextList[]
  readonly seed: HashSeed
  /** True where a name also equals every parent of itself. */
  readonly withParents: boolean
}

/** The detection functions in the order of the affix filters. */
const AFFIX_FUNCTIONS: readonly number[] = [FUNCTION_START_WITH, FUNCTION_END_WITH, FUNCTION_CONTAINS]

/** The patterns of an image, as views. That a suffix may have to begin at a label is left to the exact path. */
export function patternsOf(
  { structures }: IndexImage,
  { domainEquals }: Pick<MatcherOptions, 'domainEquals'>,
): FilterPatterns {
  return {
    binary: STRUCTURES.flatMap(({ kind, type, keyWords }, structure) =>
      kind === 'keys' ? [{ type, words: keyWords, keys: structures.keys(structure) }] : [],
    ),
    names: structures.texts(STRUCTURES.findIndex(({ kind }) => kind === 'texts')),
    affixes: Array.from({ length: TYPE_COUNT }, (_, type) => type).flatMap((type) =>
      AFFIX_FUNCTIONS.map((fn) => structures.texts(structureOf(type, fn))),
    ),
    seed: structures.seed,
    withParents: domainEquals === 'subdomains',
  }
}

/** Patterns of all kinds together. */
export function patternCount({ binary, names, affixes }: FilterPatterns): number {
  const texts = affixes.reduce((sum, { count }) => sum + count, names.count)
  return binary.reduce((sum, { keys, words }) => sum + keys.length / words, texts)
}
