import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { ObservedCounter } from '../../src/engine/sieve/count-observed.ts'
import { PortableSieve } from '../../src/engine/sieve/portable-sieve.ts'
import type { SieveTarget } from '../../src/engine/sieve/sieve-target.ts'
import { defenderFieldMap } from '../../src/logs/formats/defender-columns.ts'
import { streamedFieldMap } from '../../src/logs/formats/defender-storage.ts'
import { buildKeyTable } from '../../src/logs/key-table.ts'
import { type DetectionFunction, INDICATOR_TYPES, type IndicatorType } from '../../src/model/indicator.ts'
import type { KeyTable } from '../../src/model/key-table.ts'
import type { Observable } from '../../src/model/observable.ts'
import { DEFAULT_SEMANTICS, type Semantics } from '../../src/model/semantics.ts'
import { sharedValues } from '../support/arbitraries.ts'
import { mutated, mutation, recordBytesFor } from '../support/arbitrary-records.ts'
import { naiveJsonFields, naiveObserve } from '../support/naive-observe.ts'
import { naiveOccurrences } from '../support/naive-observed.ts'
import { parameters, runs } from '../support/runs.ts'
import { observablesByKey } from './sieve-reference.ts'
import { SOUP_TABLE, plainRecord, scraps, soup, tidyRecord } from './sieve-soup.ts'

/** One indicator that the target looks for, in canonical text. */
interface Sought {
  readonly type: IndicatorType
  readonly fn: DetectionFunction
  readonly value: string
}

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

function openSieve(table: KeyTable): { readonly sieve: PortableSieve; readonly target: OneIndicator } {
  const target = new OneIndicator()
  const opened = PortableSieve.open(table, target)
  if ('off' in opened) throw new Error(opened.off)
  return { sieve: opened.sieve, target }
}

const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'utf8')

/** The indicators that match one of the observables and that the sieve would drop the record for; none by the law. */
function dropped(
  { sieve, target }: ReturnType<typeof openSieve>,
  record: Uint8Array,
  observables: readonly Observable[],
): readonly string[] {
  return observables.flatMap(indicatorsFor).flatMap((sought) => {
    target.sought = sought
    return sieve.mayMatch(record, 0, record.length) ? [] : [JSON.stringify(sought)]
  })
}

const ALL_SCOPES: Semantics = { ...DEFAULT_SEMANTICS, ipScope: 'all', domainScope: 'all', dnsAnswers: 'on' }

test('for all Defender records, written or broken, the sieve passes every observable that the exact path reports', () => {
  const maps = [
    streamedFieldMap('streamed'),
    defenderFieldMap('rows', [], { time: [], table: [['category']] }),
  ]
  const sieves = maps.flatMap((map) =>
    [DEFAULT_SEMANTICS, ALL_SCOPES].map((semantics) => ({
      map,
      semantics,
      ...openSieve(buildKeyTable(map, semantics)),
    })),
  )
  let observableCount = 0

  fc.assert(
    fc.property(sharedValues.chain(recordBytesFor), fc.constantFrom(...sieves), (record, sieve) => {
      const event = naiveObserve(naiveJsonFields(record), sieve.map, sieve.semantics, null)
      const observables = event?.observables ?? []
      observableCount += observables.length

      expect(dropped(sieve, record, observables)).toEqual([])
    }),
    parameters(0.04),
  )

  expect(observableCount).toBeGreaterThan(runs(0.04) / 3)
})

test('for all records of all kinds of fields, the sieve passes every observable that stands under a mapped key', () => {
  const sieve = openSieve(SOUP_TABLE)
  let observableCount = 0
  let documentCount = 0

  fc.assert(
    fc.property(tidyRecord, (text) => {
      const record = bytesOf(text)
      const observables = observablesByKey(record, SOUP_TABLE)
      observableCount += observables.length
      documentCount += text.includes('\\"') && observables.length > 0 ? 1 : 0

      expect(dropped(sieve, record, observables), text).toEqual([])
    }),
    parameters(0.05),
  )

  expect(observableCount).toBeGreaterThan(runs(0.05) * 0.8)
  expect(documentCount).toBeGreaterThan(runs(0.05) / 10)
})

test('for all soups of pieces of records, the sieve passes every observable that the lenient scanner finds', () => {
  const sieve = openSieve(SOUP_TABLE)
  let observableCount = 0

  fc.assert(
    fc.property(fc.oneof(soup, tidyRecord), fc.array(mutation, { maxLength: 3 }), (text, mutations) => {
      const record = mutated(bytesOf(text), mutations)
      const observables = observablesByKey(record, SOUP_TABLE)
      observableCount += observables.length

      expect(dropped(sieve, record, observables), text).toEqual([])
    }),
    parameters(0.1),
  )

  expect(observableCount).toBeGreaterThan(runs(0.1) / 3)
})

test('for all records without anything doubtful, the sieve drops what nothing matches', () => {
  const { sieve, target } = openSieve(SOUP_TABLE)
  let askedCount = 0

  fc.assert(
    fc.property(plainRecord, (text) => {
      const record = bytesOf(text)
      askedCount += observablesByKey(record, SOUP_TABLE).length
      target.sought = null

      expect(sieve.mayMatch(record, 0, record.length), text).toBe(false)
    }),
    parameters(0.01),
  )

  expect(askedCount).toBeGreaterThan(runs(0.01))
})

test('for all bytes, the sieve counts what the plain counter and the naive search count', () => {
  const opened = PortableSieve.open(SOUP_TABLE, { hasMatch: (type) => type === 0 })
  const counter = ObservedCounter.open(SOUP_TABLE)
  const expected = new Float64Array(SOUP_TABLE.keys.length)
  if ('off' in opened) throw new Error(opened.off)
  const records = fc.oneof(soup.map(bytesOf), tidyRecord.map(bytesOf), scraps.map(bytesOf), fc.uint8Array())

  fc.assert(
    fc.property(records, (record) => {
      SOUP_TABLE.keys.forEach((key, i) => {
        expected[i] = (expected[i] ?? 0) + naiveOccurrences(record, key)
      })

      opened.sieve.mayMatch(record, 0, record.length)
      counter.count(record, 0, record.length)

      expect([...opened.sieve.observed]).toEqual([...expected])
      expect([...counter.observed]).toEqual([...expected])
    }),
    parameters(0.05),
  )

  expect(Math.min(...expected)).toBeGreaterThan(runs(0.05) / 200)
})

test('for all surroundings, the verdict and the counts depend on the bytes of the record alone', () => {
  const alone = openSieve(SOUP_TABLE)
  const within = openSieve(SOUP_TABLE)
  const around = fc.tuple(scraps, scraps, fc.nat(3))
  let verdicts = 0

  fc.assert(
    fc.property(fc.oneof(soup, tidyRecord, scraps), around, (text, [before, after, shift]) => {
      const record = bytesOf(text)
      const whole = Buffer.concat([Buffer.alloc(shift), bytesOf(before), record, bytesOf(after)]).subarray(
        shift,
      )
      const start = bytesOf(before).length
      const expected = alone.sieve.mayMatch(record, 0, record.length)
      verdicts += expected ? 1 : 0

      const found = within.sieve.mayMatch(whole, start, start + record.length)

      expect(found).toBe(expected)
      expect(within.sieve.observed).toEqual(alone.sieve.observed)
    }),
    parameters(0.03),
  )

  expect(verdicts).toBeGreaterThan(runs(0.03) / 20)
})
