import type { IdList } from './id-list.ts'
import { damaged } from './image-format-error.ts'
import { LISTED, OVERFLOW_FLAG } from './image-layout.ts'
import type { PatternGroups } from './pattern-groups.ts'
import type { PostingFacts, PostingSections } from './posting-sections.ts'
import type { SectionProofs } from './section-proofs.ts'

/** The patterns of one structure with the ids of its rows. */
export interface StructurePatterns {
  readonly groups: PatternGroups
  /** Ids by row. */
  readonly ids: Uint32Array
}

/** Writes the postings of all structures, one after the other. */
export function buildPostings(structures: readonly StructurePatterns[]): PostingSections {
  const firstId = Uint32Array.from(structures, firstIdOf)
  const listed = structures.filter((_, i) => firstId[i] === LISTED)
  let patternCount = 0
  let overflowWords = 0
  for (const { groups } of listed) {
    patternCount += groups.patternCount
    // Each group larger than one takes a count and its rows.
    if (!groups.isOneToOne && groups.rows.length > groups.patternCount) {
      for (let p = 0; p < groups.patternCount; p += 1) {
        const size = groups.start[p + 1]! - groups.start[p]!
        if (size > 1) overflowWords += size + 1
      }
    }
  }
  const posting = new Uint32Array(patternCount)
  const overflow = new Uint32Array(overflowWords)
  let pattern = 0
  let next = 0
  for (const { groups, ids } of listed) {
    if (groups.isOneToOne) {
      posting.set(ids, pattern)
      pattern += groups.patternCount
      continue
    }
    const { start, rows } = groups
    for (let p = 0; p < groups.patternCount; p += 1, pattern += 1) {
      const from = start[p]!
      const to = start[p + 1]!
      if (to - from === 1) {
        posting[pattern] = ids[rows[from]!]! // rows of this structure
        continue
      }
      posting[pattern] = (OVERFLOW_FLAG | next) >>> 0
      overflow[next] = to - from
      next += 1
      for (let i = from; i < to; i += 1, next += 1) overflow[next] = ids[rows[i]!]!
    }
  }
  return { firstId, posting, overflow }
}

function firstIdOf({ groups, ids }: StructurePatterns): number {
  if (groups.isOneToOne) {
    const lowest = ids[0] ?? 0
    // Ids ascend, so that without a gap they are as many as they span.
    return (ids.at(-1) ?? -1) - lowest === ids.length - 1 ? lowest : LISTED
  }
  const { patternCount, rows } = groups
  const first = patternCount === 0 ? 0 : ids[rows[0]!]!
  if (rows.length > patternCount) return LISTED
  for (let p = 0; p < patternCount; p += 1) if (ids[rows[p]!] !== first + p) return LISTED
  return first
}

/** From the ids of one structure to its patterns: ids of one definition stand together, so that few are others'. */
interface Inverse {
  /** The lowest id. */
  readonly first: number
  /** By id from there on: its pattern plus 1, or 0 where it is none of the structure's. */
  readonly behindPattern: Uint32Array
}

/** A summary asks for a few examples; an index of millions of ids for them takes longer, and their memory. */
const SEARCHED_IDS = 100

/** Postings of verified sections. `structureBase` has the first pattern of each structure, and the pattern count. */
export class Postings {
  readonly #sections: PostingSections
  readonly #base: Uint32Array
  /** What to add to a pattern of a listed structure for its index in `posting`, by structure; not above 0. */
  readonly #shift: readonly number[]
  /** For the ids of listed structures; made when they have been asked for often enough. */
  #asked = 0
  #inverses: readonly Inverse[] | null = null

