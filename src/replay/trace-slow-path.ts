import { IdList } from '../engine/id-list.ts'
import type { IndexImage } from '../engine/image-reader.ts'
import { Matcher } from '../engine/matcher.ts'
import type { SieveTarget } from '../engine/sieve/sieve-target.ts'
import { openByteSource } from '../files/byte-source.ts'
import { FileError } from '../files/file-error.ts'
import { decompress } from '../logs/decompress.ts'
import type { FrameSink } from '../logs/frame.ts'
import { createFramer } from '../logs/frame.ts'
import type { RowLayout } from '../model/row-layout.ts'
import type { Semantics } from '../model/semantics.ts'
import type { ClassifiedInput } from './classify-input.ts'
import { openPortable, whyNoSieve } from './choose-front.ts'
import { RecordExaminer } from './record-examiner.ts'
import type { ScanSettings } from './scan-settings.ts'
import { DEFAULT_BLOCK_BYTES, DEFAULT_SEGMENT_BYTES, NO_FILTERS } from './scan-settings.ts'

/** Records that were read in full, and those of them in which nothing is detected. */
interface SlowCount {
  records: number
  undetected: number
}

/** What was seen of a sample of logs, record by record. */
export interface SlowPathTrace {
  bytes: number
  records: number
  /** True when the sample is all of the logs. */
  isWhole: boolean
  /** All records that are read in full. */
  readonly slow: SlowCount
  /** By indicator of the image: records that passed by a value that it matches. */
  readonly byIndicator: Map<number, SlowCount>
  /** Records that passed although no indicator matches: the filter could not judge them. */
  readonly doubt: SlowCount
  /** By reason: records of sources that have no filter. */
  readonly unfiltered: Map<string, SlowCount>
}

/** What a trace needs to know. */
export interface TraceOptions {
  readonly semantics: Semantics
  readonly kernel: 'wasm' | 'portable' | 'off'
  readonly defaultTable: string | null
  /** Bytes of all logs together; each gives its beginning. */
  readonly limitBytes: number
  readonly signal: AbortSignal | null
}

/**
 * Looks at the beginning of every log as a replay does, and notes for each record that the filter lets pass which indicators
 * it owes that to, and whether the exact reading detects anything in it. Streams are left out.
 */
export async function traceSlowPath(
  inputs: readonly ClassifiedInput[],
  image: IndexImage,
  options: TraceOptions,
): Promise<SlowPathTrace> {
  const tracer = new Tracer(image, options)
  const files = inputs.filter(({ chunks }) => chunks === null)
  tracer.trace.isWhole = files.length === inputs.length
  for (const [i, input] of files.entries()) {
    const left = options.limitBytes - tracer.trace.bytes
    await tracer.read(input, Math.max(1, Math.floor(left / (files.length - i))))
  }
  return tracer.trace
}

/** What is done with each record of a log, and where a header inside it begins. */
interface Judge {
  readonly record: (bytes: Uint8Array, start: number, end: number) => void
  readonly enterLayout: (layout: RowLayout) => void
}

class Tracer {
  readonly trace: SlowPathTrace = {
    bytes: 0,
    records: 0,
    isWhole: true,
    slow: noRecords(),
    byIndicator: new Map(),
    doubt: noRecords(),
    unfiltered: new Map(),
  }
  readonly #image: IndexImage
  readonly #options: TraceOptions
  readonly #asked: AskedMatcher

  constructor(image: IndexImage, options: TraceOptions) {
    this.#image = image
    this.#options = options
    this.#asked = new AskedMatcher(Matcher.open(image, options.semantics))
  }

