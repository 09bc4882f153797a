/**
 * The first number from `start` up to `end` that is not of the stretch which begins at `start`: `isOwn` is true for some
 * numbers, none at all perhaps, and false for all behind them. Looked for in growing steps, then by halves.
 */
export function endOfStretch(start: number, end: number, isOwn: (index: number) => boolean): number {
  let low = start
  let step = 1
  while (low + step <= end && isOwn(low + step - 1)) {
    low += step
    step *= 2
  }
  // Everything before `low` is own; the end lies less than `step` further.
  let high = Math.min(end, low + step - 1)
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isOwn(middle)) low = middle + 1
    else high = middle
  }
  return low
}
