/** Why something remote cannot go on. `remote` ends with exit 5, `safety` with 6, `usage` with 2, `limit` with 7 (semantics 11). */
export type RemoteFailure = 'remote' | 'safety' | 'usage' | 'limit'

/** A problem with the service, or a refusal to write to it, said so that a person can act on it. Holds no secret. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError'
  /** Stable and greppable, for example `SYNC012`. */
  readonly code: string
  readonly failure: RemoteFailure
  /** One imperative sentence, or null. */
  readonly fix: string | null

  constructor(failure: RemoteFailure, code: string, message: string, fix: string | null = null) {
    super(message)
    this.failure = failure
    this.code = code
    this.fix = fix
  }
}
