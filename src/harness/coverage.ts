import type {
  CoverageGap,
  CoverageReport,
  Covered,
  DefinitionCoverage,
  OperatorCoverage,
} from '../model/coverage-report.ts'
import { GAPS_LIMIT } from '../model/coverage-report.ts'
import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../model/indicator.ts'
import type { DetectionFunction, IndicatorType } from '../model/indicator.ts'
import type { ReplaySummary } from '../model/replay-summary.ts'
import { compareUtf8 } from '../model/compare-utf8.ts'
import { TOOL_VERSION } from '../model/version.ts'
import type { TestRun } from './run-tests.ts'
import type { TestRules } from './test-rules.ts'

/** What coverage is made from. */
export interface CoverageInput {
  /** Every rule set, also those without a test. */
  readonly ruleSets: readonly TestRules[]
  readonly runs: readonly TestRun[]
  readonly skipped: number
  /** A replay of logs through the rules, or null. */
  readonly corpus: ReplaySummary | null
}

/**
 * Says which definitions, operators and non-Equals IOCs no written test makes fire, and none proves silent. A test makes fire
 * what takes part in a detection of a definition that it names under `fires`. It proves silent what it names under `silent`, and
 * if strict all that does not fire, as far as its events show values of the type: silence about nothing proves nothing.
 */
export function coverageOf({ ruleSets, runs, skipped, corpus }: CoverageInput): CoverageReport {
  const book = new CoverageBook()
  for (const rules of ruleSets) book.addRules(rules)
  const counted = runs.filter(({ prepared, failures }) => failures.length === 0 && !prepared.test.isGenerated)
  for (const run of counted) book.addRun(run)
  const failed = runs.filter(({ failures }) => failures.length > 0).length
  const generated = runs.length - failed - counted.length
  const byDefinition = book.definitions()
  const byOperator = book.operators()
  const gaps = book.gaps()
  const enabled = byDefinition.filter(({ isEnabled }) => isEnabled)
  const definitions: Covered = {
    total: enabled.length,
    fired: enabled.filter(({ firingTests }) => firingTests > 0).length,
    silent: enabled.filter(({ silentTests }) => silentTests > 0).length,
  }
  const operators = covered(byOperator.map(({ fired, silent }) => ({ fired: fired > 0, silent: silent > 0 })))
  const nonEquals = sum(enabled.map((definition) => definition.nonEquals))
  const points = [definitions, operators, nonEquals]
  const possible = points.reduce((total, point) => total + 2 * point.total, 0)
  const reached = points.reduce((total, point) => total + point.fired + point.silent, 0)
  return {
    schemaVersion: 1,
    toolVersion: TOOL_VERSION,
    tests: { counted: counted.length, failed, skipped, generated },
    definitions,
    operators,
    nonEquals,
    equals: {
      total: enabled.reduce((total, { equals }) => total + equals.total, 0),
      fired: enabled.reduce((total, { equals }) => total + equals.fired, 0),
    },
    percent: possible === 0 ? 100 : Math.floor((reached * 1000) / possible) / 10,
    byDefinition,
    byOperator,
    gaps: gaps.slice(0, GAPS_LIMIT),
    gapCount: gaps.length,
    corpus: corpus === null ? null : corpusOf(corpus),
  }
}

function covered(items: readonly { readonly fired: boolean; readonly silent: boolean }[]): Covered {
  return {
    total: items.length,
    fired: items.filter(({ fired }) => fired).length,
    silent: items.filter(({ silent }) => silent).length,
  }
}

function sum(parts: readonly Covered[]): Covered {
  return parts.reduce(
    (total, part) => ({
      total: total.total + part.total,
      fired: total.fired + part.fired,
      silent: total.silent + part.silent,
    }),
    { total: 0, fired: 0, silent: 0 },
  )
}

interface IndicatorEntry {
  readonly type: IndicatorType
  readonly detectionFunction: DetectionFunction
  readonly value: string
  isFired: boolean
  isSilent: boolean
}

