import { randomBytes } from 'node:crypto'
import type { AuthMode } from '../emulator/emulator.ts'
import { FaultSpecError, parseFaultPlan } from '../emulator/faults/parse-fault.ts'
import type { FaultPlan } from '../emulator/faults/fault-plan.ts'
import type { ProfileName } from '../emulator/profile.ts'
import { isLoopbackHost } from '../emulator/server/web-guard.ts'
import type { Quotas } from '../model/quotas.ts'
import type { CommandContext } from './command-context.ts'
import { textOf, textsOf } from './flag-texts.ts'
import { parseQuotas } from './read-quotas.ts'
import { UsageError } from './usage-error.ts'

/** How `serve` runs, from flags and environment. */
export interface ServeSettings {
  readonly port: number
  readonly host: string
  /** Null: in memory. */
  readonly database: string | null
  /** Neither `--db` nor `--ephemeral` said so. */
  readonly isMemoryByDefault: boolean
  readonly profile: ProfileName
  readonly auth: AuthMode
  readonly seed: readonly string[]
  readonly faults: FaultPlan
  readonly quotas: Partial<Quotas>
  readonly tenant: string
  readonly clientId: string
  readonly clientSecret: string
  /** It was made here, so that nobody knows it unless it is shown. */
  readonly isSecretOurs: boolean
  readonly json: boolean
  /** Entities of one page at most; null for no paging by the service. */
  readonly pageSize: number | null
}

/** The same each time: clients keep state by tenant, and a restart is no other tenant. */
const DEFAULT_TENANT = '11111111-1111-4111-8111-111111111111'
const DEFAULT_CLIENT = '22222222-2222-4222-8222-222222222222'
const SECRET_BYTES = 24
const PORT_LIMIT = 65_535
/** Both stand in URLs and forms; a tenant is the first part of the token path. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/

/** Reads the options of `serve`. Throws a UsageError. */
export function readServeSettings({ values, flags }: CommandContext): ServeSettings {
  const database = textOf(flags['db'])
  if (database !== null && flags['ephemeral'] === true)
    throw new UsageError('--db keeps the state in a file, --ephemeral keeps none', 'give one of the two')
  if (database === '') throw new UsageError('--db needs a file', 'write --db state.db')
  const secret = values.one('client-secret')
  const settings: ServeSettings = {
    port: parsePort(textOf(flags['port']) ?? '0'),
    host: textOf(flags['host']) ?? '127.0.0.1',
    database,
    isMemoryByDefault: database === null && flags['ephemeral'] !== true,
    profile: flags['profile'] === 'strict' ? 'strict' : 'documented',
    auth: flags['auth'] === 'any' || flags['auth'] === 'off' ? flags['auth'] : 'strict',
    seed: textsOf(flags['seed']),
    faults: parseFaults(textsOf(flags['fault'])),
    quotas: parseQuotas(textsOf(flags['quota'])),
    tenant: parseName('DRYFIRE_TENANT_ID', values.one('tenant-id') ?? DEFAULT_TENANT),
    clientId: parseName('DRYFIRE_CLIENT_ID', values.one('client-id') ?? DEFAULT_CLIENT),
    clientSecret: secret ?? randomBytes(SECRET_BYTES).toString('base64url'),
    isSecretOurs: secret === null,
    json: flags['json'] === true,
    pageSize: parsePageSize(textOf(flags['pageSize'])),
  }
  refuseOpenDoor(settings)
  return settings
}

/** What other machines reach asks for a secret that its owner chose, and checks it. */
function refuseOpenDoor({ host, isSecretOurs, auth }: ServeSettings): void {
  if (isLoopbackHost(host)) return
  if (isSecretOurs)
    throw new UsageError(
      `--host ${host}: other machines can reach it, and no client secret is set`,
      'set DRYFIRE_CLIENT_SECRET, or leave --host out',
    )
  if (auth !== 'strict')
    throw new UsageError(
      `--host ${host}: other machines can reach it, and --auth ${auth} lets everybody in`,
      'leave --auth out, or leave --host out',
    )
}

function parsePort(text: string): number {
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : PORT_LIMIT + 1
  if (port > PORT_LIMIT)
    throw new UsageError(`--port is a number up to ${PORT_LIMIT}, found "${text}"`, 'write 0 for a free one')
  return port
}

function parsePageSize(text: string | null): number | null {
  if (text === null) return null
  const size = /^[0-9]{1,9}$/.test(text) ? Number(text) : 0
  if (size < 1)
    throw new UsageError(`--page-size is a whole number from 1, found "${text}"`, 'write --page-size 1000')
  return size
}

function parseName(variable: string, text: string): string {
  if (!NAME.test(text))
    throw new UsageError(
      `${variable} has letters, digits, dots and hyphens, at most 100, found "${text.slice(0, 100)}"`,
      'give an id such as 0d3f7c1e-5b7a-4b5e-9a53-1c2d3e4f5a6b',
    )
  return text
}

function parseFaults(specs: readonly string[]): FaultPlan {
  try {
    return parseFaultPlan(specs)
  } catch (error) {
    if (error instanceof FaultSpecError) throw new UsageError(`--fault: ${error.message}`, error.fix)
    throw error
  }
}
