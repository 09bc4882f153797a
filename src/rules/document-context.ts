import type { DiagnosticList, Spot } from './diagnostic-list.ts'
import type { NodeRange } from './rule-node.ts'
import type { SourceText } from './source-text.ts'

/** `native`: our own form. `request`: a body for the service. `reply`: what the service answered. */
export type DocumentForm = 'native' | 'request' | 'reply'

/** What every reader of one rule document needs. */
export interface DocumentContext {
  readonly source: SourceText
  /** Index of the file among the sources. */
  readonly sourceIndex: number
  readonly notation: 'yaml' | 'json'
  readonly form: DocumentForm
  readonly diagnostics: DiagnosticList
}

/** The spot of a node in the context's file. */
export function spotOf(context: DocumentContext, range: NodeRange): Spot {
  return context.source.spotOf(range.start, range.end)
}
