import type { ConsoleOutput } from './console-output.ts'
import type { ExitCode } from './exit-code.ts'
import type { OptionValues } from './option-values.ts'

/** What a command's own file gets to do its work. */
export interface CommandContext {
  readonly operands: readonly string[]
  readonly values: OptionValues
  /** Options of this command alone, as commander has them. */
  readonly flags: Readonly<Record<string, unknown>>
  readonly output: ConsoleOutput
}

/** The work of one command; gives the exit code. */
export type RunCommand = (context: CommandContext) => Promise<ExitCode>
