import type { EntityType } from './entity-types.ts'
import { excerpt } from './excerpt.ts'
import { FilterBuilder, isTruth, refuseDepth, DEPTH_LIMIT } from './filter-builder.ts'
import { DECLINED_FUNCTIONS, FORMER_FUNCTIONS, SIGNATURES } from './filter-functions.ts'
import type { Token } from './filter-lexer.ts'
import { isBlank, readToken } from './filter-lexer.ts'
import type { FilterNode, LiteralNode, OrderTerm } from './filter-node.ts'
import { ARITHMETICS, COMPARISONS } from './filter-node.ts'
import type { OptionText } from './option-text.ts'
import { resolvePath } from './resolve-path.ts'
import { findEnum, memberIndex, typeName } from './value-type.ts'

/** Most bytes of an expression in UTF-8 (ti-api 6.1). */
const EXPRESSION_BYTES = 8192

const EQUALITIES = COMPARISONS.slice(0, 2)
const INEQUALITIES = COMPARISONS.slice(2)
const ADDITIVES = ARITHMETICS.slice(0, 2)
const MULTIPLICATIVES = ARITHMETICS.slice(2)
const OPERATORS: ReadonlySet<string> = new Set(['and', 'or', 'not', 'in', ...COMPARISONS, ...ARITHMETICS])

/** Reads a `$filter`; throws `QueryError` with the place of the first fault. */
export function parseFilter(entity: EntityType, source: OptionText): FilterNode {
  const parser = new FilterParser(entity, source)
  const filter = parser.expression()
  parser.demandEnd()
  if (!isTruth(filter))
    source.refuse(
      filter.offset,
      `a filter is a condition, found ${typeName(filter.type)}`,
      'compare the value with something, as in Id eq 1',
    )
  return filter
}

/** Reads an `$orderby`: expressions with `asc` or `desc`, separated by commas. */
export function parseOrder(entity: EntityType, source: OptionText): OrderTerm[] {
  const parser = new FilterParser(entity, source)
  const terms: OrderTerm[] = []
  do {
    const expression = parser.expression()
    const isDescending = parser.takeWord(['desc']) !== null
    if (!isDescending) parser.takeWord(['asc'])
    terms.push({ expression, isDescending })
  } while (parser.takeSymbol(','))
  parser.demandEnd()
  return terms
}

/**
 * Recursive descent over typed nodes, one method per level of precedence, weakest first:
 * or, and, eq ne, gt ge lt le, add sub, mul div mod, unary - and not, then in, calls, paths and parentheses.
 * Binary operators associate to the left.
 */
class FilterParser {
  readonly #entity: EntityType
  readonly #source: OptionText
  readonly #build: FilterBuilder
  #token: Token
  #nesting = 0

  constructor(entity: EntityType, source: OptionText) {
    if (Buffer.byteLength(source.value) > EXPRESSION_BYTES)
      source.refuse(
        source.start,
        `the expression is longer than ${EXPRESSION_BYTES} bytes`,
        'ask in several requests',
      )
    if (isBlank(source.text.charCodeAt(source.start)))
      source.refuse(source.start, 'the value begins with a blank', 'remove the blank after =')
    this.#entity = entity
    this.#source = source
    this.#build = new FilterBuilder(source)
    this.#token = readToken(source, source.start)
  }

  expression(): FilterNode {
    return this.#logical('or', () => this.#logical('and', () => this.#equality()))
  }

  takeWord<W extends string>(words: readonly W[]): W | null {
    const token = this.#token
    if (token.kind !== 'word') return null
    const word = words.find((candidate) => candidate === token.text)
    if (word === undefined) return null
    this.#advance()
    return word
  }

  takeSymbol(symbol: string): boolean {
    const isThere = this.#token.kind === 'symbol' && this.#token.text === symbol
    if (isThere) this.#advance()
    return isThere
  }

