import { expect, test } from 'vitest'
import { CompileError } from '../../../src/engine/compile-error.ts'
import { compileRules, INDICATOR_LIMIT } from '../../../src/engine/compile-rules.ts'
import { IndexImage } from '../../../src/engine/image-reader.ts'
import type { RuleSet } from '../../../src/model/rule-set.ts'
import { IndicatorColumnsBuilder } from '../../../src/rules/indicator-columns-builder.ts'
import { columnsAsRead } from '../../support/columns-as-read.ts'
import { buildRuleSet } from '../../support/rule-set-builder.ts'
import type { RuleRow } from '../../support/rule-set-builder.ts'

const HOST = { Type: 'DomainName', Value: 'evil.example' } as const

function indicatorsOf(image: Uint8Array): ReturnType<IndexImage['indicator']>[] {
  const opened = IndexImage.open(image)
  return Array.from({ length: opened.indicatorCount }, (_, id) => opened.indicator(id))
}

test('compile leaves out disabled indicators and those of disabled definitions, and counts both', () => {
  const rules = buildRuleSet(
    [
      { ...HOST, definition: 'on' },
      { ...HOST, definition: 'on', Value: 'off.example', Enabled: false },
      { ...HOST, definition: 'off' },
    ],
    { disabledDefinitions: ['off'] },
  )

  const { image, accounting } = compileRules(rules)

  expect(accounting).toEqual({ read: 3, compiled: 1, duplicate: 0, disabled: 2, opaque: 0, rejected: 0 })
  expect(indicatorsOf(image).map((indicator) => indicator.Value)).toEqual(['evil.example'])
  expect(IndexImage.open(image).definitions.map((definition) => definition.Name)).toEqual(['off', 'on'])
})

test('compile leaves out what a definition or a row alone has disabled', () => {
  const rows = [
    { ...HOST, definition: 'a' },
    { ...HOST, definition: 'b' },
  ]
  const accountingOf = (rules: RuleSet): unknown => compileRules(rules).accounting

  expect(accountingOf(buildRuleSet(rows, { disabledDefinitions: ['b'] }))).toMatchObject({
    compiled: 1,
    disabled: 1,
  })
  expect(accountingOf(buildRuleSet([rows[0]!, { ...rows[1]!, Enabled: false }]))).toMatchObject({
    compiled: 1,
    disabled: 1,
  })
})

test('compile merges equal indicators, keeps the lowest Id and names the rows', () => {
  const rules = buildRuleSet([
    { ...HOST, Id: 9 },
    { ...HOST, Id: 4 },
    { ...HOST },
    { ...HOST, definition: 'other' },
  ])

  const { image, accounting, duplicates } = compileRules(rules)

  expect(accounting).toMatchObject({ read: 4, compiled: 2, duplicate: 2 })
  expect(indicatorsOf(image).map((indicator) => indicator.Id)).toEqual([null, 4])
  expect(Array.from(duplicates.rows)).toEqual([2, 3])
  expect(Array.from(duplicates.keptRows)).toEqual([1, 1])
})

test('compile keeps copies apart that differ in a time, even where equal ones do not stand together', () => {
  const rules = buildRuleSet([
    { ...HOST, Id: 1, CreatedAt: 10n },
    { ...HOST, Id: 2, CreatedAt: 20n },
    { ...HOST, Id: 3, CreatedAt: 10n },
    { ...HOST, Id: 4, CreatedAt: 10n, ExpiresAt: 50n },
    { ...HOST, Id: 5 },
  ])

  const { image, accounting } = compileRules(rules)

  expect(accounting).toMatchObject({ compiled: 4, duplicate: 1 })
  expect(indicatorsOf(image).map(({ Id, CreatedAt, ExpiresAt }) => [Id, CreatedAt, ExpiresAt])).toEqual([
    [4, 10n, 50n],
    [1, 10n, null],
    [2, 20n, null],
    [5, null, null],
  ])
})

test('compile counts what never became a row as rejected', () => {
  const opaque = [
    {
      definitionName: 'test',
      Type: 'DomainName',
      DetectionFunction: 'Equals',
      Value: 'bad value',
      ExpiresAt: null,
      Enabled: true,
    },
  ]

  const { image, accounting } = compileRules(buildRuleSet([HOST], { opaque }), { read: 5 })

  expect(accounting).toEqual({ read: 5, compiled: 1, duplicate: 0, disabled: 0, opaque: 1, rejected: 3 })
  expect(IndexImage.open(image).accounting).toEqual(accounting)
  expect(compileRules(buildRuleSet([HOST], { opaque })).accounting).toMatchObject({ read: 2, rejected: 0 })
})

test('compile refuses a count of indicators read that is too small', () => {
  expect(() => compileRules(buildRuleSet([HOST]), { read: 0 })).toThrow(
    expect.objectContaining({
      code: 'bad-accounting',
      message: 'expected at least 1 indicators read, found 0',
    }),
  )
})

