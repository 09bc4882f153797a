/** Why nothing may be written: `safety` ends with exit 6, `usage` with 2 (semantics 11). Printers escape the texts. */
export interface Refusal {
  /** Stable and greppable, for example `PLAN003`. */
  readonly code: string
  readonly failure: 'safety' | 'usage'
  readonly message: string
  /** One imperative sentence, or null. */
  readonly fix: string | null
}
