import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { LineFramer } from '../../src/logs/frame-lines.ts'
import type { FrameOptions, FrameSink, Framer } from '../../src/logs/framer.ts'
import { SievedLineFramer, type SievedSink } from '../../src/replay/sieved-line-framer.ts'
import type { WasmSieve } from '../../src/engine/sieve/wasm-sieve.ts'
import { mutated, mutation } from '../support/arbitrary-records.ts'
import { KernelWithRules, type Sought } from '../support/kernel-with-rules.ts'
import { parameters, runs } from '../support/runs.ts'
import { SOUP_TABLE, plainRecord, scraps, soup, tidyRecord } from './sieve-soup.ts'

const SHARE = 0.03
const SOUGHT: readonly Sought[] = [
  { type: 'DomainName', fn: 'EndWith', value: 'b.example' },
  { type: 'IpAddress', fn: 'Equals', value: '10.1.2.3' },
  { type: 'Sha1', fn: 'Contains', value: 'ab3ab3ab3ab3ab3a' },
]

const line = fc.oneof(
  { arbitrary: tidyRecord, weight: 4 },
  { arbitrary: plainRecord, weight: 4 },
  { arbitrary: soup, weight: 2 },
  { arbitrary: scraps, weight: 1 },
  { arbitrary: fc.constantFrom('', ' ', '\t\r', '{', '}', '{}', ' {} ', '{ }x', '\u0000'), weight: 2 },
  { arbitrary: fc.nat(20_000).map((length) => `{"other":"${'x'.repeat(length)}"}`), weight: 1 },
)
const ending = fc.constantFrom('\n', '\n', '\r\n', ' \n')
const log = fc
  .tuple(
    fc.array(fc.tuple(line, ending), { maxLength: 12 }),
    fc.option(line, { nil: '' }),
    fc.array(mutation, { maxLength: 2 }),
  )
  .map(([lines, last, mutations]) => {
    const text = lines.map(([content, end]) => `${content}${end}`).join('')
    return mutated(Buffer.from(`${text}${last}`, 'utf8'), mutations)
  })

function twoSieves(): { readonly records: WasmSieve; readonly lines: WasmSieve } {
  const sieves = [KernelWithRules.open(), KernelWithRules.open()].map((kernel) => {
    kernel.seek(...SOUGHT)
    return kernel.sieve(SOUP_TABLE)
  })
  return { records: sieves[0]!, lines: sieves[1]! }
}

/** Pushes a log in pieces of these sizes, over and over. */
function pushInPieces(framer: Framer, bytes: Uint8Array, cuts: readonly number[]): void {
  let wantsMore = true
  let at = 0
  for (let i = 0; at < bytes.length && wantsMore; i += 1) {
    const size = cuts[i % cuts.length] ?? bytes.length
    wantsMore = framer.push(bytes, at, Math.min(bytes.length, at + size))
    at += size
  }
}

/** What a framer hands on, one text per event; records that the sieve drops are left out, but counted. */
function framed(
  bytes: Uint8Array,
  cuts: readonly number[],
  open: (sink: SievedSink) => Framer,
  mayMatch: (bytes: Uint8Array, start: number, end: number) => boolean,
  push = pushInPieces,
): { readonly events: readonly string[]; readonly counts: object; readonly records: number } {
  const events: string[] = []
  let records = 0
  const keep: FrameSink['record'] = (block, start, end, lines, byteOffset) => {
    const text = Buffer.from(block.subarray(start, end)).toString('latin1')
    events.push(`${records} ${lines} ${byteOffset} ${text}`)
  }
  const framer = open({
    record: (...record) => {
      if (mayMatch(record[0], record[1], record[2])) keep(...record)
      records += 1
    },
    survivor: (...record) => {
      keep(...record)
      records += 1
    },
    dropped: (count) => {
      records += count
    },
    quarantine: (reason, lines, byteOffset, length) => {
      events.push(`${records} ${lines} ${byteOffset} ${length} ${reason}`)
      records += 1
    },
  })
  push(framer, bytes, cuts)
  framer.finish()
  return { events, counts: { ...framer.counts }, records }
}

