import type { IndicatorType } from '../../src/model/indicator.ts'
import { naiveHash, naiveIndicatorValue, naiveIp } from '../support/naive-canonical.ts'
import type { FuzzCase, FuzzRule } from './fuzz-case.ts'
import { DEFAULT_OPTIONS } from './fuzz-case.ts'

/** The signs that a minimised text prefers: what stands there does not matter then. */
const PLAIN_SIGNS = ['a', '0', '1']
/** Rounds over all kinds of steps; each round makes the case smaller or is the last. */
const ROUNDS_LIMIT = 50

/** A smaller case for which `isBad` still holds: fewer rules, ordinary options, shorter and plainer texts. */
export function minimise(found: FuzzCase, isBad: (candidate: FuzzCase) => boolean): FuzzCase {
  let best = found
  for (let round = 0; round < ROUNDS_LIMIT; round += 1) {
    const before = best
    for (const step of [fewerRules, plainOptions, smallerText, smallerRules])
      for (let next = firstOf(step(best), isBad); next !== null; next = firstOf(step(best), isBad))
        best = next
    if (best === before) return best
  }
  return best
}

function firstOf(candidates: Iterable<FuzzCase>, isBad: (candidate: FuzzCase) => boolean): FuzzCase | null {
  for (const candidate of candidates) if (isBad(candidate)) return candidate
  return null
}

/** Halves first, then ever smaller parts are left out. */
function* fewerRules(found: FuzzCase): Iterable<FuzzCase> {
  const { rules } = found
  for (let size = rules.length >> 1; size > 0; size >>= 1)
    for (let from = 0; from < rules.length; from += size)
      yield { ...found, rules: rules.toSpliced(from, size) }
}

function* plainOptions(found: FuzzCase): Iterable<FuzzCase> {
  const { options } = found
  if (options.domainEquals !== DEFAULT_OPTIONS.domainEquals)
    yield { ...found, options: { ...options, domainEquals: DEFAULT_OPTIONS.domainEquals } }
  if (options.domainSuffix !== DEFAULT_OPTIONS.domainSuffix)
    yield { ...found, options: { ...options, domainSuffix: DEFAULT_OPTIONS.domainSuffix } }
}

/** Parts of observable and rules at once, where both hold them, then of the observable alone. */
function* smallerText(found: FuzzCase): Iterable<FuzzCase> {
  for (const text of smallerTexts(found.text)) if (isObservable(found.type, text)) yield { ...found, text }
  for (const sign of new Set(found.text)) {
    const rules = found.rules
      .map((rule) => ruleWith(rule, rule[2].replaceAll(sign, 'a')))
      .filter((rule) => rule !== null)
    const text = found.text.replaceAll(sign, 'a')
    const isPlainer = !PLAIN_SIGNS.includes(sign) && sign !== '.' && rules.length === found.rules.length
    if (isPlainer && isObservable(found.type, text)) yield { ...found, rules, text }
  }
}

function* smallerRules(found: FuzzCase): Iterable<FuzzCase> {
  for (const [i, rule] of found.rules.entries()) {
    for (const value of smallerTexts(rule[2])) {
      const smaller = ruleWith(rule, value)
      if (smaller === null) continue
      yield { ...found, rules: found.rules.with(i, smaller) }
      const text = found.text.replace(rule[2], value)
      if (text !== found.text && isObservable(found.type, text))
        yield { ...found, rules: found.rules.with(i, smaller), text }
    }
  }
}

/** Shorter ones, then ones in which a sign becomes a plain one. */
function* smallerTexts(text: string): Iterable<string> {
  for (let size = text.length >> 1; size > 0; size >>= 1)
    for (let from = 0; from < text.length; from += size) yield text.slice(0, from) + text.slice(from + size)
  for (let at = 0; at < text.length; at += 1) {
    const rank = PLAIN_SIGNS.indexOf(text[at] ?? '')
    const plainer = rank < 0 ? PLAIN_SIGNS : PLAIN_SIGNS.slice(0, rank)
    for (const sign of plainer) yield text.slice(0, at) + sign + text.slice(at + 1)
  }
}

function ruleWith([type, detectionFunction]: FuzzRule, value: string): FuzzRule | null {
  const isCanonical = value !== '' && naiveIndicatorValue(type, detectionFunction, value) === value
  return isCanonical ? [type, detectionFunction, value] : null
}

/** True for texts that the canonical form of an observable can be (semantics 5); names are any bytes. */
function isObservable(type: IndicatorType, text: string): boolean {
  if (type === 'DomainName') return text !== '' && !text.endsWith('.')
  return (type === 'IpAddress' ? naiveIp(text) : naiveHash(type, text)) === text
}
