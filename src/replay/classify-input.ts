import type { ByteSource } from '../files/byte-source.ts'
import { openByteSource } from '../files/byte-source.ts'
import type { ListedInput } from '../files/list-inputs.ts'
import type { Classification, ClassifyOptions } from '../logs/classify.ts'
import { classify } from '../logs/classify.ts'
import type { Compression } from '../logs/decompress.ts'
import { decompress, sniffCompression } from '../logs/decompress.ts'

/** Bytes of the decompressed beginning that decide the format (semantics 1). */
const HEAD_BYTES = 65_536

/** An input whose compression and format are known. */
export interface ClassifiedInput {
  readonly name: string
  readonly path: string
  /** Bytes on disk, null for streams. */
  readonly size: number | null
  readonly compression: Compression
  readonly classification: Classification
  /** The opened stream with its first bytes put back, where the input can be read only once; else null. */
  readonly chunks: AsyncIterable<Uint8Array> | null
}

/** Looks at the beginning of an input: compression by magic bytes, then the log format by content. Throws when unreadable. */
export async function classifyInput(
  input: ListedInput,
  options: ClassifyOptions,
  signal: AbortSignal | null = null,
): Promise<ClassifiedInput> {
  const source = openByteSource(input.path, input.name)
  if (source.kind === 'stream') {
    // Whoever sends the stream may never send more: a signal ends the waiting, now or while it is scanned.
    signal?.addEventListener('abort', () => source.close(), { once: true })
    return classifyStream(input, source, options)
  }
  try {
    const raw = firstBytes(source)
    const compression = sniffCompression(raw)
    const head = compression === 'none' ? raw : await decompressedHead(compression, source)
    const isWhole = compression === 'none' ? raw.length < HEAD_BYTES : head.length < HEAD_BYTES
    const classification = classify(head.subarray(0, HEAD_BYTES), isWhole, options)
    return {
      name: input.name,
      path: input.path,
      size: source.size,
      compression,
      classification,
      chunks: null,
    }
  } finally {
    source.close()
  }
}

function firstBytes(source: ByteSource): Uint8Array {
  const head = new Uint8Array(HEAD_BYTES)
  let length = 0
  while (length < HEAD_BYTES) {
    const count = source.readAt(head.subarray(length), length)
    if (count === 0) break
    length += count
  }
  return head.subarray(0, length)
}

/** Damage further on is not this reading's business: the scan will report it. */
async function decompressedHead(compression: Compression, source: ByteSource): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of decompress(compression, source.chunks(HEAD_BYTES), () => {})) {
    parts.push(chunk.slice())
    length += chunk.length
    if (length >= HEAD_BYTES) break
  }
  return Buffer.concat(parts)
}

async function classifyStream(
  input: ListedInput,
  source: ByteSource,
  options: ClassifyOptions,
): Promise<ClassifiedInput> {
  const stream = source.chunks(HEAD_BYTES)[Symbol.asyncIterator]()
  const parts: Uint8Array[] = []
  let length = 0
  let isEnded = false
  while (length < HEAD_BYTES && !isEnded) {
    const next = await stream.next()
    isEnded = next.done === true
    if (next.done !== true) {
      parts.push(next.value.slice())
      length += next.value.length
    }
  }
  const raw = Buffer.concat(parts)
  const compression = sniffCompression(raw)
  const head = compression === 'none' ? raw : await collectHead(compression, raw)
  const isWhole = isEnded && head.length < HEAD_BYTES
  const classification = classify(head.subarray(0, HEAD_BYTES), isWhole, options)
  return {
    name: input.name,
    path: input.path,
    size: null,
    compression,
    classification,
    chunks: putBack(raw, stream, source),
  }
}

async function collectHead(compression: Compression, raw: Uint8Array): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of decompress(compression, [raw], () => {})) {
    parts.push(chunk.slice())
    length += chunk.length
    if (length >= HEAD_BYTES) break // a bomb holds gigabytes more
  }
  return Buffer.concat(parts)
}

async function* putBack(
  head: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
  source: ByteSource,
): AsyncGenerator<Uint8Array> {
  try {
    if (head.length > 0) yield head
    while (true) {
      const next = await rest.next()
      if (next.done === true) return
      yield next.value
    }
  } finally {
    source.close()
  }
}
