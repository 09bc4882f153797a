import { CompileError } from '../engine/compile-error.ts'
import { ImageFormatError } from '../engine/image-format-error.ts'
import { FileError } from '../files/file-error.ts'
import { WorkersFailedError } from '../replay/executor.ts'
import { escapeTerminal } from '../report/escape.ts'
import { TOOL_VERSION } from '../model/version.ts'
import { RemoteError } from '../sync/remote-error.ts'
import type { ConsoleOutput } from './console-output.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { InterruptedError } from './interrupted-error.ts'
import { printDiagnostics } from './print-diagnostics.ts'
import { RulesRejectedError } from './rules-rejected.ts'
import { UsageError } from './usage-error.ts'

/** The disk has no room, which is no mistake in the command line. */
const FULL_CODES: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** Says in words why a command could not do its work, and gives its exit code. No stack trace reaches a user. */
export function explainFailure(error: unknown, output: ConsoleOutput): ExitCode {
  if (error instanceof InterruptedError) return error.code
  if (error instanceof RulesRejectedError) {
    printDiagnostics(output, error.diagnostics)
    return EXIT.rules
  }
  if (error instanceof RemoteError)
    return say(output, `${error.code} ${error.message}`, error.fix, EXIT[error.failure])
  if (error instanceof UsageError) return say(output, error.message, error.fix, EXIT.usage)
  if (error instanceof FileError)
    return say(output, error.message, error.fix, FULL_CODES.has(error.code) ? EXIT.limit : EXIT.usage)
  if (error instanceof ImageFormatError)
    return say(
      output,
      `${error.message} (${error.code} at byte ${error.offset})`,
      'compile the rules again',
      EXIT.rules,
    )
  if (error instanceof CompileError && error.code === 'limit')
    return say(output, error.message, 'compile the rules in parts', EXIT.limit)
  if (error instanceof WorkersFailedError)
    return say(output, error.message, null, error.code === 'out-of-memory' ? EXIT.limit : EXIT.bug)
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return say(
    output,
    `internal error in dryfire ${TOOL_VERSION}: ${message}`,
    'please report it with the command line',
    EXIT.bug,
  )
}

function say(output: ConsoleOutput, message: string, fix: string | null, code: ExitCode): ExitCode {
  output.error(`dryfire: ${escapeTerminal(message)}\n`)
  if (fix !== null) output.error(`  fix: ${escapeTerminal(fix)}\n`)
  return code
}
