import type { AlertDefinition } from '../model/alert-definition.ts'
import type { InputSummary } from '../model/replay-summary.ts'
import { TICKS_PER_MS } from '../model/time.ts'
import type { ReplayOptions } from '../replay/replay.ts'
import type { ReplayFilters } from '../replay/scan-settings.ts'
import type { CommandContext } from './command-context.ts'
import { EXIT, type ExitCode, strongestExit } from './exit-code.ts'
import { textsOf } from './flag-texts.ts'
import {
  readFieldMap,
  readFilters,
  readLogFormat,
  readMaxRatio,
  readSemantics,
  readWorkers,
} from './read-settings.ts'
import { UsageError } from './usage-error.ts'

type RunOption =
  'semantics' | 'logFormat' | 'fieldMap' | 'table' | 'include' | 'workers' | 'maxRatio' | 'kernel' | 'now'

/** How a command reads logs, as its flags, the environment and the configuration say. */
export interface RunSettings {
  readonly options: Required<Pick<ReplayOptions, RunOption>> & { readonly filters: ReplayFilters }
  /** What is not done as it was asked for. */
  readonly warnings: readonly string[]
}

/** Reads the settings of a run over logs, as of this moment. Throws a UsageError. */
export async function readRunSettings({ values, flags }: CommandContext): Promise<RunSettings> {
  const now = BigInt(Date.now()) * TICKS_PER_MS
  const { workers, warning } = readWorkers(values)
  const kernel = values.choice('kernel', ['wasm', 'portable', 'off'], 'wasm')
  return {
    options: {
      semantics: readSemantics(values, now),
      filters: readFilters(values),
      logFormat: readLogFormat(values),
      fieldMap: await readFieldMap(values),
      table: values.one('table'),
      include: textsOf(flags['include']),
      workers: workers ?? 'auto',
      maxRatio: readMaxRatio(values),
      kernel,
      now,
    },
    warnings: warning === null ? [] : [warning],
  }
}

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
