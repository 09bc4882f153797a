import type { IndicatorState, OpaqueDiff, SortedDiffs } from '../../model/rule-diff.ts'
import type { OpaqueIndicator } from '../../model/rule-set.ts'
import { DiffList } from './diff-list.ts'

/**
 * How the opaque IOCs of a definition differ, as a multiset by (Type, DetectionFunction, Value) in the service's own words. As
 * with the others, copies that are equal in every attribute are paired first, and what is left over is added or removed.
 */
export function diffOpaque(
  a: readonly OpaqueIndicator[],
  b: readonly OpaqueIndicator[],
): SortedDiffs<OpaqueDiff> {
  const added = new DiffList<OpaqueDiff>()
  const removed = new DiffList<OpaqueDiff>()
  const changed = new DiffList<OpaqueDiff>()
  let unchanged = 0
  const before = Map.groupBy(a, identityOf)
  const after = Map.groupBy(b, identityOf)
  const identities = new Set([...before.keys(), ...after.keys()])
  for (const identity of [...identities].sort()) {
    const [left, right] = withoutEqualPairs(before.get(identity) ?? [], after.get(identity) ?? [])
    unchanged += (before.get(identity)?.length ?? 0) - left.length
    for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
      const [old, now] = [left[i] ?? null, right[i] ?? null]
      const list = old === null ? added : now === null ? removed : changed
      list.add(() => diffOf(old, now))
    }
  }
  return { added: added.end(), removed: removed.end(), changed: changed.end(), unchanged }
}

type Copies = readonly OpaqueIndicator[]

/** What is left of the copies of one IOC, ordered by their attributes, so that swapping the sides swaps the answer. */
function withoutEqualPairs(before: Copies, after: Copies): readonly [Copies, Copies] {
  const waiting = Map.groupBy(after, attributesOf)
  const left = before.filter((copy) => waiting.get(attributesOf(copy))?.pop() === undefined)
  return [inOrder(left), inOrder([...waiting.values()].flat())]
}

function inOrder(copies: Copies): Copies {
  return copies.toSorted((a, b) => (attributesOf(a) < attributesOf(b) ? -1 : 1))
}

function identityOf({ Type, DetectionFunction, Value }: OpaqueIndicator): string {
  return JSON.stringify([Type, DetectionFunction, Value])
}

function attributesOf({ ExpiresAt, Enabled }: OpaqueIndicator): string {
  return JSON.stringify([ExpiresAt, Enabled])
}

/** At least one of the two is given; the identity is the same on both sides. */
function diffOf(before: OpaqueIndicator | null, after: OpaqueIndicator | null): OpaqueDiff {
  const { Type = '', DetectionFunction = '', Value = '' } = before ?? after ?? {}
  return {
    Type,
    DetectionFunction,
    Value,
    before: before === null ? null : stateOf(before),
    after: after === null ? null : stateOf(after),
  }
}

function stateOf({ ExpiresAt, Enabled }: OpaqueIndicator): IndicatorState {
  return { ExpiresAt, Enabled }
}
