import { describe, expect, test } from 'vitest'
import { ALERT_DEFINITION, INDICATOR } from '../../../../src/emulator/query/entity-types.ts'
import type { FilterNode } from '../../../../src/emulator/query/filter-node.ts'
import { parseQueryOptions } from '../../../../src/emulator/query/query-options.ts'
import { assertNever } from '../../../../src/model/assert-never.ts'
import { refusalOf } from './refusal-of.ts'

describe('precedence and association', () => {
  test.for<[text: string, tree: string]>([
    ['Id eq 1 or Id eq 2 and Id eq 3', '(or (eq Id 1) (and (eq Id 2) (eq Id 3)))'],
    ['not Enabled and Enabled', '(and (not Enabled) Enabled)'],
    ['not (Id eq 1) eq true', '(eq (not (eq Id 1)) true)'],
    ['not not Enabled', '(not (not Enabled))'],
    ['not Id in (1,2)', '(not (in Id 1 2))'],
    ['-Id add 2 mul 3 gt 4 eq true', '(eq (gt (add (negate Id) (mul 2 3)) 4) true)'],
    ['1 sub 2 sub 3 eq 4 div 5 mod 6', '(eq (sub (sub 1 2) 3) (mod (div 4 5) 6))'],
    ['Id gt 1 eq Id lt 2', '(eq (gt Id 1) (lt Id 2))'],
    ['true eq false eq true', '(eq (eq true false) true)'],
    ['Id sub -1 eq 2', '(eq (sub Id -1) 2)'],
    ['true and false and null', '(and true false null)'],
    ['(true)and(not(false))', '(and true (not false))'],
  ])('%s is read as %s', ([text, tree]) => {
    expect(treeOf(text)).toBe(tree)
  })
})

describe('literals', () => {
  test.for<[text: string, tree: string]>([
    ["Value eq 'O''Brien'", "(eq Value 'O'Brien')"],
    ["Value eq ''", "(eq Value '')"],
    ['Id eq -9223372036854775808', '(eq Id -9223372036854775808)'],
    ['Id eq 1.5e1', '(eq Id 15)'],
    ['Enabled eq TRUE', '(eq Enabled true)'],
    ['CreatedAt ge 1970-01-01T00:00:00.0000001Z', '(ge CreatedAt 1)'],
    ['CreatedAt ge 1970-01-01T01:00:00.000000199999%2B01:00', '(ge CreatedAt 1)'],
    ['CreatedAt ge 1970-01-01t00:01z', '(ge CreatedAt 600000000)'],
    ['date(CreatedAt) eq 1970-01-02', '(eq (date CreatedAt) 864000000000)'],
    ["Type eq 'md5'", '(eq Type Md5)'],
    ["'SHA1' eq Type", '(eq Sha1 Type)'],
    ["Type eq IndicatorType'MD5'", '(eq Type Md5)'],
    ["AlertDefinition/Severity ge Model.Severity'low'", '(ge AlertDefinition/Severity Low)'],
    ["Type in ('Sha1',null,Any.Name.IndicatorType'Sha256')", '(in Type Sha1 null Sha256)'],
    ['ExpiresAt eq null', '(eq ExpiresAt null)'],
    ['null', 'null'],
  ])('%s is read as %s', ([text, tree]) => {
    expect(treeOf(text)).toBe(tree)
  })
})

