import { assertNever } from '../model/assert-never.ts'
import { formatCountOf } from '../model/count-text.ts'
import type { Detection } from '../model/detection.ts'
import type { SourceSpan } from '../model/diagnostic.ts'
import type { EventExplanation } from '../model/explanation.ts'
import type { Match } from '../model/match.ts'
import type { TestFailure, TestFailureKind } from '../model/test-report.ts'
import type { TestOutcome } from './evaluate-test.ts'
import { findBreaches, firedDefinitions } from './find-breaches.ts'
import type { Breach, FiredDefinitions } from './find-breaches.ts'
import { fitsThrough, matchInWords, throughInWords } from './match-through.ts'
import { nearestMiss } from './near-miss.ts'
import type { SoughtMiss } from './near-miss.ts'
import type { PreparedTest } from './prepare-test.ts'
import { countInWords } from './read-count.ts'
import type {
  CountRange,
  FiringExpectation,
  PlacedText,
  ThroughExpectation,
  TotalExpectation,
} from './test-file.ts'
import type { TestRules } from './test-rules.ts'

/** Lines of evidence that a failure repeats. */
const EVIDENCE_LIMIT = 5

/** Compares what fired with what a test expects; empty: the test passes. Order is that of the expectations. */
export function judgeTest(
  prepared: PreparedTest,
  outcome: TestOutcome,
  rules: TestRules,
): readonly TestFailure[] {
  return new Judge(prepared, outcome, rules).failures()
}

interface FailureParts {
  readonly kind: TestFailureKind
  readonly message: string
  readonly expected: string
  readonly actual: string
  readonly span: SourceSpan
  readonly definition: string | null
  readonly evidence?: readonly string[]
  readonly nearest?: EventExplanation | null
}

/** Says of every breach what was expected, what happened, and what came nearest. */
class Judge {
  readonly #prepared: PreparedTest
  readonly #outcome: TestOutcome
  readonly #rules: TestRules
  readonly #fired: FiredDefinitions

  constructor(prepared: PreparedTest, outcome: TestOutcome, rules: TestRules) {
    this.#prepared = prepared
    this.#outcome = outcome
    this.#rules = rules
    this.#fired = firedDefinitions(outcome)
  }

  failures(): readonly TestFailure[] {
    const breaches = findBreaches(this.#prepared.test, this.#outcome, this.#fired)
    return [...breaches].map((breach) => this.#failure(this.#partsOf(breach)))
  }

  #partsOf(breach: Breach): FailureParts {
    switch (breach.kind) {
      case 'not-fired':
        return this.#notFired(breach.expectation)
      case 'count':
        return this.#count(breach.expectation, breach.detections)
      case 'alerts':
        return this.#alerts(breach.name, breach.expected)
      case 'through':
        return this.#through(breach.expectation.definition.text, breach.way, breach.detections)
      case 'not-silent':
        return notSilent(breach.name, breach.detections)
      case 'not-strict':
        return this.#notStrict(breach.name, breach.detections)
      case 'total-detections':
      case 'total-alerts':
        return this.#total(breach.kind, breach.expected, breach.found)
      case 'quarantined':
        return this.#quarantined()
      default:
        return assertNever(breach)
    }
  }

  #notFired({ definition, count, through }: FiringExpectation): FailureParts {
    const name = definition.text
    const value = through[0]?.Value ?? null
    return {
      kind: 'not-fired',
      message: `${name} does not fire`,
      expected: `${countInWords(count)} ${nounOf(count, 'detection')} of ${name}`,
      actual: `none; ${this.#hindrance(name) ?? this.#firedInWords()}`,
      span: definition.span,
      definition: name,
      nearest: this.#nearest(name, { value, isFiringSkipped: false }),
    }
  }

