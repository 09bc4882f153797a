import type { Command } from 'commander'
import type { RunCommand } from './command-context.ts'
import type { OptionValues } from './option-values.ts'
import type { SharedOption } from './shared-options.ts'

/** Gives a command its shared options and the file that does its work, loaded when it runs; by then its options are known. */
export type Declare = (
  command: Command,
  shared: readonly SharedOption[],
  load: (values: OptionValues) => Promise<RunCommand>,
) => void

/** What `--quota` takes. */
export const QUOTA_HELP: string =
  'what the tenant may hold: definitions=N, indicators=N, non-equals-indicators=N (default: 1000, 15000, 1000, which are assumed)'

/** Examples for the end of a help text. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`
}
