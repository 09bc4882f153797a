import type { PackedValues } from '../../model/packed-values.ts'
import { INGEST_SORT_START, openIngestKernel, type IngestKernel } from './ingest-kernel.ts'

const PAGE_BYTES = 65_536
const MOST_PAGES = 65_536

/** What a workshop must have room for. */
export interface SortSize {
  readonly rows: number
  readonly words: number
  /** Rows and words of the largest bucket. */
  readonly mostRows: number
  readonly mostWords: number
}

/**
 * Sorts values in a memory of the ingest kernel's. They are dealt into it by the caller, bucket by bucket, and stay there:
 * the memory lives as long as the values.
 */
export class SortWorkshop {
  readonly values: PackedValues & { readonly same: Uint8Array }
  /** A number for each value that moves with it. */
  readonly order: Uint32Array
  readonly #kernel: IngestKernel

  private constructor(kernel: IngestKernel, { rows, words, mostRows }: SortSize) {
    const { buffer } = kernel.memory
    const startsAt = align(INGEST_SORT_START + words * 4)
    const rowsAt = align(startsAt + (rows + 1) * 4)
    const sameAt = align(rowsAt + rows * 4)
    const room = align(sameAt + rows)
    this.values = {
      words: new Uint32Array(buffer, INGEST_SORT_START, words),
      start: new Uint32Array(buffer, startsAt, rows + 1),
      same: new Uint8Array(buffer, sameAt, rows),
    }
    this.order = new Uint32Array(buffer, rowsAt, rows)
    this.#kernel = kernel
    kernel.exports.useValues(INGEST_SORT_START, startsAt, rowsAt, sameAt, room, mostRows)
  }

  /** A workshop with so much room, or null where the machine has no kernel or not so much memory. */
  static open(size: SortSize): SortWorkshop | null {
    const columns = size.words * 4 + size.rows * 9
    const room = size.mostWords * 4 + size.mostRows * 24
    const pages = Math.ceil((INGEST_SORT_START + columns + room + SLACK) / PAGE_BYTES)
    if (pages > MOST_PAGES) return null
    const kernel = openIngestKernel(pages)
    return kernel === null ? null : new SortWorkshop(kernel, size)
  }

  /** Sorts the values of a bucket; equal ones stay in their order. */
  sort(from: number, to: number): void {
    this.#kernel.exports.sortValues(from, to)
  }
}

/** What alignment and the ends of columns take. */
const SLACK = 1024

function align(offset: number): number {
  return Math.ceil(offset / 64) * 64
}
