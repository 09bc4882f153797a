import * as fc from 'fast-check'
import type { EntityType } from '../../src/emulator/query/entity-types.ts'
import { formatTime } from '../../src/model/time.ts'

/** Texts that rows hold and filters ask for: case, NUL, wildcards of SQL, signs of OData, characters beyond 16 bits. */
export const TEXTS: readonly string[] = [
  '',
  'a',
  'A',
  'ab',
  'evil.example',
  'Evil.Example',
  "O'Brien",
  ' x ',
  'a\0b',
  '%',
  '_&#+;',
  'ß',
  'İ',
  'ΑΣ',
  '\u{1f600}',
  'a\u{1f600}b',
  '\uffee',
  'é',
  'e\u0301',
  '日本',
]

/** Times that rows hold and filters ask for, on both sides of 1970 and with all seven digits. */
export const TIMES: readonly bigint[] = [
  0n,
  -1n,
  -116_444_736_000_000_000n,
  14_859_459_820_800_000n,
  14_859_459_820_800_001n,
  17_952_192_000_000_000n,
  17_955_647_999_999_999n,
  253_402_300_799_999_999n * 10n + 9n,
]

/** Whole numbers at borders: of zero, of what a double holds, of 64 bits. */
export const WHOLES: readonly bigint[] = [
  0n,
  1n,
  2n,
  3n,
  7n,
  12n,
  20n,
  -1n,
  -3n,
  2n ** 53n,
  2n ** 53n + 1n,
  2n ** 63n - 1n,
  -(2n ** 63n),
]

const DOUBLES = ['0.0', '0.5', '1.0', '2.5', '7.0', '-1.5', '1e3', '9007199254740992.0', '1e308', '-9.3e18']
const SIDES = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const

interface Texts {
  readonly truth: string
  readonly whole: string
  readonly double: string
  readonly text: string
  readonly time: string
  readonly date: string
}

/**
 * Well-typed filters on an entity, as text with single blanks; `\u0001` stands where any amount of blanks may
 * (at least one), so that a test can put odd ones there.
 */
export function filterTexts(entity: EntityType): fc.Arbitrary<string> {
  const { truth } = fc.letrec((tie: fc.LetrecTypedTie<Texts>): fc.LetrecValue<Texts> => {
    const number = fc.oneof({ weight: 3, arbitrary: tie('whole') }, tie('double'))
    const optional = (arbitrary: fc.Arbitrary<string>): fc.Arbitrary<string> =>
      fc.oneof({ weight: 12, arbitrary }, fc.constant('null'))
    const list = (item: fc.Arbitrary<string>): fc.Arbitrary<string> =>
      fc.array(optional(item), { minLength: 1, maxLength: 4 }).map((items) => `(${items.join(',')})`)
    const compared = (item: fc.Arbitrary<string>): fc.Arbitrary<string> =>
      fc.oneof({ weight: 4, arbitrary: infix(item, SIDES, optional(item)) }, infix(item, ['in'], list(item)))
    const both = (name: string): fc.Arbitrary<string> => call(name, optional(tie('text')), tie('text'))
    const depth = { depthSize: 'small' as const }
    return {
      truth: fc.oneof(
        depth,
        { weight: 3, arbitrary: compared(leaf(entity, 'text')) },
        { weight: 2, arbitrary: compared(leaf(entity, 'whole')) },
        { weight: 2, arbitrary: compared(leaf(entity, 'time')) },
        { weight: 3, arbitrary: enumTests(entity) },
        { weight: 1, arbitrary: leaf(entity, 'truth') },
        { weight: 4, arbitrary: infix(tie('truth'), ['and', 'or'], tie('truth')) },
        { weight: 1, arbitrary: chain(tie('truth')) },
        { weight: 2, arbitrary: tie('truth').map((text) => `not\u0001${wrapped(text)}`) },
        { weight: 2, arbitrary: compared(number) },
        { weight: 3, arbitrary: compared(tie('text')) },
        { weight: 2, arbitrary: compared(tie('time')) },
        { weight: 1, arbitrary: compared(tie('date')) },
        { weight: 1, arbitrary: compared(tie('truth')) },
        { weight: 3, arbitrary: fc.oneof(both('contains'), both('startswith'), both('endswith')) },
      ),
      whole: fc.oneof(
        depth,
        { weight: 4, arbitrary: leaf(entity, 'whole') },
        {
          weight: 2,
          arbitrary: infix(tie('whole'), ['add', 'sub', 'mul', 'div', 'mod'], optional(tie('whole'))),
        },
        tie('whole').map((text) => `-${wrapped(text)}`),
        call('length', tie('text')),
        both('indexof'),
        fc.oneof(
          ...['year', 'month', 'day', 'hour', 'minute', 'second'].map((name) => call(name, tie('time'))),
        ),
        fc.oneof(...['year', 'month', 'day'].map((name) => call(name, tie('date')))),
      ),
      double: fc.oneof(
        depth,
        { weight: 3, arbitrary: fc.constantFrom(...DOUBLES) },
        infix(tie('double'), ['add', 'sub', 'mul', 'div', 'mod'], number),
        infix(tie('whole'), ['add', 'sub', 'mul', 'div', 'mod'], tie('double')),
        tie('double').map((text) => `-${wrapped(text)}`),
      ),
      text: fc.oneof(
        depth,
        { weight: 4, arbitrary: leaf(entity, 'text') },
        call('tolower', tie('text')),
        call('toupper', tie('text')),
        call('trim', tie('text')),
        call('concat', tie('text'), optional(tie('text'))),
        call('substring', tie('text'), optional(tie('whole'))),
        call('substring', tie('text'), tie('whole'), fc.constantFrom('0', '1', '2', '-1', 'Id')),
      ),
      time: fc.oneof({ weight: 12, arbitrary: leaf(entity, 'time') }, fc.constant('now()')),
      date: fc.oneof(
        { weight: 2, arbitrary: call('date', tie('time')) },
        fc.constantFrom('1969-12-31', '1970-01-01', '2017-02-01', '2026-11-23', '0001-01-01', '9999-12-31'),
      ),
    }
  })
  return truth
}