const sizes = fc.oneof(
  fc.constant([1_000_000]),
  fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1 }),
)
const options: fc.Arbitrary<FrameOptions> = fc.record({
  maxRecordBytes: fc.constantFrom(1_000_000, 1_000_000, 60),
  firstByteOffset: fc.constantFrom(0, 0, 2 ** 33),
  skipFirstLine: fc.constantFrom(false, false, true),
  ownedEnd: fc.constant(null),
})

test('for all logs, cuts and ranges, sieving lines hands on what framing and sieving one by one does', () => {
  const sieves = twoSieves()
  const seen = { survivors: 0, dropped: 0, odd: 0 }

  fc.assert(
    fc.property(
      log,
      sizes,
      options,
      fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      (bytes, cuts, given, part) => {
        const ownedEnd = part === null ? null : given.firstByteOffset + Math.floor(part * bytes.length)
        const frameOptions = { ...given, ownedEnd }
        sieves.records.observed.fill(0)
        sieves.lines.observed.fill(0)

        const expected = framed(
          bytes,
          cuts,
          (sink) => new LineFramer(frameOptions, sink),
          (block, start, end) => sieves.records.mayMatch(block, start, end),
        )
        const found = framed(
          bytes,
          cuts,
          (sink) => new SievedLineFramer(sieves.lines, frameOptions, sink),
          (block, start, end) => sieves.lines.mayMatch(block, start, end),
        )

        expect(found).toEqual(expected)
        expect([...sieves.lines.observed]).toEqual([...sieves.records.observed])
        const odd = expected.events.filter((event) => !event.endsWith('}')).length
        seen.odd += odd
        seen.survivors += expected.events.length - odd
        seen.dropped += expected.records - expected.events.length
      },
    ),
    parameters(SHARE),
  )

  expect(Math.min(seen.odd, seen.survivors, seen.dropped)).toBeGreaterThan(runs(SHARE) / 10)
})

test('for all logs, the block may be read into in place', () => {
  const sieves = twoSieves()
  let count = 0

  fc.assert(
    fc.property(log, fc.nat(200), (bytes, shift) => {
      const frameOptions = { maxRecordBytes: 1e6, firstByteOffset: 0, skipFirstLine: false, ownedEnd: null }
      const open = (sink: SievedSink): Framer => new SievedLineFramer(sieves.lines, frameOptions, sink)
      const expected = framed(bytes, [bytes.length], open, () => false)
      const place = sieves.lines.block.subarray(shift, shift + bytes.length)
      place.set(bytes)

      const found = framed(place, [bytes.length], open, () => false)

      expect(found).toEqual(expected)
      count += expected.records
    }),
    parameters(SHARE / 3),
  )

  expect(count).toBeGreaterThan(runs(SHARE / 3))
})

test('for all logs and blocks, lines that blocks cut and that are read again count once', () => {
  const sieves = twoSieves()
  let leftCount = 0

  fc.assert(
    fc.property(log, fc.integer({ min: 1, max: 3000 }), options, (bytes, size, given) => {
      const frameOptions = { ...given, ownedEnd: given.firstByteOffset + bytes.length }
      sieves.records.observed.fill(0)
      sieves.lines.observed.fill(0)
      const framer = (sink: SievedSink): SievedLineFramer =>
        new SievedLineFramer(sieves.lines, frameOptions, sink)
      /** As files are read: into the sieve's block, again from where the framer has left off. */
      const pushFromBlock = (sieved: Framer): void => {
        const { block } = sieves.lines
        for (let at = 0; at < bytes.length;) {
          const count = Math.min(size, bytes.length - at)
          block.set(bytes.subarray(at, at + count))
          if (!sieved.push(block, 0, count)) return
          const left = count === size ? (sieved.giveBack?.(count >> 1) ?? 0) : 0
          if (left > 0) leftCount += 1
          at += count - left
        }
      }

      const expected = framed(
        bytes,
        [bytes.length],
        (sink) => new LineFramer(frameOptions, sink),
        (block, start, end) => sieves.records.mayMatch(block, start, end),
      )
      const found = framed(
        bytes,
        [],
        framer,
        (block, start, end) => sieves.lines.mayMatch(block, start, end),
        pushFromBlock,
      )

      expect(found).toEqual(expected)
      expect([...sieves.lines.observed]).toEqual([...sieves.records.observed])
    }),
    parameters(SHARE / 3),
  )

  expect(leftCount).toBeGreaterThan(runs(SHARE / 3) / 2)
})
