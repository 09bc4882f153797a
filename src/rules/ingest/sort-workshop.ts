import type { PackedValues } from '../../model/packed-values.ts'
import { INGEST_SORT_START, openIngestKernel, type IngestKernel } from './ingest-kernel.ts'

const PAGE_BYTES = 65_536
const MOST_PAGES = 65_536
/** Rows and words that are dealt at a time: they stay in the second-level cache. */
const PIECE_ROWS = 8192
const PIECE_WORDS = 131_072
/** What alignment and the ends of columns take. */
const SLACK = 1024

/** Values in the order of reading, what says the bucket of each, and where the buckets begin. */
export interface DealtValues {
  readonly count: number
  /** Null where all are the first one. */
  readonly definition: Uint32Array | null
  readonly type: Uint8Array
  readonly detectionFunction: Uint8Array
  /** 256 where the values of a group are dealt by their first byte. */
  readonly bucketsPerGroup: 1 | 256
  readonly words: Uint32Array
  readonly wordEnd: number
  readonly valueStart: Uint32Array
  /** Position and word at which each bucket begins, and one more. */
  readonly firstRow: Uint32Array
  readonly firstWord: Uint32Array
}

/**
 * Sorts values in a memory of the ingest kernel's, which lives as long as they:
 *
 *   the sorted columns | next row and word of each bucket | a bucket's copy, or a piece that is being dealt
 */
export class SortWorkshop {
  readonly values: PackedValues & { readonly same: Uint8Array }
  /** Row of each position. */
  readonly order: Uint32Array
  readonly #kernel: IngestKernel

  private constructor(kernel: IngestKernel, dealt: DealtValues, { at, mostRows }: Layout) {
    const { buffer } = kernel.memory
    const { count, wordEnd, firstRow, firstWord } = dealt
    this.values = {
      words: new Uint32Array(buffer, at.words, wordEnd),
      start: new Uint32Array(buffer, at.starts, count + 1),
      same: new Uint8Array(buffer, at.same, count),
    }
    this.order = new Uint32Array(buffer, at.rows, count)
    this.#kernel = kernel
    new Uint32Array(buffer, at.nextRow, firstRow.length).set(firstRow)
    new Uint32Array(buffer, at.nextWord, firstWord.length).set(firstWord)
    kernel.exports.useBuckets(at.nextRow, at.nextWord, at.words, at.starts, at.rows)
    kernel.exports.useValues(at.words, at.starts, at.rows, at.same, at.room, mostRows)
  }

  /** The values in canonical order bucket by bucket, 256 to a group, equal ones as they were; or null where the machine cannot do it. */
  static sort(dealt: DealtValues): SortWorkshop | null {
    const layout = layoutOf(dealt)
    const kernel = layout.pages > MOST_PAGES ? null : openIngestKernel(layout.pages)
    if (kernel === null) return null
    const workshop = new SortWorkshop(kernel, dealt, layout)
    workshop.#deal(dealt, layout.at.room)
    const { firstRow } = dealt
    // The last entry is the end of the last bucket; most are empty.
    for (let bucket = 1; bucket < firstRow.length; bucket++) {
      const from = firstRow[bucket - 1]!
      if (firstRow[bucket]! - from > 1) kernel.exports.sortValues(from, firstRow[bucket]!)
    }
    return workshop
  }

  #deal(dealt: DealtValues, room: number): void {
    const { count, definition, type, detectionFunction, words, wordEnd, valueStart } = dealt
    const { memory, exports } = this.#kernel
    const ends = new Uint32Array(memory.buffer, room, PIECE_ROWS + 1)
    const definitions = new Uint32Array(memory.buffer, align(ends.byteOffset + ends.byteLength), PIECE_ROWS)
    const types = new Uint8Array(memory.buffer, definitions.byteOffset + definitions.byteLength, PIECE_ROWS)
    const functions = new Uint8Array(memory.buffer, types.byteOffset + PIECE_ROWS, PIECE_ROWS)
    const piece = new Uint32Array(memory.buffer, functions.byteOffset + PIECE_ROWS, PIECE_WORDS)
    for (let row = 0; row < count;) {
      const first = valueStart[row]!
      let end = Math.min(count, row + PIECE_ROWS)
      while (valueStart[end]! - first > PIECE_WORDS) end = row + Math.ceil((end - row) / 2)
      if (definition !== null) definitions.set(definition.subarray(row, end))
      types.set(type.subarray(row, end))
      functions.set(detectionFunction.subarray(row, end))
      ends.set(valueStart.subarray(row, end + 1))
      piece.set(words.subarray(first, valueStart[end]))
      exports.dealValues(
        end - row,
        row,
        definitions.byteOffset,
        types.byteOffset,
        functions.byteOffset,
        ends.byteOffset,
        piece.byteOffset,
      )
      row = end
    }
    this.values.start[count] = wordEnd
  }
}

interface Layout {
  readonly at: {
    readonly [K in 'words' | 'starts' | 'rows' | 'same' | 'nextRow' | 'nextWord' | 'room']: number
  }
  readonly mostRows: number
  readonly pages: number
}

function layoutOf({ count, wordEnd, firstRow, firstWord }: DealtValues): Layout {
  const words = INGEST_SORT_START
  const starts = align(words + wordEnd * 4)
  const rows = align(starts + (count + 1) * 4)
  const same = align(rows + count * 4)
  const nextRow = align(same + count)
  const nextWord = align(nextRow + firstRow.byteLength)
  const room = align(nextWord + firstWord.byteLength)
  const mostRows = longestStep(firstRow)
  const bucketBytes = mostRows * 24 + longestStep(firstWord) * 4
  const pieceBytes = PIECE_ROWS * 10 + PIECE_WORDS * 4
  return {
    at: { words, starts, rows, same, nextRow, nextWord, room },
    mostRows,
    pages: Math.ceil((room + Math.max(bucketBytes, pieceBytes) + SLACK) / PAGE_BYTES),
  }
}

function longestStep(column: Uint32Array): number {
  let longest = 0
  for (let i = 1; i < column.length; i++) longest = Math.max(longest, column[i]! - column[i - 1]!)
  return longest
}

function align(offset: number): number {
  return Math.ceil(offset / 64) * 64
}
