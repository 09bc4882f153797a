import { expect, test } from 'vitest'
import { canonicalIndicatorBytes } from '../../../src/canonical/value-bytes.ts'
import {
  DETECTION_FUNCTIONS,
  INDICATOR_TYPES,
  type DetectionFunction,
  type IndicatorType,
} from '../../../src/model/indicator.ts'

type Row = readonly [IndicatorType, DetectionFunction, raw: string, written: string | null]

const LABEL_63 = 'a'.repeat(63)
const NAME_253 = `${LABEL_63}.${LABEL_63}.${LABEL_63}.${'a'.repeat(61)}`

const ROWS: readonly Row[] = [
  ['Md5', 'Equals', 'A'.repeat(32), 'a'.repeat(32)],
  ['Md5', 'Equals', 'a'.repeat(31), null],
  ['Md5', 'Contains', 'a'.repeat(32), 'a'.repeat(32)],
  ['Md5', 'Contains', 'a'.repeat(33), null],
  ['Sha1', 'StartWith', '0g', null],
  ['IpAddress', 'Equals', '::FFFF:1.2.3.4', '1.2.3.4'],
  ['IpAddress', 'Equals', '1.2.3.4', '1.2.3.4'],
  ['IpAddress', 'Equals', '1::3:4:5:6:7:8', null],
  ['IpAddress', 'Equals', '1.2.3', null],
  ['IpAddress', 'StartWith', `${'A'.repeat(44)}.`, `${'a'.repeat(44)}.`],
  ['IpAddress', 'StartWith', `${'A'.repeat(45)}.`, null],
  ['IpAddress', 'StartWith', '10.x', null],
  ['DomainName', 'Equals', 'Evil.Example.', 'evil.example'],
  ['DomainName', 'EndWith', '.Evil.', '.evil'],
  ['DomainName', 'Contains', 'AZ', 'az'],
  ['DomainName', 'StartWith', 'evil.', 'evil.'],
  ['DomainName', 'Equals', 'evil..', null],
  ['DomainName', 'EndWith', 'evil..', null],
  ['DomainName', 'EndWith', '.', null],
  ['DomainName', 'Contains', '.', '.'],
  ['DomainName', 'Contains', 'a..b', null],
  ['DomainName', 'Contains', 'a/b', null],
  ['DomainName', 'Equals', NAME_253, NAME_253],
  ['DomainName', 'Equals', `${NAME_253}.`, NAME_253],
  ['DomainName', 'Equals', `${NAME_253}a`, null],
  ['DomainName', 'Contains', `${NAME_253}a`, null],
  ['DomainName', 'Equals', `${LABEL_63}a.b`, null],
  ['DomainName', 'Equals', '.a', null],
  ['DomainName', 'Equals', '-a.b', null],
  ['DomainName', 'Equals', 'a-.b', null],
  ['DomainName', 'Equals', 'b.-a', null],
  ['DomainName', 'Equals', 'b.a-', null],
  ['DomainName', 'Equals', 'a-b.c-d', 'a-b.c-d'],
  ['DomainName', 'Equals', 'xn--a.b', null],
  ['DomainName', 'Equals', 'b.xn--a', null],
  ['DomainName', 'Equals', 'a--b.c', 'a--b.c'],
  ['DomainName', 'Equals', 'ab-c-d.e', 'ab-c-d.e'],
  ['DomainName', 'Equals', 'abc-d.e', 'abc-d.e'],
  ['DomainName', 'Equals', 'a.b--c', 'a.b--c'],
  ['DomainName', 'Equals', 'ab.--', null],
  ['DomainName', 'Equals', '1.a2', '1.a2'],
  ['DomainName', 'Equals', 'a.12', null],
  ['DomainName', 'Equals', 'a/b', null],
]

test.for(ROWS)('the bytes of a %s %s of %j are written as %j, null for the plain path', (row) => {
  const [type, operator, raw, written] = row
  // What stands around the value must not count, so all of it looks like more of a value.
  for (const around of ['-', '.', 'a', '1', ':']) {
    const bytes = new TextEncoder().encode(around.repeat(5) + raw + around.repeat(5))
    const out = new Uint8Array(bytes.length)

    const length = canonicalIndicatorBytes(
      INDICATOR_TYPES.indexOf(type),
      DETECTION_FUNCTIONS.indexOf(operator),
      bytes,
      5,
      5 + raw.length,
      out,
      2,
    )

    expect(length).toBe(written === null ? -1 : written.length)
    expect(out.subarray(2 + raw.length).every((byte) => byte === 0)).toBe(true)
    if (written !== null) expect(new TextDecoder().decode(out.subarray(2, 2 + length))).toBe(written)
  }
})

test('an empty value is left to the plain path', () => {
  const bytes = new TextEncoder().encode('aa')

  expect(canonicalIndicatorBytes(INDICATOR_TYPES.indexOf('DomainName'), 0, bytes, 1, 1, bytes, 0)).toBe(-1)
})
