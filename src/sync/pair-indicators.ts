import type { DesiredIndicator } from './desired-indicators.ts'
import type { IndicatorBody } from './entities.ts'
import { attributesOf, identityOf } from './held-indicator.ts'
import { Queues } from './queues.ts'

/** A held indicator that is not opaque. */
export interface CanonicalHeld {
  readonly Id: number
  readonly definitionId: number
  readonly body: IndicatorBody
}

/** How the indicators of one definition correspond. */
export interface Pairing {
  /** Same identity, other attributes. */
  readonly patches: readonly { readonly held: CanonicalHeld; readonly desired: DesiredIndicator }[]
  /** Desired without a counterpart. */
  readonly creates: readonly DesiredIndicator[]
  /** Held without a counterpart, surplus copies included. */
  readonly leftovers: readonly CanonicalHeld[]
}

/**
 * Pairs two multisets by (Type, canonical Value, DetectionFunction): equal attributes first, then lowest Id (sync 2).
 * `held` ascends by Id. Linear in both, however many copies there are.
 */
export function pairIndicators(
  desired: readonly DesiredIndicator[],
  held: readonly CanonicalHeld[],
): Pairing {
  const equals = new Queues<CanonicalHeld>()
  const alike = new Queues<CanonicalHeld>()
  for (const item of held) {
    const identity = identityOf(item.body)
    equals.add(`${identity} ${attributesOf(item.body)}`, item)
    alike.add(identity, item)
  }
  const paired = new Set<number>()
  const unequal = desired.filter(({ body }) => {
    const found = equals.take(`${identityOf(body)} ${attributesOf(body)}`)
    if (found !== null) paired.add(found.Id)
    return found === null
  })
  const patches: { held: CanonicalHeld; desired: DesiredIndicator }[] = []
  const creates: DesiredIndicator[] = []
  for (const item of unequal) {
    const found = alike.take(identityOf(item.body), ({ Id }) => paired.has(Id))
    if (found === null) creates.push(item)
    else {
      paired.add(found.Id)
      patches.push({ held: found, desired: item })
    }
  }
  return { patches, creates, leftovers: held.filter(({ Id }) => !paired.has(Id)) }
}
