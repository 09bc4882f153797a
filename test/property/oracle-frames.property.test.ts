import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Classification } from '../../src/logs/frame.ts'
import { createFramer } from '../../src/logs/frame.ts'
import { sharedValues } from '../support/arbitraries.ts'
import { containerFor, delimitedFor, linesFor } from '../support/arbitrary-logs.ts'
import { recordBytesFor, recordFor, spell, spelling } from '../support/arbitrary-records.ts'
import type { NaiveFraming } from '../support/naive-frame.ts'
import { naiveFrames } from '../support/naive-frame.ts'
import { parameters, runs } from '../support/runs.ts'

const LINES_SHARE = 0.03
const CONTAINER_SHARE = 0.03
const DELIMITED_SHARE = 0.03

/** Sizes of the blocks that a source arrives in. */
const blocks = fc.oneof(
  fc.constant([1]),
  fc.constant([100_000]),
  fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
)
/** Caps between which short and long records of the generators fall. */
const cap = fc.constantFrom(100_000, 100_000, 64, 200)

const records = sharedValues.chain(recordBytesFor)
const lines = linesFor(records)
const containers = containerFor(
  sharedValues
    .chain((values) => fc.tuple(recordFor(values), spelling))
    .map(([json, how]) => spell(json, how)),
)
const brokenContainers = containerFor(records)
const tables = sharedValues.chain(delimitedFor)

for (const [framing, sources, share] of [
  ['lines', lines, LINES_SHARE],
  ['container', containers, CONTAINER_SHARE],
  ['delimited', tables, DELIMITED_SHARE],
] as const)
  test(`for all sources and blocks, the framer of ${framing} gives exactly the naive records`, () => {
    const seen = { examined: 0, quarantined: 0 }

    fc.assert(
      fc.property(sources, blocks, cap, (source, sizes, maxRecordBytes) => {
        const expected = naiveFrames(source, { framing, maxRecordBytes, validate: 'lenient' })
        const quarantined = expected.records.filter((record) => record.quarantine !== null).length
        seen.quarantined += quarantined
        seen.examined += expected.records.length - quarantined

        const found = frame(source, framing, expected.header, maxRecordBytes, sizes)

        const isExact = framing !== 'container'
        expect(found.lines(isExact)).toEqual(expected.records.map((record) => describe(record, isExact)))
        expect(found.counts.records).toBe(expected.records.length)
        expect(found.counts.quarantined).toBe(quarantined)
        const { examinedBytes, quarantinedBytes, skippedBytes } = found.counts
        expect(examinedBytes + quarantinedBytes + skippedBytes).toBe(source.length)
        if (framing !== 'container') expect(examinedBytes).toBe(expected.byteCount.examined)
      }),
      parameters(share),
    )

    expect(seen.examined).toBeGreaterThan(runs(share))
    expect(seen.quarantined).toBeGreaterThan(runs(share) / 10)
  })

test('for all containers, broken ones too, blocks make no difference and every byte is counted once', () => {
  let recordCount = 0

  fc.assert(
    fc.property(brokenContainers, blocks, cap, (source, sizes, maxRecordBytes) => {
      const whole = frame(source, 'container', [], maxRecordBytes, [source.length + 1])
      recordCount += whole.counts.records

      const inBlocks = frame(source, 'container', [], maxRecordBytes, sizes)

      expect(inBlocks.lines(true)).toEqual(whole.lines(true))
      expect(inBlocks.counts).toEqual(whole.counts)
      const { examinedBytes, quarantinedBytes, skippedBytes } = whole.counts
      expect(examinedBytes + quarantinedBytes + skippedBytes).toBe(source.length)
    }),
    parameters(CONTAINER_SHARE),
  )

  expect(recordCount).toBeGreaterThan(runs(CONTAINER_SHARE))
})

interface Framed {
  readonly line: number
  readonly byteOffset: number
  readonly bytes: Uint8Array
  readonly quarantine: string | null
}

/** Of an element that is refused the end is a matter of taste: blanks at the end of a cut file belong to it or not. */
function describe({ line, byteOffset, bytes, quarantine }: Framed, isExact: boolean): string {
  if (quarantine !== null)
    return `quarantined line ${line} at ${byteOffset}${isExact ? `, ${bytes.length} bytes` : ''}`
  return `record line ${line} at ${byteOffset}: ${Buffer.from(bytes).toString('latin1')}`
}

function frame(
  source: Uint8Array,
  framing: NaiveFraming,
  columns: readonly string[],
  maxRecordBytes: number,
  sizes: readonly number[],
) {
  const found: Framed[] = []
  const hasBom = source[0] === 0xef && source[1] === 0xbb && source[2] === 0xbf
  const classification: Pick<Classification, 'framing' | 'bomBytes' | 'delimited'> = {
    framing,
    bomBytes: hasBom ? 3 : 0,
    delimited: framing === 'delimited' ? { separator: 0x2c, columns } : null,
  }
  const framer = createFramer(
    classification,
    { maxRecordBytes, firstByteOffset: 0, skipFirstLine: false, ownedEnd: null },
    {
      record: (bytes, start, end, line, byteOffset) =>
        found.push({ line: line + 1, byteOffset, bytes: bytes.slice(start, end), quarantine: null }),
      quarantine: (reason, line, byteOffset, length) =>
        found.push({ line: line + 1, byteOffset, bytes: new Uint8Array(length), quarantine: reason }),
    },
  )
  let at = 0
  for (let i = 0; at < source.length; i += 1) {
    const size = sizes[i % sizes.length] ?? 1
    if (!framer.push(source, at, Math.min(at + size, source.length))) break
    at += size
  }
  framer.finish()
  const lines = (isExact: boolean): readonly string[] => found.map((one) => describe(one, isExact))
  return { lines, counts: framer.counts }
}
