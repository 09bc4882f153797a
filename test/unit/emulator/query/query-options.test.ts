import { describe, expect, test } from 'vitest'
import type { EntityType } from '../../../../src/emulator/query/entity-types.ts'
import { ALERT_DEFINITION, INDICATOR } from '../../../../src/emulator/query/entity-types.ts'
import type { QueryOptions } from '../../../../src/emulator/query/query-options.ts'
import { parseQueryOptions } from '../../../../src/emulator/query/query-options.ts'
import { refusalOf } from './refusal-of.ts'

const NOTHING_ASKED: QueryOptions = {
  filter: null,
  orderby: [],
  select: null,
  expand: null,
  top: null,
  skip: 0,
  count: false,
  format: null,
  skiptoken: null,
  context: '',
}

test('a query without options asks for nothing', () => {
  for (const query of ['', '&', 'verbose=1&@x=2&filter=nonsense'])
    expect(parseQueryOptions(INDICATOR, query)).toEqual(NOTHING_ASKED)
})

test('all plain options are read, in any order and encoding', () => {
  const query =
    '%24top=010&$skip=0&$count=True&$format=application/json;odata.metadata=none&%24skiptoken=a%26b+c'

  expect(parseQueryOptions(INDICATOR, query)).toEqual({
    ...NOTHING_ASKED,
    top: 10,
    count: true,
    format: 'application/json;odata.metadata=none',
    skiptoken: 'a&b c',
  })
})

test('a filter holds what the URL escaped', () => {
  const { filter } = parseQueryOptions(INDICATOR, "$filter=Value%20eq+'%26%23%2B%0A%27%27%25'")

  expect(filter).toMatchObject({ right: { value: "&#+\n'%" } })
})

describe('order', () => {
  test('keys are expressions, each ascending unless it says desc', () => {
    const { orderby } = parseQueryOptions(
      INDICATOR,
      '$orderby=AlertDefinition/Severity desc, Value asc,length(Value)',
    )

    expect(orderby).toMatchObject([
      { expression: { kind: 'property', owner: 'parent' }, isDescending: true },
      { expression: { kind: 'property', owner: 'self' }, isDescending: false },
      { expression: { kind: 'call', name: 'length' }, isDescending: false },
    ])
  })

  test.for<[text: string, offset: number]>([
    ['', 0],
    ['Id,', 3],
    ['Id up', 3],
    ['Id DESC', 3],
    ['Id asc desc', 7],
    ['Nothing', 0],
  ])('the order "%s" is refused at %i', ([text, offset]) => {
    const error = refusalOf(INDICATOR, `$orderby=${text}`)

    expect([error.option, error.offset, error.status]).toEqual(['$orderby', offset, 400])
  })
})

describe('selection and expansion', () => {
  test.for<[entity: EntityType, query: string, context: string, select: readonly string[] | null]>([
    [INDICATOR, '$select=Id,Value', '(Id,Value)', ['Id', 'Value']],
    [INDICATOR, '$select=Value, Id,Value', '(Value,Id)', ['Value', 'Id']],
    [INDICATOR, '$select=AlertDefinition', '(AlertDefinition)', ['AlertDefinition']],
    [INDICATOR, '$expand=AlertDefinition', '', null],
    [INDICATOR, '$select=Id&$expand=AlertDefinition', '(Id,AlertDefinition())', ['Id']],
    [INDICATOR, '$expand=AlertDefinition($select=Name,Id)', '(AlertDefinition(Name,Id))', null],
    [
      ALERT_DEFINITION,
      '$select=Id&$expand=IndicatorsOfCompromise($select=Value;$expand=AlertDefinition($select=Id))',
      '(Id,IndicatorsOfCompromise(Value,AlertDefinition(Id)))',
      ['Id'],
    ],
  ])('in %o, %s is shown as "%s" in the context', ([entity, query, context, select]) => {
    const options = parseQueryOptions(entity, query)

    expect([options.context, options.select]).toEqual([context, select])
  })

  test('* stands for all properties in the order of responses', () => {
    const { select, context } = parseQueryOptions(INDICATOR, '$select=Id,*')

    expect(select).toEqual([
      'Id',
      ...INDICATOR.properties.map(({ name }) => name).filter((name) => name !== 'Id'),
    ])
    expect(context).toBe('(Id,*)')
  })

  test('an expanded collection has all options of a set', () => {
    const { expand } = parseQueryOptions(
      ALERT_DEFINITION,
      "$expand=IndicatorsOfCompromise($filter=Value eq ';),''(' and Id in (1,2);$orderby=Id desc,Value;$top=2;$skip=1;$count=true;$select=Id)",
    )

    expect(expand).toMatchObject({
      navigation: 'IndicatorsOfCompromise',
      target: { name: 'IndicatorOfCompromise' },
      options: {
        filter: { kind: 'and', terms: [{ right: { value: ";),'(" } }, { kind: 'in' }] },
        orderby: [{ isDescending: true }, { isDescending: false }],
        top: 2,
        skip: 1,
        count: true,
        select: ['Id'],
      },
    })
  })

  test('* expands the one navigation', () => {
    expect(parseQueryOptions(INDICATOR, '$expand=*').expand).toMatchObject({ navigation: 'AlertDefinition' })
  })

  test('a fault in a nested option is placed in the whole value', () => {
    const value = 'IndicatorsOfCompromise($top=1;$filter=Id eq x)'

    const error = refusalOf(ALERT_DEFINITION, `$expand=${value}`)

    expect([error.option, error.offset]).toEqual(['$expand', value.indexOf('x)')])
  })
})