test('more indicators than an image can number are refused before anything is built (D06)', () => {
  const rules = buildRuleSet([{ Type: 'DomainName', Value: 'evil.example' }])
  const tooMany = { ...rules, indicators: { ...rules.indicators, count: INDICATOR_LIMIT + 1 } }

  expect(() => compileRules(tooMany)).toThrow(CompileError)
  expect(() => compileRules(tooMany)).toThrow(
    expect.objectContaining({
      name: 'CompileError',
      code: 'limit',
      message: 'expected at most 2147483647 IOCs, found 2147483648',
    }),
  )
})

test.each([0xffffffff, 2 ** 32, 1.5, Number.NaN])(
  'compile takes %d indicators read only if a word holds them',
  (read) => {
    const compile = (): unknown => compileRules(buildRuleSet([HOST]), { read }).accounting

    if (read === 0xffffffff) expect(compile()).toMatchObject({ read, rejected: read - 1 })
    else expect(compile).toThrow(expect.objectContaining({ code: 'bad-accounting' }))
  },
)

test('compile leaves out hash fragments on request and writes the option into the image', () => {
  const rules = buildRuleSet([
    { Type: 'Sha1', DetectionFunction: 'StartWith', Value: 'abab' },
    { Type: 'Sha1', Value: 'ab'.repeat(20) },
    { Type: 'IpAddress', DetectionFunction: 'StartWith', Value: '10.' },
  ])

  const allowed = compileRules(rules)
  const refused = compileRules(rules, { nonEqualsHash: 'reject' })

  expect(allowed.accounting).toMatchObject({ compiled: 3, rejected: 0 })
  expect(refused.accounting).toMatchObject({ compiled: 2, rejected: 1 })
  expect(indicatorsOf(refused.image)).toMatchObject([
    { Type: 'Sha1', DetectionFunction: 'Equals' },
    { Type: 'IpAddress', DetectionFunction: 'StartWith' },
  ])
  expect(IndexImage.open(allowed.image).options).toEqual({ nonEqualsHash: 'allow' })
  expect(IndexImage.open(refused.image).options).toEqual({ nonEqualsHash: 'reject' })
})

test.each<[string, RuleRow]>([
  ['an upper-case hash', { Type: 'Md5', Value: 'AB'.repeat(16) }],
  ['a hash of another length', { Type: 'Md5', Value: 'ab'.repeat(20) }],
  ['another spelling of an address', { Type: 'IpAddress', Value: '2001:db8:0::1' }],
  ['a mapped address', { Type: 'IpAddress', Value: '::ffff:192.0.2.1' }],
  ['an empty value', { Type: 'DomainName', DetectionFunction: 'Contains', Value: '' }],
  ['a value that no type allows to be so long', { Type: 'DomainName', Value: 'a'.repeat(254) }],
])('compile refuses %s, because rules promise canonical values', (_, row) => {
  expect(() => compileRules(buildRuleSet([row]))).toThrow(expect.objectContaining({ code: 'not-canonical' }))
})

test('compile names the row and the length of a value that is too long, and takes the longest', () => {
  const values = (length: number): readonly RuleRow[] => [HOST, { ...HOST, Value: 'x'.repeat(length) }]

  expect(compileRules(buildRuleSet(values(253))).accounting.compiled).toBe(2)
  expect(() => compileRules(buildRuleSet(values(254)))).toThrow(
    'expected a value of 1 to 253 bytes, found 254 in row 1',
  )
})

test('compile names the byte of a value that is not printable', () => {
  const row: RuleRow = { ...HOST, DetectionFunction: 'Contains', Value: 'a b' }

  expect(() => compileRules(buildRuleSet([HOST, row]))).toThrow(
    expect.objectContaining({
      code: 'not-canonical',
      message: 'expected printable ASCII in a value, found byte 32',
    }),
  )
})

test('compile names the row of a value for Equals that is not canonical', () => {
  const rows: readonly RuleRow[] = [HOST, { Type: 'IpAddress', Value: '01.2.3.4' }]

  expect(() => compileRules(buildRuleSet(rows, { order: 'given' }))).toThrow(
    'expected a canonical value for Equals in row 1',
  )
})

/** The same rules with their values packed, as the reader of rules gives them. */
function packedOf(rules: RuleSet, isSameKnown: boolean): RuleSet {
  const { count, definition, type, detectionFunction, enabled, valueOffset, valueBytes } = rules.indicators
  const builder = new IndicatorColumnsBuilder()
  const same = new Uint8Array(count)
  for (let row = 0; row < count; row += 1) {
    const value = valueBytes.subarray(valueOffset[row], valueOffset[row + 1])
    builder.beginValue()
    builder.valueBytes.set(value, builder.valueEnd)
    const place = { sourceFile: 0, sourceLine: row + 1, sourceColumn: 1 }
    const own = { definition: definition[row]!, type: type[row]!, detectionFunction: detectionFunction[row]! }
    const rest = { expiresAt: null, createdAt: null, id: null, enabled: enabled[row] === 1 }
    builder.commit({ ...own, ...place, ...rest }, value.length)
    const before = row === 0 ? '' : keyAt(rules, row - 1)
    same[row] = keyAt(rules, row) === before ? 1 : 0
  }
  return { ...rules, indicators: columnsAsRead(builder, isSameKnown ? same : null) }
}

