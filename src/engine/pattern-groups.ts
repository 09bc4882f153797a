/**
 * Which rows share each pattern: pattern p belongs to the rows `rows[start[p] .. start[p + 1])`, ascending.
 * Rows count within one structure; several definitions may hold the same value.
 */
export interface PatternGroups {
  readonly patternCount: number
  readonly start: Uint32Array
  readonly rows: Uint32Array
  /** True where pattern p belongs to row p and to no other. */
  readonly isOneToOne?: boolean
}

/** Groups of so many rows, each of which has a pattern of its own. The columns are made when somebody asks for them. */
export function oneToOne(count: number): PatternGroups {
  let numbers: Uint32Array | null = null
  const numbersNow = (): Uint32Array => (numbers ??= numbersBelow(count + 1))
  return {
    patternCount: count,
    get start() {
      return numbersNow()
    },
    get rows() {
      return numbersNow().subarray(0, count)
    },
    isOneToOne: true,
  }
}

function numbersBelow(end: number): Uint32Array {
  const numbers = new Uint32Array(end)
  for (let i = 0; i < end; i += 1) numbers[i] = i
  return numbers
}

/**
 * Cuts sorted rows into groups of equal patterns. `order` lists the rows so that equal ones are neighbours;
 * `isEqual` compares two rows. The order's own array becomes `rows`.
 */
export function groupPatterns(
  order: Uint32Array,
  isEqual: (left: number, right: number) => boolean,
): PatternGroups {
  const count = order.length
  const start = new Uint32Array(count + 1)
  let patternCount = 0
  let from = 0
  while (from < count) {
    const first = order[from]! // from < count
    let to = from + 1
    while (to < count && isEqual(first, order[to]!)) to += 1 // to < count
    if (to - from > 1) order.subarray(from, to).sort()
    patternCount += 1
    start[patternCount] = to
    from = to
  }
  return { patternCount, start: start.subarray(0, patternCount + 1), rows: order }
}
