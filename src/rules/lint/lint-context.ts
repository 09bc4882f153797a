import type { DiagnosticSeverity, SourceSpan } from '../../model/diagnostic.ts'
import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../../model/indicator.ts'
import type { DetectionFunction, IndicatorType } from '../../model/indicator.ts'
import type { RuleSet } from '../../model/rule-set.ts'
import { DiagnosticList } from '../diagnostic-list.ts'
import type { Spot } from '../diagnostic-list.ts'
import { valueAt } from '../indicator-at.ts'

/** What a lint says about a row or a definition. */
export interface LintFinding {
  readonly code: string
  readonly severity: DiagnosticSeverity
  readonly message: string
  readonly fix: string | null
  readonly related?: readonly { readonly message: string; readonly spot: Spot }[]
}

/** The text of a line of a source, for the caret display; an empty text where it is not known. */
export type LineTextReader = (file: string, line: number) => string

/** A rule set under lint, with the diagnostics found so far. */
export class LintContext {
  readonly rules: RuleSet
  readonly diagnostics: DiagnosticList = new DiagnosticList()
  readonly #lineTextOf: LineTextReader

  constructor(rules: RuleSet, lineTextOf: LineTextReader) {
    this.rules = rules
    this.#lineTextOf = lineTextOf
  }

  typeOf(row: number): IndicatorType {
    return INDICATOR_TYPES[this.rules.indicators.type[row] ?? 0] ?? 'Sha1'
  }

  functionOf(row: number): DetectionFunction {
    return DETECTION_FUNCTIONS[this.rules.indicators.detectionFunction[row] ?? 0] ?? 'Equals'
  }

  valueOf(row: number): string {
    return valueAt(this.rules, row)
  }

  /** Where the row's value stands, or null for rules that come from no text. */
  spotOfRow(row: number): Spot | null {
    const { indicators, sources } = this.rules
    const file = sources[indicators.sourceFile[row] ?? 0]
    if (file === undefined) return null
    const line = indicators.sourceLine[row] ?? 1
    const column = indicators.sourceColumn[row] ?? 1
    const length = (indicators.valueOffset[row + 1] ?? 0) - (indicators.valueOffset[row] ?? 0)
    const span = (): SourceSpan => {
      const lineText = this.#lineTextOf(file, line)
      // A quoted value starts with its quote, which belongs to the mark.
      const isQuoted = /^["']/.test(Array.from(lineText)[column - 1] ?? '')
      return { file, line, column, length: Math.max(1, length) + (isQuoted ? 2 : 0), lineText }
    }
    return { file, span }
  }

  /** Where the definition's Name stands, or null for rules that come from no text. */
  spotOfDefinition(index: number): Spot | null {
    const span = this.rules.definitionSpans?.[index]
    return span === undefined ? null : { file: span.file, span: () => span }
  }

  reportRow(row: number, finding: LintFinding): void {
    this.#report(this.spotOfRow(row), finding)
  }

  reportDefinition(index: number, finding: LintFinding): void {
    this.#report(this.spotOfDefinition(index), finding)
  }

  #report(spot: Spot | null, { severity, ...finding }: LintFinding): void {
    if (severity === 'error') this.diagnostics.error(spot, finding)
    else this.diagnostics.warn(spot, finding)
  }
}
