/** Why a query option was refused: 400 for a mistake, 501 for a part of OData that is not offered. */
export class QueryError extends Error {
  override readonly name = 'QueryError'
  /** The option's name with its `$`; null where the query string itself is at fault. */
  readonly option: string | null
  /** UTF-16 units before the fault, in the option's decoded value; in the raw query string where `option` is null. */
  readonly offset: number
  readonly status: 400 | 501
  /** What to write instead. */
  readonly fix: string

  constructor(fault: QueryFault) {
    super(fault.message)
    this.option = fault.option
    this.offset = fault.offset
    this.status = fault.status
    this.fix = fault.fix
  }
}

/** The parts of a `QueryError`. */
export interface QueryFault {
  readonly option: string | null
  readonly offset: number
  readonly status: 400 | 501
  readonly message: string
  readonly fix: string
}
