import { StateError } from '../../files/state-error.ts'
import { StateFolder, type StateFolderOptions } from '../../files/state-folder.ts'
import { RemoteError } from '../remote-error.ts'
import { sha256Hex } from '../sha256.ts'

const KEY_DIGITS = 32

/** The name of a tenant's state folder: which service and which tenant, nothing else, and nothing readable (sync 14). */
export function stateKey({ api, tenant }: { readonly api: string; readonly tenant: string }): string {
  const text = JSON.stringify([new URL(api).origin, tenant])
  return sha256Hex([text]).slice(0, KEY_DIGITS)
}

/** Opens a tenant's state folder; what is wrong with it is a RemoteError `safety`. */
export function openState(
  tenant: { readonly api: string; readonly tenant: string },
  options: Omit<StateFolderOptions, 'key'>,
): StateFolder {
  return withState(() => StateFolder.open({ ...options, key: stateKey(tenant) }))
}

/** Says a StateError as a refusal to write (exit 6), and lets everything else through. */
export function withState<Result>(operation: () => Result): Result {
  try {
    return operation()
  } catch (cause) {
    throw asRefusal(cause)
  }
}

/** A StateError as a RemoteError `safety`; anything else unchanged. */
export function asRefusal(cause: unknown): unknown {
  return cause instanceof StateError ? new RemoteError('safety', cause.code, cause.message, cause.fix) : cause
}
