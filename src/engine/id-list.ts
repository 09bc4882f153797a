/** A growable list of u32 ids that its owner clears and fills again, so that matching allocates nothing. */
export class IdList {
  #ids: Uint32Array
  #length = 0

  constructor(capacity = 64) {
    this.#ids = new Uint32Array(capacity)
  }

  get length(): number {
    return this.#length
  }

  /** The id at a position; 0 outside the list. */
  at(index: number): number {
    return index < this.#length ? (this.#ids[index] ?? 0) : 0
  }

  push(id: number): void {
    if (this.#length === this.#ids.length) this.#grow(this.#length + 1)
    this.#ids[this.#length] = id
    this.#length += 1
  }

  /** Appends `ids[start, end)`. */
  pushRange(ids: Uint32Array, start: number, end: number): void {
    const length = this.#length + (end - start)
    if (length > this.#ids.length) this.#grow(length)
    const own = this.#ids
    for (let from = start, to = this.#length; from < end; from += 1, to += 1) own[to] = ids[from] ?? 0
    this.#length = length
  }

  /** Sorts the ids from a position to the end. */
  sortFrom(start: number): void {
    const ids = this.#ids
    const length = this.#length
    if (length - start > INSERTION_SORT_LIMIT) {
      ids.subarray(start, length).sort()
      return
    }
    for (let i = start + 1; i < length; i += 1) {
      const id = ids[i]! // i < length
      let hole = i
      for (; hole > start && ids[hole - 1]! > id; hole -= 1) ids[hole] = ids[hole - 1]! // hole > start >= 0
      ids[hole] = id
    }
  }

  clear(): void {
    this.#length = 0
  }

  toArray(): number[] {
    // Most lists are empty, and the others short: an iterator over a view costs more than they.
    const ids: number[] = []
    for (let i = 0; i < this.#length; i += 1) ids.push(this.#ids[i]!) // i < #length
    return ids
  }

  #grow(least: number): void {
    const grown = new Uint32Array(Math.max(least, this.#ids.length * 2))
    grown.set(this.#ids)
    this.#ids = grown
  }
}

// Most texts match a handful of indicators; a subarray and a native sort cost more than that many moves.
const INSERTION_SORT_LIMIT = 16
