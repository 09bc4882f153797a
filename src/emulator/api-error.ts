/** One thing that is wrong with a request: an item of the error body's `details` (ti-api 6.4). */
export interface ErrorDetail {
  readonly code: string
  /** Says what was expected and what was found. */
  readonly message: string
  /** Path of the property inside the body, for example `iocs[17].Value`; null where there is none. */
  readonly target: string | null
}

/** What an `ApiError` may carry beside status, code and message. */
export interface ErrorExtras {
  readonly target?: string | null
  readonly details?: readonly ErrorDetail[]
  readonly headers?: Readonly<Record<string, string>>
}

/** A refusal that the caller is told about: nothing was changed. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly target: string | null
  readonly details: readonly ErrorDetail[]
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, code: string, message: string, extras: ErrorExtras = {}) {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.code = code
    this.target = extras.target ?? null
    this.details = extras.details ?? []
    this.headers = extras.headers ?? {}
  }
}

/** Items that `details` lists at most (ti-api 1.8). */
export const DETAIL_LIMIT = 20

/** One error for all problems of a body: the first gives code, message and target, the first twenty are `details`. */
export function errorOfProblems(problems: readonly ErrorDetail[]): ApiError {
  const [first] = problems
  if (first === undefined) throw new Error('an error needs a problem')
  const { code, message, target } = first
  return new ApiError(400, code, message, { target, details: problems.slice(0, DETAIL_LIMIT) })
}

/** The JSON text of an error's body (ti-api 6.4). */
export function errorBody(error: ApiError): string {
  const { code, message, target, details } = error
  const listed = details.map((detail) => ({ ...detail, target: detail.target ?? undefined }))
  return JSON.stringify({
    error: {
      code,
      message,
      target: target ?? undefined,
      details: listed.length === 0 ? undefined : listed,
    },
  })
}
