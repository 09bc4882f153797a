import type { HarnessReport, TestResult } from '../model/test-report.ts'
import { failureLines, placeText } from './failure-text.ts'
import { markdownFence, markdownText } from './markdown-text.ts'

/** Failed tests that are shown in full; a comment on a pull request has a limit. */
const SHOWN_FAILURES = 20
const SHOWN_FINDINGS = 50

/** A report as Markdown, for a comment on a pull request or a job's summary. */
export function harnessMarkdown(report: HarnessReport): string {
  const { totals, findings, tests, partial } = report
  const failed = tests.filter(({ status }) => status === 'failed')
  const isGood = totals.failed === 0 && totals.errors === 0
  const lines = [
    `## ${isGood ? 'Rules are fine' : 'Rules need attention'}`,
    '',
    '| tests | passed | failed | skipped | errors | warnings |',
    '| ---: | ---: | ---: | ---: | ---: | ---: |',
    `| ${totals.tests} | ${totals.passed} | ${totals.failed} | ${totals.skipped} | ${totals.errors} | ${totals.warnings} |`,
    ...(partial ? ['', 'The run ended before the last test.'] : []),
    ...findingLines(findings),
    ...failed.slice(0, SHOWN_FAILURES).flatMap(failedLines),
    ...moreLines(failed.length - SHOWN_FAILURES, 'failed tests'),
  ]
  return `${lines.join('\n')}\n`
}

function findingLines(findings: HarnessReport['findings']): readonly string[] {
  if (findings.length === 0) return []
  const rows = findings.slice(0, SHOWN_FINDINGS).map(({ code, severity, message, fix, span }) => {
    const place = span === null ? '' : markdownText(placeText(span))
    return `| ${severity} | ${markdownText(code)} | ${place} | ${markdownText(message)} | ${markdownText(fix ?? '')} |`
  })
  return [
    '',
    '### Findings',
    '',
    '| | code | place | what | remedy |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    ...moreLines(findings.length - SHOWN_FINDINGS, 'findings'),
  ]
}

function failedLines({ name, span, failures }: TestResult): readonly string[] {
  return [
    '',
    `### ${markdownText(name)}`,
    '',
    markdownText(placeText(span)),
    '',
    ...markdownFence(failures.flatMap((failure, i) => [...(i > 0 ? [''] : []), ...failureLines(failure)])),
  ]
}

function moreLines(count: number, noun: string): readonly string[] {
  return count > 0 ? ['', `… and ${count} more ${noun}`] : []
}
