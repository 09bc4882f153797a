import { formatCountOf } from '../../model/count-text.ts'
import type { RuleSet } from '../../model/rule-set.ts'
import { escapeTerminal } from '../../report/escape.ts'
import type { CommandContext } from '../command-context.ts'
import type { ConsoleOutput } from '../console-output.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { seedDefinitions } from '../seed-definitions.ts'
import { readServeSettings, type ServeSettings } from '../serve-settings.ts'
import { openServeThread } from '../serve-thread.ts'
import { watchSignals } from '../signals.ts'

/** `dryfire serve`. Prints one line once it accepts connections, and runs until a signal ends it. */
export async function runServe(context: CommandContext): Promise<ExitCode> {
  const settings = readServeSettings(context)
  const watch = watchSignals()
  try {
    const rules = await readSeed(settings, context)
    const seed = rules === null ? null : seedDefinitions(rules)
    const server = await openServeThread({ settings, seed })
    if (rules !== null) saySeed(rules, server.heldCount, settings, context.output)
    announce(server.origin, settings, context.output)
    await Promise.race([aborted(watch.signal), server.ended])
    await server.stop()
  } finally {
    watch.stop()
  }
  return watch.code() ?? EXIT.ok
}

async function readSeed({ seed }: ServeSettings, context: CommandContext): Promise<RuleSet | null> {
  const { output } = context
  if (seed.length === 0) return null
  const [{ readRuleRequest }, { resolveRuleSet }, { printDiagnostics }] = await Promise.all([
    import('../read-settings.ts'),
    import('../resolve-rules.ts'),
    import('../print-diagnostics.ts'),
  ])
  const { rules, warnings } = resolveRuleSet(await readRuleRequest(context, seed))
  printDiagnostics(output, warnings)
  if (rules.opaque.length > 0)
    say(output, `left out ${formatCountOf(rules.opaque.length, 'opaque value')}, which the API would refuse`)
  return rules
}

function saySeed(
  rules: RuleSet,
  heldCount: number,
  { database }: ServeSettings,
  output: ConsoleOutput,
): void {
  if (heldCount > 0) {
    say(output, `${database} holds ${formatCountOf(heldCount, 'definition')} already; --seed is left out`)
    return
  }
  const counts = [
    formatCountOf(rules.definitions.length, 'definition'),
    formatCountOf(rules.indicators.count, 'IOC'),
  ]
  say(output, `seeded ${counts.join(' and ')}`)
}

/** The one line on stdout comes last, so that whoever waits for it finds everything else said. */
function announce(origin: string, settings: ServeSettings, output: ConsoleOutput): void {
  const { tenant, clientId } = settings
  const api = `${origin}/v1.0`
  const token = `${origin}/${tenant}/oauth2/token`
  const clientSecret = settings.isSecretOurs ? settings.clientSecret : null
  if (settings.isMemoryByDefault)
    say(output, 'the state is kept in memory and ends with this command; --db FILE keeps it')
  if (settings.json) {
    const line = { api, token, tenant, clientId, clientSecret }
    output.out(`${JSON.stringify(line)}\n`)
    return
  }
  output.error(
    [
      'for a client of it:',
      `  export DRYFIRE_API_URL=${api}`,
      `  export DRYFIRE_TOKEN_URL=${token}`,
      `  export DRYFIRE_TENANT_ID=${tenant}`,
      `  export DRYFIRE_CLIENT_ID=${clientId}`,
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
