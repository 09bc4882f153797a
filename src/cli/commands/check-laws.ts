import { checkLaws } from '../../harness/kit/check-laws.ts'
import type { LawSettings } from '../../harness/kit/law-settings.ts'
import { zeekTsv } from '../../logs/formats/zeek-tsv.ts'
import { TELEMETRY_FORMATS } from '../../harness/generate/telemetry-formats.ts'
import { diagnosticText } from '../../report/diagnostic-text.ts'
import type { LawReport } from '../../model/law-report.ts'
import { jsonText } from '../../report/escape.ts'
import { lawsText } from '../../report/laws-text.ts'
import type { CommandContext } from '../command-context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { readFieldMap, readLogFormat, readRuleRequest, readSemantics } from '../read-settings.ts'
import { refusedAgain } from '../rules-in-image.ts'
import { resolveRuleSet } from '../resolve-rules.ts'
import { UsageError } from '../usage-error.ts'
import { wholeNumber } from '../whole-number.ts'

const MOST_RUNS = 10_000_000
const MOST_SEED = 0xffff_ffff
const ORDINARY_RUNS = 200

/** `dryfire check-laws RULES…`: exit 1 when a law has a counterexample. `compile` is where a test puts a fault. */
export async function runCheckLaws(
  context: CommandContext,
  compile: Pick<Partial<LawSettings>, 'compile'> = {},
): Promise<ExitCode> {
  const { operands, values, flags, output } = context
  if (values.one('as-of') === 'now')
    throw new UsageError('as-of now: tomorrow the same seed would try other cases', 'give --as-of TIME')
  const semantics = readSemantics(values, 0n)
  const runs = wholeNumber('--runs', flags['runs'], { least: 1, most: MOST_RUNS, fallback: ORDINARY_RUNS })
  const seed = wholeNumber('--seed', flags['seed'], { least: 0, most: MOST_SEED, fallback: 1 })
  const { rules, warnings } = resolveRuleSet(await readRuleRequest(context, operands), { mayBeImage: true })
  for (const warning of warnings) output.error(`${diagnosticText(warning, { color: output.colorError })}\n`)
  const settings = { semantics, ...(await formatsOf(context)), ...compile }
  const report = tryLaws(() => checkLaws(rules, { runs, seed }, settings))
  output.out(flags['json'] === true ? `${jsonText(report)}\n` : lawsText(report, { color: output.colorOut }))
  return report.laws.some(({ counterexample }) => counterexample !== null) ? EXIT.gate : EXIT.ok
}

function tryLaws(check: () => LawReport): LawReport {
  try {
    return check()
  } catch (error) {
    throw refusedAgain(error)
  }
}

/** The formats that the logs of the cases have: the one asked for, or each that fits. */
async function formatsOf({
  values,
}: CommandContext): Promise<Pick<LawSettings, 'fieldMap'> & Partial<LawSettings>> {
  const name = readLogFormat(values)
  const fieldMap = await readFieldMap(values)
  const format = TELEMETRY_FORMATS.find((candidate) => candidate === name)
  const isGeneric = format === 'json' || format === 'csv'
  if (isGeneric && fieldMap === null && values.one('fields') !== 'any')
    throw new UsageError(`the format ${format} has no fields of its own`, 'name them with --field-map')
  // Events are drawn in the columns of Defender; those of another format stand in lines of JSON, as a user's do.
  if (format === 'zeek-tsv' || format === 'zeek-json') return { fieldMap: fieldMap ?? zeekTsv.fieldMap }
  return format === undefined || isGeneric ? { fieldMap } : { fieldMap, formats: [format] }
}
