// RFC 3492 section 5: the parameters of the bootstring that IDNA uses.
const BASE = 36
const T_MIN = 1
const T_MAX = 26
const SKEW = 38
const DAMP = 700
const INITIAL_BIAS = 72
const INITIAL_CODE_POINT = 0x80
const LAST_CODE_POINT = 0x10ffff

/**
 * Decodes the part of an `xn--` label after that prefix (RFC 3492 section 6.2), or returns null when it is
 * no valid encoding. Work is quadratic in the length, so callers pass labels, not texts.
 */
export function decodePunycode(encoded: string): string | null {
  const delimiter = encoded.lastIndexOf('-')
  const points = Array.from(encoded.slice(0, Math.max(delimiter, 0)), (character) => character.charCodeAt(0))
  if (points.some((point) => point >= INITIAL_CODE_POINT)) return null
  let point = INITIAL_CODE_POINT
  let bias = INITIAL_BIAS
  let index = 0
  let offset = delimiter > 0 ? delimiter + 1 : 0
  while (offset < encoded.length) {
    const startIndex = index
    let weight = 1
    for (let k = BASE; ; k += BASE) {
      const digit = digitValue(encoded.charCodeAt(offset))
      offset += 1
      if (digit === -1) return null
      index += digit * weight
      if (index > Number.MAX_SAFE_INTEGER / BASE) return null
      const threshold = Math.min(Math.max(k - bias, T_MIN), T_MAX)
      if (digit < threshold) break
      weight *= BASE - threshold
    }
    const count = points.length + 1
    bias = adapt(index - startIndex, count, startIndex === 0)
    point += Math.floor(index / count)
    if (point > LAST_CODE_POINT) return null
    index %= count
    points.splice(index, 0, point)
    index += 1
  }
  return points.map((value) => String.fromCodePoint(value)).join('')
}

/** Value of a digit; -1 for anything else, also for the NaN past the end of the text. */
function digitValue(unit: number): number {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30 + 26
  const lower = unit | 0x20
  return lower >= 0x61 && lower <= 0x7a ? lower - 0x61 : -1
}

function adapt(delta: number, count: number, isFirst: boolean): number {
  let rest = Math.floor(delta / (isFirst ? DAMP : 2))
  rest += Math.floor(rest / count)
  let k = 0
  while (rest > ((BASE - T_MIN) * T_MAX) / 2) {
    rest = Math.floor(rest / (BASE - T_MIN))
    k += BASE
  }
  return k + Math.floor(((BASE - T_MIN + 1) * rest) / (rest + SKEW))
}
