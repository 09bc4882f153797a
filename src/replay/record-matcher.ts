import { IdList } from '../engine/id-list.ts'
import type { IndexImage } from '../engine/image-reader.ts'
import type { Matcher } from '../engine/matcher.ts'
import type { CollectedText } from '../logs/collected-text.ts'
import { observe } from '../logs/observe.ts'
import type { OpenRecord } from '../logs/open-record.ts'
import type { FieldTarget } from '../logs/path-tree.ts'
import { PlainValue } from '../logs/plain-value.ts'
import { INDICATOR_TYPES } from '../model/indicator.ts'
import type { Observable } from '../model/observable.ts'
import type { Semantics } from '../model/semantics.ts'
import type { TimeTicks } from '../model/time.ts'
import { parseTime } from '../model/time.ts'
import { MatchList } from './match-list.ts'

/** What of a record matches. */
export interface RecordMatches {
  readonly matches: MatchList
  readonly time: TimeTicks | null
  /** Texts under name fields that are no names. */
  readonly notANameCount: number
}

/**
 * Finds the matches of a record without reading all of it: values are looked up as bytes, and what does not match
 * becomes no text. The same matches in the same order as for the event in full.
 */
export class RecordMatcher {
  readonly #image: IndexImage
  readonly #matcher: Matcher
  readonly #semantics: Semantics
  readonly #isDefinitionShown: readonly boolean[]
  readonly #value = new PlainValue()
  readonly #ids = new IdList()
  /** The record at hand, and what matches so far; null before its first match. */
  #record: OpenRecord | null = null
  #time: TimeTicks | null = null
  #matches: MatchList | null = null

  constructor(
    image: IndexImage,
    matcher: Matcher,
    semantics: Semantics,
    isDefinitionShown: readonly boolean[],
  ) {
    this.#image = image
    this.#matcher = matcher
    this.#semantics = semantics
    this.#isDefinitionShown = isDefinitionShown
  }

  /** The matches of a record of a field map, or null where nothing in it matches. */
  find(record: OpenRecord): RecordMatches | null {
    if (!record.isMatched) return null
    this.#record = record
    this.#matches = null
    let notANameCount = 0
    for (let i = 0; i < record.textCount; i += 1) {
      const text = record.texts[i]! // i < textCount
      let isNotAName = false
      for (const target of text.targets ?? []) {
        if (record.doesHold(target) && this.#look(text, target)) isNotAName = true
      }
      if (isNotAName) notANameCount += 1
    }
    const matches = this.#matches
    return matches === null ? null : { matches, time: this.#time, notANameCount }
  }

  /** Looks up what a text holds; true when it should be a name and is none. */
  #look(text: CollectedText, target: FieldTarget): boolean {
    const value = this.#value
    const reading = text.hasEscapes ? 'odd' : value.read(target.kind, text.bytes, text.start, text.end)
    if (reading === 'nothing') return false
    if (reading === 'value') {
      this.#ids.clear()
      this.#matcher.match(value.type, value.bytes, 0, value.length, this.#ids)
      if (this.#ids.length > 0)
        this.#add(this.#ids.toArray(), observableOf(text, target, value.type, value.text))
      return false
    }
    const { findings, isNotAName } = observe(target.kind, text.text)
    for (const finding of findings) {
      const type = INDICATOR_TYPES.indexOf(finding.type)
      const indicators = this.#matcher.matchText(type, finding.value)
      if (indicators.length > 0) this.#add(indicators, observableOf(text, target, type, finding.value))
    }
    return isNotAName
  }

  #add(indicators: readonly number[], observable: Observable): void {
    this.#matches ??= this.#openList()
    for (const indicator of indicators) this.#matches.add(indicator, observable)
  }

  #openList(): MatchList {
    const time = this.#record?.time ?? null
    this.#time = time === null ? null : parseTime(time)
    return new MatchList(this.#image, this.#semantics, this.#isDefinitionShown, this.#time)
  }
}

function observableOf(
  { field, text }: CollectedText,
  { role, scope }: FieldTarget,
  type: number,
  value: string,
): Observable {
  return { type: INDICATOR_TYPES[type]!, value, field, text, role, scope } // an index of the model's list
}