  #count({ definition, count }: FiringExpectation, detections: readonly Detection[]): FailureParts {
    const name = definition.text
    return {
      kind: 'count',
      message: `${name} fires ${timesInWords(detections.length)}`,
      expected: `${countInWords(count)} ${nounOf(count, 'detection')} of ${name}`,
      actual: `${formatCountOf(detections.length, 'detection')}${this.#copiesInWords()}`,
      span: definition.span,
      definition: name,
      evidence: evidenceOf(detections),
      nearest:
        detections.length < count.min ? this.#nearest(name, { value: null, isFiringSkipped: true }) : null,
    }
  }

  #notStrict(name: string, detections: readonly Detection[]): FailureParts {
    const { test } = this.#prepared
    return {
      kind: 'not-strict',
      message: `${name} fires too`,
      expected:
        test.fires.length === 0
          ? 'nothing fires (strict)'
          : `nothing fires but ${test.fires.map(({ definition }) => definition.text).join(', ')} (strict)`,
      actual: `${formatCountOf(detections.length, 'detection')} of ${name}`,
      span: test.span,
      definition: name,
      evidence: evidenceOf(detections),
    }
  }

  #total(kind: 'total-detections' | 'total-alerts', expected: TotalExpectation, found: number): FailureParts {
    const noun = kind === 'total-alerts' ? 'alert' : 'detection'
    return {
      kind,
      message: `all definitions together give ${formatCountOf(found, noun)}`,
      expected: `${countInWords(expected)} ${nounOf(expected, noun)}`,
      actual: `${found}; ${this.#firedInWords()}`,
      span: expected.span,
      definition: null,
    }
  }

  #quarantined(): FailureParts {
    const { test } = this.#prepared
    const { quarantined } = this.#outcome
    return {
      kind: 'quarantined',
      message: `${quarantined.length} ${quarantined.length === 1 ? 'event is' : 'events are'} quarantined`,
      expected: `${countInWords(test.quarantined)} quarantined ${nounOf(test.quarantined, 'event')}`,
      actual: `${quarantined.length}`,
      span: test.events?.span ?? test.logs[0]?.span ?? test.span,
      definition: null,
      evidence: quarantined
        .slice(0, EVIDENCE_LIMIT)
        .map(({ source, line, reason }) => `${source}:${line} ${reason}`),
    }
  }

  #alerts({ text: name, span }: PlacedText, expected: CountRange): FailureParts {
    const own = this.#outcome.alerts.filter(({ definition }) => definition.Name === name)
    const found = formatCountOf(own.length, 'alert')
    return {
      kind: 'alerts',
      message: `the detections of ${name} group into ${found}`,
      expected: `${countInWords(expected)} ${nounOf(expected, 'alert')} of ${name}`,
      actual: found,
      span,
      definition: name,
      evidence: own
        .slice(0, EVIDENCE_LIMIT)
        .map(
          ({ device, firstTime, lastTime, detections }) =>
            `device ${device}, ${firstTime ?? 'untimed'} to ${lastTime ?? 'untimed'}, detections: ${detections}`,
        ),
    }
  }

  #through(name: string, expected: ThroughExpectation, detections: readonly Detection[]): FailureParts {
    const matches = detections.flatMap((detection) => detection.matches)
    const isValueSeen = matches.some((match) =>
      fitsThrough(match, { ...expected, field: null, text: null, role: null }),
    )
    return {
      kind: 'through',
      message: `${name} fires, but not through ${throughInWords(expected)}`,
      expected: throughInWords(expected),
      actual: waysInWords(matches),
      span: expected.span,
      definition: name,
      evidence: evidenceOf(detections),
      nearest:
        expected.Value === null || isValueSeen
          ? null
          : this.#nearest(name, { value: expected.Value, isFiringSkipped: true }),
    }
  }

  #nearest(name: string, sought: SoughtMiss): EventExplanation | null {
    const index = this.#rules.definitionNamed(name)
    return index === null ? null : nearestMiss(this.#prepared, this.#rules, index, sought)
  }

  /** What keeps a definition from firing whatever the events hold. */
  #hindrance(name: string): string | null {
    const { rules } = this.#rules
    const index = this.#rules.definitionNamed(name)
    if (index === null) return null
    if (rules.definitions[index]?.Enabled === false) return `${name} is disabled`
    const { count, definition, enabled } = rules.indicators
    let rows = 0
    let enabledRows = 0
    for (let row = 0; row < count; row += 1) {
      if (definition[row] !== index) continue
      rows += 1
      enabledRows += enabled[row] ?? 0
    }
    if (rows === 0) return `${name} has no IOC`
    if (enabledRows === 0) return `every IOC of ${name} is disabled`
    const isEmpty = this.#prepared.logs.every(({ records }) => records.length === 0)
    return isEmpty ? 'the test holds no event that can be read' : null
  }

  #copiesInWords(): string {
    const { suppressed } = this.#outcome
    if (suppressed === 0) return ''
    return `; ${suppressed} ${suppressed === 1 ? 'copy of an event is' : 'copies of events are'} left out (dedupe)`
  }

  #firedInWords(): string {
    if (this.#fired.size === 0) return 'nothing fires'
    const names = [...this.#fired].map(([name, detections]) => `${name} (${detections.length})`)
    return `what fires: ${names.sort().join(', ')}`
  }

  #failure({ evidence = [], nearest = null, ...parts }: FailureParts): TestFailure {
    const index = parts.definition === null ? null : this.#rules.definitionNamed(parts.definition)
    const definitionSpan = index === null ? null : (this.#rules.rules.definitionSpans?.[index] ?? null)
    return { ...parts, definitionSpan, evidence, nearest }
  }
}

function notSilent({ text: name, span }: PlacedText, detections: readonly Detection[]): FailureParts {
  return {
    kind: 'not-silent',
    message: `${name} fires`,
    expected: `no detection of ${name}`,
    actual: formatCountOf(detections.length, 'detection'),
    span,
    definition: name,
    evidence: evidenceOf(detections),
  }
}

function evidenceOf(detections: readonly Detection[]): readonly string[] {
  const shown = detections.slice(0, EVIDENCE_LIMIT).map(({ event, matches }) => {
    const [first] = matches
    const what = first === undefined ? '' : matchInWords(first)
    return `${event.source}:${event.line} ${what}`
  })
  const left = detections.length - shown.length
  return left === 0 ? shown : [...shown, `and ${left} more`]
}

function waysInWords(matches: readonly Match[]): string {
  const ways = new Set(
    matches.map(
      ({ ioc, field }) =>
        `${ioc.Type} ${ioc.DetectionFunction} ${ioc.Value} through ${field.replaceAll(/\[\d+\]/g, '[]')}`,
    ),
  )
  return [...ways].slice(0, EVIDENCE_LIMIT).join('; ')
}

function nounOf({ min, max }: CountRange, noun: string): string {
  return (max ?? min) === 1 ? noun : `${noun}s`
}

function timesInWords(count: number): string {
  return count === 1 ? 'once' : `${count} times`
}
