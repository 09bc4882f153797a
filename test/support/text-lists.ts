import type { TextList } from '../../src/engine/text-list.ts'

/** Strings as the engine's list of texts. */
export function textListOf(texts: readonly string[]): TextList {
  const encoded = texts.map((text) => Buffer.from(text))
  const offset = new Uint32Array(texts.length + 1)
  encoded.forEach((bytes, i) => (offset[i + 1] = (offset[i] ?? 0) + bytes.length))
  return { count: texts.length, offset, bytes: new Uint8Array(Buffer.concat(encoded)) }
}

/** A copy of an image in memory that threads could share. */
export function sharedCopy(bytes: Uint8Array): Uint8Array {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length))
  shared.set(bytes)
  return shared
}