  private constructor(sections: PostingSections, structureBase: Uint32Array) {
    this.#sections = sections
    this.#base = structureBase
    let unlisted = 0
    this.#shift = Array.from(sections.firstId, (first, structure) => {
      const shift = -unlisted
      if (first !== LISTED) unlisted += structureBase[structure + 1]! - structureBase[structure]!
      return shift
    })
  }

  static open(sections: PostingSections, structureBase: Uint32Array): Postings {
    return new Postings(sections, structureBase)
  }

  /** Whether each pattern of a structure takes a word. */
  isListed(structure: number): boolean {
    return this.#sections.firstId[structure] === LISTED
  }

  /** Appends the ids of a pattern, ascending. */
  append(pattern: number, out: IdList): void {
    const structure = this.#structureOf(pattern)
    const { firstId, posting, overflow } = this.#sections
    const first = firstId[structure]!
    if (first !== LISTED) {
      out.push(first + pattern - this.#base[structure]!)
      return
    }
    const entry = posting[pattern + this.#shift[structure]!]!
    if (entry < OVERFLOW_FLAG) {
      out.push(entry)
      return
    }
    const list = entry - OVERFLOW_FLAG + 1
    out.pushRange(overflow, list, list + overflow[list - 1]!)
  }

  /** The pattern that an indicator holds. The first calls for listed structures look through them, then an index is made. */
  patternOf(id: number): number {
    const { firstId } = this.#sections
    for (let structure = 0; structure < firstId.length; structure += 1) {
      const first = firstId[structure]!
      const base = this.#base[structure]!
      if (first !== LISTED && id >= first && id - first < this.#base[structure + 1]! - base)
        return base + id - first
    }
    this.#asked += 1
    const found = this.#asked > SEARCHED_IDS ? -1 : this.#sections.posting.indexOf(id)
    if (found >= 0) return this.#patternAt(found)
    this.#inverses ??= this.#invertListed()
    for (const { first, behindPattern } of this.#inverses) {
      const behind = behindPattern[id - first] ?? 0 // ids before the first one are no index
      if (behind > 0) return behind - 1
    }
    throw new RangeError(`expected an indicator of the image, found ${id}`)
  }

  /** The pattern of an entry of `posting`. */
  #patternAt(entry: number): number {
    const structure = this.#shift.findIndex(
      (shift, at) => this.isListed(at) && entry - shift < this.#base[at + 1]!,
    )
    return entry - this.#shift[structure]!
  }

  #invertListed(): readonly Inverse[] {
    const inverses: Inverse[] = []
    this.#sections.firstId.forEach((first, structure) => {
      if (first === LISTED) inverses.push(this.#invert(structure))
    })
    return inverses
  }

  #invert(structure: number): Inverse {
    let first = Number.MAX_SAFE_INTEGER
    let last = -1
    this.#forEachListed(structure, (id) => {
      first = Math.min(first, id)
      last = Math.max(last, id)
    })
    const behindPattern = new Uint32Array(Math.max(0, last - first + 1))
    this.#forEachListed(structure, (id, pattern) => (behindPattern[id - first] = pattern + 1))
    return { first, behindPattern }
  }

  /** Calls with every id of a listed structure and its pattern. */
  #forEachListed(structure: number, visit: (id: number, pattern: number) => void): void {
    const { posting, overflow } = this.#sections
    const end = this.#base[structure + 1]!
    for (let pattern = this.#base[structure]!; pattern < end; pattern += 1) {
      const entry = posting[pattern + this.#shift[structure]!]!
      if (entry < OVERFLOW_FLAG) {
        visit(entry, pattern)
        continue
      }
      const list = entry - OVERFLOW_FLAG + 1
      for (let i = list; i < list + overflow[list - 1]!; i += 1) visit(overflow[i]!, pattern)
    }
  }

  #structureOf(pattern: number): number {
    let structure = 0
    while (structure < this.#shift.length - 1 && pattern >= this.#base[structure + 1]!) structure += 1
    return structure
  }
}

