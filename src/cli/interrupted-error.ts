import type { ExitCode } from './exit-code.ts'

/** A signal ended the work before there was anything to show. */
export class InterruptedError extends Error {
  readonly code: ExitCode
  constructor(code: ExitCode) {
    super('interrupted')
    this.name = 'InterruptedError'
    this.code = code
  }
}
