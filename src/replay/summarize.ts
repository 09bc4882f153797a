import type { IndexImage, IndicatorRun } from '../engine/image-reader.ts'
import { SEVERITIES, type Severity } from '../model/alert-definition.ts'
import { INDICATOR_TYPES } from '../model/indicator.ts'
import type {
  Accounting,
  AlertTotals,
  DefinitionVerdict,
  IndicatorHits,
  IndicatorVerdicts,
  InputSummary,
  QuietGroup,
  ReplaySummary,
  RulesSummary,
  Timing,
} from '../model/replay-summary.ts'
import type { Semantics } from '../model/semantics.ts'
import { formatTime } from '../model/time.ts'
import { TOOL_VERSION } from '../model/version.ts'
import { compareUtf8 } from '../model/compare-utf8.ts'
import { definitionSummary, indicatorSummary } from './describe-hits.ts'
import type { SegmentMerger } from './merge-segments.ts'
import { printSemantics } from './print-semantics.ts'

/** Examples shown of the silent and of the blind indicators of one definition and type. */
const QUIET_EXAMPLES = 5

/** All that a summary is made of. */
export interface SummaryFacts {
  readonly image: IndexImage
  readonly semantics: Semantics
  readonly isDefinitionShown: readonly boolean[]
  readonly merger: SegmentMerger
  /** One entry per alert. */
  readonly groups: readonly { readonly definition: number; readonly device: string }[]
  readonly input: InputSummary
  readonly partial: boolean
  readonly timing: Timing
}

/** Puts the result of a run together and asserts the identities of semantics 10. */
export function summarize(facts: SummaryFacts): ReplaySummary {
  const { image, merger } = facts
  const verdicts = verdictsOf(facts)
  const rules = rulesOf(facts, verdicts.expired)
  const accounting = accountingOf(facts, rules)
  return {
    schemaVersion: 1,
    toolVersion: TOOL_VERSION,
    semantics: printSemantics(facts.semantics),
    rulesDigest: image.digest,
    rules,
    input: facts.input,
    observed: [...merger.observedByKey]
      .map(([key, { types, values }]) => ({
        key,
        types: INDICATOR_TYPES.filter((type) => types.has(type)),
        values,
      }))
      .sort((a, b) => compareUtf8(a.key, b.key)),
    detections: {
      total: merger.tally.total,
      suppressed: merger.suppressed,
      untimed: merger.tally.untimed,
      fromExpiredToday: merger.tally.fromExpiredToday,
      wrongType: merger.wrongType,
      notAName: merger.notAName,
    },
    alerts: alertTotals(facts, verdicts.live),
    iocs: verdicts.iocs,
    accounting,
    partial: facts.partial,
    timing: facts.timing,
  }
}

function rulesOf(facts: SummaryFacts, expired: number): RulesSummary {
  const { definitions, accounting } = facts.image
  return {
    definitions: definitions.length,
    enabledDefinitions: definitions.filter((definition) => definition.Enabled).length,
    indicators: accounting,
    expired,
  }
}

function alertTotals(facts: SummaryFacts, live: ReadonlyMap<number, number>): AlertTotals {
  const { image, merger, groups } = facts
  const alertsByDefinition = countBy(groups, (group) => group.definition)
  const alertsByDevice = countBy(groups, (group) => group.device)
  const bySeverity = Object.fromEntries(SEVERITIES.map((severity) => [severity, 0])) as Record<
    Severity,
    number
  >
  for (const group of groups) bySeverity[image.definitions[group.definition]!.Severity] += 1
  return {
    total: groups.length,
    byDefinition: definitionVerdicts(facts, alertsByDefinition, live),
    byIoc: indicatorHits(facts),
    bySeverity,
    byDevice: [...merger.tally.byDevice]
      .map(([device, { name, detections }]) => ({
        device,
        deviceName: name,
        alerts: alertsByDevice.get(device) ?? 0,
        detections,
      }))
      .sort((a, b) => b.alerts - a.alerts || b.detections - a.detections || compareUtf8(a.device, b.device)),
  }
}

function definitionVerdicts(
  facts: SummaryFacts,
  alerts: ReadonlyMap<number, number>,
  live: ReadonlyMap<number, number>,
): readonly DefinitionVerdict[] {
  const { image, merger } = facts
  const fired = countBy([...merger.tally.byIndicator.keys()], (indicator) => image.definitionOf(indicator))
  return image.definitions.map((_, index) => {
    const tally = merger.tally.byDefinition.get(index)
    const { firstTime = null, lastTime = null } = tally ?? {}
    return {
      definition: definitionSummary(image, index),
      alerts: alerts.get(index) ?? 0,
      detections: tally?.detections ?? 0,
      devices: tally?.devices.size ?? 0,
      firstTime: firstTime === null ? null : formatTime(firstTime),
      lastTime: lastTime === null ? null : formatTime(lastTime),
      iocsFired: fired.get(index) ?? 0,
      iocs: live.get(index) ?? 0,
    }
  })
}

