import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RowLayout } from '../../src/model/row-layout.ts'
import { PortableRowSieve } from '../../src/engine/sieve/portable-row-sieve.ts'
import type { SieveTarget } from '../../src/engine/sieve/sieve-target.ts'
import type { WasmRowSieve } from '../../src/engine/sieve/wasm-row-sieve.ts'
import { DelimitedFramer } from '../../src/logs/frame-delimited.ts'
import type { FrameOptions, FrameSink, Framer } from '../../src/logs/framer.ts'
import { INDICATOR_TYPES } from '../../src/model/indicator.ts'
import type { Observable } from '../../src/model/observable.ts'
import { SievedLineFramer, type SievedSink } from '../../src/replay/sieved-line-framer.ts'
import { mutated, mutation } from '../support/arbitrary-records.ts'
import { KernelWithRules, type Sought } from '../support/kernel-with-rules.ts'
import { naiveCells, naiveFrames } from '../support/naive-frame.ts'
import { parameters, runs } from '../support/runs.ts'
import { ROW_TABLE, layout, plainRow, row, rowScraps } from './row-soup.ts'
import { observablesByColumn } from './sieve-reference.ts'

/** Sieves by layout, all with the same one indicator. */
class Sieves implements SieveTarget {
  #sought: Sought | null = null
  readonly #kernel = KernelWithRules.open()

  seek(sought: Sought | null): void {
    this.#sought = sought
    this.#kernel.seek(...(sought === null ? [] : [sought]))
  }

  portable(rows: RowLayout): PortableRowSieve {
    const opened = PortableRowSieve.open(ROW_TABLE, rows, this)
    if ('off' in opened) throw new Error(opened.off)
    return opened.sieve
  }

  /** The one before it is dead then. */
  wasm(rows: RowLayout): WasmRowSieve {
    return this.#kernel.rowSieve(ROW_TABLE, rows)
  }

  hasMatch(typeIndex: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#sought === null || INDICATOR_TYPES[typeIndex] !== this.#sought.type) return false
    const { fn, value } = this.#sought
    const text = Buffer.from(bytes.subarray(start, end)).toString('latin1')
    return fn === 'Equals' ? text === value : text.includes(value)
  }
}

/** A name in an event may hold characters that no indicator may: then only its runs of others can be sought. */
function indicatorsFor({ type, value }: Observable): readonly Sought[] {
  if (type !== 'DomainName' || /^[a-z0-9_.-]+$/.test(value)) return [{ type, fn: 'Equals', value }]
  return (value.match(/[a-z0-9_.-]+/g) ?? []).map((run) => ({ type, fn: 'Contains', value: run }))
}

const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'utf8')

/** Rows as a framer gives them: of the layout's width, and no line feed outside of quotation. */
function rowsIn(bytes: Uint8Array, { separator, columns }: RowLayout): readonly Uint8Array[] {
  const rows: Uint8Array[] = []
  const framer = new DelimitedFramer(
    { separator, columns },
    { maxRecordBytes: 1e9, firstByteOffset: 0, skipFirstLine: false, ownedEnd: null },
    { record: (block, start, end) => rows.push(block.slice(start, end)), quarantine: () => undefined },
  )
  const whole = Buffer.concat([bytesOf('header\n'), bytes])
  framer.push(whole, 0, whole.length)
  framer.finish()
  return rows
}

const mutatedRow = layout.chain((rows) =>
  fc.record({
    rows: fc.constant(rows),
    bytes: fc
      .tuple(
        fc.oneof({ arbitrary: row(rows), weight: 6 }, { arbitrary: rowScraps, weight: 1 }),
        fc.array(mutation, { maxLength: 2 }),
      )
      .map(([text, mutations]) => mutated(bytesOf(text), mutations)),
  }),
)

