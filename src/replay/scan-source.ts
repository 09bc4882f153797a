import type { ByteSource } from '../files/byte-source.ts'
import { openByteSource } from '../files/byte-source.ts'
import { FileError } from '../files/file-error.ts'
import type { DecompressionProblem } from '../logs/decompress.ts'
import { decompress } from '../logs/decompress.ts'
import type { RowStart } from '../logs/framer.ts'
import type { ExaminerCache } from './examiner-cache.ts'
import { guessRowStart } from './guess-row-start.ts'
import type { ScanSettings } from './scan-settings.ts'
import type { ScanTask, Segment } from './scan-task.ts'
import type { ProgressCell } from './segment-scanner.ts'
import { firstByteOf, SegmentScanner } from './segment-scanner.ts'

/**
 * Decoding and scanning overlap within a block of compressed bytes; at its end decoding waits until all that it gave is
 * scanned. With 256 KiB, of which two or three blocks are decoded, they hardly overlapped.
 */
const COMPRESSED_BLOCK_BYTES = 4_194_304

export interface ScanEnvironment {
  readonly examiners: ExaminerCache
  readonly settings: ScanSettings
  readonly progress: ProgressCell
  /** Offsets of records to quarantine unread, because workers died on them. */
  readonly poisoned: readonly number[]
  /** An already opened stream (stdin, a FIFO) with its first bytes put back; null: the task's path is opened. */
  readonly chunks: AsyncIterable<Uint8Array> | null
}

/** Scans one task from beginning to end and yields its segments, at least one. A source that cannot be read is noted. */
export async function* scanSource(task: ScanTask, environment: ScanEnvironment): AsyncGenerator<Segment> {
  const { settings, examiners, progress, poisoned } = environment
  const { source, rowStart, problem } = openTask(task, environment.chunks === null)
  const scanner = new SegmentScanner(task, settings, examiners.for(task), progress, poisoned, rowStart)
  const hasNoRow = problem === null && isPartOfRows(task) && rowStart === null
  try {
    try {
      if (problem !== null) throw problem
      const range = source === null ? null : rangeOf(task, source, rowStart)
      if (hasNoRow) {
        // A row that another task owns goes on to the end of the range.
      } else if (range !== null && source !== null) yield* scanRange(range, source, scanner, settings)
      else {
        const chunks = environment.chunks ?? chunksOf(source!, task, settings)
        yield* scanStream(task, chunks, scanner, settings)
      }
      const change = source === null ? null : changeOf(source, task)
      if (change !== null) scanner.note({ severity: 'error', message: change })
    } catch (error) {
      if (!(error instanceof FileError)) throw error
      scanner.note({ severity: 'error', message: `cannot be read to its end: ${error.message}` })
    }
    scanner.finish()
    yield scanner.takeSegment(!hasNoRow)
  } finally {
    source?.close()
  }
}

/** Nobody else has the blocks of a source that we opened, and a decoder wants one at a time. */
function chunksOf(
  source: ByteSource,
  { compression }: ScanTask,
  { blockBytes }: ScanSettings,
): AsyncIterable<Uint8Array> {
  return compression === 'none'
    ? source.chunks(blockBytes)
    : givingBack(source.chunks(COMPRESSED_BLOCK_BYTES))
}

/**
 * Gives the memory of a block back as soon as the next one is asked for: left to the collector, blocks of 4 MiB made it run
 * several times for every file.
 */
async function* givingBack(blocks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  for await (const block of blocks) {
    yield block
    const { buffer, byteLength } = block
    if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0)
  }
}

interface OpenedTask {
  /** Null for a stream that was opened before, and where there is a problem. */
  readonly source: ByteSource | null
  /** The first row of a part of a file of rows that is not its first part. */
  readonly rowStart: RowStart | null
  readonly problem: FileError | null
}

/** A file that was there when the run was planned may be gone by now. */
function openTask(task: ScanTask, isFile: boolean): OpenedTask {
  const known = task.range?.rowStart ?? null
  let source: ByteSource | null = null
  try {
    source = isFile ? openByteSource(task.path, task.name) : null
    return { source, rowStart: source === null ? null : (known ?? guessOf(task, source)), problem: null }
  } catch (error) {
    source?.close()
    if (!(error instanceof FileError)) throw error
    return { source: null, rowStart: known, problem: error }
  }
}

