import { ApiError } from '../emulator/api-error.ts'
import { Emulator, type SeedDefinition } from '../emulator/emulator.ts'
import { withAdmin } from '../emulator/faults/admin.ts'
import { countDefinitions, type Owner } from '../emulator/faults/owner-access.ts'
import { FaultInjector } from '../emulator/faults/with-faults.ts'
import { DatabaseError } from '../emulator/schema.ts'
import { serveEmulator, type RunningServer } from '../emulator/serve.ts'
import { ServeError } from '../emulator/server/serve-error.ts'
import { RulesRejectedError } from './rules-rejected.ts'
import type { ServeSettings } from './serve-settings.ts'
import { UsageError } from './usage-error.ts'

/** What a session is opened with: data alone, since it crosses to another thread. */
export interface SessionRequest {
  readonly settings: ServeSettings
  /** Null: nothing to begin with. */
  readonly seed: readonly SeedDefinition[] | null
}

/** An emulator on a socket that accepts connections. */
export interface ServeSession {
  readonly origin: string
  /** Definitions that the database held already, so that the seed was left out. */
  readonly heldCount: number
  /** Lets running requests finish within a bound, and closes the database. */
  stop(): Promise<void>
}

/** Opens the emulator, seeds it and serves it. Throws a UsageError, or a RulesRejectedError for the seed. */
export async function openSession({ settings, seed }: SessionRequest): Promise<ServeSession> {
  const emulator = openEmulator(settings)
  const { tenant, clientId, clientSecret } = emulator
  const owner: Owner = { handle: (request) => emulator.handle(request), tenant, clientId, clientSecret }
  const injector = new FaultInjector(owner.handle, settings.faults)
  try {
    const heldCount = seed === null ? 0 : await seedEmulator(emulator, owner, settings, seed)
    const server = await listen(withAdmin(owner, injector), settings)
    const stop = async (): Promise<void> => {
      injector.close()
      await server.stop()
      emulator.close()
    }
    return { origin: server.origin, heldCount, stop }
  } catch (error) {
    emulator.close()
    throw error
  }
}

function openEmulator(settings: ServeSettings): Emulator {
  const { database, profile, auth, quotas, tenant, clientId, clientSecret, pageSize } = settings
  try {
    return Emulator.open({ database, profile, auth, quotas, tenant, clientId, clientSecret, pageSize })
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error
    throw new UsageError(`--db ${error.message}`, 'give a file that this command made, or a new one')
  }
}

/** A database that holds something keeps it: starting the same command again must not double its rules. */
async function seedEmulator(
  emulator: Emulator,
  owner: Owner,
  { database }: ServeSettings,
  seed: readonly SeedDefinition[],
): Promise<number> {
  const heldCount = database === null ? 0 : await countDefinitions(owner, 'http://127.0.0.1')
  if (heldCount > 0) return heldCount
  try {
    emulator.seed(seed)
  } catch (error) {
    if (error instanceof ApiError) throw seedError(error)
    throw error
  }
  return 0
}

/** What the rules passed and the service refuses: a quota, or the strictness of its profile. */
function seedError(error: ApiError): Error {
  if (error.status === 507)
    return new UsageError(`--seed: ${error.message}`, 'raise the quota with --quota, or seed fewer rules')
  const message = `${error.target === null ? '' : `${error.target}: `}${error.message}`
  const fix = 'correct the rules, or serve them with --profile documented'
  return new RulesRejectedError([
    { code: 'RULE000', severity: 'error', message, fix, span: null, related: [] },
  ])
}

async function listen(
  handle: Parameters<typeof serveEmulator>[0],
  settings: ServeSettings,
): Promise<RunningServer> {
  try {
    return await serveEmulator(handle, {
      host: settings.host,
      port: settings.port,
      secret: settings.clientSecret,
    })
  } catch (error) {
    if (error instanceof ServeError) throw new UsageError(error.message, error.fix)
    throw error
  }
}
