import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { classify } from '../../src/logs/classify.ts'
import { validateJson } from '../../src/logs/validate-json.ts'
import { sharedValues } from '../support/arbitraries.ts'
import { containerFor, linesFor } from '../support/arbitrary-logs.ts'
import {
  mutated,
  mutation,
  recordBytesFor,
  recordFor,
  spell,
  spelling,
} from '../support/arbitrary-records.ts'
import { naiveFraming, naiveStrictJson } from '../support/naive-frame.ts'
import { parameters, runs } from '../support/runs.ts'

const STRICT_SHARE = 0.025
const FRAMING_SHARE = 0.01

const written = sharedValues
  .chain((values) => fc.tuple(recordFor(values), spelling))
  .map(([json, how]) => spell(json, how))
const anyJson = fc.json({ maxDepth: 5 }).map((text): Uint8Array => Buffer.from(text))
const scalars = fc
  .constantFrom(
    '0',
    '-0',
    '01',
    '-',
    '1.',
    '.5',
    '1e5',
    '1E+5',
    '1e',
    '+1',
    'true',
    'tru',
    'nul',
    '""',
    '"\\x"',
    '"\\u12"',
    '"\t"',
    '"a',
    ' ',
    '',
    '[1,]',
    '{,}',
    '[1 2]',
    '{"a"}',
    '{"a":1,}',
    '[]]',
    'NaN',
  )
  .map((text): Uint8Array => Buffer.from(text))
const deep = fc
  .tuple(fc.constantFrom(999, 1000, 1001), fc.boolean())
  .map(([depth, isArray]): Uint8Array =>
    Buffer.from(
      (isArray ? '[' : '{"a":').repeat(depth) + (isArray ? '' : '1') + (isArray ? ']' : '}').repeat(depth),
    ),
  )

test('for all documents, the strict validator accepts exactly what JSON.parse accepts, in UTF-8 and not too deep', () => {
  const counts = { accepted: 0, refused: 0 }
  const documents = fc
    .tuple(
      fc.oneof(
        { arbitrary: written, weight: 4 },
        { arbitrary: anyJson, weight: 3 },
        { arbitrary: scalars, weight: 3 },
        { arbitrary: deep, weight: 1 },
      ),
      fc.oneof(fc.constant([]), fc.array(mutation, { minLength: 1, maxLength: 2 })),
    )
    .map(([document, mutations]) => mutated(document, mutations))

  fc.assert(
    fc.property(documents, (document) => {
      const expected = naiveStrictJson(document)
      counts[expected ? 'accepted' : 'refused'] += 1

      expect(validateJson(document, 0, document.length) === null).toBe(expected)
    }),
    parameters(STRICT_SHARE),
  )

  expect(counts.accepted).toBeGreaterThan(runs(STRICT_SHARE) / 5)
  expect(counts.refused).toBeGreaterThan(runs(STRICT_SHARE) / 5)
})

test('for all JSON logs, classify decides between lines and container like the law', () => {
  const counts = { lines: 0, container: 0 }
  const logs = fc.oneof(
    linesFor(sharedValues.chain(recordBytesFor)),
    containerFor(written),
    fc
      .array(written, { minLength: 1, maxLength: 3 })
      .map((parts) => Buffer.concat(parts.flatMap((part) => [Buffer.from('\n{'), part.subarray(1)]))),
  )

  fc.assert(
    fc.property(logs, (log) => {
      const { framing, refused } = classify(log, true, {
        logFormat: 'defender-rows',
        userMap: null,
        fields: 'mapped',
        table: null,
      })
      fc.pre(refused === null && framing !== 'delimited' && !isBlank(log))
      const expected = naiveFraming(log)
      counts[expected] += 1

      expect(framing).toBe(expected)
    }),
    parameters(FRAMING_SHARE),
  )

  expect(counts.lines).toBeGreaterThan(runs(FRAMING_SHARE) / 10)
  expect(counts.container).toBeGreaterThan(runs(FRAMING_SHARE) / 10)
})

/** A log without any record is framed either way with the same outcome. */
function isBlank(log: Uint8Array): boolean {
  return /^(?:\u00ef\u00bb\u00bf)?[ \t\r\n]*$/.test(Buffer.from(log).toString('latin1'))
}