interface DefinitionEntry {
  readonly name: string
  isEnabled: boolean
  firingTests: number
  silentTests: number
  /** Non-Equals IOCs by type, function and value. */
  readonly indicators: Map<string, IndicatorEntry>
  equalsTotal: Map<IndicatorType, number>
  readonly equalsFired: Set<string>
  readonly equalsSilentTypes: Set<IndicatorType>
}

/** What is known of each definition while tests are counted. Rule sets that share a definition share its entry. */
class CoverageBook {
  readonly #definitions = new Map<string, DefinitionEntry>()

  addRules({ image }: TestRules): void {
    for (const { Name, Enabled } of image.definitions) {
      const entry = this.#entry(Name)
      entry.isEnabled ||= Enabled
    }
    const totals = new Map<DefinitionEntry, Map<IndicatorType, number>>()
    for (const run of image.runs()) {
      const entry = this.#entry(image.definitions[run.definition]?.Name ?? '')
      const type = INDICATOR_TYPES[run.type]
      const detectionFunction = DETECTION_FUNCTIONS[run.detectionFunction]
      if (type === undefined || detectionFunction === undefined) continue
      if (detectionFunction === 'Equals') {
        const own = totals.get(entry) ?? new Map<IndicatorType, number>()
        totals.set(entry, own.set(type, (own.get(type) ?? 0) + run.to - run.from))
        continue
      }
      for (let id = run.from; id < run.to; id += 1) {
        const value = image.indicator(id).Value
        const key = `${type} ${detectionFunction} ${value}`
        if (!entry.indicators.has(key))
          entry.indicators.set(key, { type, detectionFunction, value, isFired: false, isSilent: false })
      }
    }
    for (const [entry, own] of totals)
      for (const [type, count] of own)
        entry.equalsTotal.set(type, Math.max(count, entry.equalsTotal.get(type) ?? 0))
  }

  addRun({ prepared, outcome, rules }: TestRun): void {
    const { test } = prepared
    const expected = new Set(test.fires.map(({ definition }) => definition.text))
    const fired = new Set(outcome.detections.map(({ definition }) => definition.Name))
    for (const name of expected) if (fired.has(name)) this.#entry(name).firingTests += 1
    for (const id of outcome.firedIndicators) {
      const name = rules.image.definitions[rules.image.definitionOf(id)]?.Name ?? ''
      if (expected.has(name)) this.#fire(this.#entry(name), rules, id)
    }
    const shown = typesShown(prepared)
    const silent = test.isStrict
      ? rules.image.definitions.map(({ Name }) => Name).filter((name) => !fired.has(name))
      : test.silent.map(({ text }) => text)
    for (const name of silent) this.#silence(this.#entry(name), shown)
  }

