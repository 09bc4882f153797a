import { typeIndexOf } from '../../engine/matcher.ts'
import { compareUtf8 } from '../../model/compare-utf8.ts'
import type { Alert, Detection } from '../../model/detection.ts'
import type { Indicator, IndicatorType } from '../../model/indicator.ts'
import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../../model/indicator.ts'
import type { DefinitionSummary, Match } from '../../model/match.ts'
import type { Observable } from '../../model/observable.ts'
import { LISTED_MATCHES_LIMIT, SHOWN_TEXT_LIMIT } from '../../model/semantics.ts'
import { NO_ID, NO_TIME } from '../../model/rule-set.ts'
import { definitionSummary } from '../../replay/describe-hits.ts'
import { AlertGrouper } from '../../replay/group-alerts.ts'
import type { TestOutcome } from '../evaluate-test.ts'
import { isHolding } from '../find-breaches.ts'
import { isAlive, matchesOne } from '../match-one.ts'
import type { TestRules } from '../test-rules.ts'
import type { Mutant } from './list-mutants.ts'
import type { ObservedEvent, ObservedTest } from './observed-test.ts'

/**
 * Says which mutants the tests notice, without compiling a mutated rule set: a mutant changes the matches of one
 * indicator, so only the detections of its definition change, and only in events that show a value that the indicator
 * matches before or after. Those are counted anew from what was observed; everything else stands as it was.
 */
export class MutantJudge {
  readonly #rules: TestRules
  readonly #tests: readonly ObservedTest[]
  /** Tests by the indicators, definitions and values that occur in them. */
  readonly #testsByIndicator = new Map<number, Set<number>>()
  readonly #testsByDefinition = new Map<number, Set<number>>()
  readonly #values = new Map<IndicatorType, Map<string, Set<number>>>()

