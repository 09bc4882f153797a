import { canonicalJson, sha256Hex } from './canonical-json.ts'
import { inconsistencyOf } from './check-consistent.ts'
import { ShapeError } from './json-fields.ts'
import { planOfShape } from './plan-shape.ts'
import type { Plan } from './plan.ts'
import { RemoteError } from './remote-error.ts'

/** A plan of 200,000 changes has about a fifth of it. */
const PLAN_BYTES_LIMIT = 256 * 2 ** 20

/** The digest of a plan: SHA-256 over all of it but the digest itself, as canonical JSON. */
export function planDigest(plan: Omit<Plan, 'digest'>): string {
  return digestOf(Object.entries(plan))
}

/** The bytes of a plan file: the same plan gives the same bytes. */
export function encodePlan(plan: Plan): Uint8Array {
  return new TextEncoder().encode(`${canonicalJson(plan, 1)}\n`)
}

/**
 * Reads a plan file. Throws a RemoteError: `usage` where the bytes are no plan of this version, `safety` where they are
 * a plan that was changed since it was written, be it by one byte.
 */
export function decodePlan(bytes: Uint8Array): Plan {
  const value = parsed(bytes)
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : []
  const properties = new Map<string, unknown>(entries)
  if (!properties.has('schemaVersion') || !properties.has('digest') || !properties.has('changes'))
    throw noPlan()
  if (properties.get('schemaVersion') !== 1) throw otherVersion()
  if (digestOf(entries) !== properties.get('digest')) throw changed('its digest does not fit its contents')
  const plan = shaped(value)
  const contradiction = inconsistencyOf(plan)
  if (contradiction !== null) throw changed(contradiction)
  // What JSON does not see, such as blanks, repeated keys and escapes, must be as it was written, too.
  if (!isSame(bytes, encodePlan(plan))) throw changed('its bytes are not as they were written')
  return plan
}

function digestOf(entries: readonly (readonly [string, unknown])[]): string {
  return sha256Hex(canonicalJson(Object.fromEntries(entries.filter(([name]) => name !== 'digest'))))
}

function parsed(bytes: Uint8Array): unknown {
  if (bytes.length > PLAN_BYTES_LIMIT) throw noPlan()
  try {
    const value: unknown = JSON.parse(
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
    )
    // Fails on a nesting that would exhaust the stack later.
    JSON.stringify(value)
    return value
  } catch {
    throw noPlan()
  }
}

function shaped(value: unknown): Plan {
  try {
    return planOfShape(value)
  } catch (error) {
    if (error instanceof ShapeError) throw changed(error.message)
    throw error
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}

function noPlan(): RemoteError {
  return new RemoteError(
    'usage',
    'PLAN030',
    'the file is no plan',
    'Give the file that `dryfire plan -o` wrote.',
  )
}

function otherVersion(): RemoteError {
  return new RemoteError(
    'usage',
    'PLAN031',
    'the plan has another format than this version of dryfire writes',
    'Make the plan again.',
  )
}

function changed(reason: string): RemoteError {
  return new RemoteError(
    'safety',
    'PLAN032',
    `the plan was changed since it was made: ${reason}`,
    'Make the plan again; change the rules, not the plan.',
  )
}
