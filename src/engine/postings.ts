import type { IdList } from './id-list.ts'
import { damaged } from './image-format-error.ts'
import { OVERFLOW_FLAG } from './image-layout.ts'
import type { PatternGroups } from './pattern-groups.ts'

/**
 * From a pattern to the indicators that hold it, and back.
 *
 *   posting:   u32[patternCount]     an id, or OVERFLOW_FLAG | index into overflow
 *   overflow:  u32[]                 at that index a count (at least 2), then as many ids, ascending; lists stand in
 *                                    the order of their patterns, without gaps
 *   patternOf: u32[indicatorCount]
 *
 * Nearly every value has one indicator, whose id then stands in the posting itself.
 */
export interface PostingSections {
  readonly posting: Uint32Array
  readonly overflow: Uint32Array
  readonly patternOf: Uint32Array
}

/** The patterns of one structure with the ids of its rows. */
export interface StructurePatterns {
  readonly groups: PatternGroups
  /** Ids by row. */
  readonly ids: Uint32Array
}

/** Writes the postings of all structures, one after the other. */
export function buildPostings(structures: readonly StructurePatterns[], idCount: number): PostingSections {
  let patternCount = 0
  let overflowWords = 0
  for (const { groups } of structures) {
    patternCount += groups.patternCount
    // Each group larger than one takes a count and its rows.
    if (groups.rows.length > groups.patternCount) {
      for (let p = 0; p < groups.patternCount; p += 1) {
        const size = groups.start[p + 1]! - groups.start[p]!
        if (size > 1) overflowWords += size + 1
      }
    }
  }
  const posting = new Uint32Array(patternCount)
  const overflow = new Uint32Array(overflowWords)
  const patternOf = new Uint32Array(idCount)
  let pattern = 0
  let next = 0
  for (const { groups, ids } of structures) {
    const { start, rows } = groups
    for (let p = 0; p < groups.patternCount; p += 1, pattern += 1) {
      const from = start[p]!
      const to = start[p + 1]!
      if (to - from === 1) {
        const id = ids[rows[from]!]! // rows of this structure
        posting[pattern] = id
        patternOf[id] = pattern
        continue
      }
      posting[pattern] = (OVERFLOW_FLAG | next) >>> 0
      overflow[next] = to - from
      next += 1
      for (let i = from; i < to; i += 1, next += 1) {
        const id = ids[rows[i]!]!
        overflow[next] = id
        patternOf[id] = pattern
      }
    }
  }
  return { posting, overflow, patternOf }
}

/** Appends the ids of a pattern, ascending. */
export function readPosting(posting: Uint32Array, overflow: Uint32Array, pattern: number, out: IdList): void {
  const entry = posting[pattern]! // pattern < patternCount
  if (entry < OVERFLOW_FLAG) {
    out.push(entry)
    return
  }
  const first = entry - OVERFLOW_FLAG + 1
  out.pushRange(overflow, first, first + overflow[first - 1]!)
}

/** Throws unless postings and `patternOf` are inverse to each other and every id has exactly one pattern. */
export function verifyPostings(
  sections: PostingSections,
  offsets: { readonly posting: number; readonly overflow: number },
): void {
  const { posting, overflow, patternOf } = sections
  let next = 0
  let idCount = 0
  for (let pattern = 0; pattern < posting.length; pattern += 1) {
    const entry = posting[pattern]!
    if (entry < OVERFLOW_FLAG) {
      if (patternOf[entry] !== pattern)
        throw damaged(offsets.posting + pattern * 4, 'an id of this pattern', `${entry}`)
      idCount += 1
      continue
    }
    const size = overflow[next] ?? 0
    if (entry - OVERFLOW_FLAG !== next || size < 2 || size > overflow.length - next - 1) {
      throw damaged(offsets.posting + pattern * 4, `the overflow list at ${next}`, `${entry - OVERFLOW_FLAG}`)
    }
    for (let i = next + 1; i <= next + size; i += 1) {
      const id = overflow[i]! // size was checked against the section's end
      if (patternOf[id] !== pattern || (i > next + 1 && id <= overflow[i - 1]!)) {
        throw damaged(offsets.overflow + i * 4, `ascending ids of pattern ${pattern}`, `${id}`)
      }
    }
    idCount += size
    next += size + 1
  }
  // Ids of one pattern are distinct and patternOf has one pattern per id, so equal counts mean all ids occur once.
  if (next !== overflow.length || idCount !== patternOf.length) {
    throw damaged(offsets.posting, `postings for ${patternOf.length} ids`, `${idCount}`)
  }
}
