import type { IndexImage } from '../../engine/image-reader.ts'
import type { Matcher } from '../../engine/matcher.ts'
import type {
  ExplainedIndicator,
  ExplainedObservable,
  Explanation,
  NearSearch,
  ObstacleKind,
  Obstacle,
  Verdict,
} from '../../model/explanation.ts'
import type { Indicator, IndicatorType } from '../../model/indicator.ts'
import { INDICATOR_TYPES } from '../../model/indicator.ts'
import type { Semantics } from '../../model/semantics.ts'
import { LISTED_MATCHES_LIMIT } from '../../model/semantics.ts'
import type { TimeTicks } from '../../model/time.ts'
import { definitionSummary } from '../describe-hits.ts'
import { operatorInWords } from './difference.ts'
import type { NearIndicator } from './nearest-list.ts'
import { findNearest, NEAREST_LIMIT, patternCountOf } from './find-nearest.ts'
import { inactivityObstacles, nearObstacle } from './obstacle.ts'

/** The compiled rules and the law by which they are asked. */
export interface ExplainContext {
  readonly image: IndexImage
  readonly matcher: Matcher
  readonly semantics: Semantics
}

/** A value to explain, and what keeps every indicator from firing on it. */
export interface Subject {
  readonly observable: ExplainedObservable
  readonly obstacles: readonly Obstacle[]
  /** Seek the nearest indicators too. */
  readonly isSearched: boolean
  /** False for a text that is no observable and can only come near to one. */
  readonly isMatched: boolean
}

/** Comparisons of one explanation; above this the wait would be longer than a second or two. */
const COMPARISON_LIMIT = 4_000_000

export type Findings = Pick<
  Explanation,
  'verdict' | 'matches' | 'wouldMatch' | 'nearest' | 'search' | 'hints'
>

/** Which indicators match the subjects, which would but for an obstacle, and which come nearest. */
export function explainObservables(
  subjects: readonly Subject[],
  context: ExplainContext,
  time: TimeTicks | null,
): Findings {
  const hits = hitsOf(subjects, context, time)
  const matches = hits.filter((hit) => hit.explained.obstacles.length === 0).map((hit) => hit.explained)
  const wouldMatch = hits.filter((hit) => hit.explained.obstacles.length > 0).map((hit) => hit.explained)
  const { nearest, search } = nearestOf(subjects, hits, context, time)
  return {
    verdict: verdictOf(matches, wouldMatch, nearest),
    matches: matches.slice(0, LISTED_MATCHES_LIMIT),
    wouldMatch: wouldMatch.slice(0, LISTED_MATCHES_LIMIT),
    nearest,
    search,
    hints: [
      ...(matches.length > LISTED_MATCHES_LIMIT
        ? [`only the first ${LISTED_MATCHES_LIMIT} of ${matches.length} matches are listed`]
        : []),
      ...(wouldMatch.length > LISTED_MATCHES_LIMIT
        ? [`only the first ${LISTED_MATCHES_LIMIT} of ${wouldMatch.length} hindered matches are listed`]
        : []),
    ],
  }
}

interface Hit {
  readonly indicator: number
  readonly observable: ExplainedObservable
  readonly explained: ExplainedIndicator
}

function hitsOf(
  subjects: readonly Subject[],
  context: ExplainContext,
  time: TimeTicks | null,
): readonly Hit[] {
  const { image, matcher, semantics } = context
  const identities = new Set<string>()
  const hits: Hit[] = []
  for (const { observable, obstacles, isMatched } of subjects) {
    if (!isMatched) continue
    for (const indicator of matcher.matchText(INDICATOR_TYPES.indexOf(observable.type), observable.value)) {
      const identity = `${indicator}\n${observable.field}\n${observable.text}`
      if (identities.has(identity)) continue
      identities.add(identity)
      const all = [...inactivityObstacles(image, indicator, time, semantics), ...obstacles]
      hits.push({ indicator, observable, explained: explainedIndicator(image, indicator, observable, all) })
    }
  }
  return hits.sort((a, b) => a.indicator - b.indicator) // stable: field order stays within an indicator
}

function explainedIndicator(
  image: IndexImage,
  indicator: number,
  observable: ExplainedObservable,
  obstacles: readonly Obstacle[],
): ExplainedIndicator {
  const found = image.indicator(indicator)
  return {
    definition: definitionSummary(image, image.definitionOf(indicator)),
    ioc: summaryOf(found),
    observable,
    because: becauseOf(found, observable.value),
    obstacles,
  }
}

