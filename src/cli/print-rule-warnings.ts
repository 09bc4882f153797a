import type { CommandContext } from './command-context.ts'
import { printDiagnostics } from './print-diagnostics.ts'
import type { TestSession } from './test-session.ts'

/** Prints what is odd about the rules of tests, or was left out of them, unless `--quiet` is given. */
export function printRuleWarnings(
  { output, flags }: Pick<CommandContext, 'output' | 'flags'>,
  { ruleSets }: Pick<TestSession, 'ruleSets'>,
): void {
  if (flags['quiet'] === true) return
  for (const { warnings } of ruleSets) printDiagnostics(output, warnings)
}
