import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeJsonString } from '../../src/logs/decode-string.ts'
import type { ScanSink } from '../../src/logs/scan-json.ts'
import { JsonScanner, NO_NODE } from '../../src/logs/scan-json.ts'
import { sharedValues } from '../support/arbitraries.ts'
import { mutated, mutation, recordFor, spell, spelling } from '../support/arbitrary-records.ts'
import { parameters, runs } from '../support/runs.ts'
import { keysOf, scanValues } from '../support/second-scanner.ts'

const VALID_SHARE = 0.015
const BROKEN_SHARE = 0.04
const ROOT = 0

const spelledRecord = sharedValues
  .chain((values) => fc.tuple(recordFor(values), spelling))
  .map(([json, how]) => spell(json, how))

/** Short texts of nothing but signs: every state of the scanner beside every other. */
const signSoup = fc
  .array(
    fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '"a"', '"b":', '\\', ' ', '1', 'x', '"\\""', '\r'),
    { maxLength: 16 },
  )
  .map((signs): Uint8Array => Buffer.from(signs.join('')))

test('for all records as written, the scanner finds what the second scanner finds', () => {
  let stringCount = 0

  fc.assert(
    fc.property(spelledRecord, (record) => {
      const expected = secondScan(record)
      stringCount += expected.filter((line) => line.startsWith('string')).length

      expect(firstScan(record)).toEqual(expected)
    }),
    parameters(VALID_SHARE),
  )

  expect(stringCount).toBeGreaterThan(runs(VALID_SHARE) * 2)
})

test('for all broken records and soups of signs, the scanner finds what the second scanner finds', () => {
  let stringCount = 0
  const broken = fc
    .tuple(spelledRecord, fc.array(mutation, { minLength: 1, maxLength: 5 }))
    .map(([record, mutations]) => mutated(record, mutations))

  fc.assert(
    fc.property(fc.oneof(broken, signSoup), fc.boolean(), (record, isInString) => {
      const expected = secondScan(record, isInString)
      stringCount += expected.filter((line) => line.startsWith('string')).length

      expect(firstScan(record, isInString)).toEqual(expected)
    }),
    parameters(BROKEN_SHARE),
  )

  expect(stringCount).toBeGreaterThan(runs(BROKEN_SHARE))
})

function secondScan(record: Uint8Array, isInString = false): readonly string[] {
  return scanValues(record, isInString).map((value) => {
    if (value.is === 'string') return line('string', keysOf(value.string.path), value.string.text)
    const { path, scalar } = value.other
    return scalar === null ? line('object', keysOf(path), '') : line('scalar', keysOf(path), scalar)
  })
}

/** Every key becomes a node, so that nothing is skipped. In a JSON string the root's own strings are values too. */
function firstScan(record: Uint8Array, isInString = false): readonly string[] {
  const paths: (readonly string[])[] = [[]]
  const found: string[] = []
  const add = (kind: string, node: number, text: string): void => {
    const path = paths[node]
    if (path !== undefined) found.push(line(kind, path, text))
  }
  const sink: ScanSink = {
    childOf: (node, bytes, start, end, hasEscapes) =>
      paths.push([...(paths[node] ?? []), decodeJsonString(bytes, start, end, hasEscapes)]) - 1,
    string: (node, bytes, start, end, hasEscapes) =>
      add('string', node, decodeJsonString(bytes, start, end, hasEscapes)),
    scalar: (node, bytes, start, end) =>
      add('scalar', node, Buffer.from(bytes.subarray(start, end)).toString('utf8')),
    object: (node) => add('object', node, ''),
  }
  new JsonScanner().scan(record, 0, record.length, ROOT, isInString ? ROOT : NO_NODE, sink)
  return found
}

function line(kind: string, path: readonly string[], text: string): string {
  return `${kind} ${JSON.stringify(path)} ${JSON.stringify(text)}`
}