function summaryOf({ Id, Type, DetectionFunction, Value }: Indicator): ExplainedIndicator['ioc'] {
  return { Id, Type, DetectionFunction, Value }
}

function becauseOf({ DetectionFunction, Value }: Indicator, seen: string): string {
  if (DetectionFunction !== 'Equals') return operatorInWords(DetectionFunction, Value)
  return Value === seen ? 'equals it' : `is a subdomain of ${Value}`
}

function nearestOf(
  subjects: readonly Subject[],
  hits: readonly Hit[],
  context: ExplainContext,
  time: TimeTicks | null,
): { readonly nearest: readonly ExplainedIndicator[]; readonly search: NearSearch } {
  const distinct = new Map<string, Subject>()
  for (const subject of subjects) {
    const key = `${subject.observable.type} ${subject.observable.value}`
    if (subject.isSearched && !distinct.has(key)) distinct.set(key, subject)
  }
  let comparisons = 0
  let searched = 0
  const nearest: ExplainedIndicator[] = []
  for (const { observable } of distinct.values()) {
    const cost = patternCountOf(context.image, INDICATOR_TYPES.indexOf(observable.type))
    if (comparisons + cost > COMPARISON_LIMIT) continue
    comparisons += cost
    searched += 1
    nearest.push(...nearestTo(observable, hits, context, time))
  }
  return { nearest, search: searchOf(context.image, searched, distinct.size) }
}

function searchOf(image: IndexImage, valuesSearched: number, values: number): NearSearch {
  const left = values - valuesSearched
  return {
    indicators: image.indicatorCount,
    valuesSearched,
    values,
    note:
      left === 0
        ? null
        : `the nearest IOCs were sought for ${valuesSearched} of ${values} values only, since one search takes at most ${COMPARISON_LIMIT} comparisons`,
  }
}

function nearestTo(
  observable: ExplainedObservable,
  hits: readonly Hit[],
  context: ExplainContext,
  time: TimeTicks | null,
): readonly ExplainedIndicator[] {
  const { image, semantics } = context
  const excluded = new Set(
    hits
      .filter((hit) => hit.observable.value === observable.value && hit.observable.type === observable.type)
      .map((hit) => hit.indicator),
  )
  const candidates = [...findNearest(image, observable, excluded), ...ofOtherTypes(observable, context)]
  return candidates
    .filter(({ kind }) => excluded.size === 0 || !VAGUE_KINDS.includes(kind))
    .sort((a, b) => a.score - b.score || a.indicator - b.indicator)
    .slice(0, NEAREST_LIMIT)
    .map(({ indicator, kind }) => {
      const found = image.indicator(indicator)
      return {
        definition: definitionSummary(image, image.definitionOf(indicator)),
        ioc: summaryOf(found),
        observable,
        because: null,
        obstacles: [
          nearObstacle(kind, found, observable),
          ...inactivityObstacles(image, indicator, time, semantics),
        ],
      }
    })
}

/** Nearness that tells nothing about a value which has an indicator of its own. */
const VAGUE_KINDS: readonly ObstacleKind[] = ['neighbour', 'same-domain']

/** Types whose texts look alike, so that a value may stand under the wrong one. */
const LOOKALIKES: { readonly [T in IndicatorType]: readonly IndicatorType[] } = {
  Sha1: ['Sha256', 'Md5'],
  Sha256: ['Sha1', 'Md5'],
  Md5: ['Sha1', 'Sha256'],
  IpAddress: ['DomainName'],
  DomainName: ['IpAddress'],
}
/** A shorter fragment fits nearly every text of any type. */
const TELLING_FRAGMENT = 4

function ofOtherTypes(
  { type, value }: ExplainedObservable,
  { image, matcher }: ExplainContext,
): readonly NearIndicator[] {
  return LOOKALIKES[type].flatMap((other) =>
    matcher
      .matchText(INDICATOR_TYPES.indexOf(other), value)
      .filter((indicator) => image.indicator(indicator).Value.length >= TELLING_FRAGMENT)
      .slice(0, NEAREST_LIMIT)
      .map((indicator) => ({ indicator, kind: 'other-type' as const, score: 1 })),
  )
}

function verdictOf(
  matches: readonly unknown[],
  wouldMatch: readonly unknown[],
  nearest: readonly unknown[],
): Verdict {
  if (matches.length > 0) return 'match'
  if (wouldMatch.length > 0) return 'would-match'
  return nearest.length > 0 ? 'near' : 'none'
}
