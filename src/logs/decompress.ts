import type { Transform } from 'node:stream'
import type * as nodeZlib from 'node:zlib'
import { ChunkQueue } from './chunk-queue.ts'

export type Compression = 'none' | 'gzip' | 'zstd'

/** Loaded when the first compressed stream is read. */
const zlib = (): typeof nodeZlib => process.getBuiltinModule('node:zlib')

/** What went wrong in a compressed stream, and at which compressed byte. */
export interface DecompressionProblem {
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly offset: number
  /** True where nothing is wrong with the data but a limit of ours ends the stream. */
  readonly isLimit?: boolean
}

export interface DecompressionLimits {
  /** Most decompressed bytes per compressed byte, counted from the first MiB of output on; null: no limit. */
  readonly maxRatio: number | null
}

/**
 * Every block goes through another thread, which costs tens of microseconds of waking: with 64 KiB that was as much as the
 * decoding of zstd.
 */
const OUTPUT_BLOCK = 1_048_576
/** Members are often small and alike: a block for the next one need not be larger than the last one was. */
const SMALLEST_OUTPUT_BLOCK = 131_072
/** Short streams of one repeated line compress well without being bombs. */
const RATIO_GRACE = 1_048_576

/** The compression of a stream by its first four bytes. */
export function sniffCompression(head: Uint8Array): Compression {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip'
  const isSkippable =
    ((head[0] ?? 0) & 0xf0) === 0x50 && head[1] === 0x2a && head[2] === 0x4d && head[3] === 0x18
  const isFrame = head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd
  return isFrame || isSkippable ? 'zstd' : 'none'
}

/**
 * Decompresses all members or frames of a stream, block by block and no faster than they are read. A problem is
 * noted and ends the stream; what was decoded before it is still given. Bytes behind the last unit that begin no
 * other are noted as a warning. While the reader is busy with a block, another thread decodes the next one. A block is
 * valid until the next one is asked for.
 */
export async function* decompress(
  kind: Compression,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  note: (problem: DecompressionProblem) => void,
  limits: DecompressionLimits = { maxRatio: null },
): AsyncGenerator<Uint8Array, void, void> {
  if (kind === 'none') {
    yield* chunks
    return
  }
  const input = new ChunkQueue(chunks)
  let outputBytes = 0
  try {
    for await (const block of kind === 'gzip' ? gunzip(input, note) : unzstd(input, note)) {
      outputBytes += block.length
      const { maxRatio } = limits
      if (maxRatio !== null && outputBytes > RATIO_GRACE && outputBytes > maxRatio * input.received) {
        const message = `the data grow more than ${maxRatio} times when decompressed`
        note({ severity: 'error', message, offset: input.offset, isLimit: true })
        return
      }
      yield block
    }
  } finally {
    await input.close()
  }
}

type Note = (problem: DecompressionProblem) => void

const CUT = 'the compressed data are cut off'

async function* gunzip(input: ChunkQueue, note: Note): AsyncGenerator<Uint8Array, void, void> {
  const { constants, crc32, createInflateRaw } = zlib()
  let chunkSize = OUTPUT_BLOCK
  for (let member = 0; (await input.peek()) !== null; member += 1) {
    const memberOffset = input.offset
    const header = await readGzipHeader(input)
    if (header === 'cut') {
      note({ severity: 'error', message: CUT, offset: input.offset })
      return
    }
    if (header !== 'ok') {
      const message = member === 0 ? 'the data are no gzip stream' : GARBAGE
      note({ severity: member === 0 ? 'error' : 'warning', message, offset: memberOffset })
      return
    }
    const checksum = { crc: 0, length: 0 }
    const stream = createInflateRaw({ chunkSize, finishFlush: constants.Z_SYNC_FLUSH })
    for await (const block of decodeUnit(stream, chunkSize, input, note)) {
      checksum.crc = crc32(block, checksum.crc)
      checksum.length += block.length
      yield block
    }
    if (stream.errored !== null) return
    chunkSize = Math.min(OUTPUT_BLOCK, Math.max(SMALLEST_OUTPUT_BLOCK, checksum.length))
    const trailer = await readTrailer(input)
    if (trailer === null) {
      note({ severity: 'error', message: CUT, offset: input.offset })
      return
    }
    if (trailer.crc !== checksum.crc || trailer.length !== checksum.length % 2 ** 32) {
      note({ severity: 'error', message: 'the checksum of a gzip member is wrong', offset: input.offset })
    }
  }
}

const GARBAGE = 'bytes that are not compressed data follow the compressed data'

async function* unzstd(input: ChunkQueue, note: Note): AsyncGenerator<Uint8Array, void, void> {
  for (let frame = 0; (await input.peek()) !== null; frame += 1) {
    const offset = input.offset
    const stream = zlib().createZstdDecompress({ chunkSize: OUTPUT_BLOCK })
    const problems: DecompressionProblem[] = []
    yield* decodeUnit(stream, OUTPUT_BLOCK, input, (problem) => problems.push(problem))
    if (stream.errored === null) continue
    const isForeign = stream.errored.message.includes(UNKNOWN_FRAME)
    for (const problem of problems) {
      if (isForeign && (frame > 0 || problem.offset > offset)) {
        note({ severity: 'warning', message: GARBAGE, offset: problem.offset })
      } else {
        note(problem)
      }
    }
    return
  }
}

