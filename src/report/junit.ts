import type { Diagnostic } from '../model/diagnostic.ts'
import type { HarnessReport, TestResult } from '../model/test-report.ts'
import { failureLines } from './failure-text.ts'
import { xmlAttributes, xmlText } from './xml-text.ts'

/** Suite of the findings that belong to no test. */
const FINDINGS_SUITE = 'rules'

/** A report as JUnit XML, the form that CI systems read: one suite per file, one case per test, errors of rules as cases of their own. */
export function junitXml({ tests, findings, totals, timing }: HarnessReport): string {
  const suites = [...Map.groupBy(tests, ({ file }) => file)]
  const errors = findings.filter(({ severity }) => severity === 'error')
  const head = xmlAttributes([
    ['name', 'dryfire'],
    ['tests', String(totals.tests + errors.length)],
    ['failures', String(totals.failed)],
    ['errors', String(errors.length)],
    ['skipped', String(totals.skipped)],
    ['time', seconds(timing.milliseconds)],
  ])
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${head}>`,
    ...(findings.length > 0 ? findingsSuite(findings, errors) : []),
    ...suites.flatMap(([file, own]) => suiteLines(file, own)),
    '</testsuites>',
    '',
  ].join('\n')
}

function suiteLines(file: string, tests: readonly TestResult[]): readonly string[] {
  const head = xmlAttributes([
    ['name', file],
    ['tests', String(tests.length)],
    ['failures', String(tests.filter(({ status }) => status === 'failed').length)],
    ['errors', '0'],
    ['skipped', String(tests.filter(({ status }) => status === 'skipped').length)],
    ['time', seconds(tests.reduce((sum, { milliseconds }) => sum + milliseconds, 0))],
  ])
  return [`  <testsuite${head}>`, ...tests.flatMap(caseLines), '  </testsuite>']
}

function caseLines({
  name,
  file,
  span,
  status,
  reason,
  failures,
  milliseconds,
}: TestResult): readonly string[] {
  const head = xmlAttributes([
    ['name', name],
    ['classname', file],
    ['file', file],
    ['line', String(span.line)],
    ['time', seconds(milliseconds)],
  ])
  if (status === 'passed') return [`    <testcase${head}/>`]
  const inner =
    status === 'skipped'
      ? [`      <skipped${xmlAttributes([['message', reason]])}/>`]
      : failures.flatMap((failure) => [
          `      <failure${xmlAttributes([
            ['message', failure.message],
            ['type', failure.kind],
          ])}>${failureLines(failure).map(xmlText).join('\n')}</failure>`,
        ])
  return [`    <testcase${head}>`, ...inner, '    </testcase>']
}

function findingsSuite(findings: readonly Diagnostic[], errors: readonly Diagnostic[]): readonly string[] {
  const head = xmlAttributes([
    ['name', FINDINGS_SUITE],
    ['tests', String(errors.length)],
    ['failures', '0'],
    ['errors', String(errors.length)],
    ['skipped', '0'],
    ['time', '0.000'],
  ])
  const warnings = findings.filter(({ severity }) => severity === 'warning')
  const output = warnings.map((finding) => xmlText(findingLine(finding))).join('\n')
  return [
    `  <testsuite${head}>`,
    ...errors.flatMap((finding) => [
      `    <testcase${xmlAttributes([
        ['name', `${finding.code} ${finding.message}`],
        ['classname', finding.span?.file ?? FINDINGS_SUITE],
        ['file', finding.span?.file ?? null],
        ['line', finding.span === null ? null : String(finding.span.line)],
        ['time', '0.000'],
      ])}>`,
      `      <error${xmlAttributes([
        ['message', finding.message],
        ['type', finding.code],
      ])}>${xmlText(findingLine(finding))}</error>`,
      '    </testcase>',
    ]),
    ...(warnings.length > 0 ? [`    <system-out>${output}</system-out>`] : []),
    '  </testsuite>',
  ]
}

function findingLine({ code, severity, message, fix, span }: Diagnostic): string {
  const place = span === null ? '' : `${span.file}:${span.line}:${span.column} `
  return `${place}${code} ${severity}: ${message}${fix === null ? '' : ` Fix: ${fix}`}`
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3)
}