describe('refusals', () => {
  test.for<[query: string, status: number, option: string | null, offset: number, message: RegExp]>([
    ['$top=-1', 400, '$top', 0, /whole number from 0, found "-1"/],
    ['$skip=1e9', 400, '$skip', 0, /whole number from 0/],
    ['$top=', 400, '$top', 0, /whole number/],
    ['$top=1+', 400, '$top', 0, /whole number/],
    ['$skip=1234567890123456', 400, '$skip', 0, /too large/],
    ['$count=1', 400, '$count', 0, /true or false/],
    ['$format=', 400, '$format', 0, /media type/],
    ['$format=json%0Ax', 400, '$format', 0, /media type/],
    ['$skiptoken=', 400, '$skiptoken', 0, /never given/],
    ['$select=', 400, '$select', 0, /name of a property/],
    ['$select=Id,value', 400, '$select', 3, /no property value/],
    ['$select=Id,,Value', 400, '$select', 3, /name of a property/],
    ['$select=AlertDefinition/Id', 501, '$select', 0, /not offered/],
    ['$expand=', 400, '$expand', 0, /does not lead to ""/],
    ['$expand=Value', 400, '$expand', 0, /does not lead to "Value"/],
    ['$expand=AlertDefinition,AlertDefinition', 400, '$expand', 16, /one other entity/],
    ['$expand=AlertDefinition($top=1)', 400, '$expand', 16, /no option "\$top" here/],
    ['$expand=AlertDefinition($levels=2)', 501, '$expand', 16, /not offered/],
    ['$expand=AlertDefinition($select=Id;$select=Id)', 400, '$expand', 27, /stands twice/],
    ['$expand=AlertDefinition($select)', 400, '$expand', 23, /has no value/],
    ['$expand=AlertDefinition(', 400, '$expand', 16, /expected \)/],
    ['$expand=AlertDefinition()', 400, '$expand', 16, /no option "" here/],
    ['$expand=AlertDefinition)', 400, '$expand', 15, /closes nothing/],
    ['$expand=AlertDefinition/$ref', 501, '$expand', 15, /not offered/],
    ["$expand=AlertDefinition($select='", 400, '$expand', 24, /never ends/],
    ['$top=1&$top=1', 400, null, 7, /\$top stands twice/],
    ['a=1&$nonsense=1', 400, null, 4, /no option "\$nonsense" here/],
    ['$Filter=true', 400, null, 0, /no option "\$Filter" here/],
    ['$filter', 400, null, 7, /has no value/],
    ['$search=x', 501, null, 0, /\$search is not offered/],
    ['$apply=x', 501, null, 0, /\$apply is not offered/],
    ['$compute=x', 501, null, 0, /\$compute is not offered/],
    ['$batch=x', 501, null, 0, /\$batch is not offered/],
    ['$filter=%zz', 400, null, 8, /percent-encoding/],
    ["$filter=Value eq '%ff'", 400, null, 18, /percent-encoding/],
  ])('%s is answered %i', ([query, status, option, offset, message]) => {
    const error = refusalOf(INDICATOR, query)

    expect(error.message).toMatch(message)
    expect([error.status, error.option, error.offset]).toEqual([status, option, offset])
    expect(error.fix).not.toBe('')
  })

  test('an option in another case is told its name', () => {
    expect(refusalOf(INDICATOR, '$Filter=true').fix).toBe('options are lower case: $filter')
  })

  test('three expansions within one another are read and a fourth is refused', () => {
    const nest = (levels: number): string => {
      let text = ''
      for (let level = levels; level > 0; level--) {
        const name = level % 2 === 1 ? 'AlertDefinition' : 'IndicatorsOfCompromise'
        text = `${name}${text === '' ? '' : `($expand=${text})`}`
      }
      return `$expand=${text}`
    }

    expect(() => parseQueryOptions(INDICATOR, nest(3))).not.toThrow()
    expect(refusalOf(INDICATOR, nest(4)).message).toMatch(/within more than 3 others/)
  })

  test('a query string beyond all measure is refused before it is read', () => {
    expect(refusalOf(INDICATOR, `x=${'%'.repeat(70_000)}`).message).toMatch(/longer than 65536/)
  })
})
