import { Command, CommanderError } from 'commander'
import { TOOL_VERSION } from '../model/version.ts'
import { escapeTerminal } from '../report/escape.ts'
import { describeOption } from './choice-option.ts'
import { addCommands } from './commands.ts'
import type { ConsoleOutput } from './console-output.ts'
import { endProcess, openConsoleOutput } from './console-output.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { explainFailure } from './explain-failure.ts'
import { guessImage } from './read-image-ahead.ts'

/** Runs the command line of this process and sets its exit code. */
export async function main(): Promise<void> {
  const words = process.argv.slice(2)
  guessImage(words) // what takes longest begins first
  const output = openConsoleOutput()
  await endProcess(await runCommandLine(words, output))
}

/** Runs one command line; never throws. */
async function runCommandLine(words: readonly string[], output: ConsoleOutput): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok
  const program = new Command('dryfire')
    .description(
      'Shows which alerts a set of custom definitions and IOCs would fire on recorded telemetry, tests them, and brings them to a tenant.',
    )
    .version(TOOL_VERSION, '-V, --version')
    .configureHelp({ optionDescription: describeOption })
  addCommands(program, words[0], output, (result) => (code = result))
  for (const command of [program, ...program.commands]) prepare(command, output)
  try {
    await program.parseAsync([...words], { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
    return explainFailure(error, output)
  }
}

function prepare(command: Command, output: ConsoleOutput): void {
  const fix =
    command.parent === null
      ? 'dryfire --help lists the commands'
      : `dryfire ${command.name()} --help lists the options`
  command.exitOverride().showHelpAfterError(`  fix: ${fix}`)
  command.configureOutput({
    outputError: (text, write) => write(text.replace(/^error: /, 'dryfire: ')),
    writeOut: (text) => output.out(text),
    writeErr: (text) => output.error(escapeLines(text)),
    getOutHelpWidth: () => output.width,
    getErrHelpWidth: () => output.width,
  })
}

/** Commander repeats the user's words, which a script may have taken from a log. */
function escapeLines(text: string): string {
  return text.split('\n').map(escapeTerminal).join('\n')
}
