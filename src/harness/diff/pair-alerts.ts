import type { AlertGroup } from '../../replay/group-alerts.ts'

/** An alert of A and the alert of B that it became; null on the side that has none. */
export interface AlertPair {
  readonly before: AlertGroup | null
  readonly after: AlertGroup | null
}

/**
 * Says which alert of A became which alert of B. Both must share an event, and each becomes at most one: so the number
 * after is the number before, plus gained, minus lost. Where windows shift, the earliest alerts that share an event
 * belong together; windows lie in the same order on both sides, so swapping the sides swaps the answer.
 *
 * @param groups of A and of B, in the order of `AlertGrouper.groups`
 * @param isBefore true for an alert of A
 * @param partners per detection the number of the other side's detection of the same event and Name, or -1
 */
export function pairAlerts(
  groups: readonly AlertGroup[],
  isBefore: (group: AlertGroup) => boolean,
  partners: readonly number[],
): readonly AlertPair[] {
  const groupOf = new Uint32Array(partners.length)
  for (const [index, { members }] of groups.entries()) for (const member of members) groupOf[member] = index
  const partnerOf = new Map<AlertGroup, AlertGroup>()
  const taken = new Set<AlertGroup>()
  for (const group of groups) {
    if (!isBefore(group)) continue
    for (const member of group.members) {
      const partner = partners[member] ?? -1
      const other = partner < 0 ? undefined : groups[groupOf[partner] ?? -1]
      if (other === undefined || taken.has(other)) continue
      partnerOf.set(group, other)
      taken.add(other)
      break
    }
  }
  return groups.flatMap((group): readonly AlertPair[] => {
    if (isBefore(group)) return [{ before: group, after: partnerOf.get(group) ?? null }]
    return taken.has(group) ? [] : [{ before: null, after: group }]
  })
}
