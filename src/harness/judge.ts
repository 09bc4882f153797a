import type { Detection } from '../model/detection.ts'
import type { SourceSpan } from '../model/diagnostic.ts'
import type { EventExplanation } from '../model/explanation.ts'
import type { Match } from '../model/match.ts'
import type { TestFailure, TestFailureKind } from '../model/test-report.ts'
import type { TestOutcome } from './evaluate-test.ts'
import { fitsThrough, matchInWords, throughInWords } from './match-through.ts'
import { nearestMiss } from './near-miss.ts'
import type { SoughtMiss } from './near-miss.ts'
import type { PreparedTest } from './prepare-test.ts'
import { countInWords, isInRange } from './read-count.ts'
import type { CountRange, FiringExpectation, ThroughExpectation, TotalExpectation } from './test-file.ts'
import type { TestRules } from './test-rules.ts'

/** Lines of evidence that a failure repeats. */
const EVIDENCE_LIMIT = 5

/** Compares what fired with what a test expects; empty: the test passes. Order is that of the expectations. */
export function judgeTest(
  prepared: PreparedTest,
  outcome: TestOutcome,
  rules: TestRules,
): readonly TestFailure[] {
  const judge = new Judge(prepared, outcome, rules)
  const { test } = prepared
  for (const expectation of test.fires) judge.firing(expectation)
  for (const { text, span } of test.silent) judge.silence(text, span)
  if (test.isStrict) judge.nothingElse()
  if (test.detections !== null) judge.total('total-detections', test.detections)
  if (test.alerts !== null) judge.total('total-alerts', test.alerts)
  judge.quarantined()
  return judge.failures
}

/** True when a test holds; the quick form of `judgeTest`, which explains nothing. */
export function isHolding({ test }: PreparedTest, outcome: TestOutcome): boolean {
  const fired = Map.groupBy(outcome.detections, (detection) => detection.definition.Name)
  const isFiring = (expectation: FiringExpectation): boolean => {
    const detections = fired.get(expectation.definition.text) ?? []
    const matches = detections.flatMap((detection) => detection.matches)
    return (
      isInRange(detections.length, expectation.count) &&
      (expectation.alerts === null ||
        isInRange(alertsOf(outcome, expectation.definition.text), expectation.alerts)) &&
      expectation.through.every((through) => matches.some((match) => fitsThrough(match, through)))
    )
  }
  return (
    test.fires.every(isFiring) &&
    test.silent.every(({ text }) => !fired.has(text)) &&
    (!test.isStrict || [...fired.keys()].every((name) => isNamed(test.fires, name))) &&
    (test.detections === null || isInRange(outcome.detections.length, test.detections)) &&
    (test.alerts === null || isInRange(outcome.alerts.length, test.alerts)) &&
    isInRange(outcome.quarantined.length, test.quarantined)
  )
}

function alertsOf({ alerts }: TestOutcome, name: string): number {
  return alerts.filter(({ definition }) => definition.Name === name).length
}

