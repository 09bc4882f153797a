import type { ByteSource } from '../files/byte-source.ts'
import { openByteSource } from '../files/byte-source.ts'
import type { ListedInput } from '../files/list-inputs.ts'
import type { Classification, ClassifyOptions } from '../logs/classify.ts'
import { classify } from '../logs/classify.ts'
import type { Compression } from '../logs/decompress.ts'
import { decompress, sniffCompression } from '../logs/decompress.ts'

/** Bytes of the decompressed beginning that decide the format (semantics 1), counted from the first that is not blank. */
const HEAD_BYTES = 65_536

/** Bytes that are held of a stream, or decompressed, while nothing but blanks comes; a plain file is simply read further. */
const BLANK_LIMIT = 16 * 2 ** 20

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
    const raw = bytesAt(source, 0)
    const compression = sniffCompression(raw)
    const { bytes, isWhole } =
      compression === 'none'
        ? firstFilledBytes(source, raw)
        : await collectHead(decompress(compression, source.chunks(HEAD_BYTES), () => {}))
    const classification = classify(bytes.subarray(0, HEAD_BYTES), isWhole, options)
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

function bytesAt(source: ByteSource, offset: number): Uint8Array {
  const bytes = new Uint8Array(HEAD_BYTES)
  let length = 0
  while (length < HEAD_BYTES) {
    const count = source.readAt(bytes.subarray(length), offset + length)
    if (count === 0) break
    length += count
  }
  return bytes.subarray(0, length)
}

/** The bytes that decide the format, and whether nothing follows them. */
interface Head {
  readonly bytes: Uint8Array
  readonly isWhole: boolean
}

/** Blocks of blanks are passed over; one blank of them stays before the rest, so that no mark is taken for a first byte. */
function firstFilledBytes(source: ByteSource, raw: Uint8Array): Head {
  let offset = 0
  let block = raw
  while (block.length === HEAD_BYTES && block.every(isBlank)) {
    offset += HEAD_BYTES - 1
    block = bytesAt(source, offset)
  }
  return { bytes: block, isWhole: block.length < HEAD_BYTES }
}

/** Damage further on is not this reading's business: the scan will report it. A bomb holds gigabytes more. */
async function collectHead(chunks: AsyncIterable<Uint8Array>): Promise<Head> {
  const head = new HeadCollector()
  let length = 0
  for await (const chunk of chunks) {
    head.add(chunk)
    length += chunk.length
    if (head.isEnough || length >= BLANK_LIMIT) return { bytes: head.bytes(), isWhole: false }
  }
  return { bytes: head.bytes(), isWhole: true }
}

/** Gathers chunks until they hold a head, blanks in front of it not counted. */
class HeadCollector {
  #parts: Uint8Array[] = []
  #length = 0
  #isBlank = true

  get isEnough(): boolean {
    return this.#length >= HEAD_BYTES
  }

  add(chunk: Uint8Array): void {
    const start = this.#isBlank ? blanksBefore(chunk) : 0
    if (start > 0) {
      this.#parts = [] // one blank stands for all
      this.#length = 0
    }
    this.#isBlank &&= start === chunk.length
    const part = chunk.slice(Math.max(0, start - 1), start + HEAD_BYTES)
    this.#parts.push(part)
    this.#length += part.length
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.#parts)
  }
}

function blanksBefore(bytes: Uint8Array): number {
  const first = bytes.findIndex((byte) => !isBlank(byte))
  return first === -1 ? bytes.length : first
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d
}

async function classifyStream(
  input: ListedInput,
  source: ByteSource,
  options: ClassifyOptions,
): Promise<ClassifiedInput> {
  const stream = source.chunks(HEAD_BYTES)[Symbol.asyncIterator]()
  const parts: Uint8Array[] = []
  const plain = new HeadCollector()
  let length = 0
  let isEnded = false
  while (!plain.isEnough && length < BLANK_LIMIT && !isEnded) {
    const next = await stream.next()
    isEnded = next.done === true
    if (next.done === true) break
    parts.push(next.value.slice())
    length += next.value.length
    plain.add(next.value)
  }
  const raw = Buffer.concat(parts)
  const compression = sniffCompression(raw)
  const head: Head =
    compression === 'none'
      ? { bytes: plain.bytes(), isWhole: !plain.isEnough }
      : await collectHead(decompress(compression, [raw], () => {}))
  const classification = classify(head.bytes.subarray(0, HEAD_BYTES), isEnded && head.isWhole, options)
  return {
    name: input.name,
    path: input.path,
    size: null,
    compression,
    classification,
    chunks: putBack(raw, stream, source),
  }
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
