import type { DetectionFunction, IndicatorType } from '../model/indicator.ts'
import { assertNever } from '../model/assert-never.ts'
import { domainIndicator } from './domain-value.ts'
import { hashIndicator } from './hash-value.ts'
import { hostOfUrlField } from './host.ts'
import { ipIndicator } from './ip-value.ts'
import { refangedText } from './refang.ts'
import {
  VALUE_CODES,
  codePointName,
  quoted,
  refused,
  type CanonicalValue,
  type ValueProblem,
} from './value-problem.ts'

export type { CanonicalValue, ValueProblem } from './value-problem.ts'

/** Code units past which a value is refused unread: far more than any type takes, little enough for every check. */
const VALUE_TEXT_LIMIT = 4096

/** Code points that a message about a blank value lists. */
const LISTED_BLANKS = 8

const INVISIBLE = /[\s\p{Cf}\p{Cc}]+/gu
const INVISIBLE_ONLY = /^[\s\p{Cf}\p{Cc}]*$/u

/**
 * The canonical form of an indicator's value, or the reason why it has none (semantics 5). Blanks around the
 * value are cut with a warning; nothing else is repaired silently. Idempotent: a canonical value gives itself.
 */
export function canonicalIndicatorValue(
  type: IndicatorType,
  detectionFunction: DetectionFunction,
  raw: string,
): CanonicalValue {
  if (raw === '') {
    return refused(VALUE_CODES.empty, `expected a value of Type ${type}, found an empty text`, null)
  }
  const value = cutBlanks(raw)
  if (value.length > VALUE_TEXT_LIMIT) {
    const message = `expected a value of Type ${type}, found ${value.length} characters: ${quoted(value)}`
    return refused(VALUE_CODES.tooLong, message, null)
  }
  if (INVISIBLE_ONLY.test(value)) return blank(type, raw)
  const result = canonicalOfType(type, detectionFunction, value)
  if (!result.ok) {
    return defanged(type, detectionFunction, value) ?? withVisibleFix(type, detectionFunction, value, result)
  }
  return raw === value ? result : { ...result, warnings: [blanksCut(raw, value), ...result.warnings] }
}

function canonicalOfType(
  type: IndicatorType,
  detectionFunction: DetectionFunction,
  value: string,
): CanonicalValue {
  switch (type) {
    case 'Sha1':
    case 'Sha256':
    case 'Md5':
      return hashIndicator(type, detectionFunction, value)
    case 'IpAddress':
      return ipIndicator(detectionFunction, value)
    case 'DomainName':
      return domainIndicator(detectionFunction, value)
    default:
      return assertNever(type)
  }
}

/** By hand, because a pattern anchored at the end takes quadratic time on a text full of blanks. */
function cutBlanks(raw: string): string {
  let start = 0
  let end = raw.length
  while (start < end && isBlank(raw.charCodeAt(start))) start += 1
  while (end > start && isBlank(raw.charCodeAt(end - 1))) end -= 1
  return raw.slice(start, end)
}

function isBlank(unit: number): boolean {
  return unit === 0x20 || unit === 0x09
}

function blank(type: IndicatorType, raw: string): CanonicalValue {
  const points = Array.from(raw.slice(0, LISTED_BLANKS * 2), codePointName)
  const listed = points.slice(0, LISTED_BLANKS).join(' ') + (raw.length > LISTED_BLANKS ? ' …' : '')
  return refused(VALUE_CODES.blank, `expected a value of Type ${type}, found only blanks: ${listed}`, null)
}

function blanksCut(raw: string, value: string): ValueProblem {
  const count = raw.length - value.length
  return {
    code: VALUE_CODES.blanksCut,
    message: `expected no blanks around the value, found ${count}; read as ${quoted(value)}`,
    fix: `Write ${quoted(value)}.`,
  }
}

/** The refusal of a value that was written so that nobody clicks it; null when it was not. Never read as if it were plain. */
function defanged(
  type: IndicatorType,
  detectionFunction: DetectionFunction,
  value: string,
): CanonicalValue | null {
  const refanged = refangedText(value)
  if (refanged === value) return null
  const message = `expected a plain value of Type ${type}, found the defanged text ${quoted(value)}`
  return refused(VALUE_CODES.defanged, message, refangFix(type, detectionFunction, refanged))
}

/** Offers the value without its invisible characters where that is all that was wrong. */
function withVisibleFix(
  type: IndicatorType,
  detectionFunction: DetectionFunction,
  value: string,
  result: CanonicalValue,
): CanonicalValue {
  if (result.ok || result.problem.fix !== null) return result
  const visible = value.replace(INVISIBLE, '')
  if (visible === value || !canonicalOfType(type, detectionFunction, visible).ok) return result
  const fix = `Remove the invisible characters: write ${quoted(visible)}.`
  return { ok: false, problem: { ...result.problem, fix } }
}

function refangFix(type: IndicatorType, detectionFunction: DetectionFunction, refanged: string): string {
  if (canonicalOfType(type, detectionFunction, refanged).ok) return `Write ${quoted(refanged)}.`
  const host = hostOfUrlField(refanged)
  if (host.kind !== 'domain' && host.kind !== 'ip') return `Write the plain form of ${quoted(refanged)}.`
  const hostType = host.kind === 'ip' ? 'IpAddress' : 'DomainName'
  const otherType = hostType === type ? '' : ` with Type ${hostType}`
  const origin = host.value === refanged ? '' : `, the host of ${quoted(refanged)}`
  return `Write ${quoted(host.value)}${otherType}${origin}.`
}