  constructor(rules: TestRules, tests: readonly ObservedTest[]) {
    this.#rules = rules
    this.#tests = tests
    for (const [i, { events }] of tests.entries())
      for (const { observables, matches } of events) {
        for (const { type, value } of observables) addTo(this.#valuesOf(type), value, i)
        for (const [definition, found] of matches) {
          addTo(this.#testsByDefinition, definition, i)
          for (const { indicator } of found) addTo(this.#testsByIndicator, indicator, i)
        }
      }
  }

  /** The first test that fails once the rules are changed; null: none does, the mutant survives. */
  killerOf(mutant: Mutant): ObservedTest | null {
    const changed = this.#withoutTwin(mutant)
    for (const index of this.#testsTouchedBy(mutant, changed)) {
      const test = this.#tests[index]
      if (test !== undefined && !isHolding(test.prepared, this.#outcomeUnder(test, mutant, changed)))
        return test
    }
    return null
  }

  /** What a test would come to under a mutant. */
  outcomeUnder(test: ObservedTest, mutant: Mutant): TestOutcome {
    return this.#outcomeUnder(test, mutant, this.#withoutTwin(mutant))
  }

  #valuesOf(type: IndicatorType): Map<string, Set<number>> {
    const known = this.#values.get(type)
    if (known !== undefined) return known
    const fresh = new Map<string, Set<number>>()
    this.#values.set(type, fresh)
    return fresh
  }

  /** An indicator that becomes equal to another of its definition is merged with it, so nothing is added. */
  #withoutTwin({ changed, definition }: Mutant): Indicator | null {
    if (changed === null) return null
    const { image } = this.#rules
    const matcher = this.#rules.matcherFor({ domainEquals: 'exact', domainSuffix: 'textual' })
    // Every indicator matches its own value, so a twin is among those that match it.
    const ids = matcher.matchText(typeIndexOf(changed.Type), changed.Value)
    const hasTwin = ids.some(
      (id) => image.definitionOf(id) === definition && isTwin(image.indicator(id), changed),
    )
    return hasTwin ? null : changed
  }

  #testsTouchedBy({ indicator, definition }: Mutant, changed: Indicator | null): readonly number[] {
    const before =
      indicator === null ? this.#testsByDefinition.get(definition) : this.#testsByIndicator.get(indicator)
    const touched = new Set(before)
    if (changed !== null)
      for (const [value, tests] of this.#valuesOf(changed.Type))
        // In the widest reading; what a test's own switches say is asked again below.
        if (matchesOne(changed, value, WIDEST)) for (const test of tests) touched.add(test)
    return [...touched].sort((a, b) => a - b)
  }

  #outcomeUnder(test: ObservedTest, mutant: Mutant, changed: Indicator | null): TestOutcome {
    const { outcome, prepared } = test
    const { image } = this.#rules
    const summary = definitionSummary(image, mutant.definition)
    const grouper = new AlertGrouper()
    const own: Detection[] = []
    const copies = new Set<string>()
    for (const event of test.events) {
      const matches = mutant.indicator === null ? [] : this.#matchesUnder(test, event, mutant, changed)
      if (matches.length === 0) continue
      const copy = prepared.semantics.dedupe === 'on' ? copyOf(event, matches) : null
      if (copy !== null && copies.has(copy)) continue
      if (copy !== null) copies.add(copy)
      grouper.add(mutant.definition, event.device, event.time)
      own.push(detectionOf(summary, event, matches))
    }
    const alerts = grouper.groups(prepared.semantics.groupWindow).map((group): Alert => {
      const first = own[group.members[0] ?? 0]?.event
      if (first === undefined) throw new Error('an alert has members')
      const { device, members } = group
      return {
        schemaVersion: 1,
        definition: summary,
        device,
        firstTime: null,
        lastTime: null,
        detections: members.length,
        first,
        iocs: [],
      }
    })
    const isOther = ({ definition }: { readonly definition: DefinitionSummary }): boolean =>
      definition.Name !== summary.Name
    return {
      ...outcome,
      detections: [...outcome.detections.filter(isOther), ...own],
      alerts: [...outcome.alerts.filter(isOther), ...alerts],
    }
  }

  /** The matches of the mutant's definition in an event, in canonical order. */
  #matchesUnder(
    { prepared: { semantics } }: ObservedTest,
    { observables, matches, time }: ObservedEvent,
    { indicator, definition }: Mutant,
    changed: Indicator | null,
  ): readonly ChangedMatch[] {
    const { image } = this.#rules
    const kept = (matches.get(definition) ?? []).filter((match) => match.indicator !== indicator)
    const found: ChangedMatch[] = kept.map((match) => ({
      indicator: image.indicator(match.indicator),
      key: String(match.indicator),
      observable: match.observable,
    }))
    if (changed !== null && isAlive(changed, time, semantics)) {
      const seen = new Set<string>()
      for (const observable of observables) {
        const identity = `${observable.field}\n${observable.text}`
        if (observable.type !== changed.Type || seen.has(identity)) continue
        if (!matchesOne(changed, observable.value, semantics)) continue
        seen.add(identity)
        found.push({ indicator: changed, key: 'changed', observable })
      }
    }
    return found.sort((a, b) => compareIndicators(a.indicator, b.indicator)) // stable: field order stays
  }
}

const WIDEST = { domainEquals: 'subdomains', domainSuffix: 'textual' } as const

interface ChangedMatch {
  readonly indicator: Indicator
  /** Tells indicators of one definition apart. */
  readonly key: string
  readonly observable: Observable
}

function addTo<Key>(map: Map<Key, Set<number>>, key: Key, test: number): void {
  const known = map.get(key)
  if (known === undefined) map.set(key, new Set([test]))
  else known.add(test)
}

function isTwin(a: Indicator, b: Indicator): boolean {
  return (
    a.DetectionFunction === b.DetectionFunction &&
    a.Value === b.Value &&
    a.ExpiresAt === b.ExpiresAt &&
    a.CreatedAt === b.CreatedAt
  )
}

/** Identity of a detection within its definition, for copies of an event. */
function copyOf({ copyKey }: ObservedEvent, matches: readonly ChangedMatch[]): string | null {
  if (copyKey === null) return null
  return JSON.stringify([
    copyKey,
    matches.map(({ key, observable }) => [key, observable.field, observable.text]),
  ])
}

function detectionOf(
  definition: DefinitionSummary,
  { reference }: ObservedEvent,
  matches: readonly ChangedMatch[],
): Detection {
  return {
    schemaVersion: 1,
    definition,
    event: reference,
    matchCount: matches.length,
    matches: matches.slice(0, LISTED_MATCHES_LIMIT).map(matchOf),
  }
}

function matchOf({ indicator, observable }: ChangedMatch): Match {
  const { Id, Type, DetectionFunction, Value } = indicator
  const { role, field, text, value } = observable
  return {
    ioc: { Id, Type, DetectionFunction, Value },
    role,
    field,
    text: text.slice(0, SHOWN_TEXT_LIMIT),
    observable: value,
  }
}

/** Canonical order within a definition (semantics 8). */
function compareIndicators(a: Indicator, b: Indicator): number {
  return (
    INDICATOR_TYPES.indexOf(a.Type) - INDICATOR_TYPES.indexOf(b.Type) ||
    DETECTION_FUNCTIONS.indexOf(a.DetectionFunction) - DETECTION_FUNCTIONS.indexOf(b.DetectionFunction) ||
    compareUtf8(a.Value, b.Value) ||
    compareNumbers(a.ExpiresAt ?? NO_TIME, b.ExpiresAt ?? NO_TIME) ||
    compareNumbers(a.Id ?? NO_ID, b.Id ?? NO_ID) ||
    compareNumbers(a.CreatedAt ?? NO_TIME, b.CreatedAt ?? NO_TIME)
  )
}

function compareNumbers(a: number | bigint, b: number | bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}
