/** What one exchange with a server may cost; real time for deadlines, the clock's time for waits. */
export interface TransportLimits {
  /** For the connection, TLS included. */
  readonly connectMs: number
  /** From the start of a request until its reply's headers are there, connecting included. */
  readonly headersMs: number
  /** Between two pieces of a body. */
  readonly idleMs: number
  /** From the start of a request until its reply has been read. */
  readonly totalMs: number
  /** Bytes of a body after decompression. */
  readonly bodyBytes: number
  /** Attempts of a read, the first included. */
  readonly attempts: number
  /** Wait before the second attempt; doubles with each further one, up to `maxDelayMs`. */
  readonly firstDelayMs: number
  readonly maxDelayMs: number
  /** Attempts of one request that a service keeps answering with 429. */
  readonly throttledAttempts: number
  /** Most waiting that one request may be told by Retry-After in all. */
  readonly retryBudgetMs: number
  /** Pages of one collection. */
  readonly pages: number
}

/** Defaults: a bulk upload of 5,000 may take minutes, a page of 1,000 has about half a MiB. */
export const TRANSPORT_LIMITS: TransportLimits = {
  connectMs: 10_000,
  headersMs: 120_000,
  idleMs: 30_000,
  totalMs: 300_000,
  bodyBytes: 64 * 2 ** 20,
  attempts: 5,
  firstDelayMs: 500,
  maxDelayMs: 30_000,
  throttledAttempts: 10,
  retryBudgetMs: 900_000,
  pages: 2_000,
}
