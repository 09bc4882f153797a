/** An error keeps the rules from loading; a warning does not. */
export type DiagnosticSeverity = 'error' | 'warning'

/** A place in a text file. Lines and columns count from 1; columns count code points; offset is in UTF-16 code units or bytes as the reader has it. */
export interface SourceSpan {
  readonly file: string
  readonly line: number
  readonly column: number
  /** Length of the marked text in code points, at least 1. */
  readonly length: number
  /** The whole line as it stands in the file, for the caret display; bounded by the reader. */
  readonly lineText: string
}

/** A user's mistake: what was expected, what was found, where, and how to mend it. */
export interface Diagnostic {
  /** Stable and greppable, for example `IOC012`. */
  readonly code: string
  readonly severity: DiagnosticSeverity
  readonly message: string
  /** One imperative sentence, or null when there is no single remedy. */
  readonly fix: string | null
  /** Null when the problem has no place in a file (an empty folder, a missing file: the message names it). */
  readonly span: SourceSpan | null
  /** Further places that belong to the problem, such as the first of two equal names. */
  readonly related: readonly RelatedPlace[]
}

/** Another place that a reader must see to understand a diagnostic. */
export interface RelatedPlace {
  readonly message: string
  readonly span: SourceSpan
}
