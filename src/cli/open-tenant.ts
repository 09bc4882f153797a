import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import type { StateFolder } from '../files/state-folder.ts'
import { readCredentials } from '../sync/client/credentials.ts'
import { openState } from '../sync/apply/open-state.ts'
import type { Provider } from '../sync/provider.ts'
import { openTiProvider } from '../sync/client/ti-provider.ts'
import type { OptionValues } from './option-values.ts'
import { SYSTEM_CLOCK } from './system-clock.ts'

/** The configured tenant. Nothing is sent before it is first read. `log` is called with a line per request. */
export function openTenant(values: OptionValues, log: (line: string) => void): Provider {
  const [secretFile] = values.references('secret-file')
  const credentials = readCredentials({
    environment: process.env,
    config: {
      tenant: values.one('tenant') ?? undefined,
      api: values.one('api') ?? undefined,
      token: values.one('token') ?? undefined,
    },
    secretFile: secretFile ?? null,
  })
  return openTiProvider({
    ...credentials,
    clock: SYSTEM_CLOCK,
    log,
  })
}

/** What is kept about a tenant between runs: never in the working copy (sync 14). */
export function openTenantState(provider: Provider, breakLock: boolean): StateFolder {
  const root = workingCopy(process.cwd())
  return openState(provider, { base: stateBase(), breakLock, outside: root === null ? [] : [root] })
}

/** `$XDG_STATE_HOME/dryfire`; a relative value is none (XDG Base Directory Specification). */
function stateBase(): string {
  const configured = process.env['XDG_STATE_HOME'] ?? ''
  return join(isAbsolute(configured) ? configured : join(homedir(), '.local', 'state'), 'dryfire')
}

function workingCopy(folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at
    if (dirname(at) === at) return null
  }
}
