import type { HarnessReport, TestFailure, TestResult } from '../model/test-report.ts'
import { diagnosticText } from './diagnostic-text.ts'
import { escapeTerminal } from './escape.ts'
import { nearestInWords, nearestLines, placeText } from './failure-text.ts'
import type { Painter } from './paint.ts'
import { painterFor } from './paint.ts'
import { paragraphLines } from './paragraph.ts'
import { formatCount, formatCountOf } from '../model/count-text.ts'
import { formatDuration } from './quantity.ts'

/** How the report is laid out. */
export interface HarnessTextOptions {
  readonly color: boolean
  /** Columns of the terminal. */
  readonly width: number
}

const LEAST_WIDTH = 60
/** Failed tests whose nearest miss is explained in full; of the others one sentence is enough. */
const EXPLAINED_TESTS = 20

/** A test report as a person wants to read it: findings, failed tests with their reasons, and the count. */
export function harnessText(report: HarnessReport, options: HarnessTextOptions): string {
  const page = new Page(options)
  page.findings(report)
  const failed = report.tests.filter(({ status }) => status === 'failed')
  for (const [i, test] of failed.entries()) page.failed(test, i < EXPLAINED_TESTS)
  for (const test of report.tests) if (test.status === 'skipped') page.skipped(test)
  page.totals(report)
  return page.text()
}

class Page {
  readonly #paint: Painter
  readonly #options: HarnessTextOptions
  readonly #width: number
  readonly #lines: string[] = []

  constructor(options: HarnessTextOptions) {
    this.#options = options
    this.#paint = painterFor(options)
    this.#width = Math.max(LEAST_WIDTH, options.width)
  }

  text(): string {
    return `${this.#lines.join('\n')}\n`
  }

  findings({ findings }: HarnessReport): void {
    for (const finding of findings)
      this.#lines.push(...diagnosticText(finding, { color: this.#options.color }).split('\n'))
    if (findings.length > 0) this.#lines.push('')
  }

  failed({ name, span, failures }: TestResult, isExplained: boolean): void {
    const head = `${this.#paint('error', 'FAIL')} ${this.#paint('strong', placeText(span))}`
    this.#lines.push(`${head} ${escapeTerminal(name)}`)
    for (const failure of failures) this.#failure(failure, isExplained)
    this.#lines.push('')
  }

  skipped({ name, span, reason }: TestResult): void {
    this.#lines.push(
      `${this.#paint('warning', 'SKIP')} ${placeText(span)} ${escapeTerminal(name)}: ${escapeTerminal(reason ?? '')}`,
    )
  }

  totals({ totals, partial, timing, command }: HarnessReport): void {
    const { tests, passed, failed, skipped, errors, warnings, files } = totals
    const parts = [
      ...(failed > 0 ? [this.#paint('error', `${formatCount(failed)} failed`)] : []),
      this.#paint(failed > 0 ? 'faint' : 'good', `${formatCount(passed)} passed`),
      ...(skipped > 0 ? [this.#paint('warning', `${formatCount(skipped)} skipped`)] : []),
    ]
    const where = `${formatCountOf(tests, 'test')} in ${formatCountOf(files, 'file')}`
    const found = `${formatCountOf(errors, 'error')}, ${formatCountOf(warnings, 'warning')}`
    if (command === 'check') this.#lines.push(`Rules: ${found}`)
    this.#lines.push(`${where}: ${parts.join(', ')} (${formatDuration(timing.milliseconds)})`)
    if (partial) this.#lines.push(this.#paint('warning', 'The run ended before the last test.'))
  }

  #failure(failure: TestFailure, isExplained: boolean): void {
    const { message, expected, actual, span, evidence, nearest, definitionSpan } = failure
    this.#lines.push(`  ${this.#paint('strong', escapeTerminal(message))}`)
    this.#fact('expected', escapeTerminal(expected))
    this.#fact('actual', escapeTerminal(actual))
    for (const [i, line] of evidence.entries()) this.#fact(i === 0 ? 'seen' : '', escapeTerminal(line))
    this.#fact('at', placeText(span))
    if (definitionSpan !== null) this.#fact('rule', placeText(definitionSpan))
    if (nearest === null) return
    if (!isExplained) return this.#fact('nearest', nearestInWords(failure) ?? '')
    this.#lines.push(`    ${this.#paint('accent', 'nearest miss')}`)
    const { color } = this.#options
    for (const line of nearestLines(nearest, { color, width: this.#width - INDENT.length }))
      this.#lines.push(line === '' ? '' : `${INDENT}${line}`)
  }

  #fact(label: string, escaped: string): void {
    const first = `    ${label.padEnd(LABEL_WIDTH)}  `
    const rest = ' '.repeat(first.length)
    const [line = '', ...more] = paragraphLines(escaped, { width: this.#width, first, rest })
    this.#lines.push(label === '' ? line : line.replace(label, () => this.#paint('faint', label)), ...more)
  }
}

const INDENT = '      '
const LABEL_WIDTH = 8
