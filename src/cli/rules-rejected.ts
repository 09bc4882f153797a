import type { Diagnostic } from '../model/diagnostic.ts'

/** Rules that cannot be used, with every reason at once: exit code 3. */
export class RulesRejectedError extends Error {
  readonly diagnostics: readonly Diagnostic[]
  constructor(diagnostics: readonly Diagnostic[]) {
    super(`${diagnostics.length} problems in the rules`)
    this.name = 'RulesRejectedError'
    this.diagnostics = diagnostics
  }
}
