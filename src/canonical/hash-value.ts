import { HASH_DIGITS, type DetectionFunction, type HashType } from '../model/indicator.ts'
import { guessIndicatorType } from './guess-type.ts'
import { hashTypeOfLength, isHex } from './hash.ts'
import {
  VALUE_CODES,
  accepted,
  firstCharacter,
  quoted,
  refused,
  type CanonicalValue,
} from './value-problem.ts'

const LABELLED_DIGEST = /^(?:md5|sha-?1|sha-?256|0x)[ :=-]*([0-9a-f]+)$/i
const SEPARATORS = /[ :-]/g

/** The canonical form of a hash indicator: a whole digest for Equals, else one or more of its hex digits. */
export function hashIndicator(
  type: HashType,
  detectionFunction: DetectionFunction,
  value: string,
): CanonicalValue {
  if (!isHex(value)) return noHex(type, value)
  const wanted = HASH_DIGITS[type]
  const fits = detectionFunction === 'Equals' ? value.length === wanted : value.length <= wanted
  return fits ? accepted(value.toLowerCase()) : wrongLength(type, detectionFunction, value)
}

function wrongLength(type: HashType, detectionFunction: DetectionFunction, value: string): CanonicalValue {
  const wanted = HASH_DIGITS[type]
  const otherType = hashTypeOfLength(value.length)
  const isWhole = detectionFunction === 'Equals'
  const range = isWhole ? `${wanted}` : `1 to ${wanted}`
  const message = `expected ${range} hex digits for ${type} ${detectionFunction}, found ${value.length}: ${quoted(value)}`
  const code = isWhole ? VALUE_CODES.hashLength : VALUE_CODES.tooLong
  if (otherType !== null) return refused(code, message, `Set Type to ${otherType}.`)
  const fix =
    value.length < wanted
      ? `Give all ${wanted} digits, or use DetectionFunction StartWith, EndWith or Contains for a fragment.`
      : null
  return refused(code, message, fix)
}

function noHex(type: HashType, value: string): CanonicalValue {
  const position = value.search(/[^0-9A-Fa-f]/)
  const odd = firstCharacter(value.slice(position))
  const message = `expected only hex digits for ${type}, found ${odd} as character ${position + 1} of ${quoted(value)}`
  return refused(VALUE_CODES.character, message, noHexFix(value))
}

function noHexFix(value: string): string | null {
  const digits = LABELLED_DIGEST.exec(value)?.[1] ?? value.replace(SEPARATORS, '')
  const digestType = isHex(digits) ? hashTypeOfLength(digits.length) : null
  if (digestType !== null) return `Write "${digits.toLowerCase()}" with Type ${digestType}.`
  const otherType = guessIndicatorType(value)
  return otherType === null ? null : `Set Type to ${otherType}.`
}