  definitions(): readonly DefinitionCoverage[] {
    return this.#sorted().map((entry) => ({
      name: entry.name,
      isEnabled: entry.isEnabled,
      firingTests: entry.firingTests,
      silentTests: entry.silentTests,
      equals: {
        total: [...entry.equalsTotal.values()].reduce((total, count) => total + count, 0),
        fired: entry.equalsFired.size,
      },
      nonEquals: covered(
        [...entry.indicators.values()].map(({ isFired, isSilent }) => ({ fired: isFired, silent: isSilent })),
      ),
    }))
  }

  operators(): readonly OperatorCoverage[] {
    const found: OperatorCoverage[] = []
    for (const Type of INDICATOR_TYPES) {
      for (const DetectionFunction of DETECTION_FUNCTIONS) {
        const counts = this.#countOperator(Type, DetectionFunction)
        if (counts.total > 0) found.push({ Type, DetectionFunction, ...counts })
      }
    }
    return found
  }

  gaps(): readonly CoverageGap[] {
    return this.#sorted()
      .filter(({ isEnabled }) => isEnabled)
      .flatMap((entry) => {
        const whole = missingOf(entry.firingTests > 0, entry.silentTests > 0)
        const own: CoverageGap[] =
          whole === null ? [] : [{ definitionName: entry.name, ioc: null, missing: whole }]
        for (const { type, detectionFunction, value, isFired, isSilent } of entry.indicators.values()) {
          const missing = missingOf(isFired, isSilent)
          const ioc = { Type: type, DetectionFunction: detectionFunction, Value: value }
          if (missing !== null) own.push({ definitionName: entry.name, ioc, missing })
        }
        return own
      })
  }

  #countOperator(type: IndicatorType, detectionFunction: DetectionFunction): Covered {
    const entries = [...this.#definitions.values()].filter(({ isEnabled }) => isEnabled)
    if (detectionFunction === 'Equals') {
      const own = entries.filter(({ equalsTotal }) => (equalsTotal.get(type) ?? 0) > 0)
      return {
        total: own.reduce((total, { equalsTotal }) => total + (equalsTotal.get(type) ?? 0), 0),
        fired: own.flatMap(({ equalsFired }) => [...equalsFired]).filter((key) => key.startsWith(`${type} `))
          .length,
        silent: own
          .filter(({ equalsSilentTypes }) => equalsSilentTypes.has(type))
          .reduce((total, { equalsTotal }) => total + (equalsTotal.get(type) ?? 0), 0),
      }
    }
    const indicators = entries
      .flatMap((entry) => [...entry.indicators.values()])
      .filter((indicator) => indicator.type === type && indicator.detectionFunction === detectionFunction)
    return covered(indicators.map(({ isFired, isSilent }) => ({ fired: isFired, silent: isSilent })))
  }

  #fire(entry: DefinitionEntry, { image }: TestRules, id: number): void {
    const { Type, DetectionFunction, Value } = image.indicator(id)
    if (DetectionFunction === 'Equals') {
      entry.equalsFired.add(`${Type} ${Value}`)
      return
    }
    const indicator = entry.indicators.get(`${Type} ${DetectionFunction} ${Value}`)
    if (indicator !== undefined) indicator.isFired = true
  }

  #silence(entry: DefinitionEntry, shown: ReadonlySet<IndicatorType>): void {
    const own = [...entry.indicators.values()].filter(({ type }) => shown.has(type))
    const equals = [...entry.equalsTotal.keys()].filter((type) => shown.has(type))
    if (own.length + equals.length > 0) entry.silentTests += 1
    for (const indicator of own) indicator.isSilent = true
    for (const type of equals) entry.equalsSilentTypes.add(type)
  }

  #sorted(): readonly DefinitionEntry[] {
    return [...this.#definitions.values()].sort((a, b) => compareUtf8(a.name, b.name))
  }

  #entry(name: string): DefinitionEntry {
    const known = this.#definitions.get(name)
    if (known !== undefined) return known
    const entry: DefinitionEntry = {
      name,
      isEnabled: false,
      firingTests: 0,
      silentTests: 0,
      indicators: new Map(),
      equalsTotal: new Map(),
      equalsFired: new Set(),
      equalsSilentTypes: new Set(),
    }
    this.#definitions.set(name, entry)
    return entry
  }
}

function missingOf(isFired: boolean, isSilent: boolean): CoverageGap['missing'] | null {
  if (isFired) return isSilent ? null : 'silent'
  return isSilent ? 'fires' : 'both'
}

/** Types of which the events of a test show a value that is looked at. */
function typesShown({ logs }: TestRun['prepared']): ReadonlySet<IndicatorType> {
  const records = logs.flatMap((log) => log.records)
  return new Set(records.flatMap(({ event }) => event.observables.map(({ type }) => type)))
}

/** What a replay says of the rules, by definition. */
function corpusOf({ input, iocs, alerts }: ReplaySummary): NonNullable<CoverageReport['corpus']> {
  const quietOf = (name: string, verdict: 'silent' | 'blind'): number =>
    iocs.quiet
      .filter((group) => group.definitionName === name && group.verdict === verdict)
      .reduce((total, { count }) => total + count, 0)
  return {
    records: input.records,
    fired: iocs.fired,
    silent: iocs.silent,
    blind: iocs.blind,
    byDefinition: alerts.byDefinition.map(({ definition, iocsFired }) => ({
      name: definition.Name,
      fired: iocsFired,
      silent: quietOf(definition.Name, 'silent'),
      blind: quietOf(definition.Name, 'blind'),
    })),
    quiet: iocs.quiet,
  }
}
