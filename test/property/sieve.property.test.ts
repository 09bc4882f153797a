import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { ObservedCounter } from '../../src/engine/sieve/count-observed.ts'
import { PortableSieve } from '../../src/engine/sieve/portable-sieve.ts'
import type { SieveTarget } from '../../src/engine/sieve/sieve-target.ts'
import { defenderFieldMap } from '../../src/logs/formats/defender-columns.ts'
import { streamedFieldMap } from '../../src/logs/formats/defender-storage.ts'
import { buildKeyTable } from '../../src/logs/key-table.ts'
import type { WasmSieve } from '../../src/engine/sieve/wasm-sieve.ts'
import { INDICATOR_TYPES } from '../../src/model/indicator.ts'
import type { KeyTable } from '../../src/model/key-table.ts'
import type { Observable } from '../../src/model/observable.ts'
import { DEFAULT_SEMANTICS, type Semantics } from '../../src/model/semantics.ts'
import { sharedValues } from '../support/arbitraries.ts'
import { mutated, mutation, recordBytesFor } from '../support/arbitrary-records.ts'
import { naiveJsonFields, naiveObserve } from '../support/naive-observe.ts'
import { naiveOccurrences } from '../support/naive-observed.ts'
import { KernelWithRules, type Sought } from '../support/kernel-with-rules.ts'
import { parameters, runs } from '../support/runs.ts'
import { observablesByKey } from './sieve-reference.ts'
import { SOUP_TABLE, plainRecord, scraps, soup, tidyRecord } from './sieve-soup.ts'

/** A target with one indicator, or none. */
class OneIndicator implements SieveTarget {
  sought: Sought | null = null

  hasMatch(typeIndex: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (this.sought === null || INDICATOR_TYPES[typeIndex] !== this.sought.type) return false
    const { fn, value } = this.sought
    const text = Buffer.from(bytes.subarray(start, end)).toString('latin1')
    if (fn === 'Equals') return text === value
    if (fn === 'StartWith') return text.startsWith(value)
    return fn === 'EndWith' ? text.endsWith(value) : text.includes(value)
  }
}

/**
 * The most telling indicators that match an observable. A name in an event may hold characters that no indicator may:
 * then only its runs of others can be sought.
 */
function indicatorsFor({ type, value }: Observable): readonly Sought[] {
  if (type !== 'DomainName' || /^[a-z0-9_.-]+$/.test(value)) return [{ type, fn: 'Equals', value }]
  const runs = value.match(/[a-z0-9_.-]+/g) ?? []
  return runs.flatMap((run): Sought[] => [
    { type, fn: 'Contains', value: run },
    ...(value.startsWith(run) ? [{ type, fn: 'StartWith' as const, value: run }] : []),
    ...(value.endsWith(run) ? [{ type, fn: 'EndWith' as const, value: run }] : []),
  ])
}

/** Both kernels, with the same keys and the same one indicator. */
class Sieves {
  readonly portable: PortableSieve
  readonly wasm: WasmSieve
  readonly #target = new OneIndicator()
  readonly #kernel = KernelWithRules.open()

  constructor(table: KeyTable) {
    const opened = PortableSieve.open(table, this.#target)
    if ('off' in opened) throw new Error(opened.off)
    this.portable = opened.sieve
    this.wasm = this.#kernel.sieve(table)
  }

  seek(sought: Sought | null): void {
    this.#target.sought = sought
    this.#kernel.seek(...(sought === null ? [] : [sought]))
  }
}

const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'utf8')

/** The indicators that match one of the observables and that a sieve would drop the record for; none by the law. */
function dropped(sieves: Sieves, record: Uint8Array, observables: readonly Observable[]): readonly string[] {
  return observables.flatMap(indicatorsFor).flatMap((sought) => {
    sieves.seek(sought)
    return [sieves.portable, sieves.wasm].flatMap((sieve) =>
      sieve.mayMatch(record, 0, record.length) ? [] : [`${sieve.constructor.name} ${JSON.stringify(sought)}`],
    )
  })
}

const ALL_SCOPES: Semantics = { ...DEFAULT_SEMANTICS, ipScope: 'all', domainScope: 'all', dnsAnswers: 'on' }

test('for all Defender records, written or broken, each sieve passes every observable that the exact path reports', () => {
  const maps = [
    streamedFieldMap('streamed'),
    defenderFieldMap('rows', [], { time: [], table: [['category']] }),
  ]
  const sieves = maps.flatMap((map) =>
    [DEFAULT_SEMANTICS, ALL_SCOPES].map((semantics) => ({
      map,
      semantics,
      both: new Sieves(buildKeyTable(map, semantics)),
    })),
  )
  let observableCount = 0

  fc.assert(
    fc.property(sharedValues.chain(recordBytesFor), fc.constantFrom(...sieves), (record, sieve) => {
      const event = naiveObserve(naiveJsonFields(record), sieve.map, sieve.semantics, null)
      const observables = event?.observables ?? []
      observableCount += observables.length

      expect(dropped(sieve.both, record, observables)).toEqual([])
    }),
    parameters(0.04),
  )

  expect(observableCount).toBeGreaterThan(runs(0.04) / 3)
})

