const sparesOf = new WeakMap<object, readonly ArrayBufferLike[]>()

/** Leaves memory that nobody reads any more with what was made from it, as long as that lives, for whoever next wants large pieces. */
export function leaveSpareMemory(made: object, memory: readonly ArrayBufferLike[]): void {
  sparesOf.set(
    made,
    memory.toSorted((a, b) => a.byteLength - b.byteLength),
  )
}

/**
 * So many bytes of the memory that was left with an object, or null where no piece of it is large enough. They are not zero.
 * The taker owns the piece: it is given once.
 *
 * The system gives new memory page by page, as it is written, which takes many times as long as the writing.
 */
export function takeSpareMemory(made: object, byteLength: number): Uint8Array | null {
  const spares = sparesOf.get(made) ?? []
  const piece = spares.find((memory) => memory.byteLength >= byteLength)
  if (piece === undefined) return null
  sparesOf.set(
    made,
    spares.filter((memory) => memory !== piece),
  )
  return new Uint8Array(piece, 0, byteLength)
}