describe('mistakes', () => {
  test.for<[text: string, offset: number, message: RegExp]>([
    ['', 0, /expected a property/],
    ['Id eq', 5, /found the end/],
    ['Id eq 1 Id', 8, /expected an operator or the end, found "Id"/],
    ['Id eq 1)', 7, /expected an operator or the end/],
    ['(Id eq 1', 8, /for what opened at 0, found the end/],
    [' true', 0, /begins with a blank/],
    ['true ', 4, /ends with a blank/],
    ['not Id eq 1', 0, /not takes a condition, found Edm.Int64/],
    ['Id', 0, /a filter is a condition/],
    ['Id and true', 0, /and takes conditions, found Edm.Int64/],
    ["Id eq '1'", 6, /Edm.Int64 and Edm.String/],
    ["Value eq 'a' eq 'b'", 16, /Edm.Boolean and Edm.String/],
    ['CreatedAt gt 2017-02-01', 13, /Edm.DateTimeOffset and Edm.Date/],
    ["Type eq 'Sha512'", 8, /the enum IndicatorType has no member "Sha512"/],
    ["Type in ('Sha1','x')", 16, /no member "x"/],
    ["Type eq IndicatorType'Sha1,Md5'", 8, /no member "Sha1,Md5"/],
    ["Type eq Severity'Low'", 8, /the enum IndicatorType and the enum Severity/],
    ["Type eq Model.Colour'Low'", 8, /there is no enum Model.Colour/],
    ['Type eq Value', 8, /the enum IndicatorType and Edm.String/],
    ['Type eq DetectionFunction', 8, /IndicatorType and the enum DetectionFunction/],
    ['Id in ()', 6, /list after in is empty/],
    ['Id in 1', 6, /expected \( after in/],
    ['Id EQ 1', 3, /expected an operator/],
    ['id eq 1', 0, /no property id/],
    ['Value/length eq 1', 6, /has no properties of its own/],
    ['AlertDefinition eq null', 0, /is an entity and no value/],
    ['AlertDefinition/Value eq 1', 16, /AlertDefinition has no property Value/],
    ["Value eq 'a", 9, /never ends/],
    ["Value eq 'O'Brien'", 12, /expected the end of the literal/],
    ['Value eq "a"', 9, /nothing begins with/],
    ['Id = 1', 3, /the sign = is no operator/],
    ['Id eq 9223372036854775808', 6, /no place in 64 bits/],
    ['Id eq 1e309', 6, /too large/],
    ['Id eq 5L', 7, /end of the literal/],
    ['Id eq 1.', 7, /end of the literal/],
    ['CreatedAt gt 2017-02-30T00:00:00Z', 13, /no such time/],
    ['CreatedAt gt 2017-02-01T00:00:00', 13, /no time could be read/],
    ['CreatedAt gt 2017-02-01T00:00:00+01:00', 13, /no time could be read/],
    ["CreatedAt gt datetime'2017-02-01T00:00:00'", 13, /without datetime and quotes/],
    ["contains(Type,'a')", 9, /argument 1 of contains must be Edm.String, found the enum/],
    ["contains('a')", 0, /takes 2 arguments, found 1/],
    ["substring('a') eq ''", 0, /takes 2 or 3 arguments/],
    ["substringof('a',Value)", 0, /no function substringof/],
    ["Contains(Value,'a')", 0, /no function Contains/],
    ["Value add 'a' eq 'b'", 0, /add takes numbers, found Edm.String/],
    ['-Value eq 1', 1, /- takes numbers/],
    ["Value eq 'a\u{1f600}' x", 15, /expected an operator/],
  ])('%s is refused at %i: %s', ([text, offset, message]) => {
    const error = refusalOf(INDICATOR, `$filter=${text}`)

    expect(error.message).toMatch(message)
    expect([error.option, error.offset, error.status]).toEqual(['$filter', offset, 400])
    expect(error.fix).not.toBe('')
  })

  test('an offset counts in the decoded value', () => {
    const error = refusalOf(INDICATOR, '$top=1&$filter=%49d%20eq+%27a%27')

    expect(error.offset).toBe("Id eq 'a'".indexOf("'"))
  })

  test('a long word is cut in the message', () => {
    const error = refusalOf(INDICATOR, `$filter=${'x'.repeat(5000)} eq 1`)

    expect(error.message.length).toBeLessThan(100)
  })
})

describe('what OData has and the service does not', () => {
  test.for<[entity: typeof INDICATOR, text: string, offset: number]>([
    [ALERT_DEFINITION, "IndicatorsOfCompromise/any(i:i/Type eq 'Md5')", 0],
    [ALERT_DEFINITION, 'IndicatorsOfCompromise/all(i:i/Enabled)', 0],
    [ALERT_DEFINITION, 'IndicatorsOfCompromise/$count gt 1', 23],
    [INDICATOR, 'AlertDefinition/IndicatorsOfCompromise/any()', 16],
    [INDICATOR, "Type has IndicatorType'Md5'", 5],
    [INDICATOR, 'Id eq @id', 6],
    [INDICATOR, '$it/Id eq 1', 0],
    [INDICATOR, 'round(Id) eq 1', 0],
    [INDICATOR, 'Model.Age(Id) eq 1', 0],
    [INDICATOR, 'Id in [1,2]', 6],
    [INDICATOR, "CreatedAt gt duration'P1D'", 13],
  ])('in %o, %s is not offered, at %i', ([entity, text, offset]) => {
    const error = refusalOf(entity, `$filter=${text}`)

    expect([error.status, error.offset]).toEqual([501, offset])
  })
})

describe('limits', () => {
  test.for<[kind: string, allowed: string, refused: string]>([
    ['parentheses', `${'('.repeat(50)}true${')'.repeat(50)}`, `${'('.repeat(51)}true${')'.repeat(51)}`],
    ['not', `${'not '.repeat(50)}true`, `${'not '.repeat(51)}true`],
    ['minus', `${'-'.repeat(49)}Id eq 1`, `${'-'.repeat(50)}Id eq 1`],
    ['sums', `Id${' add 1'.repeat(49)} eq 1`, `Id${' add 1'.repeat(50)} eq 1`],
    [
      'calls',
      `${'trim('.repeat(49)}Value${')'.repeat(49)} eq ''`,
      `${'trim('.repeat(50)}Value${')'.repeat(50)} eq ''`,
    ],
  ])('50 levels of %s are read and 51 refused', ([, allowed, refused]) => {
    expect(() => parseQueryOptions(INDICATOR, `$filter=${allowed}`)).not.toThrow()
    expect(refusalOf(INDICATOR, `$filter=${refused}`).message).toMatch(/more than 50 levels/)
  })

  test('a chain of and has any length within 8 KiB', () => {
    const chain = Array.from({ length: 800 }, () => 'Enabled')
      .join(' or ')
      .slice(0, 8190)

    expect(() =>
      parseQueryOptions(INDICATOR, `$filter=${chain.slice(0, chain.lastIndexOf(' or '))}`),
    ).not.toThrow()
  })

  test('8 KiB of UTF-8 are read and a byte more is refused', () => {
    const fill = (bytes: number): string => `Value eq '${'é'.repeat((bytes - 11) / 2)}'`

    expect(Buffer.byteLength(fill(8193))).toBe(8193)
    expect(() => parseQueryOptions(INDICATOR, `$filter=${fill(8191)}`)).not.toThrow()
    expect(refusalOf(INDICATOR, `$filter=${fill(8193)}`).message).toMatch(/longer than 8192 bytes/)
  })
})

function treeOf(text: string): string {
  const { filter } = parseQueryOptions(INDICATOR, `$filter=${text}`)
  return filter === null ? 'nothing' : printed(filter)
}

function printed(node: FilterNode): string {
  switch (node.kind) {
    case 'literal':
      if (node.type.kind === 'Enum') return node.type.members[Number(node.value)] ?? 'no member'
      return node.type.kind === 'String' ? `'${String(node.value)}'` : String(node.value)
    case 'property':
      return node.owner === 'self' ? node.property.name : `AlertDefinition/${node.property.name}`
    case 'and':
    case 'or':
      return `(${[node.kind, ...node.terms.map(printed)].join(' ')})`
    case 'call':
      return `(${[node.name, ...node.args.map(printed)].join(' ')})`
    case 'in':
      return `(in ${[node.operand, ...node.items].map(printed).join(' ')})`
    case 'not':
    case 'negate':
      return `(${node.kind} ${printed(node.operand)})`
    case 'arithmetic':
    case 'comparison':
      return `(${node.operator} ${printed(node.left)} ${printed(node.right)})`
    default:
      return assertNever(node)
  }
}
