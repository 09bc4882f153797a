import type { ErrorDetail } from './api-error.ts'
import { shown } from './read-value.ts'

/** Where references of a request are resolved. */
export interface ReferenceBase {
  /** Absolute URL of the service root without a trailing slash, as the request wrote it. */
  readonly root: string
  /** Absolute URL that a relative path with dots is resolved against. */
  readonly requestUrl: string
  readonly takesForeignHosts: boolean
}

/** The key of the definition that a reference names, or what is wrong with it. */
export type ReadReference =
  { readonly ok: true; readonly id: bigint } | { readonly ok: false; readonly problem: ErrorDetail }

const PLAIN = /^AlertDefinitions\((?:Id=)?([+-]?[0-9]{1,19})\)$/
const PATH = /^\/v1\.0\/AlertDefinitions\((?:Id=)?([+-]?[0-9]{1,19})\)$/
const LONGEST = 2048

/** Reads `AlertDefinitions(1)`, a path or an absolute URL of a definition (ti-api 1.4, 6.4). */
export function readReference(json: unknown, target: string, base: ReferenceBase): ReadReference {
  if (typeof json !== 'string') {
    return refuse(
      'InvalidRequestBody',
      `a reference must be a string like AlertDefinitions(1); found ${shown(json)}.`,
      target,
    )
  }
  const plain = PLAIN.exec(json)
  if (plain !== null) return keyed(plain[1] ?? '', target)
  const url = json.length > LONGEST ? null : URL.parse(json, base.requestUrl)
  const path = url === null ? null : PATH.exec(versionLowered(decoded(url.pathname)))
  if (url === null || path === null || !/^https?:$/.test(url.protocol)) {
    return refuse(
      'InvalidInput',
      `expected a reference like AlertDefinitions(1); found ${shown(json)}.`,
      target,
    )
  }
  if (!base.takesForeignHosts && url.origin !== new URL(base.root).origin) {
    const message = `the reference names another host than ${base.root}; write AlertDefinitions(${path[1]}).`
    return refuse('InvalidInput', message, target)
  }
  return keyed(path[1] ?? '', target)
}

/** A key past 64 bits names nothing, and the database could not even be asked for it. */
function keyed(digits: string, target: string): ReadReference {
  const id = BigInt(digits)
  if (BigInt.asIntN(64, id) === id) return { ok: true, id }
  return refuse('InvalidInput', `AlertDefinitions(${digits}) does not exist.`, target)
}

function versionLowered(path: string): string {
  return path.replace(/^\/v1\.0\//i, '/v1.0/')
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

function refuse(code: string, message: string, target: string): ReadReference {
  return { ok: false, problem: { code, message, target } }
}
