import { INDICATOR_TYPES } from '../model/indicator.ts'
import type { IndicatorType } from '../model/indicator.ts'
import { DEFAULT_SEMANTICS } from '../model/semantics.ts'
import type { Semantics } from '../model/semantics.ts'
import { AffixIndex } from './affix-index.ts'
import { AhoCorasick } from './aho-corasick.ts'
import { AddressEquals, DigestEquals, DomainEquals } from './equals-index.ts'
import type { EqualsIndex } from './equals-index.ts'
import { IdList } from './id-list.ts'
import {
  FUNCTION_CONTAINS,
  FUNCTION_END_WITH,
  FUNCTION_EQUALS,
  FUNCTION_START_WITH,
  STRUCTURE_IPV4,
  STRUCTURE_IPV6,
  STRUCTURES,
  structureOf,
  TYPE_DOMAIN,
  TYPE_IP,
} from './image-layout.ts'
import type { IndexImage } from './image-reader.ts'

/** Switches of the matching law that do not change an image's bytes (semantics 6). */
export type MatcherOptions = Pick<Semantics, 'domainEquals' | 'domainSuffix'>

/** The four indexes of one indicator type. */
interface TypeIndexes {
  readonly equals: EqualsIndex
  readonly startWith: AffixIndex
  readonly endWith: AffixIndex
  readonly contains: AhoCorasick
  readonly containsBase: number
}

/**
 * A read-only view over an image that finds indicators in observables, exactly.
 * It keeps scratch memory, so each thread opens its own over the shared image.
 */
export class Matcher {
  readonly image: IndexImage
  readonly options: MatcherOptions
  readonly #types: readonly TypeIndexes[]
  readonly #patterns = new IdList()
  readonly #ids = new IdList()
  readonly #encoder = new TextEncoder()

  private constructor(image: IndexImage, options: MatcherOptions) {
    this.image = image
    this.options = options
    this.#types = INDICATOR_TYPES.map((_, type) => openType(image, type, options))
  }

  static open(image: IndexImage, options: Partial<MatcherOptions> = {}): Matcher {
    return new Matcher(image, {
      domainEquals: options.domainEquals ?? DEFAULT_SEMANTICS.domainEquals,
      domainSuffix: options.domainSuffix ?? DEFAULT_SEMANTICS.domainSuffix,
    })
  }

  /**
   * Appends the ids of all indicators of a type that match the canonical text `bytes[start, end)`, each once,
   * ascending. Total: any bytes are a text, and an index outside `INDICATOR_TYPES` matches nothing.
   */
  match(typeIndex: number, bytes: Uint8Array, start: number, end: number, out: IdList): void {
    const type = this.#types[typeIndex]
    if (type === undefined) return
    const from = Math.max(0, start)
    const to = Math.min(end, bytes.length)
    const patterns = this.#patterns
    patterns.clear()
    type.equals.match(bytes, from, to, patterns)
    type.startWith.match(bytes, from, to, patterns)
    type.endWith.match(bytes, from, to, patterns)
    const containsFrom = patterns.length
    type.contains.match(bytes, from, to, patterns)
    if (patterns.length === 0) return
    const { postings } = this.image
    const firstId = out.length
    for (let i = 0; i < patterns.length; i += 1) {
      const base = i < containsFrom ? 0 : type.containsBase
      postings.append(base + patterns.at(i), out)
    }
    out.sortFrom(firstId)
  }

  /** True when `match` would append anything. Allocates nothing and stops at the first pattern. */
  hasMatch(typeIndex: number, bytes: Uint8Array, start: number, end: number): boolean {
    const type = this.#types[typeIndex]
    if (type === undefined) return false
    const from = Math.max(0, start)
    const to = Math.min(end, bytes.length)
    return (
      type.equals.hasMatch(bytes, from, to) ||
      type.startWith.hasMatch(bytes, from, to) ||
      type.endWith.hasMatch(bytes, from, to) ||
      type.contains.hasMatch(bytes, from, to)
    )
  }

  /** `match` for a string, as a fresh array. */
  matchText(typeIndex: number, value: string): readonly number[] {
    const bytes = this.#encoder.encode(value)
    this.#ids.clear()
    this.match(typeIndex, bytes, 0, bytes.length, this.#ids)
    return this.#ids.toArray()
  }
}

/** The number that `Matcher.match` takes for a type. */
export function typeIndexOf(type: IndicatorType): number {
  return INDICATOR_TYPES.indexOf(type)
}

function openType(image: IndexImage, type: number, options: MatcherOptions): TypeIndexes {
  const { structures } = image
  const startWith = structureOf(type, FUNCTION_START_WITH)
  const endWith = structureOf(type, FUNCTION_END_WITH)
  const contains = structureOf(type, FUNCTION_CONTAINS)
  return {
    equals: openEquals(image, type, options),
    startWith: new AffixIndex(structures.trie(startWith), {
      step: 1,
      base: structures.baseOf(startWith),
      atLabel: false,
    }),
    endWith: new AffixIndex(structures.trie(endWith), {
      step: -1,
      base: structures.baseOf(endWith),
      atLabel: type === TYPE_DOMAIN && options.domainSuffix === 'label',
    }),
    contains: AhoCorasick.open(structures.automaton(contains), structures.patternCount(contains)),
    containsBase: structures.baseOf(contains),
  }
}

function openEquals({ structures }: IndexImage, type: number, options: MatcherOptions): EqualsIndex {
  if (type === TYPE_IP) {
    return new AddressEquals(
      structures.keySet(STRUCTURE_IPV4),
      structures.baseOf(STRUCTURE_IPV4),
      structures.keySet(STRUCTURE_IPV6),
      structures.baseOf(STRUCTURE_IPV6),
    )
  }
  const structure = structureOf(type, FUNCTION_EQUALS)
  const base = structures.baseOf(structure)
  if (type === TYPE_DOMAIN) return new DomainEquals(structures.domainSet(), base, options.domainEquals)
  return new DigestEquals(structures.keySet(structure), base, STRUCTURES[structure]!.keyWords)
}
