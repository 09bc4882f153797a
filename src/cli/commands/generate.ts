import type { OutputFile } from '../../files/output-file.ts'
import { openOutputFile } from '../../files/output-file.ts'
import { generateTelemetry, startCount } from '../../harness/generate/generate-telemetry.ts'
import type { TelemetryCount, TelemetryOptions } from '../../harness/generate/generate-telemetry.ts'
import type { TelemetryFormat } from '../../harness/generate/telemetry-formats.ts'
import { TELEMETRY_FORMATS } from '../../harness/generate/telemetry-formats.ts'
import { TestRules } from '../../harness/test-rules.ts'
import type { RuleSet } from '../../model/rule-set.ts'
import type { Semantics } from '../../model/semantics.ts'
import { formatCount, formatCountOf } from '../../model/count-text.ts'
import type { CommandContext } from '../command-context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { refusedAgain } from '../rules-in-image.ts'
import { refuseCollidingOutputs } from '../output-names.ts'
import { readFieldMap, readRuleRequest, readSemantics } from '../read-settings.ts'
import { resolveRuleSet } from '../resolve-rules.ts'
import { watchSignals } from '../signals.ts'
import { UsageError } from '../usage-error.ts'
import { wholeNumber } from '../whole-number.ts'
import { writeNearMisses } from '../write-near-misses.ts'

const MOST_EVENTS = 1_000_000_000
const MOST_SEED = 0xffff_ffff

/** `dryfire generate`: telemetry to standard output or a file, or tests of every IOC. */
export async function runGenerate(context: CommandContext): Promise<ExitCode> {
  const { values, flags } = context
  if (values.one('as-of') === 'now')
    throw new UsageError('as-of now: tomorrow the same seed would give other events', 'give --as-of TIME')
  const semantics = readSemantics(values, 0n)
  const request = await readRuleRequest(context)
  const hasRules = request.rules.length > 0 || request.iocs.length > 0
  const resolved = hasRules ? resolveRuleSet(request, { mayBeImage: true }) : null
  const rules = resolved === null ? null : compile(resolved.rules)
  const files =
    resolved === null ? [] : [...resolved.rules.sources, ...resolved.files.map(({ name }) => name)]
  const inputs = [...files, ...values.references('field-map')]
  if (flags['nearMisses'] === true) return writeNearMisses(context, { rules, semantics, inputs })
  return writeTelemetry(context, await readOptions(context, rules, semantics), inputs)
}

function compile(rules: RuleSet): TestRules {
  try {
    return TestRules.compile(rules)
  } catch (error) {
    throw refusedAgain(error)
  }
}

async function readOptions(
  { values, flags }: CommandContext,
  rules: TestRules | null,
  semantics: Semantics,
): Promise<TelemetryOptions> {
  const format = formatOf(flags['format'])
  const fieldMap = await readFieldMap(values)
  const isGeneric = format === 'json' || format === 'csv'
  if (isGeneric && fieldMap === null)
    throw new UsageError(
      `the format ${format} has no fields of its own`,
      'name them with --field-map, or choose one of the defender formats',
    )
  if (!isGeneric && fieldMap !== null)
    throw new UsageError(
      `the format ${format} has its own fields`,
      'give --format json or csv with a field map',
    )
  const events = wholeNumber('--events', flags['events'], { least: 0, most: MOST_EVENTS, fallback: 1000 })
  const hits = wholeNumber('--hits', flags['hits'], { least: 0, most: MOST_EVENTS, fallback: 0 })
  if (hits > events)
    throw new UsageError(`--hits ${hits} are more than --events ${events}`, 'ask for more events')
  if (hits > 0 && rules === null) throw new UsageError('--hits needs rules', 'name them with -r RULES')
  const seed = wholeNumber('--seed', flags['seed'], { least: 0, most: MOST_SEED, fallback: 1 })
  return { rules, semantics, format, fieldMap, events, hits, seed }
}

function formatOf(flag: unknown): TelemetryFormat {
  return TELEMETRY_FORMATS.find((format) => format === flag) ?? 'defender-storage'
}

async function writeTelemetry(
  { output, flags }: CommandContext,
  options: TelemetryOptions,
  inputs: readonly string[],
): Promise<ExitCode> {
  const path = typeof flags['output'] === 'string' && flags['output'] !== '-' ? flags['output'] : null
  if (path !== null) refuseCollidingOutputs([{ option: '--output', path }], inputs)
  if (path === null) output.endWhenUnread()
  const count = startCount()
  const signals = watchSignals()
  const file = path === null ? null : openOutputFile(path)
  try {
    for (const part of generateTelemetry(options, count)) {
      if (file === null) output.out(part)
      else file.write(part)
      await new Promise((turn) => setImmediate(turn)) // signals, and a reader that went away
      if (signals.signal.aborted) break
    }
    finish(file, signals.signal.aborted)
  } catch (error) {
    file?.abandon()
    throw error
  } finally {
    signals.stop()
  }
  if (flags['quiet'] !== true) output.error(`${inWords(options, count)}\n`)
  return signals.code() ?? EXIT.ok
}

function finish(file: OutputFile | null, isStopped: boolean): void {
  if (isStopped) file?.abandon()
  else file?.commit()
}

function inWords({ hits, rules, seed, format }: TelemetryOptions, count: TelemetryCount): string {
  const written = `${formatCountOf(count.events, 'event')} as ${format}, seed ${seed}`
  if (rules === null) return written
  const { indicatorCount } = rules.image
  const planted =
    hits === 0
      ? 'none is to fire'
      : `${formatCount(count.hits)} to fire, with ${formatCount(count.planted.size)} of ${formatCountOf(indicatorCount, 'IOC')}`
  const missing = count.hits < hits ? `; ${formatCount(hits - count.hits)} asked for could not be made` : ''
  const accidental =
    count.accidental === 0
      ? ''
      : `; ${formatCountOf(count.accidental, 'other event fires', 'other events fire')}, because a rule matches nearly anything`
  return `${written}: ${planted}${missing}${accidental}`
}
