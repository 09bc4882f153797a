import type { AlertDefinition } from '../model/alert-definition.ts'
import type { InputSummary } from '../model/replay-summary.ts'
import { EXIT, type ExitCode, strongestExit } from './exit-code.ts'
import { UsageError } from './usage-error.ts'

/** A misspelt name would silently switch every gate off. */
export function refuseUnknownDefinitions(
  names: readonly string[] | null,
  definitions: readonly AlertDefinition[],
): void {
  const known = new Set(definitions.map((definition) => definition.Name))
  const unknown = names?.find((name) => !known.has(name))
  if (unknown !== undefined)
    throw new UsageError(
      `--definition: the rules hold no alert definition "${unknown}"`,
      `they hold ${[...known].slice(0, 10).join(', ')}${known.size > 10 ? ' and others' : ''}`,
    )
}

/** How a run over logs ended. */
export interface EndedRun {
  /** Null where no logs were given. */
  readonly input: InputSummary | null
  readonly isGateTripped: boolean
  readonly isAtLimit: boolean
  /** The code of the signal that stopped it, or null. */
  readonly signal: ExitCode | null
}

/** The exit code of a run over logs (semantics 11). */
export function exitOfRun({ input, isGateTripped, isAtLimit, signal }: EndedRun): ExitCode {
  const isIncomplete =
    input !== null &&
    (input.quarantined > 0 || input.problems.some((problem) => problem.severity === 'error'))
  return strongestExit([
    ...(signal === null ? [] : [signal]),
    ...(isGateTripped ? [EXIT.gate] : []),
    ...(isAtLimit ? [EXIT.limit] : []),
    ...(isIncomplete ? [EXIT.input] : []),
  ])
}
