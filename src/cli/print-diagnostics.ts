import type { Diagnostic } from '../model/diagnostic.ts'
import { diagnosticText } from '../report/diagnostic-text.ts'
import type { ConsoleOutput } from './console-output.ts'

/** Prints findings that are no result of the command itself: on standard error, coloured as that stream allows. */
export function printDiagnostics(output: ConsoleOutput, diagnostics: readonly Diagnostic[]): void {
  for (const diagnostic of diagnostics)
    output.error(`${diagnosticText(diagnostic, { color: output.colorError })}\n`)
}
