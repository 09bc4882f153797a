import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  CONTAINER,
  type Framed,
  LINES,
  type Layout,
  csv,
  everyNth,
  frame,
} from '../unit/logs/collect-records.ts'

const SEED = 20_261_123
const RUNS = 400
/** Small, so that many records go over it. */
const MAX_RECORD_BYTES = 24

/** Pieces that framers care about, between plausible records. */
const pieces = fc.constantFrom(
  '{"a":1}',
  '{"b":"x\\"}"}',
  ' {"c":[1,{"d":2}]} ',
  '{"records":[',
  '{"@odata.count":2,"value":[',
  '"quoted ""cell""\n,"',
  'x,y',
  '\n',
  '\r\n',
  '\r',
  ' ',
  ',',
  '[',
  ']',
  '{',
  '}',
  '"',
  '\\',
  'garbage',
  '{"long":"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"}',
  '\uFEFF',
)
const inputs = fc
  .array(
    fc.oneof({ weight: 9, arbitrary: pieces }, { weight: 1, arbitrary: fc.string({ unit: 'binary' }) }),
    {
      maxLength: 30,
    },
  )
  .map((parts) => new Uint8Array(Buffer.from(parts.join(''), 'utf8')))

const LAYOUTS: readonly Layout[] = [
  LINES,
  CONTAINER,
  csv('x', 'y'),
  { ...LINES, bomBytes: 3 },
  { ...CONTAINER, bomBytes: 3 },
]

test('for all inputs and splits into pushes, a framer gives the same records, quarantine and counts', () => {
  let recordCount = 0
  let overCapCount = 0
  fc.assert(
    fc.property(inputs, fc.array(fc.nat({ max: 600 }), { maxLength: 8 }), (unmarked, randomCuts) => {
      for (const layout of LAYOUTS) {
        const input = withMark(layout, unmarked)
        const options = { maxRecordBytes: MAX_RECORD_BYTES }
        const whole = frame(layout, input, options)
        const cuts = randomCuts.filter((cut) => cut <= input.length).sort((a, b) => a - b)

        for (const ends of [everyNth(input.length, 1), everyNth(input.length, 7), cuts]) {
          expect(frame(layout, input, options, ends)).toEqual(whole)
        }
        recordCount += whole.records.length
        overCapCount += whole.quarantined.filter(({ reason }) => reason.includes('--max-record')).length
      }
    }),
    { seed: SEED, numRuns: RUNS },
  )
  expect(recordCount).toBeGreaterThan(RUNS)
  expect(overCapCount).toBeGreaterThan(RUNS / 4)
})

test('for all inputs, every byte is examined, quarantined or skipped and every record counted once', () => {
  fc.assert(
    fc.property(inputs, (unmarked) => {
      for (const layout of LAYOUTS) {
        const input = withMark(layout, unmarked)
        const { counts, records, quarantined } = frame(layout, input, { maxRecordBytes: MAX_RECORD_BYTES })

        expect(counts.examinedBytes + counts.quarantinedBytes + counts.skippedBytes).toBe(input.length)
        expect(counts.records).toBe(records.length + quarantined.length)
        expect(counts.newlines).toBe(input.filter((byte) => byte === 0x0a).length)
      }
    }),
    { seed: SEED, numRuns: RUNS },
  )
})

test('for all lines and chunk sizes, the chunks together give what the whole gives', () => {
  let chunkCount = 0
  fc.assert(
    fc.property(inputs, fc.integer({ min: 1, max: 40 }), fc.boolean(), (unmarked, size, hasMark) => {
      const layout = hasMark ? { ...LINES, bomBytes: 3 } : LINES
      const input = withMark(layout, unmarked)
      const options = { maxRecordBytes: MAX_RECORD_BYTES }
      const starts = Array.from({ length: Math.ceil(input.length / size) }, (_, i) => i * size)
      const chunks = starts.map((start) =>
        frame(layout, input.subarray(Math.max(0, start - 1)), {
          ...options,
          firstByteOffset: Math.max(0, start - 1),
          skipFirstLine: start > 0,
          ownedEnd: start + size,
        }),
      )
      chunkCount += chunks.length

      expect(union(chunks)).toEqual(frame(layout, input, options))
    }),
    { seed: SEED, numRuns: RUNS },
  )
  expect(chunkCount).toBeGreaterThan(RUNS)
})

/** The input as a log with this layout: behind its byte order mark. */
function withMark(layout: Layout, input: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]).subarray(0, layout.bomBytes), input]))
}

/** The chunks' outputs after each other, lines counted from the first chunk on. */
function union(chunks: readonly Framed[]): Framed {
  const records: Framed['records'][number][] = []
  const quarantined: Framed['quarantined'][number][] = []
  const counts = {
    records: 0,
    quarantined: 0,
    examinedBytes: 0,
    quarantinedBytes: 0,
    skippedBytes: 0,
    newlines: 0,
  }
  for (const chunk of chunks) {
    records.push(...chunk.records.map((record) => ({ ...record, line: record.line + counts.newlines })))
    quarantined.push(...chunk.quarantined.map((item) => ({ ...item, line: item.line + counts.newlines })))
    counts.records += chunk.counts.records
    counts.quarantined += chunk.counts.quarantined
    counts.examinedBytes += chunk.counts.examinedBytes
    counts.quarantinedBytes += chunk.counts.quarantinedBytes
    counts.skippedBytes += chunk.counts.skippedBytes
    counts.newlines += chunk.counts.newlines
  }
  return { records, quarantined, counts }
}
