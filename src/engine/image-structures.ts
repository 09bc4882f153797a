import {
  commonSection,
  FIRST_TEXT_STRUCTURE,
  STRUCTURE_DOMAIN_EQUALS,
  STRUCTURES,
  structureSection,
} from './image-layout.ts'
import type { ImageSections } from './image-sections.ts'
import type { HashSeed } from './key-hash.ts'
import { KeySet } from './key-set.ts'
import type { TextList } from './text-list.ts'
import { TextSet } from './text-set.ts'
import type { AutomatonNodes, TrieNodes } from './trie-nodes.ts'

/** The texts of one structure among those of all; `structureBase` has the first pattern of each. */
export function textsOfStructure(texts: TextList, structureBase: Uint32Array, structure: number): TextList {
  const first = structureBase[structure]! - structureBase[FIRST_TEXT_STRUCTURE]!
  const count = structureBase[structure + 1]! - structureBase[structure]!
  return { count, offset: texts.offset.subarray(first, first + count + 1), bytes: texts.bytes }
}

/** Views over the index structures of an image, by index into `STRUCTURES`. Allocates views only. */
export class ImageStructures {
  readonly #sections: ImageSections
  readonly #base: Uint32Array
  readonly #textOffset: Uint32Array
  readonly #textBytes: Uint8Array

  private constructor(sections: ImageSections) {
    this.#sections = sections
    this.#base = sections.u32(commonSection('structureBase'))
    this.#textOffset = sections.u32(commonSection('textOffset'))
    this.#textBytes = sections.u8(commonSection('textBytes'))
  }

  /** Wraps sections whose `structureBase` and pattern texts have been verified, or are about to be. */
  static open(sections: ImageSections): ImageStructures {
    return new ImageStructures(sections)
  }

  /** First pattern of each structure, then the pattern count. */
  get bases(): Uint32Array {
    return this.#base
  }

  /** First pattern of a structure; of the structure after the last one, the pattern count. */
  baseOf(structure: number): number {
    return this.#base[structure] ?? 0
  }

  patternCount(structure: number): number {
    return this.baseOf(structure + 1) - this.baseOf(structure)
  }

  /** The structure that a pattern belongs to. */
  structureOfPattern(pattern: number): number {
    let structure = 0
    while (structure < STRUCTURES.length - 1 && pattern >= this.baseOf(structure + 1)) structure += 1
    return structure
  }

  /** Texts of a structure whose patterns are texts. */
  texts(structure: number): TextList {
    const count = this.#textOffset.length - 1
    return textsOfStructure(
      { count, offset: this.#textOffset, bytes: this.#textBytes },
      this.#base,
      structure,
    )
  }

  get seed(): HashSeed {
    return { low: this.#sections.header('seedLow'), high: this.#sections.header('seedHigh') }
  }

  /** Binary keys of a structure, in pattern order. */
  keys(structure: number): Uint32Array {
    return this.#sections.u32(structureSection(structure, 'keys'))
  }

  keySet(structure: number): KeySet {
    const directory = this.#sections.u32(structureSection(structure, 'directory'))
    return KeySet.open(directory, this.keys(structure), STRUCTURES[structure]?.keyWords ?? 1)
  }

  domainSet(): TextSet {
    const directory = this.#sections.u32(structureSection(STRUCTURE_DOMAIN_EQUALS, 'directory'))
    return TextSet.open(directory, this.texts(STRUCTURE_DOMAIN_EQUALS), this.seed)
  }

  trie(structure: number): TrieNodes {
    return {
      firstChild: this.#sections.u32(structureSection(structure, 'firstChild')),
      label: this.#sections.u8(structureSection(structure, 'label')),
      pattern: this.#sections.u32(structureSection(structure, 'pattern')),
    }
  }

  automaton(structure: number): AutomatonNodes {
    return {
      ...this.trie(structure),
      fail: this.#sections.u32(structureSection(structure, 'fail')),
      output: this.#sections.u32(structureSection(structure, 'output')),
    }
  }
}
