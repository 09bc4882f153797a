import { expect, test } from 'vitest'
import { JsonScanner, NO_NODE, type ScanSink } from '../../../src/logs/scan-json.ts'
import { bytesOf } from './collect-records.ts'

/** What a scan hands over: keys and values as their bytes stand, a star behind those with escapes. */
function scanned(bytes: Uint8Array, start: number, end: number): readonly string[] {
  const seen: string[] = []
  const spelled = (from: number, to: number, hasEscapes: boolean): string =>
    `${Buffer.from(bytes.subarray(from, to)).toString('latin1')}${hasEscapes ? '*' : ''}`
  const sink: ScanSink = {
    childOf(_, __, from, to, hasEscapes) {
      seen.push(`key ${spelled(from, to, hasEscapes)}`)
      return 1
    },
    string: (_, __, from, to, hasEscapes) => seen.push(`string ${spelled(from, to, hasEscapes)}`),
    scalar: (_, __, from, to) => seen.push(`scalar ${spelled(from, to, false)}`),
    object: () => seen.push('object'),
  }
  new JsonScanner().scan(bytes, start, end, 0, NO_NODE, sink)
  return seen
}

/** Neighbours of quote and backslash, which a comparison of four bytes at once could take for them, and far ones. */
const NEIGHBOURS = '#]!["\\\u0000\u007f\u0080\u00a2\u00dc\u00ff'.replaceAll(/["\\]/g, '')

test('strings of every length end at their quote, wherever they begin and whatever stands in them', () => {
  for (let before = 0; before < 5; before += 1)
    for (let length = 0; length <= 13; length += 1)
      for (const filling of NEIGHBOURS) {
        const text = filling.repeat(length)
        const record = `${' '.repeat(before)}{"a${text}":"${text}","b":1}`
        const bytes = Buffer.from(`${record}"\\`, 'latin1')
        expect(scanned(bytes, 0, record.length)).toEqual([
          `key a${text}`,
          `string ${text}`,
          'key b',
          'scalar 1',
        ])
      }
})

test('an escaped quote or backslash ends no string, in every place of it', () => {
  for (const escape of ['\\"', '\\\\', '\\n'])
    for (let before = 0; before < 9; before += 1)
      for (let behind = 0; behind < 9; behind += 1) {
        const text = `${'#'.repeat(before)}${escape}${']'.repeat(behind)}`
        const bytes = bytesOf(`{"k":"${text}","b":"c"}`)
        expect(scanned(bytes, 0, bytes.length)).toEqual(['key k', `string ${text}*`, 'key b', 'string c'])
      }
})

test('a record that is cut anywhere gives what stands before the cut, and nothing from behind it', () => {
  const bytes = bytesOf('{"key":"va\\"lue"}","b":"c"}')
  const atCut = (end: number): string => scanned(bytes, 0, end).join(' | ')

  expect(atCut(4)).toBe('')
  expect(atCut(7)).toBe('key key')
  expect(atCut(8)).toBe('key key | string ')
  expect(atCut(10)).toBe('key key | string va')
  expect(atCut(11)).toBe('key key | string va\\*')
  expect(atCut(12)).toBe('key key | string va\\"*')
  expect(atCut(14)).toBe('key key | string va\\"lu*')
  expect(atCut(16)).toBe('key key | string va\\"lue*')
})
