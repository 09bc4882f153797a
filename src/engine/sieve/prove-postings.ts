import { LISTED } from '../image-layout.ts'
import type { PostingFacts, PostingSections } from '../posting-sections.ts'
import type { Kernel } from './kernel.ts'

/** The patterns of one structure. */
interface OwnPatterns {
  /** Id of the first one, or LISTED. */
  readonly first: number
  readonly count: number
  /** Where those of listed structures have their entries. */
  readonly place: number
  readonly kind: number
}

/**
 * Whether `verifyPostings` would accept postings that lie in the kernel's memory, with numbers of patterns that fit. `waiting` is
 * free memory of the kernel's with a zero bit for every id: one kind of ids waits there at a time, so that a bit says enough.
 */
export function provePostings(
  kernel: Kernel,
  { firstId, posting, overflow }: PostingSections,
  { structureBase, indicatorCount, runs, kindOf }: PostingFacts,
  waiting: Uint8Array,
): boolean {
  const { byteOffset: bits } = waiting
  let ids = kernel.listedIds(posting.byteOffset, posting.length, overflow.byteOffset, overflow.length) >>> 0
  let next = posting.byteOffset
  const structures = Array.from(firstId, (first, structure): OwnPatterns => {
    const count = structureBase[structure + 1]! - structureBase[structure]!
    const place = next
    if (first === LISTED) next += count * 4
    else ids += count
    return { first, count, place, kind: kindOf(structure) }
  })
  if (ids !== indicatorCount) return false
  for (const [kind, own] of Map.groupBy(structures, (structure) => structure.kind)) {
    const ownRuns = runs.filter((run) => run.kind === kind)
    if (isOneRun(own, ownRuns)) continue
    for (const { from, to } of ownRuns) kernel.awaitIds(bits, from, to)
    const areMet = own.every(({ first, count, place }) =>
      first === LISTED
        ? kernel.meetListed(bits, indicatorCount, place, count, overflow.byteOffset) !== 0
        : first + count <= indicatorCount && kernel.meetRange(bits, first, first + count) !== 0,
    )
    // Whoever waits for none of his kind must not be met by another one.
    if (!areMet || !ownRuns.every(({ from, to }) => kernel.areMet(bits, from, to) !== 0)) return false
  }
  return true
}

/** Whether all patterns of a kind stand in one structure that is not listed, and their ids are those of its only run: nearly always. */
function isOneRun(own: readonly OwnPatterns[], runs: PostingFacts['runs']): boolean {
  const [only, second] = own.filter(({ count }) => count > 0)
  const [run, other] = runs
  if (only === undefined || run === undefined) return only === run
  if (second !== undefined || other !== undefined) return false
  return only.first === run.from && only.first + only.count === run.to
}
