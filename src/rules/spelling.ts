/** Longer words are no misspellings of ours, and the table below is quadratic. */
const WORD_LIMIT = 40

/**
 * The candidate that a misspelt word most likely means, or null.
 * A candidate counts when it begins with the word, or is at most a third of its letters away (case never counts).
 */
export function nearestSpelling(word: string, candidates: readonly string[]): string | null {
  if (word.length > WORD_LIMIT) return null
  const bare = bareWord(word)
  let best: string | null = null
  let bestDistance = Number.POSITIVE_INFINITY
  for (const candidate of candidates) {
    const target = bareWord(candidate)
    const isStart = bare.length >= 2 && target.startsWith(bare)
    const distance = isStart ? 0.5 : editDistance(bare, target)
    if (distance < bestDistance && distance <= Math.max(1, Math.floor(target.length / 3))) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** Letters and digits only: `Sha-256` and `SHA 256` are `Sha256` misspelt. */
function bareWord(word: string): string {
  return word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}

/** Damerau-Levenshtein distance (optimal string alignment): insert, delete, replace, swap neighbours. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const isEqual = a[i - 1] === b[j - 1]
      let distance = Math.min(
        (last[j] ?? 0) + 1,
        (current[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (isEqual ? 0 : 1),
      )
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (isSwap) distance = Math.min(distance, (beforeLast[j - 2] ?? 0) + 1)
      current.push(distance)
    }
    beforeLast = last
    last = current
  }
  return last[b.length] ?? 0
}

/** A list in a sentence: `a, b and c`. */
export function listed(words: readonly string[], conjunction: 'and' | 'or' = 'and'): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} ${conjunction} ${words.at(-1) ?? ''}`
}
