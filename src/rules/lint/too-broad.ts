import { parse } from 'tldts'
import type { DetectionFunction, IndicatorType } from '../../model/indicator.ts'
import type { LintContext } from './lint-context.ts'

/** Fewer hex digits hit a digest in every few million by chance, and a fleet shows millions a day. */
const HASH_DIGITS_MIN = 6
/** Fewer characters of a name or an address occur in every log. */
const NAME_CHARACTERS_MIN = 4
const ADDRESS_CHARACTERS_MIN = 4

/** Refuses fragments that a large part of all traffic holds. */
export function lintTooBroad(context: LintContext): void {
  const { count, detectionFunction } = context.rules.indicators
  for (let row = 0; row < count; row++) {
    if (detectionFunction[row] === 0) continue // Equals
    const reason = tooBroadReason(context.typeOf(row), context.functionOf(row), context.valueOf(row))
    if (reason === null) continue
    context.reportRow(row, {
      code: 'LINT002',
      severity: 'error',
      message: `${context.functionOf(row)} "${context.valueOf(row)}" is too broad: ${reason}`,
      fix: 'Use a longer value, or Equals.',
    })
  }
}

/** Why a fragment would fire on ordinary traffic, or null. */
export function tooBroadReason(
  type: IndicatorType,
  detectionFunction: DetectionFunction,
  value: string,
): string | null {
  if (detectionFunction === 'Equals') return null
  if (type === 'DomainName') return broadName(detectionFunction, value)
  if (type === 'IpAddress') return broadAddress(detectionFunction, value)
  return value.length < HASH_DIGITS_MIN
    ? `${value.length} hex digits occur in hashes by chance; give at least ${HASH_DIGITS_MIN}`
    : null
}

function broadName(detectionFunction: DetectionFunction, value: string): string | null {
  const bare = value.replace(/^\.+|\.+$/g, '')
  if (detectionFunction !== 'StartWith' && isPublicSuffix(bare)) return `every name under ${bare} holds it`
  if (detectionFunction === 'StartWith' && bare === 'www') return 'most web sites begin so'
  const characters = value.replace(/[.-]/g, '').length
  return characters < NAME_CHARACTERS_MIN
    ? `ordinary names hold it; give at least ${NAME_CHARACTERS_MIN} letters or digits`
    : null
}

function broadAddress(detectionFunction: DetectionFunction, value: string): string | null {
  if (detectionFunction === 'StartWith') {
    const groups = value.split(/[.:]/).filter((group) => group !== '')
    return groups.length < 2 ? 'it covers millions of addresses; give at least two groups' : null
  }
  return value.length < ADDRESS_CHARACTERS_MIN
    ? `ordinary addresses hold it; give at least ${ADDRESS_CHARACTERS_MIN} characters`
    : null
}

/** Whether a name is a suffix under which anyone registers (the ICANN part of the list; `co.uk`, `com`). */
export function isPublicSuffix(name: string): boolean {
  const { publicSuffix, isIcann } = parse(name)
  return isIcann === true && publicSuffix === name
}
