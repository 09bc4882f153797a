import type { Diagnostic, RelatedPlace, SourceSpan } from '../model/diagnostic.ts'
import type { HarnessReport, TestFailure, TestFailureKind, TestResult } from '../model/test-report.ts'
import { TEST_FAILURES } from '../model/test-report.ts'
import { escapeTerminal, jsonText } from './escape.ts'
import { nearestInWords } from './failure-text.ts'

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json'

const MEANINGS: { readonly [K in TestFailureKind]: string } = {
  'not-fired': 'A definition does not fire on events on which its test expects it to.',
  count: 'A definition fires more or less often than its test expects.',
  alerts: 'The detections of a definition group into another number of alerts than its test expects.',
  through: 'A definition fires, but not through the IOC or field that its test expects.',
  'not-silent': 'A definition fires on events on which its test expects silence.',
  'not-strict': 'A definition fires that a strict test does not name.',
  'total-detections': 'The number of detections is not what the test expects.',
  'total-alerts': 'The number of alerts is not what the test expects.',
  quarantined: 'Events of a test cannot be read.',
}

/** A report as SARIF 2.1.0, which code scanning shows at the lines of rules and tests. */
export function sarifJson(report: HarnessReport): string {
  const { findings, tests, toolVersion, partial } = report
  const results = [...findings.map(findingResult), ...tests.flatMap(testResults)]
  const used = new Set(results.map(({ ruleId }) => ruleId))
  const codes = [...new Set(findings.map(({ code }) => code))].sort()
  const rules = [
    ...codes.map((id) => ({ id })),
    ...TEST_FAILURES.filter((kind) => used.has(ruleIdOf(kind))).map((kind) => ({
      id: ruleIdOf(kind),
      shortDescription: { text: MEANINGS[kind] },
    })),
  ]
  const log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'dryfire', version: toolVersion, semanticVersion: toolVersion, rules } },
        columnKind: 'unicodeCodePoints',
        invocations: [{ executionSuccessful: !partial }],
        results,
      },
    ],
  }
  return `${jsonText(log)}\n`
}

interface SarifResult {
  readonly ruleId: string
  readonly level: 'error' | 'warning'
  readonly message: { readonly text: string }
  readonly locations: readonly object[]
  readonly relatedLocations?: readonly object[]
}

function ruleIdOf(kind: TestFailureKind): string {
  return `test/${kind}`
}

function findingResult({ code, severity, message, fix, span, related }: Diagnostic): SarifResult {
  return {
    ruleId: code,
    level: severity,
    message: { text: escapeTerminal(fix === null ? message : `${message}. ${fix}`) },
    locations: span === null ? [] : [location(span)],
    ...relatedLocations(related),
  }
}

function testResults({ name, failures }: TestResult): readonly SarifResult[] {
  return failures.map((failure) => ({
    ruleId: ruleIdOf(failure.kind),
    level: 'error',
    message: { text: escapeTerminal(messageOf(name, failure)) },
    locations: [location(failure.span)],
    ...relatedLocations(
      failure.definitionSpan === null
        ? []
        : [{ message: `the definition ${failure.definition ?? ''}`, span: failure.definitionSpan }],
    ),
  }))
}

function messageOf(name: string, failure: TestFailure): string {
  const nearest = nearestInWords(failure)
  const parts = [
    `${name}: ${failure.message}`,
    `expected ${failure.expected}`,
    `found ${failure.actual}`,
    ...(nearest === null ? [] : [`nearest is ${nearest}`]),
  ]
  return parts.join('. ')
}

function relatedLocations(related: readonly RelatedPlace[]): Pick<SarifResult, 'relatedLocations'> {
  if (related.length === 0) return {}
  return {
    relatedLocations: related.map(({ message, span }) => ({
      ...location(span),
      message: { text: escapeTerminal(message) },
    })),
  }
}

function location({ file, line, column, length }: SourceSpan): object {
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(file) },
      region: { startLine: line, startColumn: column, endColumn: column + length },
    },
  }
}

/** The file as a URI reference: relative names stay relative. */
function uriOf(file: string): string {
  const path = file
    .toWellFormed()
    .replace(/^\.\//, '')
    .split('/')
    .map((part) => encodeURIComponent(part))
    .join('/')
  // The first part of a relative reference may hold no colon, and encodeURIComponent leaves none.
  return path.startsWith('/') ? `file://${path}` : path
}
