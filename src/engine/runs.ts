import type { RuleSet } from '../model/rule-set.ts'
import { endOfStretch } from './end-of-stretch.ts'
import { damaged } from './image-format-error.ts'
import { FUNCTION_COUNT, RUN_WORDS, TYPE_COUNT } from './image-layout.ts'

/**
 * Ids in canonical order form runs of one (definition, Type, DetectionFunction), so that no indicator stores them.
 *
 *   runs: u32[runCount * 3]   first id | definition | type * 4 + detection function; first ids ascend strictly from 0
 */
export function buildRuns(rules: RuleSet, rows: Uint32Array, definitionRank: Uint32Array): Uint32Array {
  const { definition, type, detectionFunction } = rules.indicators
  const rankOf = (id: number): number => definitionRank[definition[rows[id]!]!]!
  const kindOf = (id: number): number => type[rows[id]!]! * FUNCTION_COUNT + detectionFunction[rows[id]!]!
  const runs: number[] = []
  for (let id = 0; id < rows.length;) {
    const rank = rankOf(id)
    const kind = kindOf(id)
    runs.push(id, rank, kind)
    id = endOfStretch(id, rows.length, (other) => rankOf(other) === rank && kindOf(other) === kind)
  }
  return Uint32Array.from(runs)
}

/** First word of the run that an id lies in. */
export function runOf(runs: Uint32Array, id: number): number {
  let low = 0
  let high = runs.length / RUN_WORDS
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (runs[middle * RUN_WORDS]! <= id) low = middle
    else high = middle
  }
  return low * RUN_WORDS
}

/** Throws unless the runs cover all ids, in order, with known definitions and kinds. */
export function verifyRuns(
  runs: Uint32Array,
  counts: { readonly indicators: number; readonly definitions: number },
  offset: number,
): void {
  if (runs.length % RUN_WORDS !== 0 || (runs.length === 0) !== (counts.indicators === 0)) {
    throw damaged(offset, 'whole runs, none without indicators', `${runs.length} words`)
  }
  for (let at = 0; at < runs.length; at += RUN_WORDS) {
    const first = runs[at]!
    const isFirstRight = at === 0 ? first === 0 : first > runs[at - RUN_WORDS]!
    const isKnown = runs[at + 1]! < counts.definitions && runs[at + 2]! < TYPE_COUNT * FUNCTION_COUNT
    if (!isFirstRight || first >= counts.indicators || !isKnown) {
      throw damaged(offset + at * 4, 'ascending runs of known kinds', `run at id ${first}`)
    }
  }
}
