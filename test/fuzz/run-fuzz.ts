import { IdList } from '../../src/engine/id-list.ts'
import { INDICATOR_TYPES } from '../../src/model/indicator.ts'
import { naiveMatches } from '../support/naive-matcher.ts'
import type { NaiveMatchOptions } from '../support/naive-matcher.ts'
import type { FuzzCase, FuzzRule } from './fuzz-case.ts'
import { FuzzRandom } from './fuzz-random.ts'
import { drawRules, drawWorld } from './fuzz-rules.ts'
import type { FuzzSubject, WrapTarget } from './fuzz-target.ts'
import { openSubject } from './fuzz-target.ts'
import { TextBatch, TextMaker } from './fuzz-texts.ts'

/** Observables per compiled rule set: enough that matching, not compiling, takes the time. */
const BATCH_TEXTS = 1024

export interface FuzzSettings {
  /** Seed of the first round; round n has `seed + n`, so a found case is repeated by starting from its own seed. */
  readonly seed: number
  readonly cases: number
  /** Asked once a round: true ends the run. */
  readonly isOver: () => boolean
  readonly wrap: WrapTarget | null
}

/** A case on which engine and oracle differ, and the seed of its round. */
export interface FuzzDifference {
  readonly seed: number
  readonly found: FuzzCase
}

/** What a run did. The hits prove that it compared something. */
export interface FuzzResult {
  readonly cases: number
  readonly rounds: number
  /** Cases in which the oracle sees a match. */
  readonly hits: number
  /** (observable, indicator) pairs that match. */
  readonly pairs: number
  readonly difference: FuzzDifference | null
}

/** Compares engine and oracle, round by round, until the cases are done, time is over or they differ. */
export function runFuzz({ seed, cases, isOver, wrap }: FuzzSettings): FuzzResult {
  const batch = new TextBatch(BATCH_TEXTS)
  const ids = new IdList()
  const total = { cases: 0, rounds: 0, hits: 0, pairs: 0 }
  while (total.cases < cases && (total.rounds === 0 || !isOver())) {
    const random = new FuzzRandom(seed + total.rounds)
    const world = drawWorld(random)
    const rules = drawRules(random, world)
    const options = drawOptions(random)
    new TextMaker(random, INDICATOR_TYPES, world, rules).makeAll(batch)
    const subject = openSubject(rules, options, wrap)
    for (let i = 0; i < batch.count; i += 1) {
      const text = batch.textAt(i)
      const type = INDICATOR_TYPES[batch.types[i] ?? 0] ?? 'DomainName'
      const expected = naiveMatches(subject.indicators, type, text, options)
      total.cases += 1
      total.pairs += expected.length
      if (expected.length > 0) total.hits += 1
      if (agrees(subject, batch, i, expected, ids)) continue
      const found = { rules, options, type, text }
      return { ...total, difference: { seed: seed + total.rounds, found } }
    }
    total.rounds += 1
  }
  return { ...total, difference: null }
}

/** True when engine and oracle differ on one case, each compiled for it alone. */
export function differs({ rules, options, type, text }: FuzzCase, wrap: WrapTarget | null): boolean {
  const { target, indicators } = openSubject(rules, options, wrap)
  const bytes = Buffer.from(text, 'latin1')
  const typeIndex = INDICATOR_TYPES.indexOf(type)
  const ids = new IdList()
  target.match(typeIndex, bytes, 0, bytes.length, ids)
  const expected = naiveMatches(indicators, type, text, options)
  const hasMatch = target.hasMatch(typeIndex, bytes, 0, bytes.length)
  return hasMatch !== expected.length > 0 || !isSame(ids, expected)
}

/** What the oracle says of a case: its rules in canonical order, each once, and the positions that match. */
export function oracleOf({ rules, options, type, text }: FuzzCase): {
  readonly rules: readonly FuzzRule[]
  readonly expected: readonly number[]
} {
  const { indicators } = openSubject(rules, options, null)
  return {
    rules: indicators.map(({ Type, DetectionFunction, Value }) => [Type, DetectionFunction, Value]),
    expected: naiveMatches(indicators, type, text, options),
  }
}

function agrees(
  { target }: FuzzSubject,
  { bytes, offsets, types }: TextBatch,
  index: number,
  expected: readonly number[],
  ids: IdList,
): boolean {
  const type = types[index]! // index < batch.count
  const start = offsets[index]!
  const end = offsets[index + 1]!
  ids.clear()
  target.match(type, bytes, start, end, ids)
  return isSame(ids, expected) && target.hasMatch(type, bytes, start, end) === expected.length > 0
}

function isSame(ids: IdList, expected: readonly number[]): boolean {
  if (ids.length !== expected.length) return false
  for (let i = 0; i < expected.length; i += 1) if (ids.at(i) !== expected[i]) return false
  return true
}

function drawOptions(random: FuzzRandom): NaiveMatchOptions {
  return {
    domainEquals: random.oneIn(3) ? 'subdomains' : 'exact',
    domainSuffix: random.oneIn(3) ? 'label' : 'textual',
  }
}
