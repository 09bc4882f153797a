import { Emulator } from '../../emulator/emulator.ts'
import { DatabaseError } from '../../emulator/schema.ts'
import { ApiError } from '../../emulator/api-error.ts'
import { withAdmin } from '../../emulator/faults/admin.ts'
import { countDefinitions, type Owner } from '../../emulator/faults/owner-access.ts'
import { FaultInjector } from '../../emulator/faults/with-faults.ts'
import { serveEmulator, type RunningServer } from '../../emulator/serve.ts'
import { ServeError } from '../../emulator/server/serve-error.ts'
import { escapeTerminal } from '../../report/escape.ts'
import { formatCountOf } from '../../model/count-text.ts'
import type { CommandContext } from '../command-context.ts'
import type { ConsoleOutput } from '../console-output.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { printDiagnostics } from '../print-diagnostics.ts'
import { readRuleRequest } from '../read-settings.ts'
import { resolveRuleSet } from '../resolve-rules.ts'
import { seedDefinitions } from '../seed-definitions.ts'
import { readServeSettings, type ServeSettings } from '../serve-settings.ts'
import { watchSignals } from '../signals.ts'
import { RulesRejectedError } from '../rules-rejected.ts'
import { UsageError } from '../usage-error.ts'

/** `dryfire serve`. Prints one line once it accepts connections, and runs until a signal ends it. */
export async function runServe(context: CommandContext): Promise<ExitCode> {
  const settings = readServeSettings(context)
  const watch = watchSignals()
  const emulator = openEmulator(settings)
  const owner: Owner = {
    handle: (request) => emulator.handle(request),
    tenant: emulator.tenant,
    clientId: emulator.clientId,
    clientSecret: emulator.clientSecret,
  }
  const injector = new FaultInjector(owner.handle, settings.faults)
  try {
    await seed(emulator, owner, settings, context)
    const server = await listen(withAdmin(owner, injector), settings)
    announce(server, owner, settings, context.output)
    await aborted(watch.signal)
    injector.close()
    await server.stop()
  } finally {
    watch.stop()
    injector.close()
    emulator.close()
  }
  return watch.code() ?? EXIT.ok
}

function openEmulator(settings: ServeSettings): Emulator {
  const { database, profile, auth, quotas, tenant, clientId, clientSecret } = settings
  try {
    return Emulator.open({ database, profile, auth, quotas, tenant, clientId, clientSecret })
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error
    throw new UsageError(`--db ${error.message}`, 'give a file that this command made, or a new one')
  }
}

/** A database that holds something keeps it: starting the same command again must not double its rules. */
async function seed(
  emulator: Emulator,
  owner: Owner,
  settings: ServeSettings,
  context: CommandContext,
): Promise<void> {
  const { output } = context
  if (settings.seed.length === 0) return
  const { rules, warnings } = resolveRuleSet(await readRuleRequest(context, settings.seed))
  printDiagnostics(output, warnings)
  if (rules.opaque.length > 0)
    say(output, `left out ${formatCountOf(rules.opaque.length, 'opaque value')}, which the API would refuse`)
  const held = settings.database === null ? 0 : await countDefinitions(owner, 'http://127.0.0.1')
  if (held > 0) {
    say(output, `${settings.database} holds ${formatCountOf(held, 'definition')} already; --seed is left out`)
    return
  }
  try {
    emulator.seed(seedDefinitions(rules))
  } catch (error) {
    if (error instanceof ApiError) throw seedError(error)
    throw error
  }
  const counts = [
    formatCountOf(rules.definitions.length, 'definition'),
    formatCountOf(rules.indicators.count, 'IOC'),
  ]
  say(output, `seeded ${counts.join(' and ')}`)
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

/** The one line on stdout comes last, so that whoever waits for it finds everything else said. */
function announce(
  { origin }: RunningServer,
  owner: Owner,
  settings: ServeSettings,
  output: ConsoleOutput,
): void {
  const api = `${origin}/v1.0`
  const token = `${origin}/${owner.tenant}/oauth2/token`
  const clientSecret = settings.isSecretOurs ? owner.clientSecret : null
  if (settings.isMemoryByDefault)
    say(output, 'the state is kept in memory and ends with this command; --db FILE keeps it')
  if (settings.json) {
    const line = { api, token, tenant: owner.tenant, clientId: owner.clientId, clientSecret }
    output.out(`${JSON.stringify(line)}\n`)
    return
  }
  output.error(
    [
      'for a client of it:',
      `  export DRYFIRE_API_URL=${api}`,
      `  export DRYFIRE_TOKEN_URL=${token}`,
      `  export DRYFIRE_TENANT_ID=${owner.tenant}`,
      `  export DRYFIRE_CLIENT_ID=${owner.clientId}`,
      clientSecret === null
        ? '  # and DRYFIRE_CLIENT_SECRET as it is set here'
        : `  export DRYFIRE_CLIENT_SECRET=${clientSecret}`,
      'Ctrl-C ends it',
      '',
    ].join('\n'),
  )
  output.out(`serving the API at ${api}\n`)
}

function say(output: ConsoleOutput, message: string): void {
  output.error(`dryfire: ${escapeTerminal(message)}\n`)
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done()
    signal.addEventListener('abort', () => done(), { once: true })
  })
}
