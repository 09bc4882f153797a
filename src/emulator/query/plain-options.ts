import { excerpt } from './excerpt.ts'
import type { OptionText } from './option-text.ts'

/** Digits that fit a double exactly; no set has so many rows. */
const MOST_DIGITS = 15
/** Characters of a `$skiptoken` at most: a server reads 16 KiB of URL and headers together. */
export const MOST_SKIPTOKEN = 4096

/** Reads `$top` or `$skip`: a whole number from 0, in digits only. */
export function parseWhole(source: OptionText | null): number | null {
  if (source === null) return null
  const { value, option, start } = source
  if (!/^[0-9]+$/.test(value))
    source.refuse(
      start,
      `expected a whole number from 0, found "${excerpt(value)}"`,
      `write it like ${option}=10`,
    )
  const digits = value.replace(/^0+(?=[0-9])/, '')
  if (digits.length > MOST_DIGITS)
    source.refuse(start, `${excerpt(digits)} is too large`, `give at most ${MOST_DIGITS} digits`)
  return Number(digits)
}

/** Reads `$count`. */
export function parseCount(source: OptionText | null): boolean {
  if (source === null) return false
  const value = source.value.toLowerCase()
  if (value !== 'true' && value !== 'false')
    source.refuse(
      source.start,
      `expected true or false, found "${excerpt(source.value)}"`,
      'write $count=true',
    )
  return value === 'true'
}

/** Reads `$format`: `json` or a media type, in printable characters. */
export function parseFormat(source: OptionText | null): string | null {
  if (source === null) return null
  if (!/^[!-~][ -~]{0,199}$/.test(source.value))
    source.refuse(source.start, 'expected json or a media type', 'write $format=json')
  return source.value
}

/** Reads `$skiptoken`: opaque here, and only as long as one that the service gave. */
export function parseSkiptoken(source: OptionText | null): string | null {
  if (source === null) return null
  if (source.value === '' || source.value.length > MOST_SKIPTOKEN)
    source.refuse(source.start, 'this token was never given', 'follow @odata.nextLink as it stands')
  return source.value
}
