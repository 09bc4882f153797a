/** Reads a stream of blocks by the byte: what a parser of headers between compressed units needs. */
export class ChunkQueue {
  readonly #source: AsyncIterator<Uint8Array> | Iterator<Uint8Array>
  #block: Uint8Array = new Uint8Array(0)
  #offset = 0

  constructor(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
    this.#source = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]()
  }

  /** Bytes taken so far. */
  get offset(): number {
    return this.#offset
  }

  /** Bytes that the source gave so far, taken or not. */
  get received(): number {
    return this.#offset + this.#block.length
  }

  /** The rest of the current block, or the next one that is not empty; null at the end. Nothing is taken. */
  async peek(): Promise<Uint8Array | null> {
    while (this.#block.length === 0) {
      const next = await this.#source.next()
      if (next.done === true) return null
      this.#block = next.value
    }
    return this.#block
  }

  /** Takes bytes of the block that `peek` gave. */
  take(length: number): void {
    this.#block = this.#block.subarray(length)
    this.#offset += length
  }

  /** The next byte, taken; null at the end. */
  async next(): Promise<number | null> {
    const block = await this.peek()
    if (block === null) return null
    const byte = block[0] ?? null
    this.take(1)
    return byte
  }

  /** Ends the source early, so that it can let go of what it holds. */
  async close(): Promise<void> {
    await this.#source.return?.()
  }
}
