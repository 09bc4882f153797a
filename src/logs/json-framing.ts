import { LINE_FEED } from '../canonical/ascii.ts'
import { bufferOver } from './bytes.ts'
import { ANNOTATION_PREFIX, WRAPPER_KEYS } from './frame-container.ts'
import { LineFramer } from './frame-lines.ts'
import type { FrameSink } from './framer.ts'
import { decodeJsonString } from './decode-string.ts'
import { JsonScanner, NO_NODE, type ScanSink } from './scan-json.ts'

/**
 * The wrapper key that the object at `start` opens with, or null. OData annotations before it are passed over,
 * because services write them first.
 */
export function opensAsContainer(bytes: Uint8Array, start: number): string | null {
  const opening = new OpeningKey()
  // The first bytes say it as a rule; where they end amid a key they name none.
  for (let length = PIECE_BYTES; opening.key === null; length *= 4) {
    new JsonScanner().scan(bytes, start, Math.min(bytes.length, start + length), 0, NO_NODE, opening)
    if (start + length >= bytes.length) break
  }
  return opening.key !== null && WRAPPER_KEYS.has(opening.key) ? opening.key : null
}

/** Bytes that are looked at between two questions whether that was enough. */
export const PIECE_BYTES = 4096

/** True when a line is a record; a last line without a terminator counts only when the text ends there. */
export function holdsRecordLine(bytes: Uint8Array, start: number, isWhole: boolean): boolean {
  let isFound = false
  const sink: FrameSink = {
    record: () => {
      isFound = true
    },
    quarantine: () => undefined,
  }
  const options = {
    maxRecordBytes: bytes.length,
    firstByteOffset: 0,
    skipFirstLine: false,
    ownedEnd: null,
  }
  const framer = new LineFramer(options, sink)
  const last = bufferOver(bytes, start, bytes.length).lastIndexOf(LINE_FEED)
  const end = isWhole ? bytes.length : start + last + 1
  for (let at = start; at < end && !isFound; at += PIECE_BYTES)
    framer.push(bytes, at, Math.min(end, at + PIECE_BYTES))
  if (!isFound) framer.finish()
  return isFound
}

class OpeningKey implements ScanSink {
  key: string | null = null

  childOf(_node: number, bytes: Uint8Array, start: number, end: number, hasEscapes: boolean): number {
    const key = decodeJsonString(bytes, start, end, hasEscapes)
    if (!key.startsWith(ANNOTATION_PREFIX)) this.key ??= key
    return NO_NODE
  }

  string(): void {
    // Values do not decide.
  }

  scalar(): void {
    // Values do not decide.
  }

  object(): void {
    // Values do not decide.
  }
}