test('for all rows, written or broken, each sieve passes every observable that the naive reader finds', () => {
  const sieves = new Sieves()
  let observableCount = 0
  let documentCount = 0

  fc.assert(
    fc.property(mutatedRow, ({ rows, bytes }) => {
      for (const record of rowsIn(bytes, rows)) {
        const observables = observablesByColumn(record, ROW_TABLE, rows)
        observableCount += observables.length
        documentCount += observables.some(({ field }) => field !== '') && record.includes(0x7b) ? 1 : 0
        const portable = sieves.portable(rows)
        const wasm = sieves.wasm(rows)
        for (const sought of observables.flatMap(indicatorsFor)) {
          sieves.seek(sought)
          const verdicts = [portable, wasm].map((sieve) => sieve.mayMatch(record, 0, record.length))

          expect(verdicts, `${JSON.stringify(sought)} ${Buffer.from(record).toString('latin1')}`).toEqual([
            true,
            true,
          ])
        }
      }
    }),
    parameters(0.005),
  )

  expect(observableCount).toBeGreaterThan(runs(0.005))
  expect(documentCount).toBeGreaterThan(runs(0.005) / 10)
})

test('for all rows, sieves count the cells that the naive reader finds filled', () => {
  const sieves = new Sieves()
  let cellCount = 0

  fc.assert(
    fc.property(mutatedRow, ({ rows, bytes }) => {
      const records = rowsIn(bytes, rows)
      const cells = records.map((record) => naiveCells(record, String.fromCharCode(rows.separator)))
      const expected = ROW_TABLE.keys.map(
        ({ key }) =>
          cells.flatMap((texts) => texts.filter((text, i) => text !== '' && rows.columns[i] === key)).length,
      )
      cellCount += expected.reduce((sum, count) => sum + count, 0)

      for (const sieve of [sieves.portable(rows), sieves.wasm(rows)]) {
        sieve.observed.fill(0)
        for (const record of records) sieve.mayMatch(record, 0, record.length)

        expect([...sieve.observed], sieve.constructor.name).toEqual(expected)
      }
    }),
    parameters(0.005),
  )

  expect(cellCount).toBeGreaterThan(runs(0.005))
})

test('for all rows without anything doubtful, each sieve drops what nothing matches', () => {
  const sieves = new Sieves()
  sieves.seek(null)
  let askedCount = 0
  const cases = layout.chain((rows) => fc.record({ rows: fc.constant(rows), text: plainRow(rows) }))

  fc.assert(
    fc.property(cases, ({ rows, text }) => {
      const bytes = bytesOf(text)
      for (const record of rowsIn(bytes, rows)) {
        askedCount += observablesByColumn(record, ROW_TABLE, rows).length
        const verdicts = [sieves.portable(rows), sieves.wasm(rows)].map((sieve) =>
          sieve.mayMatch(record, 0, record.length),
        )

        expect(verdicts, text).toEqual([false, false])
      }
    }),
    parameters(0.003),
  )

  expect(askedCount).toBeGreaterThan(runs(0.003))
})

/** What a framer hands on, one text per event; rows that the sieve drops are left out, but counted. */
function framed(
  bytes: Uint8Array,
  cuts: readonly number[],
  open: (sink: SievedSink) => Framer,
  mayMatch: (bytes: Uint8Array, start: number, end: number) => boolean,
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
  for (let at = 0, i = 0; at < bytes.length; i += 1) {
    const size = cuts[i % cuts.length] ?? bytes.length
    framer.push(bytes, at, Math.min(bytes.length, at + size))
    at += size
  }
  framer.finish()
  return { events, counts: { ...framer.counts }, records }
}

const SOUGHT: readonly Sought[] = [
  { type: 'DomainName', fn: 'EndWith', value: 'evil.example' },
  { type: 'IpAddress', fn: 'Equals', value: '10.1.2.3' },
]

const log = layout.chain((rows) => {
  const line = fc.oneof(
    { arbitrary: row(rows), weight: 4 },
    { arbitrary: plainRow(rows), weight: 6 },
    { arbitrary: rowScraps, weight: 1 },
    {
      arbitrary: fc.constantFrom('', ' ', '\t\r', '\t'.repeat(rows.columns.length - 1), '"', '\u0000'),
      weight: 1,
    },
    { arbitrary: fc.nat(20_000).map((length) => 'x'.repeat(length)), weight: 1 },
  )
  const separator = String.fromCharCode(rows.separator)
  return fc
    .tuple(
      fc.array(fc.tuple(line, fc.constantFrom('\n', '\n', '\r\n')), { maxLength: 16 }),
      fc.option(line, { nil: '' }),
      fc.array(mutation, { maxLength: 2 }),
    )
    .map(([lines, last, mutations]) => {
      const header = rows.columns.map((name) => name.replaceAll('"', '')).join(separator)
      const text = lines.map(([content, end]) => `${content}${end}`).join('')
      const body = mutated(bytesOf(`${text}${last}`), mutations)
      return { rows, bytes: Buffer.concat([bytesOf(`${header}\n`), body]) }
    })
})
const sizes = fc.oneof(
  fc.constant([1_000_000]),
  fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1 }),
)
const limits = fc.constantFrom(1_000_000, 1_000_000, 300, 40)

