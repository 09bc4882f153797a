import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { TICKS_PER_MS } from '../../model/time.ts'
import { add, divide, modulo, multiply, negate, subtract } from './arithmetic.ts'

type SqlValue = SQLInputValue
type Numeric = number | bigint

const DETERMINISTIC = { deterministic: true, useBigIntArguments: true, varargs: true } as const
const MS_PER_DAY = 86_400_000n
const TICKS_PER_DAY = MS_PER_DAY * TICKS_PER_MS

/**
 * Gives a connection the functions that conditions call; `now` is in ticks since 1970 and asked once per statement
 * and place. Every function of null is null. Lengths and places count UTF-16 units.
 */
export function registerSqlFunctions(db: DatabaseSync, now: () => bigint): void {
  // Called deterministic, so that SQLite asks once per run of a statement and not once per row.
  db.function('dryfire_now', DETERMINISTIC, () => now())
  registerArithmetic(db)
  registerText(db)
  registerTime(db)
}

function registerArithmetic(db: DatabaseSync): void {
  const binary = (name: string, apply: (left: Numeric, right: Numeric) => Numeric | null): void =>
    db.function(name, DETERMINISTIC, (left, right) =>
      isNumeric(left) && isNumeric(right) ? apply(left, right) : null,
    )
  binary('dryfire_add', add)
  binary('dryfire_sub', subtract)
  binary('dryfire_mul', multiply)
  binary('dryfire_div', divide)
  binary('dryfire_mod', modulo)
  db.function('dryfire_negate', DETERMINISTIC, (operand) => (isNumeric(operand) ? negate(operand) : null))
}

function registerText(db: DatabaseSync): void {
  const ofText = (name: string, apply: (text: string) => SqlValue): void =>
    db.function(name, DETERMINISTIC, (text) => (typeof text === 'string' ? apply(text) : null))
  ofText('dryfire_length', (text) => BigInt(text.length))
  ofText('dryfire_tolower', (text) => text.toLowerCase())
  ofText('dryfire_toupper', (text) => text.toUpperCase())
  ofText('dryfire_trim', (text) => text.trim())
  db.function('dryfire_indexof', DETERMINISTIC, (text, part) =>
    typeof text === 'string' && typeof part === 'string' ? BigInt(text.indexOf(part)) : null,
  )
  db.function('dryfire_substring', DETERMINISTIC, (text, start, count) => {
    if (typeof text !== 'string' || typeof start !== 'bigint') return null
    if (count === undefined) return cut(text, start, BigInt(text.length))
    return typeof count === 'bigint' ? cut(text, start, count) : null
  })
}

function registerTime(db: DatabaseSync): void {
  const ofTime = (name: string, read: (date: Date) => number): void =>
    db.function(name, DETERMINISTIC, (ticks) =>
      typeof ticks === 'bigint' ? BigInt(read(new Date(Number(floorDivide(ticks, TICKS_PER_MS))))) : null,
    )
  ofTime('dryfire_year', (date) => date.getUTCFullYear())
  ofTime('dryfire_month', (date) => date.getUTCMonth() + 1)
  ofTime('dryfire_day', (date) => date.getUTCDate())
  ofTime('dryfire_hour', (date) => date.getUTCHours())
  ofTime('dryfire_minute', (date) => date.getUTCMinutes())
  ofTime('dryfire_second', (date) => date.getUTCSeconds())
  db.function('dryfire_date', DETERMINISTIC, (ticks) =>
    typeof ticks === 'bigint' ? floorDivide(ticks, TICKS_PER_DAY) * TICKS_PER_DAY : null,
  )
}

/** A place before the beginning is the beginning; half of a character reads as U+FFFD, as UTF-8 cannot hold it. */
function cut(text: string, start: bigint, count: bigint): string {
  const length = BigInt(text.length)
  const from = start < 0n ? 0n : start > length ? length : start
  const rest = length - from
  const taken = count < 0n ? 0n : count > rest ? rest : count
  return text.slice(Number(from), Number(from + taken)).toWellFormed()
}

function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor
  return dividend % divisor < 0n ? quotient - 1n : quotient
}

function isNumeric(value: unknown): value is Numeric {
  return typeof value === 'bigint' || typeof value === 'number'
}