function keyAt({ indicators: given }: RuleSet, row: number): string {
  const value = String.fromCharCode(
    ...given.valueBytes.subarray(given.valueOffset[row], given.valueOffset[row + 1]),
  )
  return `${given.definition[row]} ${given.type[row]} ${given.detectionFunction[row]} ${value}`
}

test('compile makes the same image of packed values as of texts, whatever is known of equal ones', () => {
  const rows: readonly RuleRow[] = [
    ...[7, 7, 1, 3, 9].map((digit): RuleRow => ({ Type: 'Sha1', Value: `${digit}`.repeat(40) })),
    { Type: 'Sha256', Value: 'ab'.repeat(32) },
    { Type: 'Md5', Value: '0f'.repeat(16), Enabled: false },
    { Type: 'Md5', Value: '1f'.repeat(16) },
    { Type: 'Md5', DetectionFunction: 'Contains', Value: 'abc' },
    ...['10.0.0.1', '10.0.0.1', '2001:db8::1', '9.9.9.9', '::1'].map(
      (Value) => ({ Type: 'IpAddress', Value }) as const,
    ),
    ...['b.example', 'a.example', 'a.example', 'ab.example'].map((Value) => ({ ...HOST, Value })),
    { ...HOST, DetectionFunction: 'EndWith', Value: '.a.example' },
    { ...HOST, DetectionFunction: 'EndWith', Value: 'b.example' },
    { ...HOST, DetectionFunction: 'StartWith', Value: 'x' },
  ]
  const both = [...rows, ...rows.map((row) => ({ ...row, definition: 'zeta' }))]

  for (const rules of [buildRuleSet(rows), buildRuleSet(both), buildRuleSet(rows.slice(2))]) {
    const texts = compileRules(rules)
    for (const isSameKnown of [false, true]) {
      const packed = compileRules(packedOf(rules, isSameKnown))

      expect(packed.accounting).toEqual(texts.accounting)
      expect(packed.duplicates).toEqual(texts.duplicates)
      expect(Buffer.compare(packed.image, texts.image)).toBe(0)
    }
  }
})

test.each<[string, readonly (readonly [definition: string, digit: number])[]]>([
  [
    'whose rows are out of order',
    [
      ['a', 5],
      ['b', 1],
      ['a', 7],
      ['b', 3],
    ],
  ],
  [
    'whose digests ascend in each of two definitions',
    [
      ['a', 1],
      ['a', 5],
      ['a', 7],
      ['b', 2],
      ['b', 6],
    ],
  ],
])('compile makes the same image of packed values as of texts %s', (_, digests) => {
  const rows = digests.map(([definition, digit]): RuleRow => ({
    definition,
    Type: 'Md5',
    Value: `${digit}`.repeat(32),
  }))
  const rules = buildRuleSet(rows, { order: 'given' })
  const isInOrder = digests[1]?.[0] === 'a'

  const packed = compileRules(packedOf(rules, isInOrder))

  expect(Buffer.compare(packed.image, compileRules(rules).image)).toBe(0)
  expect(
    indicatorsOf(packed.image)
      .map(({ Value }) => Value.slice(0, 1))
      .toSorted(),
  ).toEqual(digests.map(([, digit]) => `${digit}`).toSorted())
})

test('compile sorts definitions by the UTF-8 bytes of their names whatever their order', () => {
  const names = ['\u{1F600}', '\uFF5E', 'a', 'Z']
  const rows = names.map((definition) => ({ ...HOST, definition }))

  const image = IndexImage.open(compileRules(buildRuleSet(rows, { order: 'given' })).image)

  expect(image.definitions.map((definition) => definition.Name)).toEqual(['Z', 'a', '\uFF5E', '\u{1F600}'])
  expect([0, 1, 2, 3].map((id) => image.definitionOf(id))).toEqual([0, 1, 2, 3])
})

test('an exact SHA-256 costs at most 48 bytes of image', () => {
  const rows = Array.from({ length: 20_000 }, (_, i) => ({
    Type: 'Sha256' as const,
    Value: (i * 0x9e3779b1).toString(16).padStart(64, '0'),
  }))

  const { image, accounting } = compileRules(buildRuleSet(rows))

  expect(accounting.compiled).toBe(20_000)
  expect(image.length / 20_000).toBeLessThan(48)
})
