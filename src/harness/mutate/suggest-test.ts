import type { Indicator } from '../../model/indicator.ts'
import type { Semantics } from '../../model/semantics.ts'
import { parseTime } from '../../model/time.ts'
import type { CheckedEvent } from '../generate/event-checker.ts'
import type { EventRow } from '../generate/field-places.ts'
import type { IndicatorEvent } from '../generate/indicator-events.ts'
import { IndicatorEventMaker } from '../generate/indicator-events.ts'
import { flowMap, quotedText } from '../generate/yaml-flow.ts'
import type { FieldMap } from '../../model/field-map.ts'
import { isAlive, matchesOne } from '../match-one.ts'
import type { TestRules } from '../test-rules.ts'
import type { Mutant } from './list-mutants.ts'

/** Finds, for a mutant that no test notices, an event on which the rules and the mutant differ, and writes the test. */
export class TestSuggester {
  readonly #rules: TestRules
  readonly #semantics: Semantics
  readonly #maker: IndicatorEventMaker

  constructor(rules: TestRules, semantics: Semantics, map: FieldMap) {
    this.#rules = rules
    this.#semantics = semantics
    this.#maker = new IndicatorEventMaker(rules, semantics, map)
  }

  /** The test as an element of `tests:`; null where no event was found that tells the two apart. */
  testFor(mutant: Mutant): string | null {
    const id = mutant.indicator ?? this.#firstOf(mutant.definition)
    if (id === null) return null
    const original = this.#rules.image.indicator(id)
    const { changed } = mutant
    const candidates = [...this.#eventsOf(original), ...(changed === null ? [] : this.#eventsOf(changed))]
    const checked = candidates.map((candidate) => ({
      ...candidate,
      seen: this.#maker.check(candidate.row, candidate.table),
    }))
    const telling = checked.find(
      ({ seen }) => seen.definitions.has(mutant.definition) !== this.#firesUnder(seen, mutant),
    )
    if (telling !== undefined)
      return this.#testOf(telling, mutant, seenIndicator(telling.seen, id) ? original : null)
    // Another IOC of the definition fires as well: the way tells which one is meant.
    const byWay = checked.find(({ seen }) => seen.indicators.has(id))
    return byWay === undefined || !isToldByWay(original, changed)
      ? null
      : this.#testOf(byWay, mutant, original)
  }

  #firstOf(definition: number): number | null {
    return this.#rules.image.runs().find((run) => run.definition === definition)?.from ?? null
  }

  #eventsOf(indicator: Indicator): readonly (IndicatorEvent & { readonly table: string | null })[] {
    const table = this.#maker.tableOf(indicator.Type)
    const events = [...this.#maker.hitCandidates(indicator), ...this.#maker.missCandidates(indicator)]
    return events.map((event) => ({ ...event, table }))
  }

  /** Would the mutant's definition fire? */
  #firesUnder({ event, indicators }: CheckedEvent, { indicator, definition, changed }: Mutant): boolean {
    if (indicator === null) return false
    const { image } = this.#rules
    for (const other of indicators)
      if (other !== indicator && image.definitionOf(other) === definition) return true
    if (changed === null) return false
    const time = event.time === null ? null : parseTime(event.time)
    return (
      isAlive(changed, time, this.#semantics) &&
      event.observables.some(
        ({ type, value }) => type === changed.Type && matchesOne(changed, value, this.#semantics),
      )
    )
  }

  #testOf(
    {
      row,
      why,
      table,
      seen,
    }: IndicatorEvent & { readonly table: string | null; readonly seen: CheckedEvent },
    { definition }: Mutant,
    through: Indicator | null,
  ): string {
    const name = this.#rules.image.definitions[definition]?.Name ?? ''
    const fires = seen.definitions.has(definition)
    const way =
      through === null
        ? ''
        : `, through: [${flowMap({ Type: through.Type, DetectionFunction: through.DetectionFunction, Value: through.Value })}]`
    return (
      `- name: ${quotedText(`${name} ${fires ? 'fires' : 'is silent'} on ${textOf(row)}${fires ? '' : ` (${silentWhy(why)})`}`)}\n` +
      (table === null ? '' : `  table: ${quotedText(table)}\n`) +
      `  events: [${flowMap(row)}]\n` +
      (fires ? `  fires: [{ definition: ${quotedText(name)}${way} }]\n` : `  silent: [${quotedText(name)}]\n`)
    )
  }
}

function seenIndicator({ indicators }: CheckedEvent, id: number): boolean {
  return indicators.has(id)
}

/** A way is compared by type, operator and value; the rest of an IOC does not show in it. */
function isToldByWay(original: Indicator, changed: Indicator | null): boolean {
  return (
    changed === null ||
    changed.Type !== original.Type ||
    changed.DetectionFunction !== original.DetectionFunction ||
    changed.Value !== original.Value
  )
}

/** An event in a few words: its texts. */
function textOf(row: EventRow): string {
  return Object.values(row)
    .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
    .join(', ')
}

/** What was made as a hit of the changed IOC is a near miss of the rules. */
function silentWhy(why: string): string {
  return why.startsWith('fires') ? 'near the IOC' : why
}
