import { LISTED } from '../image-layout.ts'
import type { PostingFacts, PostingSections } from '../posting-sections.ts'
import type { Kernel } from './kernel.ts'

/**
 * Whether `verifyPostings` would accept postings that lie in the kernel's memory, with numbers of patterns that fit. `waiting` is
 * free memory of the kernel's with a bit for every id: one kind of ids waits there at a time, so that a bit says enough.
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
  const structures = Array.from(firstId, (first, structure) => {
    const count = structureBase[structure + 1]! - structureBase[structure]!
    const place = next
    if (first === LISTED) next += count * 4
    else ids += count
    return { first, count, place, kind: kindOf(structure) }
  })
  // As many are met as there are, each once and among its own kind, so that none is left.
  if (ids !== indicatorCount) return false
  for (const [kind, own] of Map.groupBy(structures, (structure) => structure.kind)) {
    waiting.fill(0)
    for (const run of runs) if (run.kind === kind) kernel.awaitIds(bits, run.from, run.to)
    const areMet = own.every(({ first, count, place }) =>
      first === LISTED
        ? kernel.meetListed(bits, indicatorCount, place, count, overflow.byteOffset) !== 0
        : first + count <= indicatorCount && kernel.meetRange(bits, first, first + count) !== 0,
    )
    if (!areMet) return false
  }
  return true
}
