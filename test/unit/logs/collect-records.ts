import {
  type Classification,
  type FrameCounts,
  type FrameOptions,
  createFramer,
} from '../../../src/logs/frame.ts'

/** A framer's whole output as values that compare. */
export interface Framed {
  readonly records: readonly { readonly text: string; readonly line: number; readonly byteOffset: number }[]
  readonly quarantined: readonly {
    readonly reason: string
    readonly line: number
    readonly byteOffset: number
    readonly length: number
  }[]
  readonly counts: FrameCounts
}

export type Layout = Pick<Classification, 'framing' | 'bomBytes' | 'delimited'>

export const LINES: Layout = { framing: 'lines', bomBytes: 0, delimited: null }
export const CONTAINER: Layout = { framing: 'container', bomBytes: 0, delimited: null }

const FRAME_OPTIONS: FrameOptions = {
  maxRecordBytes: 1024,
  firstByteOffset: 0,
  skipFirstLine: false,
  ownedEnd: null,
}

/** A CSV layout with columns of these names. */
export function csv(...columns: readonly string[]): Layout {
  return { framing: 'delimited', bomBytes: 0, delimited: { separator: 0x2c, columns } }
}

export function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'utf8'))
}

/** Frames an input that is pushed in pieces which end at the given offsets. */
export function frame(
  layout: Layout,
  input: string | Uint8Array,
  options: Partial<FrameOptions> = {},
  cuts: readonly number[] = [],
): Framed {
  const bytes = typeof input === 'string' ? bytesOf(input) : input
  const records: { text: string; line: number; byteOffset: number }[] = []
  const quarantined: { reason: string; line: number; byteOffset: number; length: number }[] = []
  const framer = createFramer(
    layout,
    { ...FRAME_OPTIONS, ...options },
    {
      record: (block, start, end, line, byteOffset) => {
        records.push({ text: Buffer.from(block.subarray(start, end)).toString('latin1'), line, byteOffset })
      },
      quarantine: (reason, line, byteOffset, length) => {
        quarantined.push({ reason, line, byteOffset, length })
      },
    },
  )
  const ends = [...cuts, bytes.length]
  let start = 0
  for (const end of ends) {
    if (!framer.push(bytes, start, end)) break
    start = end
  }
  framer.finish()
  return { records, quarantined, counts: { ...framer.counts } }
}

/** Ends of pieces of one length. */
export function everyNth(length: number, size: number): number[] {
  return Array.from({ length: Math.max(0, Math.ceil(length / size) - 1) }, (_, i) => (i + 1) * size)
}
