import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { FORMATS } from '../../src/logs/formats/registry.ts'
import { openRecordReader } from '../../src/logs/record-reader.ts'
import type { EventRecord } from '../../src/model/event-record.ts'
import type { FieldMap } from '../../src/model/field-map.ts'
import type { Semantics } from '../../src/model/semantics.ts'
import { DEFAULT_SEMANTICS } from '../../src/model/semantics.ts'
import { sharedValues } from '../support/arbitraries.ts'
import { fieldMap as fieldMaps, smallRecord } from '../support/arbitrary-field-maps.ts'
import { delimitedFor } from '../support/arbitrary-logs.ts'
import { mutated, mutation, recordFor, rowFor, spell, spelling } from '../support/arbitrary-records.ts'
import { naiveCells, naiveFrames } from '../support/naive-frame.ts'
import { naiveCellFields, naiveJsonFields, naiveObserve } from '../support/naive-observe.ts'
import { parameters, runs } from '../support/runs.ts'

const VALID_SHARE = 0.015
const BROKEN_SHARE = 0.015
const MAPS_SHARE = 0.01
const CELLS_SHARE = 0.01

const scopes: fc.Arbitrary<Semantics> = fc
  .record({
    hashScope: fc.constantFrom('object' as const, 'both' as const),
    ipScope: fc.constantFrom('remote' as const, 'all' as const),
    domainScope: fc.constantFrom('contact' as const, 'all' as const),
    dnsAnswers: fc.constantFrom('off' as const, 'on' as const),
  })
  .map((chosen) => ({ ...DEFAULT_SEMANTICS, ...chosen }))

const defaultTables = fc.constantFrom(
  null,
  null,
  'DeviceEvents',
  'UrlClickEvents',
  'AlertEvidence',
  'NoSuchTable',
)
/** Named in a failure by its name alone. */
const jsonMaps = fc.constantFrom(...mapsOf('json').map((map) => map.name))
const record = sharedValues
  .chain((values) => fc.tuple(fc.oneof(recordFor(values), rowFor(values)), spelling))
  .map(([json, how]) => spell(json, how))

test('for all Defender records as written, the reader reads what the law says', () => {
  let observableCount = 0

  fc.assert(
    fc.property(record, jsonMaps, scopes, defaultTables, (bytes, mapName, semantics, table) => {
      const fieldMap = mapNamed(mapName)
      const expected = naiveObserve(naiveJsonFields(bytes), fieldMap, semantics, table)
      observableCount += expected?.observables.length ?? 0

      const found = openRecordReader({ fieldMap, delimited: null }, semantics, table).read(
        bytes,
        0,
        bytes.length,
      )

      expect(comparable(found)).toEqual(comparable(expected ?? found, expected === null))
    }),
    parameters(VALID_SHARE),
  )

  expect(observableCount).toBeGreaterThan(runs(VALID_SHARE) / 4)
})

test('for all broken Defender records, the reader finds the observables that the law says', () => {
  let observableCount = 0
  const broken = fc
    .tuple(record, fc.array(mutation, { minLength: 1, maxLength: 4 }))
    .map(([bytes, mutations]) => mutated(bytes, mutations))

  fc.assert(
    fc.property(broken, jsonMaps, scopes, (bytes, mapName, semantics) => {
      const fieldMap = mapNamed(mapName)
      const expected = naiveObserve(naiveJsonFields(bytes), fieldMap, semantics, null)
      observableCount += expected?.observables.length ?? 0

      const found = openRecordReader({ fieldMap, delimited: null }, semantics, null).read(
        bytes,
        0,
        bytes.length,
      )

      expect(comparable(found)).toEqual(comparable(expected ?? found, expected === null))
    }),
    parameters(BROKEN_SHARE),
  )

  expect(observableCount).toBeGreaterThan(runs(BROKEN_SHARE) / 6)
})

test('for all field maps and records over a few keys, the reader reads what the law says', () => {
  let observableCount = 0
  const records = fc
    .tuple(
      smallRecord,
      spelling,
      fc.oneof(
        { arbitrary: fc.constant([]), weight: 3 },
        { arbitrary: fc.array(mutation, { maxLength: 3 }), weight: 1 },
      ),
    )
    .map(([json, how, mutations]) => mutated(spell(json, how), mutations))

  fc.assert(
    fc.property(records, fieldMaps, scopes, (bytes, fieldMap, semantics) => {
      const expected = naiveObserve(naiveJsonFields(bytes), fieldMap, semantics, null)
      observableCount += expected?.observables.length ?? 0

      const found = openRecordReader({ fieldMap, delimited: null }, semantics, null).read(
        bytes,
        0,
        bytes.length,
      )

      expect(comparable(found)).toEqual(comparable(expected ?? found, expected === null))
    }),
    parameters(MAPS_SHARE),
  )

  expect(observableCount).toBeGreaterThan(runs(MAPS_SHARE) / 10)
})

test('for all delimited rows, the reader reads what the law says', () => {
  let observableCount = 0
  const [csvMap] = mapsOf('delimited')
  if (csvMap === undefined) throw new Error('no map for delimited files')

  fc.assert(
    fc.property(sharedValues.chain(delimitedFor), scopes, (source, semantics) => {
      const { header, records } = naiveFrames(source, {
        framing: 'delimited',
        maxRecordBytes: 1e6,
        validate: 'lenient',
      })
      const delimited = { separator: 0x2c, columns: header }
      const reader = openRecordReader({ fieldMap: csvMap, delimited }, semantics, null)

      for (const { bytes, quarantine } of records) {
        if (quarantine !== null) continue
        const fields = naiveCellFields(header, naiveCells(bytes), bytes)
        const expected = naiveObserve(fields, csvMap, semantics, null)
        observableCount += expected?.observables.length ?? 0

        expect(comparable(reader.read(bytes, 0, bytes.length))).toEqual(comparable(expected))
      }
    }),
    parameters(CELLS_SHARE),
  )

  expect(observableCount).toBeGreaterThan(runs(CELLS_SHARE))
})

function mapNamed(name: string): FieldMap {
  const found = mapsOf('json').find((map) => map.name === name)
  if (found === undefined) throw new Error(`no map named ${name}`)
  return found
}

function mapsOf(shape: 'json' | 'delimited'): readonly FieldMap[] {
  return FORMATS.flatMap((format) =>
    format.shape === shape && format.fieldMap !== null ? [format.fieldMap] : [],
  )
}

/** A record that is not matched counts as read without observables; the rest of it is then of no interest. */
function comparable(event: EventRecord | null, isUnmatched = false): unknown {
  if (event === null) return null
  if (isUnmatched) return { ...event, observables: [], wrongTypeCount: 0, notANameCount: 0 }
  return event
}
