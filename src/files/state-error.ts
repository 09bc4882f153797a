/** The state folder or its lock is not what it must be, and nothing may be written; the message names the path. */
export class StateError extends Error {
  override readonly name = 'StateError'
  /** Stable and greppable, for example `STATE004`. */
  readonly code: string
  /** One imperative sentence. */
  readonly fix: string

  constructor(code: string, message: string, fix: string) {
    super(message)
    this.code = code
    this.fix = fix
  }
}

/** What can be wrong with the state; documented by code. */
export const STATE_CODES = {
  notOurs: 'STATE001',
  tooOpen: 'STATE002',
  notFolder: 'STATE003',
  damaged: 'STATE004',
  otherSchema: 'STATE005',
  otherOwner: 'STATE006',
  inWorkingCopy: 'STATE007',
  tooLarge: 'STATE008',
  locked: 'STATE011',
  lockedElsewhere: 'STATE012',
  lockDamaged: 'STATE013',
  lockLost: 'STATE014',
} as const