test('for all records of all kinds of fields, each sieve passes every observable that stands under a mapped key', () => {
  const sieves = new Sieves(SOUP_TABLE)
  let observableCount = 0
  let documentCount = 0

  fc.assert(
    fc.property(tidyRecord, (text) => {
      const record = bytesOf(text)
      const observables = observablesByKey(record, SOUP_TABLE)
      observableCount += observables.length
      documentCount += text.includes('\\"') && observables.length > 0 ? 1 : 0

      expect(dropped(sieves, record, observables), text).toEqual([])
    }),
    parameters(0.05),
  )

  expect(observableCount).toBeGreaterThan(runs(0.05) * 0.8)
  expect(documentCount).toBeGreaterThan(runs(0.05) / 10)
})

test('for all soups of pieces of records, each sieve passes every observable that the lenient scanner finds', () => {
  const sieves = new Sieves(SOUP_TABLE)
  let observableCount = 0

  fc.assert(
    fc.property(fc.oneof(soup, tidyRecord), fc.array(mutation, { maxLength: 3 }), (text, mutations) => {
      const record = mutated(bytesOf(text), mutations)
      const observables = observablesByKey(record, SOUP_TABLE)
      observableCount += observables.length

      expect(dropped(sieves, record, observables), text).toEqual([])
    }),
    parameters(0.1),
  )

  expect(observableCount).toBeGreaterThan(runs(0.1) / 3)
})

test('for all records without anything doubtful, each sieve drops what nothing matches', () => {
  const sieves = new Sieves(SOUP_TABLE)
  sieves.seek(null)
  let askedCount = 0

  fc.assert(
    fc.property(plainRecord, (text) => {
      const record = bytesOf(text)
      askedCount += observablesByKey(record, SOUP_TABLE).length

      expect(sieves.portable.mayMatch(record, 0, record.length), text).toBe(false)
      expect(sieves.wasm.mayMatch(record, 0, record.length), text).toBe(false)
    }),
    parameters(0.01),
  )

  expect(askedCount).toBeGreaterThan(runs(0.01))
})

test('for all bytes, each sieve counts what the plain counter and the naive search count', () => {
  const { portable, wasm } = new Sieves(SOUP_TABLE)
  const counter = ObservedCounter.open(SOUP_TABLE)
  const expected = new Float64Array(SOUP_TABLE.keys.length)
  const records = fc.oneof(soup.map(bytesOf), tidyRecord.map(bytesOf), scraps.map(bytesOf), fc.uint8Array())

  fc.assert(
    fc.property(records, (record) => {
      SOUP_TABLE.keys.forEach((key, i) => {
        expected[i] = (expected[i] ?? 0) + naiveOccurrences(record, key)
      })

      portable.mayMatch(record, 0, record.length)
      wasm.mayMatch(record, 0, record.length)
      counter.count(record, 0, record.length)

      expect([...portable.observed]).toEqual([...expected])
      expect([...wasm.observed]).toEqual([...expected])
      expect([...counter.observed]).toEqual([...expected])
    }),
    parameters(0.05),
  )

  expect(Math.min(...expected)).toBeGreaterThan(runs(0.05) / 200)
})

test('for all surroundings, the verdict and the counts depend on the bytes of the record alone', () => {
  const alone = new Sieves(SOUP_TABLE)
  const within = new Sieves(SOUP_TABLE)
  const around = fc.tuple(scraps, scraps, fc.nat(3))
  const verdicts = { portable: 0, wasm: 0 }

  fc.assert(
    fc.property(fc.oneof(soup, tidyRecord, scraps), around, (text, [before, after, shift]) => {
      const record = bytesOf(text)
      const whole = Buffer.concat([Buffer.alloc(shift), bytesOf(before), record, bytesOf(after)]).subarray(
        shift,
      )
      const start = bytesOf(before).length
      for (const kernel of ['portable', 'wasm'] as const) {
        const expected = alone[kernel].mayMatch(record, 0, record.length)
        verdicts[kernel] += expected ? 1 : 0

        const found = within[kernel].mayMatch(whole, start, start + record.length)

        expect(found, kernel).toBe(expected)
        expect([...within[kernel].observed], kernel).toEqual([...alone[kernel].observed])
      }
    }),
    parameters(0.03),
  )

  expect(Math.min(verdicts.portable, verdicts.wasm)).toBeGreaterThan(runs(0.03) / 20)
})
