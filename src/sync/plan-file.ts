import { canonicalJson, sha256Hex } from './canonical-json.ts'
import type { Plan } from './plan.ts'

/** The digest of a plan: over all of it but the digest itself, as canonical JSON. */
export function planDigest({
  schemaVersion,
  basis,
  changes,
  kept,
  quotas,
  deletes,
  claims,
}: Omit<Plan, 'digest'>): string {
  return sha256Hex(canonicalJson({ schemaVersion, basis, changes, kept, quotas, deletes, claims }))
}

/** The bytes of a plan file: the same plan gives the same bytes. */
export function encodePlan(plan: Plan): Uint8Array {
  return new TextEncoder().encode(`${canonicalJson(plan, 1)}\n`)
}

/** Reads a plan file; throws a RemoteError, `usage` where it is no plan and `safety` where it was changed. */
export function decodePlan(bytes: Uint8Array): Plan {
  throw new Error(`not there yet: ${bytes.length}`)
}
