/** How a Retry-After header names the time to wait: as seconds, or as a date that many seconds ahead. */
export type RetryAfter =
  { readonly form: 'seconds'; readonly seconds: number } | { readonly form: 'date'; readonly seconds: number }

/** What goes wrong with one request. Each is what a client would see over a real socket. */
export type Fault =
  /** 401 as for an expired token; nothing is done. */
  | { readonly kind: 'unauthorized' }
  /** 429; nothing is done. */
  | { readonly kind: 'throttled'; readonly retryAfter: RetryAfter | null }
  /** 500; nothing is done. */
  | { readonly kind: 'server-error' }
  /** 503; nothing is done. */
  | { readonly kind: 'unavailable'; readonly retryAfter: RetryAfter | null }
  /** 504, although the request is carried out: at once, or that many milliseconds later. */
  | { readonly kind: 'gateway-timeout'; readonly effectAfterMs: number }
  /** 507; nothing is done. */
  | { readonly kind: 'quota' }
  /** The connection breaks and nothing was done. */
  | { readonly kind: 'cut-before' }
  /** The request is carried out, then the connection breaks without a reply. */
  | { readonly kind: 'cut-after' }
  /** The request is carried out at once; its reply comes that many milliseconds later. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** The request is carried out; half of the reply's body arrives, then the connection breaks. */
  | { readonly kind: 'truncated' }

/** When a fault happens: the n-th request that fits, and as many after it as `count` says. */
export interface FaultRule {
  /** 1 is the first request that fits. */
  readonly at: number
  /** How many requests in a row; null for every one from `at` on. */
  readonly count: number | null
  /** Only requests with this method are counted; null for any. */
  readonly method: string | null
  /** Only requests whose path (without query) contains this text are counted; null for any. */
  readonly path: string | null
  readonly fault: Fault
}

/** Which requests go wrong, and how. Where two rules fit the same request, the first one in the list happens. */
export interface FaultPlan {
  readonly rules: readonly FaultRule[]
}

/** The plan in which nothing goes wrong. */
export const NO_FAULTS: FaultPlan = { rules: [] }

/** Most that a fault may delay a reply or an effect. */
export const LONGEST_DELAY_MS = 600_000

/** A rule that hits the n-th request of all, once: the building block of a test matrix. */
export function faultAt(n: number, fault: Fault): FaultRule {
  return { at: n, count: 1, method: null, path: null, fault }
}
