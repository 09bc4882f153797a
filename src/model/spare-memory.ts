const spareOf = new WeakMap<object, ArrayBufferLike>()

/** Leaves memory that nobody reads any more with what was made from it, for whoever next wants a large piece. */
export function leaveSpareMemory(made: object, memory: ArrayBufferLike): void {
  spareOf.set(made, memory)
}

/**
 * So many bytes of the memory that was left with an object, or null where there is no such memory or it is too small. They are
 * not zero. The taker owns them: a second one gets none.
 *
 * The system gives new memory page by page, as it is written, which takes many times as long as the writing.
 */
export function takeSpareMemory(made: object, byteLength: number): Uint8Array | null {
  const memory = spareOf.get(made)
  if (memory === undefined || memory.byteLength < byteLength) return null
  spareOf.delete(made)
  return new Uint8Array(memory, 0, byteLength)
}
