import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { openRecordReader } from '../../src/logs/record-reader.ts'
import { defenderStorage } from '../../src/logs/formats/defender-storage.ts'
import { DEFAULT_SEMANTICS, type Semantics } from '../../src/model/semantics.ts'
import { validateJson } from '../../src/logs/validate-json.ts'
import { keysOf, printPath, scanValues } from '../support/second-scanner.ts'
import { printSteps, scanEverything } from '../unit/logs/scan-everything.ts'

const SEED = 20_261_123
const RUNS = 1500

/**
 * Keys without a backslash: after it has read one, JSON.parse of Node 24 gives that key again for the escaped
 * quote of a later record of the same shape. The second scanner covers such keys.
 */
const keys = fc
  .oneof(
    fc.constantFrom('RemoteIP', 'a', '', '__proto__', 'constructor', 'id.orig_h', 'é', '"', '\u0000'),
    fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()),
  )
  .filter((key) => !key.includes('\\'))
const texts = fc.oneof(
  fc.constantFrom('evil.example', '', '{"a":"b"}', '\\', '"', '\ud83d\ude00', '\u2028', '::1'),
  fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()),
)
const { value: jsonValues } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    texts,
    fc.constantFrom(null, true, false, 0, -1.5e300),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(keys, tie('value'), { maxKeys: 4 }),
  ),
}))
const records = fc.dictionary(keys, jsonValues, { maxKeys: 5 })
/** Chooses how a text is spelled: blanks between signs, escapes inside strings. */
const spellings = fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 20 })

test('for all valid records without duplicate keys, the scanner finds the strings that JSON.parse finds', () => {
  let stringCount = 0
  fc.assert(
    fc.property(records, spellings, (record, spelling) => {
      const source = spell(record, spelling)
      const parsed: unknown = JSON.parse(source)
      const expected = stringsIn(parsed, [])

      const { strings } = scanEverything(Buffer.from(source, 'utf8'))

      expect(sorted(strings)).toEqual(sorted(expected))
      stringCount += expected.length
    }),
    { seed: SEED, numRuns: RUNS },
  )
  expect(stringCount).toBeGreaterThan(RUNS)
})

const fragments = fc.constantFrom(
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  ' ',
  '\n',
  '"a"',
  '"a":',
  '"b" :',
  '"a":"x"',
  '"y"',
  '"\\u0061":"\\ud800"',
  '"\\q\\u12"',
  '1',
  'null',
  'tru e',
  '\ufeff',
  'é',
  '{"a":[{"b":["x","y"]}]}',
)
const garbage = fc
  .array(fc.oneof({ weight: 12, arbitrary: fragments }, { weight: 1, arbitrary: fc.string() }), {
    maxLength: 25,
  })
  .chain((parts) => fc.tuple(fc.constant(Buffer.from(parts.join(''), 'utf8')), damages))
  .map(([bytes, damage]) => applyDamage(bytes, damage))
const damages = fc.array(fc.tuple(fc.nat({ max: 200 }), fc.nat({ max: 255 })), { maxLength: 2 })

test('for all bytes, the scanner and the second scanner find the same values in the same order', () => {
  let stringCount = 0
  let otherCount = 0
  fc.assert(
    fc.property(garbage, fc.boolean(), (bytes, isNested) => {
      const expected = scanValues(bytes, isNested)
      const strings = expected.flatMap((value) =>
        value.is === 'string' ? [{ field: printPath(value.string.path), text: value.string.text }] : [],
      )
      const others = expected.flatMap((value) =>
        value.is === 'other' ? [{ keys: keysOf(value.other.path), scalar: value.other.scalar }] : [],
      )

      const found = scanEverything(bytes, isNested)

      expect(found.strings).toEqual(strings)
      expect(found.others).toEqual(others)
      stringCount += strings.length
      otherCount += others.length
    }),
    { seed: SEED, numRuns: RUNS * 2 },
  )
  expect(stringCount).toBeGreaterThan(RUNS)
  expect(otherCount).toBeGreaterThan(RUNS)
})