/** Throws unless every id has exactly one pattern, in a structure of its kind. Runs must have been verified. */
export function verifyPostings(
  { firstId, posting, overflow }: PostingSections,
  facts: PostingFacts,
  proofs: SectionProofs | null = null,
): void {
  const { structureBase, indicatorCount, offsets } = facts
  const structureCount = structureBase.length - 1
  if (firstId.length !== structureCount) {
    throw damaged(offsets.firstId, `${structureCount} first ids`, `${firstId.length}`)
  }
  const countOf = (structure: number): number => structureBase[structure + 1]! - structureBase[structure]!
  let listedCount = 0
  let idCount = 0
  firstId.forEach((first, structure) => {
    if (first === LISTED) listedCount += countOf(structure)
    else idCount += countOf(structure)
  })
  if (posting.length !== listedCount) {
    throw damaged(offsets.posting, `${listedCount} listed patterns`, `${posting.length}`)
  }
  if (proofs?.arePostings({ firstId, posting, overflow }, facts) === true) return
  idCount += countListed(posting, overflow, offsets)
  // Before anything is allocated for them, so many indicators must be there.
  if (idCount !== indicatorCount) {
    throw damaged(offsets.posting, `postings for ${indicatorCount} ids`, `${idCount}`)
  }
  /** By id: the kind of its run until it is met. As many are met as there are, so that none is left. */
  const waiting = new Uint8Array(indicatorCount)
  for (const { from, to, kind } of facts.runs) waiting.fill(kind, from, to)
  let next = 0
  for (let structure = 0; structure < structureCount; structure += 1) {
    const kind = facts.kindOf(structure)
    const first = firstId[structure]!
    const count = countOf(structure)
    if (first !== LISTED) {
      const end = first + count
      const isOneRun = facts.runs.some((run) => run.kind === kind && run.from <= first && end <= run.to)
      if (count > 0 && (!isOneRun || waiting.subarray(first, end).includes(0)))
        for (let id = first; id < end; id += 1)
          if (waiting[id] !== kind) throw wrongId(offsets.firstId + structure * 4, id)
      waiting.fill(0, first, end)
      continue
    }
    for (const end = next + count; next < end; next += 1) {
      const entry = posting[next]!
      if (entry < OVERFLOW_FLAG) {
        if (waiting[entry] !== kind) throw wrongId(offsets.posting + next * 4, entry)
        waiting[entry] = 0
        continue
      }
      const list = entry - OVERFLOW_FLAG + 1
      for (let i = list; i < list + overflow[list - 1]!; i += 1) {
        const id = overflow[i]!
        if (waiting[id] !== kind) throw wrongId(offsets.overflow + i * 4, id)
        waiting[id] = 0
      }
    }
  }
}

/** Counts the ids of listed patterns; throws unless the overflow lists are whole, ascending and in order. */
function countListed(posting: Uint32Array, overflow: Uint32Array, offsets: PostingFacts['offsets']): number {
  let idCount = 0
  let next = 0
  for (let i = 0; i < posting.length; i += 1) {
    const entry = posting[i]!
    if (entry < OVERFLOW_FLAG) {
      idCount += 1
      continue
    }
    const size = overflow[next] ?? 0
    if (entry - OVERFLOW_FLAG !== next || size < 2 || size > overflow.length - next - 1) {
      throw damaged(offsets.posting + i * 4, `the overflow list at ${next}`, `${entry - OVERFLOW_FLAG}`)
    }
    for (let at = next + 2; at <= next + size; at += 1) {
      if (overflow[at]! <= overflow[at - 1]!) {
        throw damaged(offsets.overflow + at * 4, 'ascending ids of a pattern', `${overflow[at]}`)
      }
    }
    idCount += size
    next += size + 1
  }
  if (next !== overflow.length) {
    throw damaged(offsets.overflow, `${next} words of overflow lists`, `${overflow.length}`)
  }
  return idCount
}

function wrongId(offset: number, id: number): Error {
  return damaged(offset, 'an id of this kind that no other pattern has', `${id}`)
}
