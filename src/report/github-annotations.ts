import type { SourceSpan } from '../model/diagnostic.ts'
import type { HarnessReport, TestFailure } from '../model/test-report.ts'
import { escapeTerminal } from './escape.ts'
import { nearestInWords } from './failure-text.ts'

/** A report as workflow commands of GitHub Actions, which show each failure and finding at its line of the pull request. */
export function githubAnnotations({ tests, findings, totals }: HarnessReport): string {
  const lines = [
    ...findings.map(({ code, severity, message, fix, span }) =>
      annotation(severity, span, code, [message, ...(fix === null ? [] : [`Fix: ${fix}`])]),
    ),
    ...tests.flatMap(({ name, span, status, failures, reason }) => {
      if (status === 'skipped') return [annotation('notice', span, name, [`skipped: ${reason ?? ''}`])]
      return failures.map((failure) => annotation('error', failure.span, name, sentencesOf(failure)))
    }),
    `${totals.tests} tests: ${totals.failed} failed, ${totals.passed} passed, ${totals.skipped} skipped`,
  ]
  return `${lines.join('\n')}\n`
}

function sentencesOf(failure: TestFailure): readonly string[] {
  const nearest = nearestInWords(failure)
  return [
    failure.message,
    `expected: ${failure.expected}`,
    `actual: ${failure.actual}`,
    ...failure.evidence.map((line) => `seen: ${line}`),
    ...(nearest === null ? [] : [`nearest: ${nearest}`]),
  ]
}

function annotation(
  level: 'error' | 'warning' | 'notice',
  span: SourceSpan | null,
  title: string,
  lines: readonly string[],
): string {
  const place =
    span === null
      ? ''
      : `file=${property(span.file.replace(/^\.\//, ''))},line=${span.line},col=${span.column},endColumn=${span.column + span.length},`
  const message = lines.map((line) => data(escapeTerminal(line))).join('%0A')
  return `::${level} ${place}title=${property(title)}::${message}`
}

/** The message of a command: only `%` and line ends mean something there. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return data(escapeTerminal(text)).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
