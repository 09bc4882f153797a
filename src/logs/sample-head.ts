import { LEFT_BRACE } from '../canonical/ascii.ts'
import { isJsonSpace } from './bytes.ts'
import { decodeJsonString } from './decode-string.ts'
import type { HeadSample, SampleRecord } from './formats/format.ts'
import { ContainerFramer } from './frame-container.ts'
import { LineFramer } from './frame-lines.ts'
import type { FrameOptions, FrameSink, Framer } from './framer.ts'
import { opensAsContainer, PIECE_BYTES } from './json-framing.ts'
import { JsonScanner, NO_NODE, type ScanPlace, type ScanSink } from './scan-json.ts'

/** Records that are looked at to recognise a format. */
const SAMPLE_RECORDS = 20
/** Code units of a sampled string that are kept. */
const SAMPLE_TEXT = 256

const FRAME_OPTIONS: FrameOptions = {
  maxRecordBytes: 65_536,
  firstByteOffset: 0,
  skipFirstLine: false,
  ownedEnd: null,
}

/** The structure of the first records below the byte order mark. */
export function sampleJson(
  head: Uint8Array,
  start: number,
  isWhole: boolean,
  framing: 'lines' | 'container',
): Pick<HeadSample, 'records' | 'wrapperKeys'> {
  const records: SampleRecord[] = []
  const sink: FrameSink = {
    record: (bytes, from, to) => {
      if (records.length < SAMPLE_RECORDS) records.push(sampleRecord(bytes, from, to))
    },
    quarantine: () => undefined,
  }
  const framer: Framer =
    framing === 'lines' ? new LineFramer(FRAME_OPTIONS, sink) : new ContainerFramer(FRAME_OPTIONS, sink)
  for (let at = start; at < head.length && records.length < SAMPLE_RECORDS; at += PIECE_BYTES)
    framer.push(head, at, Math.min(head.length, at + PIECE_BYTES))
  if (isWhole) framer.finish()
  const isWrapper = opensAsContainer(head, start) !== null
  // A first record longer than the head still shows its first keys.
  if (records.length === 0 && !isWhole && !isWrapper && beginsWithObject(head, start))
    records.push(sampleRecord(head, start, head.length))
  return { records, wrapperKeys: isWrapper ? [...sampleRecord(head, start, head.length).keys] : [] }
}

function beginsWithObject(head: Uint8Array, start: number): boolean {
  let first = start
  while (first < head.length && isJsonSpace(head[first])) first += 1
  return head[first] === LEFT_BRACE
}

/** Keys and short strings of one record, two levels deep. */
function sampleRecord(bytes: Uint8Array, start: number, end: number): SampleRecord {
  const sampler = new RecordSampler()
  new JsonScanner().scan(bytes, start, end, ROOT, NO_NODE, sampler)
  return sampler
}

const ROOT = 0

class RecordSampler implements SampleRecord, ScanSink {
  readonly keys = new Set<string>()
  readonly innerKeys = new Map<string, Set<string>>()
  readonly strings = new Map<string, string>()
  readonly #topKeys: string[] = ['']

  childOf(node: number, bytes: Uint8Array, start: number, end: number, hasEscapes: boolean): number {
    const key = decodeJsonString(bytes, start, end, hasEscapes)
    if (node === ROOT) {
      this.keys.add(key)
      return this.#topKeys.push(key) - 1
    }
    const topKey = this.#topKeys[node] ?? ''
    const inner = this.innerKeys.get(topKey) ?? new Set<string>()
    this.innerKeys.set(topKey, inner.add(key))
    return NO_NODE
  }

  string(
    node: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    hasEscapes: boolean,
    place: ScanPlace,
  ): void {
    if (!place.isKeyed || end - start > SAMPLE_TEXT) return
    this.strings.set(this.#topKeys[node] ?? '', decodeJsonString(bytes, start, end, hasEscapes))
  }

  scalar(): void {
    // Numbers and the like tell no format from another.
  }

  object(): void {
    // The keys inside tell what there is to tell.
  }
}
