import type { OperatorSize } from '../model/bench-report.ts'
import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../model/indicator.ts'
import {
  FIRST_TEXT_STRUCTURE,
  FUNCTION_CONTAINS,
  FUNCTION_EQUALS,
  HEADER_WORDS,
  SECTIONS,
  STRUCTURES,
} from './image-layout.ts'
import type { IndexImage } from './image-reader.ts'
import { affixOf, patternsOf } from './sieve/filter-patterns.ts'
import { filterBytesOf, planFilters } from './sieve/filter-plan.ts'

const WORD_BYTES = 4
/** A table of the root's children, that a trie keeps for each thread. */
const ROOT_TABLE_BYTES = 256 * WORD_BYTES

/**
 * What each type and operator in use takes of an image: its index, its texts, its postings and its part of the filters. The rest of the image belongs
 * to all. `threadBytes` is what a matcher allocates beside the image.
 */
export function imageSizes(image: IndexImage): readonly OperatorSize[] {
  const lengths = sectionLengths(image)
  const plan = planFilters(patternsOf(image.structures))
  const indicators = new Map<string, number>()
  for (const { from, to, type, detectionFunction } of image.runs()) {
    const key = `${type} ${detectionFunction}`
    indicators.set(key, (indicators.get(key) ?? 0) + to - from)
  }
  return INDICATOR_TYPES.flatMap((Type, type) =>
    DETECTION_FUNCTIONS.flatMap((DetectionFunction, detectionFunction) => {
      const count = indicators.get(`${type} ${detectionFunction}`)
      if (count === undefined) return []
      const own = STRUCTURES.flatMap((structure, index) =>
        structure.type === type && structure.detectionFunction === detectionFunction ? [index] : [],
      )
      const patterns = own.reduce((sum, structure) => sum + image.structures.patternCount(structure), 0)
      const bytes = own.reduce(
        (sum, structure) => sum + structureBytes(image, lengths, structure),
        filterBytesOf(plan, patterns, affixOf(type, detectionFunction)),
      )
      return [
        {
          Type,
          DetectionFunction,
          indicators: count,
          bytes,
          threadBytes: threadBytes(image, own, detectionFunction),
        },
      ]
    }),
  )
}

function sectionLengths({ bytes }: IndexImage): readonly number[] {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, HEADER_WORDS + SECTIONS.length * 2)
  return SECTIONS.map((_, section) => words[HEADER_WORDS + section * 2 + 1] ?? 0)
}

function structureBytes(
  { structures, postings }: IndexImage,
  lengths: readonly number[],
  structure: number,
): number {
  const prefix = `${STRUCTURES[structure]?.name}.`
  let bytes = postings.isListed(structure) ? structures.patternCount(structure) * WORD_BYTES : 0
  for (const [section, { name }] of SECTIONS.entries())
    if (name.startsWith(prefix)) bytes += lengths[section] ?? 0
  if (structure < FIRST_TEXT_STRUCTURE) return bytes
  const { count, offset } = structures.texts(structure)
  return bytes + count * WORD_BYTES + (offset[count] ?? 0) - (offset[0] ?? 0)
}

function threadBytes({ structures }: IndexImage, own: readonly number[], detectionFunction: number): number {
  if (detectionFunction === FUNCTION_EQUALS) return 0
  const stamps = detectionFunction === FUNCTION_CONTAINS ? WORD_BYTES : 0
  return own.reduce(
    (sum, structure) => sum + ROOT_TABLE_BYTES + structures.patternCount(structure) * stamps,
    0,
  )
}
