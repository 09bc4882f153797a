import { expect, test } from 'vitest'
import type { ObstacleKind } from '../../../../src/model/explanation.ts'
import type { Semantics } from '../../../../src/model/semantics.ts'
import { parseTime } from '../../../../src/model/time.ts'
import { explainValue } from '../../../../src/replay/explain/explain-value.ts'
import type { RuleRow } from '../../../support/rule-set-builder.ts'
import { contextOf } from './explain-rules.ts'

const NOW = parseTime('2026-11-23T00:00:00Z')!
const SHA1 = '7e8b043c504831d1df098a85c16bd12ec4192b65'
const MD5 = '06a3f4711745cbe66a78fbceb1f95478'

interface NearCase {
  readonly title: string
  readonly row: RuleRow
  readonly value: string
  readonly kind: ObstacleKind
  readonly reason: string
  readonly fix: string | null
  readonly semantics?: Partial<Semantics>
}

const NEAR: readonly NearCase[] = [
  {
    title: 'one character replaced',
    row: { Type: 'DomainName', Value: 'evil.example' },
    value: 'evi1.example',
    kind: 'spelling',
    reason: 'one character differs: position 4 has "1", the IOC "l"',
    fix: null,
  },
  {
    title: 'one character more',
    row: { Type: 'DomainName', Value: 'evil.example' },
    value: 'devil.example',
    kind: 'spelling',
    reason: 'one character more than the IOC: "d" at position 1',
    fix: null,
  },
  {
    title: 'one character less',
    row: { Type: 'DomainName', Value: 'evil.example' },
    value: 'evl.example',
    kind: 'spelling',
    reason: 'one character less than the IOC, which has "i" at position 3',
    fix: null,
  },
  {
    title: 'three characters replaced',
    row: { Type: 'DomainName', Value: 'evil-host.example' },
    value: 'ev1l-h0st.examp1e',
    kind: 'spelling',
    reason: '3 characters differ, the first at position 3',
    fix: null,
  },
  {
    title: 'a subdomain of an Equals value',
    row: { Type: 'DomainName', Value: 'evil.example' },
    value: 'a.evil.example',
    kind: 'subdomain',
    reason: 'a.evil.example is a subdomain of it, and Equals matches the exact name only',
    fix: 'use EndWith .evil.example, or --domain-equals subdomains',
  },
  {
    title: 'the parent of an Equals value',
    row: { Type: 'DomainName', Value: 'www.evil.example' },
    value: 'evil.example',
    kind: 'parent-domain',
    reason: 'the IOC names a subdomain of evil.example, and Equals matches the exact name only',
    fix: 'add Equals evil.example if the domain itself is meant',
  },
  {
    title: 'a sibling under one registered domain',
    row: { Type: 'DomainName', Value: 'beacon.evil.example' },
    value: 'mail.evil.example',
    kind: 'same-domain',
    reason: 'both are names under evil.example, and Equals matches the exact name only',
    fix: 'use EndWith .evil.example if all of it is meant',
  },
  {
    title: 'the apex of an EndWith value',
    row: { Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.evil.example' },
    value: 'evil.example',
    kind: 'apex',
    reason: 'EndWith .evil.example needs a label before the dot and does not match evil.example itself',
    fix: 'add Equals evil.example',
  },
  {
    title: 'an EndWith value inside a label, in label mode',
    row: { Type: 'DomainName', DetectionFunction: 'EndWith', Value: 'evil.example' },
    value: 'notevil.example',
    kind: 'not-at-label',
    reason: "it ends with evil.example, but not at a label's border, as --domain-suffix label demands",
    fix: 'use --domain-suffix textual',
    semantics: { domainSuffix: 'label' },
  },
  {
    title: 'a StartWith value that stands further on',
    row: { Type: 'DomainName', DetectionFunction: 'StartWith', Value: 'login-' },
    value: 'my.login-bank.example',
    kind: 'other-place',
    reason: 'login- stands at position 4, but StartWith looks at the beginning only',
    fix: 'use Contains login-',
  },
  {
    title: 'an EndWith value that stands earlier',
    row: { Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.evil' },
    value: 'a.evil.example',
    kind: 'other-place',
    reason: '.evil stands at position 2, but EndWith looks at the end only',
    fix: 'use Contains .evil',
  },
  {
    title: 'a StartWith value that is nearly there',
    row: { Type: 'DomainName', DetectionFunction: 'StartWith', Value: 'login-bank' },
    value: 'logim-bank.example',
    kind: 'spelling',
    reason: 'it begins with "logim-bank": one character differs: position 5 has "m", the IOC "n"',
    fix: null,
  },
  {
    title: 'an EndWith value that is nearly there',
    row: { Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.c2.example' },
    value: 'x.cc2.example',
    kind: 'spelling',
    reason: 'it ends with "cc2.example": one character differs: position 1 has "c", the IOC "."',
    fix: null,
  },
  {
    title: 'a Contains value that is nearly there',
    row: { Type: 'DomainName', DetectionFunction: 'Contains', Value: 'tunnel' },
    value: 'a.tunel.example',
    kind: 'spelling',
    reason: 'it contains "tunel": one character less than the IOC, which has "n" at position 4',
    fix: null,
  },
  {
    title: 'a name under a type for addresses',
    row: { Type: 'IpAddress', DetectionFunction: 'StartWith', Value: 'cafe' },
    value: 'cafe.example',
    kind: 'other-type',
    reason:
      'the text fits, but IpAddress IOCs are compared with IpAddress values only, and this is DomainName',
    fix: 'write the IOC with Type DomainName',
  },
  {
    title: 'a digest under another hash type',
    row: { Type: 'Sha256', DetectionFunction: 'StartWith', Value: '7e8b043c' },
    value: SHA1,
    kind: 'other-type',
    reason: 'the text fits, but Sha256 IOCs are compared with Sha256 values only, and this is Sha1',
    fix: 'write the IOC with Type Sha1',
  },
  {
    title: 'one digit of a digest replaced',
    row: { Type: 'Sha1', Value: SHA1 },
    value: `0${SHA1.slice(1)}`,
    kind: 'spelling',
    reason: 'one character differs: position 1 has "0", the IOC "7"',
    fix: null,
  },
  {
    title: 'a digest that lost its last digit',
    row: { Type: 'Sha1', Value: SHA1 },
    value: SHA1.slice(0, -1),
    kind: 'wrong-length',
    reason:
      'a whole Sha1 digest has 40 hex digits, this text 39; one character less than the IOC, which has "5" at position 40',
    fix: null,
  },
  {
    title: 'a digest that lost its first digit',
    row: { Type: 'Md5', Value: MD5 },
    value: MD5.slice(1),
    kind: 'wrong-length',
    reason:
      'a whole Md5 digest has 32 hex digits, this text 31; one character less than the IOC, which has "0" at position 1',
    fix: null,
  },
  {
    title: 'an address of the same network',
    row: { Type: 'IpAddress', Value: '203.0.113.77' },
    value: '203.0.113.78',
    kind: 'neighbour',
    reason: 'it lies in the same 203.0.113.0/24, and Equals matches one address only',
    fix: 'use StartWith 203.0.113. if the whole network is meant',
  },
  {
    title: 'an address with one part mistyped',
    row: { Type: 'IpAddress', Value: '203.0.113.77' },
    value: '203.9.113.77',
    kind: 'neighbour',
    reason: 'only part 2 of the address differs: 9, the IOC has 0',
    fix: null,
  },
  {
    title: 'an IPv6 address of the same site',
    row: { Type: 'IpAddress', Value: '2001:db8:77::5' },
    value: '2001:db8:77::6',
    kind: 'neighbour',
    reason: "the address differs from the IOC's behind 2001:db8:77:, and Equals matches one address only",
    fix: null,
  },
]

test.each(NEAR)('explainValue names $kind for $title', ({ row, value, kind, reason, fix, semantics }) => {
  const context = contextOf([row, { Type: 'DomainName', Value: 'far.away.invalid' }], semantics)

  const explanation = explainValue(value, context, NOW)

  expect(explanation.verdict).toBe('near')
  expect(explanation.nearest.map((near) => near.ioc.Value)).toEqual([row.Value])
  expect(explanation.nearest[0]?.obstacles).toEqual([{ kind, reason, fix }])
})

test.each<[string, RuleRow, Partial<Semantics>, ObstacleKind, string]>([
  [
    'an expired indicator',
    { Type: 'DomainName', Value: 'evil.example', ExpiresAt: NOW - 10_000_000n },
    {},
    'expired',
    'it expired at 2026-11-22T23:59:59Z, and the time that counts is 2026-11-23T00:00:00Z',
  ],
  [
    'an indicator that expired by a fixed clock',
    { Type: 'DomainName', Value: 'evil.example', ExpiresAt: NOW + 10_000_000n },
    { asOf: NOW + 20_000_000n },
    'expired',
    'it expired at 2026-11-23T00:00:01Z, and the time that counts is 2026-11-23T00:00:02Z',
  ],
  [
    'an indicator created later',
    { Type: 'DomainName', Value: 'evil.example', CreatedAt: NOW + 10_000_000n },
    { activation: 'created' },
    'not-yet-active',
    'it was created at 2026-11-23T00:00:01Z, and the time that counts is 2026-11-23T00:00:00Z',
  ],
  [
    'an indicator created a moment ago',
    { Type: 'DomainName', Value: 'evil.example', CreatedAt: NOW - 10_000_000n },
    { activation: 'created+20m' },
    'not-yet-active',
    'it was created at 2026-11-22T23:59:59Z and takes 20 minutes to become effective, and the time that counts is 2026-11-23T00:00:00Z',
  ],
])('explainValue says that %s would match', (_, row, semantics, kind, reason) => {
  const explanation = explainValue('evil.example', contextOf([row], semantics), NOW)

  expect(explanation.verdict).toBe('would-match')
  expect(explanation.matches).toEqual([])
  expect(explanation.wouldMatch[0]?.obstacles).toMatchObject([{ kind, reason }])
})

test.each<[string, readonly string[]]>([
  ['https://User@A.Evil.Example:8443/x?y', ['DomainName a.evil.example']],
  ['203.0.113.7:443', ['IpAddress 203.0.113.7']],
  ['[2001:DB8::1]:443', ['IpAddress 2001:db8::1']],
  ['::ffff:203.0.113.7', ['IpAddress 203.0.113.7']],
  ['EVIL.example.', ['DomainName evil.example']],
  [SHA1.toUpperCase(), [`Sha1 ${SHA1}`]],
  [`SHA1=${SHA1},MD5=${MD5},IMPHASH=${MD5}`, [`Sha1 ${SHA1}`, `Md5 ${MD5}`]],
  ['localhost', ['DomainName localhost']],
  ['two words', []],
  ['', []],
])('explainValue reads %j as every type it can be', (value, expected) => {
  const { readings } = explainValue(value, contextOf([{ Type: 'Sha1', Value: SHA1 }]), NOW)

  expect(readings.map((reading) => `${reading.type} ${reading.value}`)).toEqual(expected)
})

test.each<[hint: string, value: string]>([
  [
    'the text is defanged, and events hold the plain form: http://a.evil.example/x, which fires',
    'hxxp://a.evil[.]example/x',
  ],
  [
    'the text is defanged, and events hold the plain form: a.good.invalid, which matches nothing',
    'a[.]good.invalid',
  ],
  ['blanks around an observed text are part of it: look up the text without them', ' a.evil.example'],
  ['39 hex digits are no whole digest: MD5 has 32, SHA-1 40, SHA-256 64', SHA1.slice(1)],
  ['a network is no address: what stands before the / was looked up', '203.0.113.0/24'],
  ['no kind of field reads a digest, an address or a name out of this text', 'two words'],
  ['the text has 9000 characters and is not looked up', 'x'.repeat(9000)],
])('explainValue gives the hint "%s"', (hint, value) => {
  const rows: readonly RuleRow[] = [
    { Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.evil.example' },
  ]

  const { hints } = explainValue(value, contextOf(rows), NOW)

  expect(hints).toContain(hint)
})

test('explainValue says how each operator holds', () => {
  const context = contextOf([
    { Type: 'DomainName', Value: 'a.evil.example' },
    { Type: 'DomainName', DetectionFunction: 'StartWith', Value: 'a.' },
    { Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.example' },
    { Type: 'DomainName', DetectionFunction: 'Contains', Value: 'evil' },
  ])

  const { matches, verdict } = explainValue('a.evil.example', context, NOW)

  expect(verdict).toBe('match')
  expect(matches.map((match) => match.because)).toEqual([
    'equals it',
    'begins with a.',
    'ends with .example',
    'contains evil',
  ])
})

test('explainValue shows a subdomain as a match when Equals covers subdomains', () => {
  const context = contextOf([{ Type: 'DomainName', Value: 'evil.example' }], { domainEquals: 'subdomains' })

  const { matches, nearest } = explainValue('a.evil.example', context, NOW)

  expect(matches.map((match) => match.because)).toEqual(['is a subdomain of evil.example'])
  expect(nearest).toEqual([])
})

test('explainValue shows at most five near indicators, nearest first, whatever the order of the rules', () => {
  const rows: readonly RuleRow[] = Array.from({ length: 40 }, (_, i) => ({
    definition: `d${i % 3}`,
    Type: 'DomainName',
    Value: `h${String(i).padStart(2, '0')}.evil.example`,
  }))
  const extra: RuleRow = { definition: 'z', Type: 'DomainName', Value: 'mail.evil.exampl' }

  const forwards = explainValue('mail.evil.example', contextOf([...rows, extra]), NOW)
  const backwards = explainValue('mail.evil.example', contextOf([extra, ...rows.toReversed()]), NOW)

  expect(forwards.nearest).toHaveLength(5)
  expect(forwards.nearest[0]?.ioc.Value).toBe('mail.evil.exampl')
  expect(backwards.nearest).toEqual(forwards.nearest)
})

test('explainValue leaves out vague neighbours when the address has an indicator of its own', () => {
  const context = contextOf([
    { Type: 'IpAddress', Value: '203.0.113.77' },
    { Type: 'IpAddress', Value: '203.0.113.78' },
  ])

  const { matches, nearest } = explainValue('203.0.113.77', context, NOW)

  expect(matches.map((match) => match.ioc.Value)).toEqual(['203.0.113.77'])
  expect(nearest).toEqual([])
})

test('explainValue finds nothing far away', () => {
  const context = contextOf([
    { Type: 'DomainName', Value: 'evil.example' },
    { Type: 'DomainName', DetectionFunction: 'Contains', Value: 'zz' },
    { Type: 'Sha1', Value: SHA1 },
    { Type: 'IpAddress', Value: '203.0.113.77' },
  ])
  const values = ['weather.invalid', '198.51.100.1', SHA1.split('').toReversed().join(''), '2001:db8::1']

  const verdicts = values.map((value) => explainValue(value, context, NOW).verdict)

  expect(verdicts).toEqual(['none', 'none', 'none', 'none'])
})

test('explainValue gives data that survives JSON unchanged', () => {
  const explanation = explainValue(
    'evi1.example',
    contextOf([{ Type: 'DomainName', Value: 'evil.example' }]),
    NOW,
  )

  expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation)
  expect(Object.keys(explanation).slice(0, 3)).toEqual(['schemaVersion', 'subject', 'value'])
})