  /** A log that cannot be read on gives what it gave. */
  async read(input: ClassifiedInput, limitBytes: number): Promise<void> {
    const judge = this.#judgeOf(input)
    if (judge === null) return
    const { trace } = this
    const sink: FrameSink = {
      record: (bytes, start, end) => {
        trace.records += 1
        judge.record(bytes, start, end)
      },
      quarantine: () => (trace.records += 1),
      layout: (layout) => judge.enterLayout(layout),
    }
    const { maxRecordBytes } = this.#options.semantics
    const framer = createFramer(
      input.classification,
      { maxRecordBytes, firstByteOffset: 0, skipFirstLine: false, ownedEnd: null },
      sink,
    )
    let left = limitBytes
    try {
      const source = openByteSource(input.path, input.name)
      try {
        for await (const chunk of decompress(
          input.compression,
          source.chunks(DEFAULT_BLOCK_BYTES),
          () => {},
        )) {
          if (left <= 0 || this.#options.signal?.aborted === true) {
            trace.isWhole = false
            return
          }
          const length = Math.min(left, chunk.length)
          framer.push(chunk, 0, length)
          trace.bytes += length
          left -= length
          if (length < chunk.length) {
            trace.isWhole = false
            return
          }
        }
        framer.finish()
      } finally {
        source.close()
      }
    } catch (error) {
      if (!(error instanceof FileError)) throw error
      trace.isWhole = false
    }
  }

  /** What is done with each record; null where no field of the log is known. */
  #judgeOf({ classification }: ClassifiedInput): Judge | null {
    const front = RecordExaminer.open(this.#image, this.#settings(this.#options.kernel), classification, null)
    const exact = RecordExaminer.open(this.#image, this.#settings('off'), classification, null)
    if (front === null || exact === null) return null
    const reason = whyNoSieve(front.keyTable, classification, this.#settings(this.#options.kernel))
    const opened =
      reason === null ? openPortable(front.keyTable, classification.delimited, this.#asked) : { off: reason }
    const count = (counts: readonly SlowCount[], bytes: Uint8Array, start: number, end: number): void => {
      const undetected = exact.examine(bytes, start, end) === null ? 1 : 0
      for (const entry of [this.trace.slow, ...counts]) {
        entry.records += 1
        entry.undetected += undetected
      }
    }
    if ('off' in opened) {
      const unfiltered = countAt(this.trace.unfiltered, opened.off)
      return {
        record: (bytes, start, end) => count([unfiltered], bytes, start, end),
        enterLayout: (layout) => exact.enterLayout(layout),
      }
    }
    const { sieve } = opened
    return {
      record: (bytes, start, end) => {
        this.#asked.passed = []
        if (!sieve.mayMatch(bytes, start, end)) return
        const { passed } = this.#asked
        const owed = passed.map((indicator) => countAt(this.trace.byIndicator, indicator))
        count(owed.length > 0 ? owed : [this.trace.doubt], bytes, start, end)
      },
      enterLayout: (layout) => {
        exact.enterLayout(layout)
        if ('enterLayout' in sieve) sieve.enterLayout(layout)
      },
    }
  }

  #settings(kernel: ScanSettings['kernel']): ScanSettings {
    return {
      semantics: this.#options.semantics,
      filters: NO_FILTERS,
      kernel,
      defaultTable: this.#options.defaultTable,
      blockBytes: DEFAULT_BLOCK_BYTES,
      segmentBytes: DEFAULT_SEGMENT_BYTES,
      maxRatio: null,
      areHitsShown: false,
      simulate: null,
    }
  }
}

/** The matcher as the filter asks it, with the indicators of the value to which it said yes. */
class AskedMatcher implements SieveTarget {
  /** Indicators that match the first value of the record at hand that any matches. */
  passed: readonly number[] = []
  readonly #matcher: Matcher
  readonly #ids = new IdList()

  constructor(matcher: Matcher) {
    this.#matcher = matcher
  }

  hasMatch(typeIndex: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (!this.#matcher.hasMatch(typeIndex, bytes, start, end)) return false
    if (this.passed.length > 0) return true
    this.#ids.clear()
    this.#matcher.match(typeIndex, bytes, start, end, this.#ids)
    this.passed = this.#ids.toArray()
    return true
  }
}

function noRecords(): SlowCount {
  return { records: 0, undetected: 0 }
}

function countAt<Key>(counts: Map<Key, SlowCount>, key: Key): SlowCount {
  const known = counts.get(key)
  if (known !== undefined) return known
  const fresh = noRecords()
  counts.set(key, fresh)
  return fresh
}
