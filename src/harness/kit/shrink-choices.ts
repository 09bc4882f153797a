/** Cases that are tried at most while a case is made smaller: it must end while somebody waits. */
const TRIES_LIMIT = 1_000

/**
 * The smallest numbers found for which the case is still bad: fewer, and nearer to 0. Precondition: `isBad(numbers)`.
 * `isBad` gives the numbers that its case took, or null where the case is good.
 */
export function shrinkChoices(
  numbers: readonly number[],
  isBad: (numbers: readonly number[]) => readonly number[] | null,
): readonly number[] {
  let best = numbers
  let tries = 0
  const attempt = (candidate: readonly number[]): boolean => {
    tries += 1
    const taken = isBad(candidate)
    if (taken === null || !isSmaller(taken, best)) return false
    best = taken
    return true
  }
  for (let isBetter = true; isBetter && tries < TRIES_LIMIT;) {
    isBetter = false
    for (const candidate of smallerOnes(best)) {
      if (tries >= TRIES_LIMIT) break
      if (!attempt(candidate)) continue
      isBetter = true
      break
    }
  }
  return best
}

/** Stretches left out, then numbers set to 0, halved and lowered by one. */
function* smallerOnes(numbers: readonly number[]): Iterable<readonly number[]> {
  for (let size = numbers.length >> 1; size > 0; size >>= 1)
    for (let from = 0; from < numbers.length; from += size) yield numbers.toSpliced(from, size)
  for (const [i, number] of numbers.entries()) {
    if (number > 0) yield numbers.with(i, 0)
    if (number > 3) yield numbers.with(i, number >> 1)
    if (number > 1) yield numbers.with(i, number - 1)
  }
}

/** By length, then from the first number on: an order without infinite descent. */
function isSmaller(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return a.length < b.length
  for (const [i, number] of a.entries()) if (number !== b[i]) return number < (b[i] ?? 0)
  return false
}
