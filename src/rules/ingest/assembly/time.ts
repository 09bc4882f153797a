import { DOT, byteAt, isDigit } from './bytes.ts'

/** Stands for no time at all: the largest number, so that it sorts last. */
export const NO_TIME: i64 = i64.MAX_VALUE
/** Given for text that is not plainly a time. */
export const ODD_TIME: i64 = i64.MIN_VALUE

/**
 * Ticks of 100 ns since 1970 of `YYYY-MM-DDTHH:MM:SSZ` with up to seven decimals; ODD_TIME for everything else, of which
 * much is a time as well.
 */
export function timeOfText(at: usize, length: usize): i64 {
  if (length < 20 || length > 28 || length == 21) return ODD_TIME
  if (byteAt(at + 4) != 0x2d || byteAt(at + 7) != 0x2d || byteAt(at + 10) != 0x54) return ODD_TIME
  if (byteAt(at + 13) != 0x3a || byteAt(at + 16) != 0x3a || byteAt(at + length - 1) != 0x5a) return ODD_TIME
  const year = number(at, 2) * 100 + number(at + 2, 2)
  const month = number(at + 5, 2)
  const day = number(at + 8, 2)
  const hour = number(at + 11, 2)
  const minute = number(at + 14, 2)
  const second = number(at + 17, 2)
  if (year > 9999 || month - 1 > 11 || day - 1 >= daysOf(year, month)) return ODD_TIME
  if (hour > 23 || minute > 59 || second > 59) return ODD_TIME
  let ticks: u32 = 0
  if (length > 20) {
    if (byteAt(at + 19) != DOT) return ODD_TIME
    let scale: u32 = 1_000_000
    for (let i: usize = 20; i < length - 1; i++, scale /= 10) {
      if (!isDigit(byteAt(at + i))) return ODD_TIME
      ticks += (byteAt(at + i) - 0x30) * scale
    }
  }
  const seconds = <i64>(hour * 3600 + minute * 60 + second) + daysSince1970(year, month, day) * 86_400
  return seconds * 10_000_000 + <i64>ticks
}

/** The number that so many digits spell; a large one where one is no digit. */
function number(at: usize, digits: usize): u32 {
  let sum: u32 = 0
  for (let i: usize = 0; i < digits; i++) {
    const byte = byteAt(at + i)
    if (!isDigit(byte)) return 100_000
    sum = sum * 10 + (byte - 0x30)
  }
  return sum
}

function daysOf(year: u32, month: u32): u32 {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31
}

/** Days in the Gregorian calendar, whose years are counted from March so that a leap day comes last. */
function daysSince1970(year: u32, month: u32, day: u32): i64 {
  const y = <i64>year + 400 - (month <= 2 ? 1 : 0) // 400 years more, so that no number is negative
  const era = y / 400
  const yearOfEra = y - era * 400
  const dayOfYear = (153 * (<i64>month + (month > 2 ? -3 : 9)) + 2) / 5 + <i64>day - 1
  const dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
  return era * 146_097 + dayOfEra - 719_468 - 146_097
}
