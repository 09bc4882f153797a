import type { SignalWatch } from './signals.ts'
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

/** What a command that watched for signals throws on: the signal where one came, else what went wrong. */
export function interruptedOr(cause: unknown, watch: SignalWatch): unknown {
  const code = watch.code()
  return code === null ? cause : new InterruptedError(code)
}