/** True for a part of a file of rows that is not its first part. */
function isPartOfRows({ classification, range }: ScanTask): boolean {
  return classification.framing === 'delimited' && range !== null && range.from > 0
}

function guessOf(task: ScanTask, source: ByteSource): RowStart | null {
  const { range } = task
  const layout = range?.layout ?? task.classification.delimited
  if (range === null || layout === null || !isPartOfRows(task)) return null
  return guessRowStart(source, layout, range.from, range.to)
}

/** What happened to the file since the run was planned, or null. */
function changeOf(source: ByteSource, task: ScanTask): string | null {
  const change = source.verifyUnchanged()
  if (change !== null || source.size === task.size) return change
  return `has ${source.size} bytes now, ${task.size} when the run began`
}

interface ReadRange {
  /** The first byte that is read. */
  readonly first: number
  readonly to: number
  /** Reading ends here, though a record that begins before may go on: an appended log gives what it held when opened. */
  readonly readTo: number
}

/** What is read at positions: a task's part of a file, or all of a plain file of rows. */
function rangeOf(task: ScanTask, source: ByteSource, rowStart: RowStart | null): ReadRange | null {
  const isRows = task.classification.framing === 'delimited'
  const readTo = isRows && source.size !== null ? source.size : Number.POSITIVE_INFINITY
  if (task.range !== null)
    return { first: rowStart?.offset ?? firstByteOf(task.range), to: task.range.to, readTo }
  if (!isRows || task.compression !== 'none') return null
  return source.size === null ? null : { first: 0, to: source.size, readTo }
}

const MIN_BLOCK_BYTES = 65_536
/** A block of junk has a record for every other byte, and all of them wait until it is read. */
const CAREFUL_BLOCK_BYTES = 262_144

/**
 * Synchronous reads into one reused block: several times faster than a stream. Blocks are small at first, and as
 * long as what they hold fills segments.
 */
function* scanRange(
  range: ReadRange,
  source: ByteSource,
  scanner: SegmentScanner,
  settings: ScanSettings,
): Generator<Segment> {
  let position = range.first
  // A small range needs no large block; its last record may reach beyond it.
  const mostBytes = Math.min(settings.blockBytes, Math.max(0, range.to - position) + MIN_BLOCK_BYTES)
  const leastBytes = Math.min(mostBytes, CAREFUL_BLOCK_BYTES)
  let block = scanner.readBuffer(leastBytes, position)
  while (true) {
    const room = Math.max(0, range.readTo - position)
    const count = source.readAt(room < block.length ? block.subarray(0, room) : block, position)
    if (count === 0) return
    // Only where more may follow is anything left for the next time.
    const left = count < block.length ? pushAll(scanner, block, count) : scanner.pushAndLeave(block, 0, count)
    if (left === null) return
    position += count - left
    const isFull = scanner.isSegmentFull
    if (isFull) yield scanner.takeSegment()
    block = scanner.readBuffer(isFull ? leastBytes : mostBytes, position)
  }
}

/** Pushes what is read for the last time: nothing is left, or null where the task owns nothing beyond it. */
function pushAll(scanner: SegmentScanner, block: Uint8Array, count: number): 0 | null {
  return scanner.push(block, 0, count) ? 0 : null
}

async function* scanStream(
  task: ScanTask,
  chunks: AsyncIterable<Uint8Array>,
  scanner: SegmentScanner,
  { maxRatio }: ScanSettings,
): AsyncGenerator<Segment> {
  const note = ({ severity, message, offset, isLimit = false }: DecompressionProblem): void =>
    scanner.note({ severity, message: `${message} (at compressed byte ${offset})`, isLimit })
  const plain = decompress(task.compression, chunks, note, { maxRatio })
  for await (const chunk of plain) {
    scanner.push(chunk, 0, chunk.length)
    if (scanner.isSegmentFull) yield scanner.takeSegment()
  }
}
