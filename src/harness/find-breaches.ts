import type { Detection } from '../model/detection.ts'
import type { TestOutcome } from './evaluate-test.ts'
import { fitsThrough } from './match-through.ts'
import { isInRange } from './read-count.ts'
import type { PreparedTest } from './prepare-test.ts'
import type {
  CountRange,
  FiringExpectation,
  PlacedText,
  RuleTest,
  ThroughExpectation,
  TotalExpectation,
} from './test-file.ts'

/** An expectation that what fired does not fulfil. */
export type Breach =
  | {
      readonly kind: 'not-fired' | 'count'
      readonly expectation: FiringExpectation
      readonly detections: readonly Detection[]
    }
  | { readonly kind: 'alerts'; readonly name: PlacedText; readonly expected: CountRange }
  | {
      readonly kind: 'through'
      readonly expectation: FiringExpectation
      readonly way: ThroughExpectation
      readonly detections: readonly Detection[]
    }
  | { readonly kind: 'not-silent'; readonly name: PlacedText; readonly detections: readonly Detection[] }
  | { readonly kind: 'not-strict'; readonly name: string; readonly detections: readonly Detection[] }
  | {
      readonly kind: 'total-detections' | 'total-alerts'
      readonly expected: TotalExpectation
      readonly found: number
    }
  | { readonly kind: 'quarantined' }

/** What fired, by the Name of the definition. */
export type FiredDefinitions = ReadonlyMap<string, readonly Detection[]>

/** The detections of an outcome, by the Name of their definition. */
export function firedDefinitions({ detections }: Pick<TestOutcome, 'detections'>): FiredDefinitions {
  return Map.groupBy(detections, (detection) => detection.definition.Name)
}

/** True when a test holds: the first breach says no, and the others are not looked for. */
export function isHolding({ test }: Pick<PreparedTest, 'test'>, outcome: TestOutcome): boolean {
  return findBreaches(test, outcome, firedDefinitions(outcome)).next().done === true
}

/** Every expectation of a test that an outcome does not fulfil, in the order of expectations. */
export function* findBreaches(
  test: RuleTest,
  outcome: TestOutcome,
  fired: FiredDefinitions,
): Generator<Breach, undefined> {
  for (const expectation of test.fires)
    yield* firingBreaches(expectation, outcome, fired.get(expectation.definition.text) ?? [])
  for (const name of test.silent) {
    const detections = fired.get(name.text)
    if (detections !== undefined) yield { kind: 'not-silent', name, detections }
  }
  if (test.isStrict)
    for (const [name, detections] of fired)
      if (!isNamed(test, name)) yield { kind: 'not-strict', name, detections }
  const { detections, alerts } = test
  if (detections !== null && !isInRange(outcome.detections.length, detections))
    yield { kind: 'total-detections', expected: detections, found: outcome.detections.length }
  if (alerts !== null && !isInRange(outcome.alerts.length, alerts))
    yield { kind: 'total-alerts', expected: alerts, found: outcome.alerts.length }
  if (!isInRange(outcome.quarantined.length, test.quarantined)) yield { kind: 'quarantined' }
}

/** How the detections of one definition break what is expected of it; where nothing fires, that is all there is to say. */
export function* firingBreaches(
  expectation: FiringExpectation,
  outcome: TestOutcome,
  detections: readonly Detection[],
): Generator<Breach, undefined> {
  const { count, alerts, through } = expectation
  if (detections.length === 0 && count.min > 0) {
    yield { kind: 'not-fired', expectation, detections }
    return
  }
  if (!isInRange(detections.length, count)) yield { kind: 'count', expectation, detections }
  if (alerts !== null && !isInRange(alertsOf(outcome, expectation.definition.text), alerts))
    yield { kind: 'alerts', name: expectation.definition, expected: alerts }
  for (const way of through)
    if (!detections.some(({ matches }) => matches.some((match) => fitsThrough(match, way))))
      yield { kind: 'through', expectation, way, detections }
}

/** How many alerts of a definition there are. */
export function alertsOf({ alerts }: Pick<TestOutcome, 'alerts'>, name: string): number {
  return alerts.filter(({ definition }) => definition.Name === name).length
}

/** Named under `fires` or `silent`: what is wrong with it is said there. */
function isNamed({ fires, silent }: RuleTest, name: string): boolean {
  return fires.some(({ definition }) => definition.text === name) || silent.some(({ text }) => text === name)
}
