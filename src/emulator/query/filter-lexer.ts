import { parseTime } from '../../model/time.ts'
import { excerpt } from './excerpt.ts'
import type { LiteralValue } from './filter-node.ts'
import type { OptionText } from './option-text.ts'

/** One token of an expression; `offset` and `end` count UTF-16 units of the option's decoded value. */
export type Token = { readonly offset: number; readonly end: number } & (
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'literal'; readonly type: LiteralToken; readonly value: LiteralValue }
  | { readonly kind: 'enum'; readonly qualifier: string; readonly member: string }
  | { readonly kind: 'symbol'; readonly text: '(' | ')' | ',' | '/' | '-' }
  | { readonly kind: 'end' }
)

type LiteralToken = 'String' | 'Int64' | 'Double' | 'DateTimeOffset' | 'Date'

const WORD = /[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*/y
const NUMBER = /[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?/y
const DATE = /[0-9]{4}-[0-9]{2}-[0-9]{2}/y
const TIME =
  /[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,12})?)?(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])/y
/** What must not follow a literal at once: it would be part of it. */
const CONTINUES = /[A-Za-z0-9_.':+-]/
const LEAST_INT64 = -(2n ** 63n)
const MOST_INT64 = 2n ** 63n - 1n

/** Prefixes of quoted literals that are no enum types. */
const OTHER_LITERALS = new Set(['duration', 'binary', 'geography', 'geometry', 'guid', 'time', 'x'])
const OLD_TIME_LITERALS = new Set(['datetime', 'datetimeoffset'])

/** What people write where OData wants a word. */
const WORDS_FOR_SIGNS: ReadonlyMap<string, string> = new Map([
  ['=', 'eq'],
  ['!', 'ne or not'],
  ['<', 'lt or le'],
  ['>', 'gt or ge'],
  ['&', 'and'],
  ['|', 'or'],
  ['+', 'add'],
  ['*', 'mul'],
  ['%', 'mod'],
])

/** Signs that begin a part of OData which is not offered. */
const NOT_OFFERED: ReadonlyMap<string, string> = new Map([
  ['$', '$it, $root, $count and their like'],
  ['@', 'parameter aliases and annotations'],
  ['[', 'lists in JSON'],
  ['{', 'objects in JSON'],
  [':', 'lambda variables'],
])

/** Reads the next token at or after `from`, past blanks; blanks are space and tab. */
export function readToken(source: OptionText, from: number): Token {
  const { text, end } = source
  let offset = from
  while (offset < end && isBlank(text.charCodeAt(offset))) offset++
  if (offset >= end) return { kind: 'end', offset: end, end }
  const first = text.charAt(offset)
  if (first === "'") return readString(source, offset)
  if (first >= '0' && first <= '9') return readNumberOrTime(source, offset)
  if ((first === '-' || first === '+') && /^[0-9]/.test(text.charAt(offset + 1)))
    return readNumber(source, offset)
  if (first === '(' || first === ')' || first === ',' || first === '/' || first === '-')
    return { kind: 'symbol', text: first, offset, end: offset + 1 }
  return readWord(source, offset)
}

/** Space or tab: the only blanks that the grammar knows. */
export function isBlank(unit: number): boolean {
  return unit === 0x20 || unit === 0x09
}

function readWord(source: OptionText, offset: number): Token {
  const word = matchAt(WORD, source, offset)
  if (word === null) return refuseSign(source, offset)
  const end = offset + word.length
  if (end >= source.end || source.text.charAt(end) !== "'") return { kind: 'word', text: word, offset, end }
  const prefix = word.toLowerCase()
  if (OLD_TIME_LITERALS.has(prefix))
    source.refuse(
      offset,
      `times are written without ${word} and quotes`,
      'write it like 2017-02-01T10:46:22Z',
    )
  if (OTHER_LITERALS.has(prefix)) source.decline(offset, `literals of the kind ${word}'…'`)
  const quoted = readString(source, end)
  const member = quoted.kind === 'literal' ? String(quoted.value) : ''
  return { kind: 'enum', qualifier: word, member, offset, end: quoted.end }
}

function readString(source: OptionText, offset: number): Token {
  const { text, end } = source
  let value = ''
  let from = offset + 1
  for (;;) {
    const quote = text.indexOf("'", from)
    if (quote < 0 || quote >= end)
      source.refuse(offset, 'this quoted text never ends', "close it with ', and double each ' inside it")
    value += text.slice(from, quote)
    if (quote + 1 >= end || text.charAt(quote + 1) !== "'") {
      refuseContinuation(source, quote + 1, "double each ' inside a quoted text, and put blanks around words")
      return { kind: 'literal', type: 'String', value, offset, end: quote + 1 }
    }
    value += "'"
    from = quote + 2
  }
}

function readNumberOrTime(source: OptionText, offset: number): Token {
  const date = matchAt(DATE, source, offset)
  if (date === null) return readNumber(source, offset)
  const time = matchAt(TIME, source, offset)
  const end = offset + (time ?? date).length
  if (time === null && /[Tt]/.test(source.text.charAt(end)))
    source.refuse(
      offset,
      `no time could be read from "${excerpt(source.text, offset)}"`,
      'write it like 2017-02-01T10:46:22.08Z; in a URL the + of an offset is written %2B',
    )
  refuseContinuation(source, end, 'put a blank after the literal')
  const value = parseTime(time ?? `${date}T00:00:00Z`)
  if (value === null)
    source.refuse(offset, `there is no such time as ${time ?? date}`, 'check day, hour and minute')
  return { kind: 'literal', type: time === null ? 'Date' : 'DateTimeOffset', value, offset, end }
}

function readNumber(source: OptionText, offset: number): Token {
  const digits = matchAt(NUMBER, source, offset) ?? ''
  const end = offset + digits.length
  refuseContinuation(source, end, 'write whole numbers like 42 and others like 0.5 or 1e3, without a suffix')
  if (/[.eE]/.test(digits)) {
    const value = Number(digits)
    if (!Number.isFinite(value))
      source.refuse(offset, `the number ${excerpt(digits)} is too large`, 'stay below 1.8e308')
    return { kind: 'literal', type: 'Double', value, offset, end }
  }
  const value = BigInt(digits.startsWith('+') ? digits.slice(1) : digits)
  if (value < LEAST_INT64 || value > MOST_INT64)
    source.refuse(offset, `the number ${excerpt(digits)} has no place in 64 bits`, 'stay within Edm.Int64')
  return { kind: 'literal', type: 'Int64', value, offset, end }
}

function refuseContinuation(source: OptionText, end: number, fix: string): void {
  if (end < source.end && CONTINUES.test(source.text.charAt(end)))
    source.refuse(end, `expected the end of the literal, found "${excerpt(source.text, end)}"`, fix)
}

function refuseSign(source: OptionText, offset: number): never {
  const sign = String.fromCodePoint(source.text.codePointAt(offset) ?? 0)
  const feature = NOT_OFFERED.get(sign)
  if (feature !== undefined) return source.decline(offset, feature)
  const word = WORDS_FOR_SIGNS.get(sign)
  if (word !== undefined)
    return source.refuse(
      offset,
      `the sign ${sign} is no operator`,
      `write ${word} in place of it, between blanks`,
    )
  const fix = sign === '"' ? "texts stand in single quotes: 'text'" : 'remove it'
  return source.refuse(offset, `nothing begins with ${JSON.stringify(sign)}`, fix)
}

/** A match that ends within the source; the pattern is sticky. */
function matchAt(pattern: RegExp, source: OptionText, offset: number): string | null {
  pattern.lastIndex = offset
  const found = pattern.exec(source.text)
  return found === null || pattern.lastIndex > source.end ? null : found[0]
}
