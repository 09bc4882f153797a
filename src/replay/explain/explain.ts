import type { IndexImage } from '../../engine/image-reader.ts'
import { Matcher } from '../../engine/matcher.ts'
import type { ValueExplanation } from '../../model/explanation.ts'
import type { Semantics } from '../../model/semantics.ts'
import { DEFAULT_SEMANTICS } from '../../model/semantics.ts'
import type { TimeTicks } from '../../model/time.ts'
import { explainValue } from './explain-value.ts'

/** The law by which a value is looked up, and the clock for IOCs that expire; both may be left out. */
export interface ExplainOptions {
  readonly semantics?: Partial<Semantics>
  /** Where it is not given, no IOC has expired. */
  readonly now?: TimeTicks
}

/** Says which IOCs of an image match a value, through which operator, and why the nearest ones do not. */
export function explain(value: string, image: IndexImage, options: ExplainOptions = {}): ValueExplanation {
  const semantics = { ...DEFAULT_SEMANTICS, ...options.semantics }
  const { domainEquals, domainSuffix } = semantics
  const matcher = Matcher.open(image, { domainEquals, domainSuffix })
  return explainValue(value, { image, matcher, semantics }, options.now ?? 0n)
}
