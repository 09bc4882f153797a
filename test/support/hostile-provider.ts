import type { Provider } from '../../src/sync/provider.ts'
import { RemoteError } from '../../src/sync/remote-error.ts'
import { Secret } from '../../src/sync/secret.ts'
import { openTiProvider } from '../../src/sync/ti-provider.ts'
import type { TransportLimits } from '../../src/sync/transport-limits.ts'
import { TOKEN_PATH } from './hostile-server.ts'
import type { HostileServer } from './hostile-server.ts'
import { RecordingClock } from './recording-clock.ts'

/** A client of a hostile server, with what it waited for and logged. */
export interface Client {
  readonly provider: Provider
  readonly clock: RecordingClock
  readonly log: readonly string[]
}

/** Few attempts; deadlines that a busy machine keeps too. */
export const TEST_LIMITS: Partial<TransportLimits> = {
  attempts: 3,
  headersMs: 20_000,
  idleMs: 20_000,
  totalMs: 30_000,
}

/** Deadlines that a test can wait for, where a server stalls. */
export const SHORT_LIMITS: Partial<TransportLimits> = {
  attempts: 3,
  headersMs: 700,
  idleMs: 700,
  totalMs: 3_000,
}

export const NEVER: AbortSignal = new AbortController().signal

export function clientOf(
  server: HostileServer,
  limits: Partial<TransportLimits> = TEST_LIMITS,
  more: { readonly secret?: string; readonly api?: string } = {},
): Client {
  const log: string[] = []
  const clock = new RecordingClock()
  const provider = openTiProvider({
    api: more.api ?? `${server.origin}/v1.0`,
    tokenUrl: `${server.origin}${TOKEN_PATH}`,
    tenant: 'tenant.example',
    clientId: 'client-id',
    clientSecret: new Secret(more.secret ?? 'client-secret-value'),
    clock,
    limits,
    log: (line) => log.push(line),
  })
  return { provider, clock, log }
}

/** The RemoteError that something ends with; anything else fails the test. */
export async function remoteErrorOf(work: Promise<unknown>): Promise<RemoteError> {
  try {
    await work
  } catch (error) {
    if (error instanceof RemoteError) return error
    throw error
  }
  throw new Error('expected a RemoteError, found success')
}