const EVERY_SCOPE: Semantics = {
  ...DEFAULT_SEMANTICS,
  ipScope: 'all',
  domainScope: 'all',
  dnsAnswers: 'on',
}

test('for all bytes, a reader gives a record and never throws', () => {
  const map = defenderStorage.fieldMap
  if (map === null) throw new Error('the storage format has a field map')
  const readers = [map, { ...map, any: true }].map((fieldMap) =>
    openRecordReader({ fieldMap, delimited: null }, EVERY_SCOPE, null),
  )
  let observableCount = 0
  fc.assert(
    fc.property(fc.oneof(garbage, fc.uint8Array({ maxLength: 64 })), (bytes) => {
      for (const reader of readers) {
        const planted = Buffer.concat([Buffer.from('{"properties":{"RemoteIP":"192.0.2.7"},"x":'), bytes])

        const record = reader.read(planted, 0, planted.length)

        observableCount += record.observables.filter(({ value }) => value === '192.0.2.7').length
      }
    }),
    { seed: SEED, numRuns: RUNS },
  )
  expect(observableCount).toBe(RUNS * 2)
})

test('for all bytes, the strict validator accepts exactly what JSON.parse accepts', () => {
  let validCount = 0
  let invalidCount = 0
  const damaged = fc
    .tuple(records, spellings, damages)
    .map(([record, spelling, damage]) => applyDamage(Buffer.from(spell(record, spelling), 'utf8'), damage))
  fc.assert(
    fc.property(fc.oneof(damaged, garbage), (bytes) => {
      const isValid = canParse(bytes)

      expect(validateJson(bytes, 0, bytes.length) === null).toBe(isValid)
      if (isValid) validCount += 1
      else invalidCount += 1
    }),
    { seed: SEED, numRuns: RUNS },
  )
  expect(validCount).toBeGreaterThan(RUNS / 20)
  expect(invalidCount).toBeGreaterThan(RUNS / 20)
})

function canParse(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
    return true
  } catch {
    return false
  }
}

function applyDamage(bytes: Uint8Array, damage: readonly (readonly [number, number])[]): Uint8Array {
  const copy = Uint8Array.from(bytes)
  for (const [offset, byte] of damage) if (offset < copy.length) copy[offset] = byte
  return copy
}

function sorted(strings: readonly { readonly field: string; readonly text: string }[]): string[] {
  return strings.map(({ field, text }) => JSON.stringify([field, text])).sort()
}

function stringsIn(
  value: unknown,
  steps: readonly (string | number)[],
): { readonly field: string; readonly text: string }[] {
  if (typeof value === 'string') {
    return steps.some((step) => typeof step === 'string') ? [{ field: printSteps(steps), text: value }] : []
  }
  if (Array.isArray(value)) return value.flatMap((item: unknown, i) => stringsIn(item, [...steps, i]))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => stringsIn(inner, [...steps, key]))
}

/** JSON text of a value, with blanks and escapes chosen by the spelling. */
function spell(value: unknown, spelling: readonly number[]): string {
  let turn = 0
  const choose = (): number => {
    turn += 1
    return spelling[turn % spelling.length] ?? 0
  }
  const gap = (): string => ['', '', '', '', '', ' ', '\n', '\t', '\r\n', '  '][choose()] ?? ''
  const string = (text: string): string => {
    const plain = JSON.stringify(text)
    if (choose() < 7) return plain
    const escaped = Array.from({ length: text.length }, (_, i) =>
      choose() < 5
        ? JSON.stringify(text[i]).slice(1, -1)
        : `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`,
    )
    return `"${escaped.join('')}"`
  }
  const print = (item: unknown): string => {
    if (typeof item === 'string') return string(item)
    if (Array.isArray(item)) return `[${gap()}${item.map((inner) => print(inner) + gap()).join(`,${gap()}`)}]`
    if (typeof item !== 'object' || item === null) return JSON.stringify(item)
    const members = Object.entries(item).map(
      ([key, inner]) => `${gap()}${string(key)}${gap()}:${gap()}${print(inner)}${gap()}`,
    )
    return `{${members.join(',')}}`
  }
  return print(value)
}
