import {
  FUNCTION_CONTAINS,
  FUNCTION_END_WITH,
  FUNCTION_START_WITH,
  STRUCTURES,
  TYPE_COUNT,
  structureOf,
} from '../image-layout.ts'
import type { HashSeed } from '../key-hash.ts'
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
}

/** Where patterns are to be had, by index into `STRUCTURES`. */
export interface PatternSource {
  readonly seed: HashSeed
  keys(structure: number): Uint32Array
  texts(structure: number): TextList
}

/** The detection functions in the order of the affix filters. */
const AFFIX_FUNCTIONS: readonly number[] = [FUNCTION_START_WITH, FUNCTION_END_WITH, FUNCTION_CONTAINS]

/**
 * The patterns of an image, as views. How names are compared changes nothing in them: a kernel is told that a name equals its
 * parents, and that a suffix may have to begin at a label is left to the exact path.
 */
export function patternsOf(structures: PatternSource): FilterPatterns {
  return {
    binary: STRUCTURES.flatMap(({ kind, type, keyWords }, structure) =>
      kind === 'keys' ? [{ type, words: keyWords, keys: structures.keys(structure) }] : [],
    ),
    names: structures.texts(STRUCTURES.findIndex(({ kind }) => kind === 'texts')),
    affixes: Array.from({ length: TYPE_COUNT }, (_, type) => type).flatMap((type) =>
      AFFIX_FUNCTIONS.map((fn) => structures.texts(structureOf(type, fn))),
    ),
    seed: structures.seed,
  }
}

/** Index of a type and function among the affixes; -1 for Equals. */
export function affixOf(type: number, detectionFunction: number): number {
  const fn = AFFIX_FUNCTIONS.indexOf(detectionFunction)
  return fn < 0 ? -1 : type * AFFIX_FUNCTIONS.length + fn
}

/** Patterns of all kinds together. */
export function patternCount({ binary, names, affixes }: FilterPatterns): number {
  const texts = affixes.reduce((sum, { count }) => sum + count, names.count)
  return binary.reduce((sum, { keys, words }) => sum + keys.length / words, texts)
}
