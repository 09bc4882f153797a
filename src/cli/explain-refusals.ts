import { escapeTerminal } from '../report/escape.ts'
import type { Refusal } from '../sync/refusal.ts'
import type { ConsoleOutput } from './console-output.ts'
import { EXIT, type ExitCode, strongestExit } from './exit-code.ts'

/** Prints why nothing is written, all reasons at once; gives the exit code. */
export function explainRefusals(refusals: readonly Refusal[], output: ConsoleOutput): ExitCode {
  for (const { code, message, fix } of refusals) {
    output.error(`dryfire: ${code} ${escapeTerminal(message)}\n`)
    if (fix !== null) output.error(`  fix: ${escapeTerminal(fix)}\n`)
  }
  return strongestExit(refusals.map(({ failure }) => (failure === 'usage' ? EXIT.usage : EXIT.safety)))
}