/** A property or a literal of the kind. */
function leaf(entity: EntityType, kind: 'truth' | 'whole' | 'text' | 'time'): fc.Arbitrary<string> {
  const kinds = { truth: 'Boolean', whole: 'Int64', text: 'String', time: 'DateTimeOffset' } as const
  const properties = fc.constantFrom(
    ...paths(entity)
      .filter(([, type]) => type === kinds[kind])
      .map(([path]) => path),
  )
  const literals = {
    truth: fc.constantFrom('true', 'false', 'null', 'TRUE'),
    whole: fc.oneof(fc.constantFrom(...WHOLES.map(String)), fc.integer({ min: -2, max: 32 }).map(String)),
    text: fc
      .oneof({ weight: 4, arbitrary: fc.constantFrom(...TEXTS) }, fc.string({ unit: 'binary', maxLength: 4 }))
      .map(quoted),
    time: fc.constantFrom(
      ...TIMES.map(formatTime),
      '2026-11-23T10:30+02:00',
      '2017-02-01t10:46:22.080000012z',
    ),
  }
  return fc.oneof({ weight: 3, arbitrary: properties }, { weight: 2, arbitrary: literals[kind] })
}

/** Comparisons of enums: plain and qualified members, in any case, on either side. */
function enumTests(entity: EntityType): fc.Arbitrary<string> {
  const tests = [entity, ...(entity.navigation.isCollection ? [] : [entity.navigation.target])].flatMap(
    (owner) =>
      owner.properties.flatMap(({ name, type }) => {
        if (type.kind !== 'Enum') return []
        const path = owner === entity ? name : `${entity.navigation.name}/${name}`
        const members = type.members.slice(0, 6)
        const member = fc
          .tuple(
            fc.constantFrom(...members),
            fc.constantFrom('', `Model.${type.name}`, type.name),
            fc.boolean(),
          )
          .map(([text, qualifier, isLower]) => qualifier + quoted(isLower ? text.toLowerCase() : text))
        const side = fc.constant(path)
        const items = fc.array(member, { minLength: 1, maxLength: 3 }).map((all) => `(${all.join(',')})`)
        return [infix(side, SIDES, member), infix(member, SIDES, side), infix(side, ['in'], items)]
      }),
  )
  return fc.oneof(...tests)
}

function paths(entity: EntityType): (readonly [path: string, kind: string])[] {
  const own = entity.properties.map(({ name, type }) => [name, type.kind] as const)
  const { name, isCollection, target } = entity.navigation
  if (isCollection) return own
  return [
    ...own,
    ...target.properties.map((property) => [`${name}/${property.name}`, property.type.kind] as const),
  ]
}

function infix(
  left: fc.Arbitrary<string>,
  operators: readonly string[],
  right: fc.Arbitrary<string>,
): fc.Arbitrary<string> {
  return fc
    .tuple(left, fc.constantFrom(...operators), right)
    .map(([a, operator, b]) => `${wrapped(a)}\u0001${operator}\u0001${operator === 'in' ? b : wrapped(b)}`)
}

function chain(term: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(fc.array(term, { minLength: 3, maxLength: 6 }), fc.constantFrom('and', 'or'))
    .map(([terms, operator]) => terms.map(wrapped).join(`\u0001${operator}\u0001`))
}

function call(name: string, ...args: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return fc.tuple(...args).map((texts) => `${name}(${texts.join(',')})`)
}

/** In parentheses where it is more than one token; a call or a literal needs none. */
function wrapped(text: string): string {
  return text.includes('\u0001') || text.startsWith('-') ? `(${text})` : text
}

function quoted(text: string): string {
  return `'${text.toWellFormed().replaceAll('\u0001', '').replaceAll("'", "''")}'`
}