  demandEnd(): void {
    const { kind, offset } = this.#token
    if (kind !== 'end') this.#refuseOperator()
    if (isBlank(this.#source.text.charCodeAt(offset - 1)))
      this.#source.refuse(offset - 1, 'the value ends with a blank', 'remove the blank at the end')
  }

  #logical(kind: 'and' | 'or', readTerm: () => FilterNode): FilterNode {
    const first = readTerm()
    const terms = [first]
    while (this.takeWord([kind]) !== null) terms.push(readTerm())
    return terms.length === 1 ? first : this.#build.logical(kind, terms)
  }

  #equality(): FilterNode {
    let left = this.#inequality()
    for (;;) {
      const operator = this.takeWord(EQUALITIES)
      if (operator === null) return left
      left = this.#build.comparison(operator, left, this.#inequality())
    }
  }

  #inequality(): FilterNode {
    let left = this.#sum()
    for (;;) {
      const operator = this.takeWord(INEQUALITIES)
      if (operator === null) return left
      left = this.#build.comparison(operator, left, this.#sum())
    }
  }

  #sum(): FilterNode {
    let left = this.#product()
    for (;;) {
      const operator = this.takeWord(ADDITIVES)
      if (operator === null) return left
      left = this.#build.arithmetic(operator, left, this.#product())
    }
  }

  #product(): FilterNode {
    let left = this.#unary()
    for (;;) {
      const operator = this.takeWord(MULTIPLICATIVES)
      if (operator === null) return left
      left = this.#build.arithmetic(operator, left, this.#unary())
    }
  }

  #unary(): FilterNode {
    const { offset } = this.#token
    if (this.takeWord(['not']) !== null)
      return this.#nested(offset, () => this.#build.not(offset, this.#unary()))
    if (this.takeSymbol('-')) return this.#nested(offset, () => this.#build.negate(offset, this.#unary()))
    return this.#membership()
  }

  #membership(): FilterNode {
    const operand = this.#primary()
    const { offset } = this.#token
    if (this.takeWord(['has']) !== null) this.#source.decline(offset, 'has and enums of flags')
    if (this.takeWord(['in']) === null) return operand
    const listOffset = this.#token.offset
    if (!this.takeSymbol('('))
      this.#refuseToken('expected ( after in', "list the values in parentheses: in ('a','b')")
    const items = this.#nested(listOffset, () => this.#list())
    if (items.length === 0)
      this.#source.refuse(listOffset, 'the list after in is empty', 'name at least one value')
    return this.#build.membership(operand, items)
  }

  #primary(): FilterNode {
    const token = this.#token
    switch (token.kind) {
      case 'literal':
        this.#advance()
        return literal(token.offset, { kind: token.type }, token.value)
      case 'enum':
        this.#advance()
        return this.#enumLiteral(token.offset, token.qualifier, token.member)
      case 'word':
        return this.#name(token.text, token.offset, token.end)
      case 'symbol':
        if (token.text === '(') return this.#group(token.offset)
        break
      case 'end':
        break
    }
    return this.#refuseToken(
      'expected a property, a literal, a function or (',
      'complete the expression, as in Id eq 1',
    )
  }

  #group(offset: number): FilterNode {
    this.#advance()
    return this.#nested(offset, () => {
      const inner = this.expression()
      this.#close(offset)
      return inner
    })
  }

  #name(word: string, offset: number, end: number): FilterNode {
    if (word === 'null') return this.#constant(offset, { kind: 'Null' }, null)
    if (/^(?:true|false)$/i.test(word))
      return this.#constant(offset, { kind: 'Boolean' }, word.toLowerCase() === 'true')
    this.#advance()
    if (this.#token.kind === 'symbol' && this.#token.text === '(' && this.#token.offset === end)
      return this.#call(word, offset)
    if (OPERATORS.has(word))
      this.#source.refuse(
        offset,
        `expected a value, found the operator ${word}`,
        'write a value on both sides of an operator',
      )
    return this.#path(word, offset)
  }

  #constant(offset: number, type: LiteralNode['type'], value: boolean | null): FilterNode {
    this.#advance()
    return literal(offset, type, value)
  }

  #call(name: string, offset: number): FilterNode {
    const signature = SIGNATURES.get(name)
    if (signature === undefined) this.#refuseFunction(name, offset)
    this.#advance()
    const args = this.#nested(offset, () => this.#list())
    return this.#build.call(offset, signature, args)
  }

  /** Expressions separated by commas up to the closing parenthesis; the opening one is already read. */
  #list(): FilterNode[] {
    const { offset } = this.#token
    if (this.takeSymbol(')')) return []
    const items: FilterNode[] = []
    do items.push(this.expression())
    while (this.takeSymbol(','))
    this.#close(offset)
    return items
  }

  #path(first: string, offset: number): FilterNode {
    const segments = [{ name: first, offset }]
    while (this.takeSymbol('/')) {
      const token = this.#token
      if (token.kind !== 'word')
        this.#refuseToken('expected a property after /', 'write the path like AlertDefinition/Severity')
      segments.push({ name: token.text, offset: token.offset })
      this.#advance()
    }
    return resolvePath(this.#entity, segments, this.#source)
  }

  #enumLiteral(offset: number, qualifier: string, member: string): FilterNode {
    const name = qualifier.slice(qualifier.lastIndexOf('.') + 1)
    const type = findEnum(this.#entity, name)
    if (type?.kind !== 'Enum')
      return this.#source.refuse(
        offset,
        `there is no enum ${excerpt(qualifier)}`,
        "put blanks around operators; enums of $metadata are written like Model.Severity'Low'",
      )
    const value = memberIndex(type.members, member)
    if (value === null)
      return this.#source.refuse(
        offset,
        `the enum ${name} has no member "${excerpt(member)}"`,
        `use one of ${type.members.join(', ')}`,
      )
    return literal(offset, type, value)
  }

  #nested<T>(offset: number, read: () => T): T {
    if (this.#nesting >= DEPTH_LIMIT) refuseDepth(this.#source, offset)
    this.#nesting++
    const result = read()
    this.#nesting--
    return result
  }

  #close(openedAt: number): void {
    if (!this.takeSymbol(')'))
      this.#refuseToken(
        `expected an operator, a comma or ) for what opened at ${openedAt}`,
        'close the parenthesis',
      )
  }

  #advance(): void {
    this.#token = readToken(this.#source, this.#token.end)
  }

  #refuseOperator(): never {
    const token = this.#token
    const lower = token.kind === 'word' ? token.text.toLowerCase() : ''
    const isShouted = token.kind === 'word' && token.text !== lower && OPERATORS.has(lower)
    return this.#refuseToken(
      'expected an operator or the end',
      isShouted ? `operators are lower case: ${lower}` : 'join conditions with and, or',
    )
  }

  #refuseToken(expected: string, fix: string): never {
    const { kind, offset } = this.#token
    const found =
      kind === 'end' ? 'the end' : `"${excerpt(this.#source.text.slice(0, this.#source.end), offset)}"`
    return this.#source.refuse(offset, `${expected}, found ${found}`, fix)
  }

  #refuseFunction(name: string, offset: number): never {
    if (DECLINED_FUNCTIONS.has(name) || name.includes('.'))
      this.#source.decline(offset, `functions like ${excerpt(name)}`)
    const former = FORMER_FUNCTIONS.get(name)
    const lower = name.toLowerCase()
    const known = [...SIGNATURES.keys()].join(', ')
    const fix = SIGNATURES.has(lower) ? `functions are lower case: ${lower}` : (former ?? known)
    return this.#source.refuse(offset, `there is no function ${excerpt(name)}`, `use ${fix}`)
  }
}

function literal(offset: number, type: LiteralNode['type'], value: LiteralNode['value']): LiteralNode {
  return { kind: 'literal', type, value, offset, depth: 0 }
}
