import type { Diagnostic } from '../model/diagnostic.ts'
import type { HarnessReport, TestResult } from '../model/test-report.ts'
import { escapeTerminal } from './escape.ts'
import { nearestInWords, placeText } from './failure-text.ts'

/** A report as TAP version 14: errors of rules first, then one point per test, with a YAML block under each failure. */
export function tapText({ tests, findings }: HarnessReport): string {
  const errors = findings.filter(({ severity }) => severity === 'error')
  const warnings = findings.filter(({ severity }) => severity === 'warning')
  const points = [...errors.map(findingPoint), ...tests.map(testPoint)]
  return [
    'TAP version 14',
    `1..${points.length}`,
    ...warnings.map((finding) => `# ${findingLine(finding)}`),
    ...points.flatMap((point, i) => point(i + 1)),
    '',
  ].join('\n')
}

type Point = (number: number) => readonly string[]

function testPoint({ name, span, status, reason, failures }: TestResult): Point {
  return (number) => {
    const description = `${number} - ${tapDescription(`${span.file}: ${name}`)}`
    if (status === 'passed') return [`ok ${description}`]
    if (status === 'skipped') return [`ok ${description} # SKIP ${tapDescription(reason ?? '')}`]
    return [
      `not ok ${description}`,
      '  ---',
      `  at: ${yamlText(placeText(span))}`,
      '  failures:',
      ...failures.flatMap((failure) => {
        const nearest = nearestInWords(failure)
        return [
          `    - kind: ${failure.kind}`,
          `      message: ${yamlText(failure.message)}`,
          `      expected: ${yamlText(failure.expected)}`,
          `      actual: ${yamlText(failure.actual)}`,
          `      at: ${yamlText(placeText(failure.span))}`,
          ...(nearest === null ? [] : [`      nearest: ${yamlText(nearest)}`]),
        ]
      }),
      '  ...',
    ]
  }
}

function findingPoint(finding: Diagnostic): Point {
  return (number) => [
    `not ok ${number} - ${tapDescription(`${finding.code} ${finding.message}`)}`,
    '  ---',
    `  at: ${yamlText(finding.span === null ? '' : placeText(finding.span))}`,
    `  fix: ${yamlText(finding.fix ?? '')}`,
    '  ...',
  ]
}

function findingLine({ code, severity, message, span }: Diagnostic): string {
  const place = span === null ? '' : `${placeText(span)} `
  return `${place}${escapeTerminal(code)} ${severity}: ${escapeTerminal(message)}`
}

/** Foreign text as a description: `#` would begin a directive, and a backslash an escape. */
function tapDescription(text: string): string {
  return escapeTerminal(text).replace(/[\\#]/g, (character) => `\\${character}`)
}

/** Foreign text as a YAML scalar: JSON's double quotes are YAML's. */
function yamlText(text: string): string {
  return JSON.stringify(escapeTerminal(text))
}
