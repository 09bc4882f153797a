/** A piece of SQL and what its question marks stand for, in order. */
export interface SqlText {
  readonly sql: string
  readonly params: readonly SqlParam[]
}

/** What a question mark stands for. Whole numbers are bigint: a number binds as REAL. */
export type SqlParam = string | number | bigint | null

/** Fills a template with pieces; texts of a template are ours, never a request's. */
export function sql(strings: TemplateStringsArray, ...pieces: readonly SqlText[]): SqlText {
  let text = strings[0] ?? ''
  const params: SqlParam[] = []
  for (const [i, piece] of pieces.entries()) {
    text += piece.sql + (strings[i + 1] ?? '')
    for (const param of piece.params) params.push(param)
  }
  return { sql: text, params }
}

/** SQL without parameters; only for texts that are ours. */
export function raw(text: string): SqlText {
  return { sql: text, params: [] }
}

/** A question mark for one value. */
export function bound(value: SqlParam): SqlText {
  return { sql: '?', params: [value] }
}

/** Pieces with the same text between them. */
export function joined(pieces: readonly SqlText[], separator: string): SqlText {
  const params: SqlParam[] = []
  for (const piece of pieces) for (const param of piece.params) params.push(param)
  return { sql: pieces.map((piece) => piece.sql).join(separator), params }
}

/**
 * Joins pieces by an associative operator as a balanced tree: SQLite parses a chain of a thousand terms as a
 * thousand levels, which is its limit.
 */
export function balanced(pieces: readonly SqlText[], operator: 'AND' | 'OR'): SqlText {
  const [first] = pieces
  if (first === undefined) return raw(operator === 'AND' ? '1' : '0')
  if (pieces.length === 1) return first
  const middle = pieces.length >> 1
  const left = balanced(pieces.slice(0, middle), operator)
  const right = balanced(pieces.slice(middle), operator)
  return operator === 'AND' ? sql`(${left} AND ${right})` : sql`(${left} OR ${right})`
}
