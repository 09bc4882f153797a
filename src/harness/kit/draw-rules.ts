import { canonicalIndicatorValue } from '../../canonical/value.ts'
import { assertNever } from '../../model/assert-never.ts'
import { compareUtf8 } from '../../model/compare-utf8.ts'
import type { DetectionFunction, IndicatorType } from '../../model/indicator.ts'
import { DETECTION_FUNCTIONS, HASH_DIGITS, INDICATOR_TYPES } from '../../model/indicator.ts'
import type { RuleSet } from '../../model/rule-set.ts'
import type { OneIndicator } from '../match-one.ts'
import { rulesOf } from './add-rules.ts'
import type { Choices } from './choices.ts'

/** Which rules are drawn; what is left out is everything. */
export interface RuleChoice {
  readonly types?: readonly IndicatorType[]
  readonly detectionFunctions?: readonly DetectionFunction[]
  /** Most definitions, at least 1; 3 when not given. */
  readonly maxDefinitions?: number
  /** Most IOCs of one definition, at least 1; 6 when not given. */
  readonly maxIocs?: number
}

const NAMES = ['c2', 'beacon', 'dropper', 'phish', 'exfil', 'tor', 'miner', 'worm']
const LABELS = ['evil', 'c2', 'cdn', 'a', 'b-1', 'mail', '_srv', 'x0', 'xn--bcher-kva']
const LAST_LABELS = ['example', 'test', 'invalid', 'com']
const OCTETS = [10, 1, 100, 192, 203, 255, 0]
const GROUPS = ['2001', 'db8', '1', 'a', 'ff', 'c10d', '0']
const HEX = Array.from('0123456789abcdef')
/** Tries to cut a part out of a value that is an indicator's value: `..` and the like are none. */
const TRIES = 8

/** A rule set of one to some definitions, each with some indicators; copies within a definition are left out. */
export function drawRules(choice: RuleChoice, choices: Choices): RuleSet {
  const count = 1 + choices.below(Math.min(choice.maxDefinitions ?? 3, NAMES.length))
  return rulesOf(
    NAMES.slice(0, count).map((Name) => ({ Name, iocs: sorted(drawIndicators(choice, choices)) })),
  )
}

function drawIndicators(choice: RuleChoice, choices: Choices): readonly OneIndicator[] {
  return Array.from({ length: 1 + choices.below(choice.maxIocs ?? 6) }, () => drawIndicator(choice, choices))
}

/** An indicator whose value is canonical. */
export function drawIndicator(
  { types, detectionFunctions }: Pick<RuleChoice, 'types' | 'detectionFunctions'>,
  choices: Choices,
): OneIndicator {
  const Type = choices.pick(types ?? TYPES)
  const asked = choices.pick(detectionFunctions ?? DETECTION_FUNCTIONS)
  const whole = drawWhole(Type, choices)
  for (let tries = 0; tries < TRIES; tries += 1) {
    const canonical = canonicalIndicatorValue(Type, asked, cutOut(asked, whole, choices))
    if (canonical.ok) return { Type, DetectionFunction: asked, Value: canonical.value }
  }
  return { Type, DetectionFunction: asked, Value: whole }
}

/** The plainest first. */
const TYPES: readonly IndicatorType[] = [
  'DomainName',
  ...INDICATOR_TYPES.filter((type) => type !== 'DomainName'),
]

function drawWhole(type: IndicatorType, choices: Choices): string {
  switch (type) {
    case 'Sha1':
    case 'Sha256':
    case 'Md5':
      return Array.from({ length: HASH_DIGITS[type] }, () => choices.pick(HEX)).join('')
    case 'IpAddress':
      return drawAddress(choices)
    case 'DomainName':
      return [
        ...Array.from({ length: 1 + choices.below(3) }, () => choices.pick(LABELS)),
        choices.pick(LAST_LABELS),
      ].join('.')
    default:
      return assertNever(type)
  }
}

function drawAddress(choices: Choices): string {
  if (!choices.oneIn(3)) return Array.from({ length: 4 }, () => String(choices.pick(OCTETS))).join('.')
  const groups = Array.from({ length: 8 }, () => choices.pick(GROUPS)).join(':')
  const canonical = canonicalIndicatorValue('IpAddress', 'Equals', groups)
  return canonical.ok ? canonical.value : '2001:db8::1'
}

/** At least two signs, because a single one is in nearly every value. */
function cutOut(detectionFunction: DetectionFunction, whole: string, choices: Choices): string {
  if (detectionFunction === 'Equals') return whole
  const length = Math.max(2, whole.length - choices.below(whole.length))
  if (detectionFunction === 'StartWith') return whole.slice(0, length)
  if (detectionFunction === 'EndWith') return whole.slice(-length)
  const start = choices.below(whole.length - length + 1)
  return whole.slice(start, start + length)
}

/** In canonical order (semantics 8), each once. */
function sorted(iocs: readonly OneIndicator[]): readonly OneIndicator[] {
  const byText = new Map(iocs.map((ioc) => [`${ioc.Type} ${ioc.DetectionFunction} ${ioc.Value}`, ioc]))
  return [...byText.values()].sort(
    (a, b) =>
      INDICATOR_TYPES.indexOf(a.Type) - INDICATOR_TYPES.indexOf(b.Type) ||
      DETECTION_FUNCTIONS.indexOf(a.DetectionFunction) - DETECTION_FUNCTIONS.indexOf(b.DetectionFunction) ||
      compareUtf8(a.Value, b.Value),
  )
}
