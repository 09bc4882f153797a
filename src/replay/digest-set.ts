/**
 * A set of 128-bit digests in one typed array, because a JavaScript Set ends at 2^24 entries and costs ten times the memory.
 *
 *   u32 slot[4] × capacity, open addressing, linear probing; four zero words mark a free slot
 *
 * Digests must be uniformly distributed (they are cut from a cryptographic hash); the all-zero digest never occurs in practice
 * and would only be reported as new each time.
 */
export class DigestSet {
  #slots: Uint32Array = new Uint32Array(4 * 1024)
  #mask = 1023
  #size = 0

  get size(): number {
    return this.#size
  }

  /** True when the digest (32 hex digits) was there already; else adds it, unless the set holds `limit` digests. */
  hasOrAdd(digest: string, limit: number): boolean {
    const words = [0, 8, 16, 24].map((at) => Number.parseInt(digest.slice(at, at + 8), 16))
    const [a = 0, b = 0, c = 0, d = 0] = words
    const slot = this.#find(a, b, c, d)
    if (this.#isTaken(slot)) return true
    if (this.#size < limit) {
      this.#slots.set([a, b, c, d], slot * 4)
      this.#size += 1
      if (this.#size * 2 > this.#mask) this.#grow()
    }
    return false
  }

  #isTaken(slot: number): boolean {
    const at = slot * 4
    const slots = this.#slots
    return (slots[at]! | slots[at + 1]! | slots[at + 2]! | slots[at + 3]!) !== 0 // slot <= mask, so in range
  }

  /** The slot that holds the digest, or the free one where it belongs. At least half of the slots are free, so it ends. */
  #find(a: number, b: number, c: number, d: number): number {
    const slots = this.#slots
    let slot = (a ^ b) & this.#mask
    while (this.#isTaken(slot)) {
      const at = slot * 4
      if (slots[at] === a && slots[at + 1] === b && slots[at + 2] === c && slots[at + 3] === d) return slot
      slot = (slot + 1) & this.#mask
    }
    return slot
  }

  #grow(): void {
    const old = this.#slots
    this.#slots = new Uint32Array(old.length * 2)
    this.#mask = this.#mask * 2 + 1
    for (let at = 0; at < old.length; at += 4) {
      const [a = 0, b = 0, c = 0, d = 0] = old.subarray(at, at + 4)
      if ((a | b | c | d) !== 0) this.#slots.set([a, b, c, d], this.#find(a, b, c, d) * 4)
    }
  }
}
