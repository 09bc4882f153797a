import type { EventExplanation, Verdict } from '../model/explanation.ts'
import type { ExplainContext } from '../replay/explain/explain-observables.ts'
import type { FieldMap } from '../model/field-map.ts'
import type { EventReaders } from '../replay/explain/explain-event.ts'
import {
  explainEvent,
  enterEventLayout,
  openEventReaders,
  readEvent,
} from '../replay/explain/explain-event.ts'
import { valueAt } from '../rules/indicator-at.ts'
import type { PreparedTest } from './prepare-test.ts'
import { selectEnabled } from './select-rules.ts'
import { TestRules } from './test-rules.ts'

/** Events that are explained in search of the nearest; a test of one definition has a handful. */
const EXPLAINED_EVENTS_LIMIT = 100
/** Comparisons of one search, so that a definition with a million IOCs keeps nobody waiting. */
const COMPARISON_LIMIT = 2_000_000
const LEAST_EVENTS = 3
/** Explained indicators that are kept. */
const SHOWN_INDICATORS = 3

const RANK: { readonly [V in Verdict]: number } = { match: 0, 'would-match': 1, near: 2, none: 3 }

/** Which events and IOCs a miss is sought among. */
export interface SoughtMiss {
  /** Only the IOCs with this value, where there are any; null: all of the definition. */
  readonly value: string | null
  /** Leaves out events on which they do fire: a miss among hits is sought. */
  readonly isFiringSkipped: boolean
}

/**
 * Explains the event of a test that comes nearest to making a definition fire: first one that would but for a date, a
 * scope or a table, then the one with the nearest value. Null where there is none.
 */
export function nearestMiss(
  { logs, semantics, table }: PreparedTest,
  rules: TestRules,
  definition: number,
  sought: SoughtMiss,
): EventExplanation | null {
  const { value, isFiringSkipped } = sought
  const context = contextOf(rules, definition, value, semantics)
  const affordable = Math.floor(COMPARISON_LIMIT / Math.max(1, context.image.indicatorCount))
  const limit = Math.min(EXPLAINED_EVENTS_LIMIT, Math.max(LEAST_EVENTS, affordable))
  let best: EventExplanation | null = null
  let explained = 0
  for (const log of logs) {
    const readers = readersFor(log, semantics, table)
    for (const { bytes, line, record, byteOffset, layout } of log.records) {
      if (explained >= limit) return best
      explained += 1
      if (layout?.zeek !== undefined) enterEventLayout(readers, layout)
      const place = { source: log.name, line, record, byteOffset }
      const explanation = explainEvent(readEvent(readers, bytes, 0, bytes.length), place, readers, context)
      if (isFiringSkipped && explanation.verdict === 'match') continue
      if (best === null || isNearer(explanation, best)) best = shortened(explanation)
    }
  }
  return best
}

function contextOf(
  rules: TestRules,
  definition: number,
  value: string | null,
  semantics: PreparedTest['semantics'],
): ExplainContext {
  const alone = rulesAlone(rules, definition, value)
  return { image: alone.image, matcher: alone.matcherFor(semantics), semantics }
}

/** Rules and readers that are kept for the next failure: tests of one definition tend to fail together. */
const KEPT_LIMIT = 32
const keptRules = new WeakMap<TestRules, Map<string, TestRules>>()
const keptReaders = new WeakMap<FieldMap, Map<string, EventReaders>>()

function rulesAlone(rules: TestRules, definition: number, value: string | null): TestRules {
  const kept = keptRules.get(rules) ?? new Map<string, TestRules>()
  keptRules.set(rules, kept)
  return keptOr(kept, JSON.stringify([definition, value]), () => compileAlone(rules, definition, value))
}

/** Opening the three readers takes a hundred times as long as reading an event with them. */
function readersFor(
  { classification, fieldMap }: PreparedTest['logs'][number],
  semantics: PreparedTest['semantics'],
  table: string | null,
): EventReaders {
  const open = (): EventReaders => openEventReaders(classification, fieldMap, semantics, table)
  if (classification.delimited !== null) return open()
  const { hashScope, ipScope, domainScope, dnsAnswers } = semantics
  const kept = keptReaders.get(fieldMap) ?? new Map<string, EventReaders>()
  keptReaders.set(fieldMap, kept)
  return keptOr(kept, JSON.stringify([hashScope, ipScope, domainScope, dnsAnswers, table]), open)
}

function keptOr<Kept>(kept: Map<string, Kept>, key: string, make: () => Kept): Kept {
  const known = kept.get(key)
  if (known !== undefined) return known
  const made = make()
  if (kept.size >= KEPT_LIMIT) kept.clear()
  kept.set(key, made)
  return made
}

/** The definition by itself, as if it and its IOCs were enabled: what hinders it otherwise is what is asked for. */
function compileAlone({ rules }: TestRules, definition: number, value: string | null): TestRules {
  const isOwn = (row: number): boolean => rules.indicators.definition[row] === definition
  const isMeant = (row: number): boolean => isOwn(row) && value !== null && valueAt(rules, row) === value
  const hasMeant = value !== null && someRow(rules.indicators.count, isMeant)
  return TestRules.compile(selectEnabled(rules, hasMeant ? isMeant : isOwn))
}

function someRow(count: number, holds: (row: number) => boolean): boolean {
  for (let row = 0; row < count; row += 1) if (holds(row)) return true
  return false
}

function isNearer(explanation: EventExplanation, best: EventExplanation): boolean {
  const order = RANK[explanation.verdict] - RANK[best.verdict]
  if (order !== 0) return order < 0
  // Of equally near events the one with fewer obstacles: spelling counts more than a common domain.
  return obstacleCount(explanation) < obstacleCount(best)
}

function obstacleCount({ wouldMatch, nearest }: EventExplanation): number {
  return Math.min(...[...wouldMatch, ...nearest].map(({ obstacles }) => obstacles.length), 9)
}

function shortened(explanation: EventExplanation): EventExplanation {
  const { matches, wouldMatch, nearest } = explanation
  return {
    ...explanation,
    matches: matches.slice(0, SHOWN_INDICATORS),
    wouldMatch: wouldMatch.slice(0, SHOWN_INDICATORS),
    nearest: nearest.slice(0, SHOWN_INDICATORS),
  }
}
