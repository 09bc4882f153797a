/**
 * Arithmetic of `$filter`, total: what has no value is null. Two Int64 (bigint) give an Int64, and division cuts
 * towards zero; with a Double (number) both are Doubles. Null stands for division by zero, for a whole number outside
 * 64 bits, and for a Double that is not finite. So a row never makes a request fail, and null compares as null does.
 */
type Numeric = number | bigint

const LEAST = -(2n ** 63n)
const MOST = 2n ** 63n - 1n

/** The sum. */
export function add(left: Numeric, right: Numeric): Numeric | null {
  return isWhole(left) && isWhole(right) ? inRange(left + right) : finite(Number(left) + Number(right))
}

/** The difference. */
export function subtract(left: Numeric, right: Numeric): Numeric | null {
  return isWhole(left) && isWhole(right) ? inRange(left - right) : finite(Number(left) - Number(right))
}

/** The product. */
export function multiply(left: Numeric, right: Numeric): Numeric | null {
  return isWhole(left) && isWhole(right) ? inRange(left * right) : finite(Number(left) * Number(right))
}

/** The quotient, of whole numbers cut towards zero. */
export function divide(left: Numeric, right: Numeric): Numeric | null {
  if (!isWhole(left) || !isWhole(right)) return finite(Number(left) / Number(right))
  return right === 0n ? null : inRange(left / right)
}

/** The remainder, with the sign of the dividend. */
export function modulo(left: Numeric, right: Numeric): Numeric | null {
  if (!isWhole(left) || !isWhole(right)) return finite(Number(left) % Number(right))
  return right === 0n ? null : left % right
}

/** The number with the other sign. */
export function negate(operand: Numeric): Numeric | null {
  return isWhole(operand) ? inRange(-operand) : -operand
}

function isWhole(value: Numeric): value is bigint {
  return typeof value === 'bigint'
}

function inRange(value: bigint): bigint | null {
  return value < LEAST || value > MOST ? null : value
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
