const FIRST_CAPACITY = 4096

/**
 * The part of a record that came with earlier pushes. It never holds more than the limit: what goes
 * beyond is counted and dropped, and the record is then over the cap whatever follows.
 */
export class CarriedBytes {
  readonly #limit: number
  #bytes: Uint8Array = new Uint8Array(0)
  #length = 0
  #isOver = false

  constructor(limit: number) {
    this.#limit = limit
  }

  /** All bytes so far, the dropped ones included. */
  get length(): number {
    return this.#length
  }

  /** True once more than the limit was appended; `bytes` is then meaningless. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** The bytes stand in `[0, length)`; valid until the next call. */
  get bytes(): Uint8Array {
    return this.#bytes
  }

  append(bytes: Uint8Array, start: number, end: number): void {
    const length = this.#length + (end - start)
    if (length > this.#limit) {
      this.#isOver = true
      this.#bytes = new Uint8Array(0)
    } else {
      this.#reserve(length)
      this.#bytes.set(bytes.subarray(start, end), this.#length)
    }
    this.#length = length
  }

  clear(): void {
    this.#length = 0
    this.#isOver = false
  }

  #reserve(length: number): void {
    if (length <= this.#bytes.length) return
    const capacity = Math.min(this.#limit, Math.max(FIRST_CAPACITY, length, this.#bytes.length * 2))
    const grown = new Uint8Array(capacity)
    grown.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = grown
  }
}