function indicatorHits(facts: SummaryFacts): readonly IndicatorHits[] {
  const { image, merger } = facts
  return [...merger.tally.byIndicator]
    .sort(([a], [b]) => a - b)
    .map(([indicator, tally]) => ({
      definitionName: image.definitions[image.definitionOf(indicator)]!.Name,
      ioc: indicatorSummary(image, indicator),
      detections: tally.detections,
      fields: [...tally.fields.values()].sort(
        (a, b) => b.matches - a.matches || compareUtf8(a.field, b.field) || compareUtf8(a.role, b.role),
      ),
    }))
}

type QuietExample = QuietGroup['examples'][number]

interface Verdicts {
  readonly iocs: IndicatorVerdicts
  /** Compiled indicators that a fixed clock finds expired; they are in no verdict. */
  readonly expired: number
  /** Compiled indicators that are not expired, by definition. */
  readonly live: ReadonlyMap<number, number>
}

/** What became of every compiled indicator of the definitions shown: fired, silent, or blind (semantics 9). */
function verdictsOf(facts: SummaryFacts): Verdicts {
  const { image, merger, semantics } = facts
  const quiet = new Map<string, QuietGroup>()
  const counts = { fired: 0, silent: 0, blind: 0 }
  const live = new Map<number, number>()
  const firedIds = [...merger.tally.byIndicator.keys()].sort((a, b) => a - b)
  let next = 0
  let expired = 0
  for (const run of image.runs()) {
    const valuesSeen = merger.valuesByType[run.type] ?? 0
    const verdict = valuesSeen > 0 ? 'silent' : 'blind'
    const name = image.definitions[run.definition]!.Name
    const size = run.to - run.from
    const gone = semantics.asOf === 'event' ? 0 : image.countExpired(run.from, run.to, semantics.asOf)
    const firstFired = next
    while (next < firedIds.length && firedIds[next]! < run.to) next += 1
    const fired = next - firstFired // none of them expired: an expired one does not fire
    expired += gone
    live.set(run.definition, (live.get(run.definition) ?? 0) + size - gone)
    if (!facts.isDefinitionShown[run.definition]) continue
    const count = size - gone - fired
    counts.fired += fired
    counts[verdict] += count
    if (count === 0) continue
    const key = JSON.stringify([name, run.type])
    const known = quiet.get(key)
    quiet.set(key, {
      definitionName: name,
      type: INDICATOR_TYPES[run.type]!,
      verdict,
      count: (known?.count ?? 0) + count,
      valuesSeen,
      examples: [
        ...(known?.examples ?? []),
        ...quietExamples(facts, run, Math.min(count, QUIET_EXAMPLES - (known?.examples.length ?? 0))),
      ],
    })
  }
  return { iocs: { ...counts, quiet: [...quiet.values()] }, expired, live }
}

/** The first so many quiet indicators of a run that has as many. */
function quietExamples(
  { image, merger, semantics }: SummaryFacts,
  { from }: IndicatorRun,
  count: number,
): readonly QuietExample[] {
  const examples: QuietExample[] = []
  for (let indicator = from; examples.length < count; indicator++) {
    if (merger.tally.byIndicator.has(indicator) || isExpired(image, indicator, semantics)) continue
    const { DetectionFunction, Value } = image.indicator(indicator)
    examples.push({ DetectionFunction, Value })
  }
  return examples
}

function isExpired(image: IndexImage, indicator: number, semantics: Semantics): boolean {
  if (semantics.asOf === 'event') return false
  const expiresAt = image.expiresAt(indicator)
  return expiresAt !== null && expiresAt <= semantics.asOf
}

function accountingOf(facts: SummaryFacts, rules: RulesSummary): Accounting {
  const { merger, input, image } = facts
  const indicators = image.accounting
  const accounting: Accounting = {
    bytes: { total: input.bytes, ...merger.bytes },
    records: { total: input.records, examined: input.examined, quarantined: input.quarantined },
    iocs: { ...indicators, compiled: indicators.compiled - rules.expired, expired: rules.expired },
  }
  assertEqual(
    'bytes',
    accounting.bytes.total,
    merger.bytes.examined + merger.bytes.quarantined + merger.bytes.skipped,
  )
  assertEqual('records', accounting.records.total, input.examined + input.quarantined)
  const { compiled, duplicate, disabled, expired, opaque, rejected } = accounting.iocs
  assertEqual('IOCs', accounting.iocs.read, compiled + duplicate + disabled + expired + opaque + rejected)
  return accounting
}

function assertEqual(what: string, total: number, sum: number): void {
  if (total !== sum)
    throw new Error(`accounting of ${what} does not add up: ${total} in all, ${sum} accounted for`)
}

function countBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): ReadonlyMap<Key, number> {
  const counts = new Map<Key, number>()
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1)
  return counts
}
