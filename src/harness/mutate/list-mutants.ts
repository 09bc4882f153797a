import { canonicalIndicatorValue } from '../../canonical/value.ts'
import type { IndexImage } from '../../engine/image-reader.ts'
import type { Indicator, IndicatorType } from '../../model/indicator.ts'
import { DETECTION_FUNCTIONS, HASH_DIGITS, INDICATOR_TYPES } from '../../model/indicator.ts'
import type { Mutation } from '../../model/mutation-report.ts'

/** One small change of a rule set: of one compiled indicator, or of one definition as a whole. */
export interface Mutant {
  readonly mutation: Mutation
  /** Index in the image. */
  readonly definition: number
  /** Id in the image; null: the whole definition is disabled. */
  readonly indicator: number | null
  /** What the indicator becomes; null: it is gone. */
  readonly changed: Indicator | null
  /** One of many that are alike, and sampled apart. */
  readonly isEqualsHash: boolean
}

/**
 * Every mutant of a compiled rule set, in canonical order: each definition disabled, then for each of its indicators:
 * dropped, another operator, a character cut and one added where the operator looks, another type, no expiry. A change
 * that gives no valid value, or one that matches the same values, is none.
 */
export function* listMutants(image: IndexImage): Generator<Mutant> {
  let last = -1
  for (const run of image.runs()) {
    const { definition } = run
    if (definition !== last)
      yield { mutation: 'disable', definition, indicator: null, changed: null, isEqualsHash: false }
    last = definition
    for (let id = run.from; id < run.to; id += 1) yield* mutantsOf(image.indicator(id), id, definition)
  }
}

/** The changes of one indicator. */
export function* mutantsOf(indicator: Indicator, id: number, definition: number): Generator<Mutant> {
  const isEqualsHash = isHash(indicator.Type) && indicator.DetectionFunction === 'Equals'
  const mutant = (mutation: Mutation, changed: Indicator | null): Mutant => ({
    mutation,
    definition,
    indicator: id,
    changed,
    isEqualsHash,
  })
  yield mutant('drop', null)
  if (!isEqualsHash) {
    for (const changed of otherOperators(indicator)) yield mutant('operator', changed)
    const cut = firstValid(indicator, [cutValue(indicator)])
    if (cut !== null) yield mutant('cut', cut)
    const longer = firstValid(indicator, longerValues(indicator))
    if (longer !== null) yield mutant('lengthen', longer)
    const other = otherType(indicator)
    if (other !== null) yield mutant('type', other)
  }
  if (indicator.ExpiresAt !== null) yield mutant('expiry', { ...indicator, ExpiresAt: null })
}

function isHash(type: IndicatorType): type is keyof typeof HASH_DIGITS {
  return Object.hasOwn(HASH_DIGITS, type)
}

function otherOperators(indicator: Indicator): readonly Indicator[] {
  const { Type, Value } = indicator
  // Fragments as long as a digest leave an operator nothing to choose.
  if (isHash(Type) && Value.length === HASH_DIGITS[Type]) return []
  return DETECTION_FUNCTIONS.filter((operator) => operator !== indicator.DetectionFunction)
    .map((DetectionFunction) => ({ ...indicator, DetectionFunction }))
    .filter((changed) => isValid(changed) && !isSameAddress(indicator, changed))
}

const FOUR_PARTS = /^(\d{1,3})\.\d{1,3}\.\d{1,3}\.(\d{1,3})$/

/** A whole IPv4 address that no further digit can extend is the same for operators that would allow one. */
function isSameAddress({ Type, DetectionFunction, Value }: Indicator, changed: Indicator): boolean {
  const parts = Type === 'IpAddress' ? FOUR_PARTS.exec(Value) : null
  if (parts === null) return false
  const [, first = '', last = ''] = parts
  const operators = [DetectionFunction, changed.DetectionFunction]
  const isWhole = Number(first) <= 255 && Number(last) <= 255
  const growsBefore = first.length < 3
  const growsBehind = last !== '0' && Number(last) * 10 <= 255
  const before = operators.map(
    (operator) => growsBefore && (operator === 'EndWith' || operator === 'Contains'),
  )
  const behind = operators.map(
    (operator) => growsBehind && (operator === 'StartWith' || operator === 'Contains'),
  )
  return isWhole && before[0] === before[1] && behind[0] === behind[1]
}

/** The value without the character at the end that the operator looks at last. */
function cutValue({ DetectionFunction, Value }: Indicator): string {
  return DetectionFunction === 'EndWith' ? Value.slice(1) : Value.slice(0, -1)
}

/** The value with a character more there; which one is valid depends on the type. */
function longerValues({ Type, DetectionFunction, Value }: Indicator): readonly string[] {
  const characters = Type === 'DomainName' ? ['x', '0'] : ['1', '0', 'a', '.', ':']
  return characters.map((character) =>
    DetectionFunction === 'EndWith' ? character + Value : Value + character,
  )
}

function firstValid(indicator: Indicator, values: readonly string[]): Indicator | null {
  const value = values.find((Value) => isValid({ ...indicator, Value }))
  return value === undefined ? null : { ...indicator, Value: value }
}

/** The next type, going round, that can hold the value: of hashes another hash, of an address a name. */
function otherType(indicator: Indicator): Indicator | null {
  const at = INDICATOR_TYPES.indexOf(indicator.Type)
  for (let step = 1; step < INDICATOR_TYPES.length; step += 1) {
    const Type = INDICATOR_TYPES[(at + step) % INDICATOR_TYPES.length]
    if (Type === undefined || isHash(Type) !== isHash(indicator.Type)) continue
    if (isValid({ ...indicator, Type })) return { ...indicator, Type }
  }
  return null
}

/** A value that a rule file may hold as it stands. */
function isValid({ Type, DetectionFunction, Value }: Indicator): boolean {
  if (Value === '') return false
  const canonical = canonicalIndicatorValue(Type, DetectionFunction, Value)
  return canonical.ok && canonical.value === Value
}
