/** Why a rule set cannot be compiled. Stable: programs compare them. */
export type CompileErrorCode = 'limit' | 'not-canonical' | 'bad-accounting' | 'big-endian-host'

/** A rule set that is too large for an image, or that broke its own promise of canonical values. */
export class CompileError extends Error {
  readonly code: CompileErrorCode

  constructor(code: CompileErrorCode, message: string) {
    super(message)
    this.name = 'CompileError'
    this.code = code
  }
}
