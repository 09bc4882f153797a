import { FileError } from '../../files/file-error.ts'
import type { ListedInput } from '../../files/list-inputs.ts'
import { listInputs } from '../../files/list-inputs.ts'
import { printFieldMap } from '../../logs/user-map.ts'
import type { FieldMap } from '../../model/field-map.ts'
import type { Semantics } from '../../model/semantics.ts'
import type { ClassifiedInput } from '../../replay/classify-input.ts'
import { classifyInput } from '../../replay/classify-input.ts'
import { explainLog } from '../../replay/explain/explain-log.ts'
import { classifyText } from '../../report/classify-text.ts'
import { escapeTerminal, jsonText } from '../../report/escape.ts'
import type { CommandContext } from '../command-context.ts'
import { EXIT, type ExitCode, strongestExit } from '../exit-code.ts'
import { readFieldMap, readLogFormat, readSemantics } from '../read-settings.ts'
import { UsageError } from '../usage-error.ts'

/** `dryfire classify LOGS…`. Exit code 4 when an input cannot be read or is of no format whose fields are known. */
export async function runClassify(context: CommandContext): Promise<ExitCode> {
  const { operands, values, flags } = context
  const semantics = readSemantics(values, 0n)
  const userMap = await readFieldMap(values)
  const { inputs, problems } = listInputs(operands, { cwd: process.cwd() })
  const codes: ExitCode[] = []
  for (const { source, severity, message, fix } of problems) {
    complain(context, source, message, fix)
    if (severity === 'error') codes.push(EXIT.input)
  }
  const printsMap = flags['printMap'] === true
  if (printsMap && inputs.length > 1) {
    throw new UsageError(
      `--print-map prints the map of one log, and ${inputs.length} are named`,
      'name one of them',
    )
  }
  const show = printsMap ? printMap : logPrinter(context, semantics, inputs.length === 1)
  for (const input of inputs) codes.push(await classifyOne(context, input, userMap, semantics, show))
  return strongestExit(codes)
}

type Show = (context: CommandContext, input: ClassifiedInput) => Promise<void>

async function classifyOne(
  context: CommandContext,
  input: ListedInput,
  userMap: FieldMap | null,
  semantics: Semantics,
  show: Show,
): Promise<ExitCode> {
  const { values } = context
  try {
    const classified = await classifyInput(input, {
      logFormat: readLogFormat(values),
      userMap,
      fields: semantics.fields,
      table: values.one('table'),
    })
    await show(context, classified)
    const { refused, fieldMap } = classified.classification
    if (refused !== null) return complain(context, input.name, refused.reason, refused.fix)
    if (fieldMap !== null) return EXIT.ok
    return complain(
      context,
      input.name,
      'no log format is recognised, so none of its fields is looked at',
      'name the fields with --field-map FILE, or look at every string with --fields any',
    )
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    return complain(context, input.name, error.message, error.fix)
  }
}

async function printMap({ output }: CommandContext, input: ClassifiedInput): Promise<void> {
  const { fieldMap } = input.classification
  if (fieldMap !== null) output.out(printFieldMap(fieldMap))
}

function logPrinter(
  { values, flags, output }: CommandContext,
  semantics: Semantics,
  listsUnseen: boolean,
): Show {
  const isJson = flags['json'] === true
  let isFirst = true
  return async (_, input) => {
    const log = await explainLog(input, semantics, values.one('table'))
    if (isJson) {
      output.out(`${jsonText(log)}\n`)
      return
    }
    const text = classifyText(log, { color: output.colorOut, width: output.width, listsUnseen })
    output.out(isFirst ? text : `\n${text}`)
    isFirst = false
  }
}

function complain({ output }: CommandContext, source: string, message: string, fix: string | null): ExitCode {
  output.error(`dryfire: ${escapeTerminal(source)}: ${escapeTerminal(message)}\n`)
  if (fix !== null) output.error(`  fix: ${escapeTerminal(fix)}\n`)
  return EXIT.input
}
