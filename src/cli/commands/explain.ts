import { FileError } from '../../files/file-error.ts'
import { listInputs } from '../../files/list-inputs.ts'
import { STDIN_PATH } from '../../files/byte-source.ts'
import { Matcher } from '../../engine/matcher.ts'
import type { EventExplanation, ValueExplanation } from '../../model/explanation.ts'
import { TICKS_PER_MS } from '../../model/time.ts'
import { classifyInput } from '../../replay/classify-input.ts'
import { explainInput } from '../../replay/explain/explain-input.ts'
import type { ExplainContext } from '../../replay/explain/explain-observables.ts'
import { explainValue } from '../../replay/explain/explain-value.ts'
import { escapeTerminal, jsonText } from '../../report/escape.ts'
import { explainText } from '../../report/explain-text.ts'
import type { CommandContext } from '../command-context.ts'
import { EXIT, type ExitCode, strongestExit } from '../exit-code.ts'
import { printDiagnostics } from '../print-diagnostics.ts'
import { readFieldMap, readLogFormat, readRuleRequest, readSemantics } from '../read-settings.ts'
import { resolveRules } from '../resolve-rules.ts'

/**
 * `dryfire explain VALUE… -r RULES`, with `-` for events on standard input.
 * Exit code 0 whether something matches or not; 4 when an event cannot be read.
 */
export async function runExplain(context: CommandContext): Promise<ExitCode> {
  const { operands, values, output } = context
  const now = BigInt(Date.now()) * TICKS_PER_MS
  const semantics = readSemantics(values, now)
  const { image, warnings } = resolveRules(await readRuleRequest(context))
  printDiagnostics(output, warnings)
  const rules: ExplainContext = { image, matcher: Matcher.open(image, semantics), semantics }
  const show = explanationPrinter(context)
  const codes: ExitCode[] = []
  for (const operand of new Set(operands)) {
    if (operand === STDIN_PATH) codes.push(await explainEvents(context, rules, show))
    else show(explainValue(operand, rules, now))
  }
  return strongestExit(codes)
}

type Show = (explanation: ValueExplanation | EventExplanation) => void

function explanationPrinter({ flags, output }: CommandContext): Show {
  if (flags['json'] === true) return (explanation) => output.out(`${jsonText(explanation)}\n`)
  let isFirst = true
  return (explanation) => {
    const text = explainText(explanation, { color: output.colorOut, width: output.width })
    output.out(isFirst ? text : `\n${text}`)
    isFirst = false
  }
}

/** How a log without any record is classified. */
const EMPTY = 'empty'
const EVENT_FIX = 'give one event or more, as JSON or as CSV with its header'

/** Explains the events on standard input; problems go to standard error. */
async function explainEvents(context: CommandContext, rules: ExplainContext, show: Show): Promise<ExitCode> {
  const { values } = context
  const table = values.one('table')
  const userMap = await readFieldMap(values)
  const [listed] = listInputs([STDIN_PATH], { cwd: process.cwd() }).inputs
  if (listed === undefined) return EXIT.input
  try {
    const input = await classifyInput(listed, {
      logFormat: readLogFormat(values),
      userMap,
      fields: rules.semantics.fields,
      table,
    })
    const { refused, fieldMap, format } = input.classification
    if (refused !== null) return complain(context, refused.reason, refused.fix)
    if (format === EMPTY) return complain(context, 'holds no event', EVENT_FIX)
    if (fieldMap === null || input.chunks === null) {
      const reason = 'the event is of no known log format, so none of its fields is looked at'
      return complain(context, reason, 'name the fields with --field-map FILE, or use --fields any')
    }
    const { events, problems } = await explainInput(input, input.chunks, fieldMap, rules, {
      table,
      onEvent: show,
    })
    for (const { message, fix } of problems) complain(context, message, fix)
    if (events === 0 && problems.length === 0) {
      return complain(context, 'holds no event', EVENT_FIX)
    }
    return problems.some((problem) => problem.severity === 'error') ? EXIT.input : EXIT.ok
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    return complain(context, error.message, error.fix)
  }
}

function complain({ output }: CommandContext, message: string, fix: string | null): ExitCode {
  output.error(`dryfire: standard input: ${escapeTerminal(message)}\n`)
  if (fix !== null) output.error(`  fix: ${escapeTerminal(fix)}\n`)
  return EXIT.input
}
