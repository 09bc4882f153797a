import * as fc from 'fast-check'
import type { EnvelopePaths, FieldEntry, FieldMap } from '../../src/model/field-map.ts'
import { FIELD_SCOPES, OBSERVABLE_KINDS, ROLES } from '../../src/model/field-map.ts'
import type { Json } from './arbitrary-records.ts'

/** So few keys that entries, envelope and records meet. */
const KEYS = ['a', 'a', 'b', 'b', 'a.b', '__proto__']
const HASH = 'f'.repeat(31) + '7'
const TEXTS = [
  '192.0.2.1',
  '[2001:DB8::1]:443',
  '::ffff:192.0.2.1',
  'evil.example',
  'https://u@Evil.example:8080/x',
  'a b',
  '',
  HASH.toUpperCase(),
  `${HASH}00000000`,
  `MD5=${HASH},SHA1=${HASH}00000000,IMPHASH=${HASH}`,
  `SHA256=${HASH}${HASH},md5=${HASH}`,
  'type:  5 a.example;type:  5 b.example;::ffff:192.0.2.1;',
  'P-T1',
  'T3',
  'Old',
  'not json {"a":"evil.example"}',
  '2026-11-01T10:00:00Z',
]

const path = fc.oneof(
  { arbitrary: fc.constantFrom(...KEYS).map((key) => [key]), weight: 3 },
  { arbitrary: fc.array(fc.constantFrom(...KEYS), { minLength: 2, maxLength: 2 }), weight: 1 },
)
/** Kinds that most texts suit stand more than once. */
const KINDS = [...OBSERVABLE_KINDS, 'ip', 'domain', 'url', 'domain', 'url', 'json', 'json'] as const

function entries(levels: number, least: number): fc.Arbitrary<readonly FieldEntry[]> {
  const nested = levels === 0 ? fc.constant([]) : entries(levels - 1, 0)
  const entry = fc
    .record({
      path,
      kind: fc.constantFrom(...KINDS.filter((kind) => levels > 0 || kind !== 'json')),
      role: fc.constantFrom(...ROLES),
      scope: fc.constantFrom(null, null, null, ...FIELD_SCOPES),
      nested,
    })
    .map((one): FieldEntry => ({ ...one, tables: null, nested: one.kind === 'json' ? one.nested : [] }))
  return fc.uniqueArray(entry, { minLength: least, maxLength: 4, selector: (one) => one.path[0] })
}

const paths = fc.array(path, { maxLength: 2 })
const envelope: fc.Arbitrary<EnvelopePaths> = fc.record({
  time: paths,
  table: paths,
  deviceId: paths,
  deviceName: paths,
  computer: paths,
  localEnd: paths,
  reportId: paths,
  actionType: paths,
  receivedTime: paths,
  represents: paths,
  context: fc.uniqueArray(path, { maxLength: 2, selector: (one) => one.at(-1) }),
})

/** Field maps as users may write them: every kind, JSON in strings at two levels, an envelope over the same keys. */
export const fieldMap: fc.Arbitrary<FieldMap> = fc
  .record({ entries: entries(2, 1), envelope, tablePrefix: fc.constantFrom('', 'P-') })
  .map((chosen) => ({
    name: 'generated',
    ...chosen,
    unmatchedTables: ['T3'],
    tableAliases: { Old: 'T1' },
    any: false,
  }))

const leaf: fc.Arbitrary<Json> = fc.oneof(
  { arbitrary: fc.constantFrom(...TEXTS).map((text): Json => ({ is: 'text', text })), weight: 8 },
  {
    arbitrary: fc.constantFrom('7', 'null', 'true', '-1.5').map((raw): Json => ({ is: 'raw', raw })),
    weight: 1,
  },
)

function json(levels: number): fc.Arbitrary<Json> {
  if (levels === 0) return leaf
  const inner = json(levels - 1)
  return fc.oneof(
    { arbitrary: leaf, weight: 4 },
    {
      arbitrary: fc.array(inner, { maxLength: 3 }).map((items): Json => ({ is: 'array', items })),
      weight: 1,
    },
    { arbitrary: object(inner), weight: 3 },
    { arbitrary: inner.map((one): Json => ({ is: 'inString', json: one })), weight: 2 },
  )
}

function object(inner: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  return fc
    .array(fc.tuple(fc.constantFrom(...KEYS), inner), { minLength: 1, maxLength: 4 })
    .map((members): Json => ({ is: 'object', members }))
}

/** Records over the same keys, with JSON in strings at any depth. */
export const smallRecord: fc.Arbitrary<Json> = object(json(4))
