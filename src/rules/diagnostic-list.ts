import type { Diagnostic, DiagnosticSeverity, RelatedPlace, SourceSpan } from '../model/diagnostic.ts'

/** Most diagnostics of one severity that are kept for one file; the rest are counted. */
const SHOWN_PER_FILE = 100

/** A place whose span is computed only when it is shown: a bad list has a million of them. */
export interface Spot {
  readonly file: string
  readonly span: () => SourceSpan
}

/** What is wrong, apart from where. */
export interface Finding {
  readonly code: string
  readonly message: string
  readonly fix: string | null
  readonly related?: readonly { readonly message: string; readonly spot: Spot }[]
}

interface FileCount {
  errors: number
  warnings: number
}

/** Collects diagnostics, bounded per file, and gives them in the order of file, place and code. */
export class DiagnosticList {
  readonly #diagnostics: Diagnostic[] = []
  readonly #counts = new Map<string, FileCount>()
  #errorCount = 0

  get hasErrors(): boolean {
    return this.#errorCount > 0
  }

  get errorCount(): number {
    return this.#errorCount
  }

  error(spot: Spot | null, finding: Finding): void {
    this.#errorCount++
    const count = this.#countOf(spot)
    count.errors++
    if (count.errors <= SHOWN_PER_FILE) this.#keep('error', spot, finding)
  }

  warn(spot: Spot | null, finding: Finding): void {
    const count = this.#countOf(spot)
    count.warnings++
    if (count.warnings <= SHOWN_PER_FILE) this.#keep('warning', spot, finding)
  }

  /** Takes over everything that another list kept. */
  adopt(other: DiagnosticList): void {
    for (const diagnostic of other.#diagnostics) {
      const { severity, span, related, ...finding } = diagnostic
      const spot = span === null ? null : { file: span.file, span: () => span }
      const spots = related.map(({ message, span }) => ({
        message,
        spot: { file: span.file, span: () => span },
      }))
      if (severity === 'error') this.error(spot, { ...finding, related: spots })
      else this.warn(spot, { ...finding, related: spots })
    }
  }

  /** All that was kept, each file's own followed by the count of what was not. */
  sorted(): readonly Diagnostic[] {
    const rests = [...this.#counts].flatMap(([file, count]) => [
      ...restOf(file, 'error', count.errors),
      ...restOf(file, 'warning', count.warnings),
    ])
    return [...[...this.#diagnostics].sort(compareDiagnostics), ...rests]
  }

  #keep(severity: DiagnosticSeverity, spot: Spot | null, finding: Finding): void {
    const related: RelatedPlace[] = (finding.related ?? []).map(({ message, spot }) => ({
      message,
      span: spot.span(),
    }))
    const { code, message, fix } = finding
    this.#diagnostics.push({
      code,
      severity,
      message,
      fix,
      span: spot === null ? null : spot.span(),
      related,
    })
  }

  #countOf(spot: Spot | null): FileCount {
    const file = spot === null ? '' : spot.file
    const known = this.#counts.get(file)
    if (known !== undefined) return known
    const count = { errors: 0, warnings: 0 }
    this.#counts.set(file, count)
    return count
  }
}

function restOf(file: string, severity: DiagnosticSeverity, count: number): readonly Diagnostic[] {
  const hidden = count - SHOWN_PER_FILE
  if (hidden <= 0) return []
  const noun = hidden === 1 ? severity : `${severity}s`
  return [
    {
      code: 'RULE018',
      severity,
      message:
        file === ''
          ? `${hidden} more ${noun} not shown`
          : `${file}: ${hidden} more ${noun} of this file not shown`,
      fix: null,
      span: null,
      related: [],
    },
  ]
}

/** Orders diagnostics by file, line, column and code; those without a place first. */
function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  if (a.span === null || b.span === null) {
    if (a.span !== b.span) return a.span === null ? -1 : 1
    return compareText(a.code + a.message, b.code + b.message)
  }
  return (
    compareText(a.span.file, b.span.file) ||
    a.span.line - b.span.line ||
    a.span.column - b.span.column ||
    compareText(a.code + a.message, b.code + b.message)
  )
}

function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