/** What zstd says of bytes that begin no frame. */
const UNKNOWN_FRAME = 'Unknown frame descriptor'

/**
 * Decodes one unit (a gzip member's body, zstd frames) from the input. Every block of input is written by itself
 * and its output drained, so that nothing is lost when the next one fails, and the input's rest is known exactly.
 */
async function* decodeUnit(
  stream: Transform & { readonly bytesWritten: number },
  chunkSize: number,
  input: ChunkQueue,
  note: Note,
): AsyncGenerator<Uint8Array, void, void> {
  const signal = new Signal()
  stream.on('readable', () => signal.raise())
  stream.on('error', () => signal.raise())
  stream.on('end', () => signal.raise())
  try {
    while (!stream.readableEnded && stream.errored === null) {
      const block = await input.peek()
      const before = stream.bytesWritten
      let isWritten = false
      const written = (): void => {
        isWritten = true
        signal.raise()
      }
      if (block === null) stream.end(written)
      else stream.write(block, written)
      while (true) {
        yield* drain(stream, chunkSize)
        if (stream.readableEnded || stream.errored !== null || (isWritten && block !== null)) break
        await signal.raised()
      }
      yield* drain(stream, chunkSize)
      if (block === null) break
      // The end of a unit shows in bytes that the decoder leaves; its `end` event may still be on its way.
      const consumed = stream.bytesWritten - before
      input.take(consumed)
      if (consumed < block.length) break
    }
    if (stream.errored !== null) note(problemOf(stream.errored, input.offset))
  } finally {
    stream.destroy()
  }
}

function problemOf(error: Error, offset: number): DecompressionProblem {
  const isCut = 'code' in error && error.code === 'Z_BUF_ERROR'
  return {
    severity: 'error',
    message: isCut ? CUT : `the compressed data are damaged (${error.message})`,
    offset,
  }
}

function* drain(stream: Transform, chunkSize: number): Generator<Uint8Array, void, void> {
  while (true) {
    const block: unknown = stream.read()
    if (!(block instanceof Uint8Array)) return
    yield block
    release(block, chunkSize)
  }
}

/**
 * Gives memory back that the decoder has filled and left, without waiting for the collector: the next block stands in the
 * same place, still in the cache. Twice the speed for zstd; with blocks left to it the collector ran every 20 MB.
 */
function release({ buffer, byteOffset, byteLength }: Uint8Array, chunkSize: number): void {
  const isFilled = buffer.byteLength === chunkSize && byteOffset + byteLength === chunkSize
  if (isFilled && buffer instanceof ArrayBuffer) buffer.transfer(0)
}

/** Wakes one waiting loop; a signal raised before it waits is not lost. */
class Signal {
  #isRaised = false
  #wake: (() => void) | null = null

  raise(): void {
    this.#isRaised = true
    this.#wake?.()
  }

  async raised(): Promise<void> {
    if (!this.#isRaised) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    this.#wake = null
    this.#isRaised = false
  }
}

const HAS_CHECKSUM = 2
const HAS_EXTRA = 4
const HAS_NAME = 8
const HAS_COMMENT = 16

/** Reads a member's header (RFC 1952). */
async function readGzipHeader(input: ChunkQueue): Promise<'ok' | 'cut' | 'foreign'> {
  const fixed: number[] = []
  for (let i = 0; i < 10; i += 1) {
    const byte = await input.next()
    const wanted = [0x1f, 0x8b, 8][i]
    if (byte === null) return 'cut'
    if (wanted !== undefined && byte !== wanted) return 'foreign'
    fixed.push(byte)
  }
  const flags = fixed[3] ?? 0
  if ((flags & HAS_EXTRA) !== 0) {
    const low = await input.next()
    const high = await input.next()
    if (low === null || high === null || !(await skip(input, low + high * 256))) return 'cut'
  }
  if ((flags & HAS_NAME) !== 0 && !(await skipText(input))) return 'cut'
  if ((flags & HAS_COMMENT) !== 0 && !(await skipText(input))) return 'cut'
  return (flags & HAS_CHECKSUM) === 0 || (await skip(input, 2)) ? 'ok' : 'cut'
}

async function skip(input: ChunkQueue, length: number): Promise<boolean> {
  for (let i = 0; i < length; i += 1) if ((await input.next()) === null) return false
  return true
}

async function skipText(input: ChunkQueue): Promise<boolean> {
  while (true) {
    const byte = await input.next()
    if (byte === null) return false
    if (byte === 0) return true
  }
}

async function readTrailer(
  input: ChunkQueue,
): Promise<{ readonly crc: number; readonly length: number } | null> {
  const bytes: number[] = []
  for (let i = 0; i < 8; i += 1) {
    const byte = await input.next()
    if (byte === null) return null
    bytes.push(byte)
  }
  const view = new DataView(Uint8Array.from(bytes).buffer)
  return { crc: view.getUint32(0, true), length: view.getUint32(4, true) }
}
