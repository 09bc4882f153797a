import type { ChangeCounts, ChangeKind } from '../../model/rule-diff.ts'

/** Counts that grow; one object per thing that is counted. */
export type GrowingCounts = { [K in ChangeKind]: number }

/** Counts of nothing yet. */
export function noChanges(): GrowingCounts {
  return { gained: 0, lost: 0, relabelled: 0 }
}

/** All changes together. */
export function changeCount(counts: ChangeCounts): number {
  return counts.gained + counts.lost + counts.relabelled
}