function isNamed(fires: readonly FiringExpectation[], name: string): boolean {
  return fires.some(({ definition }) => definition.text === name)
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

class Judge {
  readonly failures: TestFailure[] = []
  readonly #prepared: PreparedTest
  readonly #outcome: TestOutcome
  readonly #rules: TestRules
  readonly #fired: ReadonlyMap<string, readonly Detection[]>

  constructor(prepared: PreparedTest, outcome: TestOutcome, rules: TestRules) {
    this.#prepared = prepared
    this.#outcome = outcome
    this.#rules = rules
    this.#fired = Map.groupBy(outcome.detections, (detection) => detection.definition.Name)
  }

  firing({ definition, count, alerts, through }: FiringExpectation): void {
    const name = definition.text
    const detections = this.#detectionsOf(name)
    const expected = `${countInWords(count)} ${nounOf(count, 'detection')} of ${name}`
    if (detections.length === 0 && count.min > 0) {
      const value = through[0]?.Value ?? null
      this.#fail({
        kind: 'not-fired',
        message: `${name} does not fire`,
        expected,
        actual: `none; ${this.#hindrance(name) ?? this.#firedInWords()}`,
        span: definition.span,
        definition: name,
        nearest: this.#nearest(name, { value, isFiringSkipped: false }),
      })
      return
    }
    if (!isInRange(detections.length, count))
      this.#fail({
        kind: 'count',
        message: `${name} fires ${timesInWords(detections.length)}`,
        expected,
        actual: `${detections.length} ${detections.length === 1 ? 'detection' : 'detections'}${this.#copiesInWords()}`,
        span: definition.span,
        definition: name,
        evidence: evidenceOf(detections),
        nearest:
          detections.length < count.min ? this.#nearest(name, { value: null, isFiringSkipped: true }) : null,
      })
    if (alerts !== null) this.#alerts(name, alerts, definition.span)
    for (const way of through) this.#through(name, way, detections)
  }

  silence(name: string, span: SourceSpan): void {
    const detections = this.#detectionsOf(name)
    if (detections.length === 0) return
    this.#fail({
      kind: 'not-silent',
      message: `${name} fires`,
      expected: `no detection of ${name}`,
      actual: `${detections.length} ${detections.length === 1 ? 'detection' : 'detections'}`,
      span,
      definition: name,
      evidence: evidenceOf(detections),
    })
  }

  nothingElse(): void {
    const { test } = this.#prepared
    for (const [name, detections] of this.#fired) {
      if (isNamed(test.fires, name) || test.silent.some(({ text }) => text === name)) continue
      this.#fail({
        kind: 'not-strict',
        message: `${name} fires too`,
        expected:
          test.fires.length === 0
            ? 'nothing fires (strict)'
            : `nothing fires but ${test.fires.map(({ definition }) => definition.text).join(', ')} (strict)`,
        actual: `${detections.length} ${detections.length === 1 ? 'detection' : 'detections'} of ${name}`,
        span: test.span,
        definition: name,
        evidence: evidenceOf(detections),
      })
    }
  }

  total(kind: 'total-detections' | 'total-alerts', expected: TotalExpectation): void {
    const noun = kind === 'total-alerts' ? 'alert' : 'detection'
    const found = kind === 'total-alerts' ? this.#outcome.alerts.length : this.#outcome.detections.length
    if (isInRange(found, expected)) return
    this.#fail({
      kind,
      message: `all definitions together give ${found} ${found === 1 ? noun : `${noun}s`}`,
      expected: `${countInWords(expected)} ${nounOf(expected, noun)}`,
      actual: `${found}; ${this.#firedInWords()}`,
      span: expected.span,
      definition: null,
    })
  }

  quarantined(): void {
    const { test } = this.#prepared
    const { quarantined } = this.#outcome
    if (isInRange(quarantined.length, test.quarantined)) return
    const span = test.events?.span ?? test.logs[0]?.span ?? test.span
    this.#fail({
      kind: 'quarantined',
      message: `${quarantined.length} ${quarantined.length === 1 ? 'event is' : 'events are'} quarantined`,
      expected: `${countInWords(test.quarantined)} quarantined ${nounOf(test.quarantined, 'event')}`,
      actual: `${quarantined.length}`,
      span,
      definition: null,
      evidence: quarantined
        .slice(0, EVIDENCE_LIMIT)
        .map(({ source, line, reason }) => `${source}:${line} ${reason}`),
    })
  }

  #alerts(name: string, expected: CountRange, span: SourceSpan): void {
    const found = alertsOf(this.#outcome, name)
    if (isInRange(found, expected)) return
    const own = this.#outcome.alerts.filter(({ definition }) => definition.Name === name)
    this.#fail({
      kind: 'alerts',
      message: `the detections of ${name} group into ${found} ${found === 1 ? 'alert' : 'alerts'}`,
      expected: `${countInWords(expected)} ${nounOf(expected, 'alert')} of ${name}`,
      actual: `${found} ${found === 1 ? 'alert' : 'alerts'}`,
      span,
      definition: name,
      evidence: own
        .slice(0, EVIDENCE_LIMIT)
        .map(
          ({ device, firstTime, lastTime, detections }) =>
            `device ${device}, ${firstTime ?? 'untimed'} to ${lastTime ?? 'untimed'}, detections: ${detections}`,
        ),
    })
  }

  #through(name: string, expected: ThroughExpectation, detections: readonly Detection[]): void {
    const matches = detections.flatMap((detection) => detection.matches)
    if (matches.some((match) => fitsThrough(match, expected))) return
    const isValueSeen = matches.some((match) =>
      fitsThrough(match, { ...expected, field: null, text: null, role: null }),
    )
    this.#fail({
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
    })
  }

  #detectionsOf(name: string): readonly Detection[] {
    return this.#fired.get(name) ?? []
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

  #fail({ evidence = [], nearest = null, ...parts }: FailureParts): void {
    const index = parts.definition === null ? null : this.#rules.definitionNamed(parts.definition)
    this.failures.push({
      ...parts,
      definitionSpan: index === null ? null : (this.#rules.rules.definitionSpans?.[index] ?? null),
      evidence,
      nearest,
    })
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