test('for all logs, cuts and limits, sieving rows hands on what framing and sieving one by one does', () => {
  const kernels = [KernelWithRules.open(), KernelWithRules.open()]
  for (const kernel of kernels) kernel.seek(...SOUGHT)
  const seen = { survivors: 0, dropped: 0, quarantined: 0, cut: 0 }

  fc.assert(
    fc.property(log, sizes, limits, fc.constantFrom(0, 2 ** 33), ({ rows, bytes }, cuts, limit, offset) => {
      const options: FrameOptions = {
        maxRecordBytes: limit,
        firstByteOffset: offset,
        skipFirstLine: false,
        ownedEnd: null,
      }
      const [one, many] = kernels.map((kernel) => kernel.rowSieve(ROW_TABLE, rows)) as [
        WasmRowSieve,
        WasmRowSieve,
      ]
      one.observed.fill(0)
      many.observed.fill(0)

      const expected = framed(
        bytes,
        cuts,
        (sink) => new DelimitedFramer(rows, options, sink),
        (block, start, end) => one.mayMatch(block, start, end),
      )
      const found = framed(
        bytes,
        cuts,
        (sink) =>
          new SievedLineFramer(many, options, sink, (...words) => new DelimitedFramer(rows, ...words)),
        (block, start, end) => many.mayMatch(block, start, end),
      )

      expect(found).toEqual(expected)
      expect([...many.observed]).toEqual([...one.observed])
      const naive = naiveFrames(bytes, {
        framing: 'delimited',
        maxRecordBytes: limit,
        validate: 'lenient',
        separator: String.fromCharCode(rows.separator),
      })
      // A header over the limit is a record to the framer alone.
      if (naive.header.join(',').length < limit) expect(found.records).toBe(naive.records.length)
      const quarantined = naive.records.filter(({ quarantine }) => quarantine !== null)
      seen.quarantined += quarantined.length
      seen.cut += quarantined.filter(({ quarantine }) => quarantine === 'too-long').length
      seen.survivors += found.events.length - quarantined.length
      seen.dropped += found.records - found.events.length
    }),
    parameters(0.005),
  )

  expect(Math.min(...Object.values(seen))).toBeGreaterThan(runs(0.005) / 10)
})

test('quotes, separators and line feeds are found wherever they fall on vectors and pieces', () => {
  const kernel = KernelWithRules.open()
  kernel.seek({ type: 'DomainName', fn: 'Equals', value: 'evil.example' })
  const rows: RowLayout = { separator: 0x2c, columns: ['time', 'RemoteUrl', 'other'] }
  const sieve = kernel.rowSieve(ROW_TABLE, rows)
  const hit = '1,"https://evil.example/a,""b\n",2\n'
  const misses = ['1,"x\ny,""evil.example""",evil.example\r\n', '"1,2",https://good.example,"evil.example"\n']
  const found: (readonly number[])[] = []

  for (const around of [0, 16_384 - 40, 200_000])
    for (let shift = 0; shift < 96; shift += 1) {
      const padding = `${'p'.repeat(around + shift)},,\n`
      const text = bytesOf([padding, ...misses, hit, misses[0], hit].join(''))
      sieve.block.set(text)
      const scan = sieve.scanLines(0, text.length, 1 << 20)
      const feeds = scan.feedsBefore ?? []
      found.push([
        scan.lineCount,
        ...scan.stops.subarray(0, scan.stopCount),
        feeds[6] ?? 0,
        scan.lineStart[6] ?? 0,
      ])
      expect(found.at(-1)).toEqual([6, 1, 3, 4, 5, 10, text.length])
    }

  expect(found).toHaveLength(3 * 96)
})
