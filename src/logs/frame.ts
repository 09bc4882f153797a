import type { FieldMap } from '../model/field-map.ts'
import type { RowLayout } from '../model/row-layout.ts'
import { ContainerFramer } from './frame-container.ts'
import { DelimitedFramer } from './frame-delimited.ts'
import { LineFramer } from './frame-lines.ts'
import { ZeekFramer } from './frame-zeek.ts'
import type { FrameCounts, FrameOptions, FrameSink, Framer, RowFramer } from './framer.ts'
import { NO_ZEEK_HEADER } from './zeek-header.ts'

export type { FrameCounts, FrameOptions, FrameSink, Framer } from './framer.ts'

/** How a stream falls into records (semantics 1). */
export type Framing = 'lines' | 'container' | 'delimited'

/** What the first bytes of a log say about the rest. */
export interface Classification {
  /** A name of `LOG_FORMATS`, or one that says why there is none. */
  readonly format: string
  readonly framing: Framing
  /** Null: the framing is known, but no map of fields. */
  readonly fieldMap: FieldMap | null
  /** Bytes of the byte order mark. */
  readonly bomBytes: number
  /** What the header says, of Zeek logs the first; null where there is none. */
  readonly delimited: RowLayout | null
  /** Why this format, in plain sentences. */
  readonly evidence: readonly string[]
  /** Set when the log cannot be read at all. */
  readonly refused: { readonly reason: string; readonly fix: string } | null
}

/** Opens what cuts lines or rows. */
export type OpenFramer = (options: FrameOptions, sink: FrameSink) => Framer

/**
 * The framer for a classified log; a byte order mark at the stream's start is skipped. `openSieved` may put something
 * faster in the place of the framer of lines or rows.
 */
export function createFramer(
  classification: Pick<Classification, 'framing' | 'bomBytes' | 'delimited'>,
  options: FrameOptions,
  sink: FrameSink,
  openSieved: OpenFramer | null = null,
): Framer {
  const { bomBytes } = classification
  if (bomBytes === 0 || options.firstByteOffset > 0 || options.skipFirstLine) {
    return createBareFramer(classification, options, sink, openSieved)
  }
  // The first line begins with the mark and belongs to the chunk that holds its first byte.
  const { ownedEnd } = options
  const behindMark: FrameOptions = {
    ...options,
    firstByteOffset: bomBytes,
    ownedEnd: ownedEnd === null ? null : Math.max(ownedEnd, bomBytes + 1),
  }
  return new MarkSkipper(bomBytes, createBareFramer(classification, behindMark, sink, openSieved))
}

/** The framer for rows of a layout. A Zeek log says it itself, so that there it counts only behind the header. */
export function openRowFramer(layout: RowLayout, options: FrameOptions, sink: FrameSink): RowFramer {
  if (layout.zeek === undefined) return new DelimitedFramer(layout, options, sink)
  return new ZeekFramer(options.isBehindHeader === true ? layout : NO_ZEEK_HEADER, options, sink)
}

function createBareFramer(
  { framing, delimited }: Pick<Classification, 'framing' | 'delimited'>,
  options: FrameOptions,
  sink: FrameSink,
  openSieved: OpenFramer | null,
): Framer {
  if (openSieved !== null && framing !== 'container') return openSieved(options, sink)
  if (framing === 'delimited') {
    if (delimited === null) throw new Error('a delimited log has no layout')
    return openRowFramer(delimited, options, sink)
  }
  return framing === 'lines' ? new LineFramer(options, sink) : new ContainerFramer(options, sink)
}

class MarkSkipper implements Framer {
  readonly #inner: Framer
  #left: number
  #skipped = 0

  constructor(bomBytes: number, inner: Framer) {
    this.#left = bomBytes
    this.#inner = inner
  }

  get counts(): FrameCounts {
    const inner = this.#inner.counts
    return { ...inner, skippedBytes: inner.skippedBytes + this.#skipped }
  }

  push(bytes: Uint8Array, start: number, end: number): boolean {
    const skipped = Math.min(this.#left, end - start)
    this.#left -= skipped
    this.#skipped += skipped
    return start + skipped === end ? true : this.#inner.push(bytes, start + skipped, end)
  }

  giveBack(mostBytes: number): number {
    return this.#inner.giveBack?.(mostBytes) ?? 0
  }

  finish(): void {
    this.#inner.finish()
  }
}
