import { Lexer } from 'yaml'

/** Where a comment of a YAML text stands, from its `#` to the end of its line. */
export interface YamlComment {
  readonly start: number
  readonly end: number
}

/** What the lexer adds to mark documents, scalars and breaks of flow; it is no part of the text. */
const MARKS: ReadonlySet<string> = new Set(['\u0002', '\u0018', '\u001f'])

/** Every comment of a YAML text, in order; a `#` inside a scalar is none. */
export function yamlComments(text: string): readonly YamlComment[] {
  const comments: YamlComment[] = []
  let start = 0
  for (const token of new Lexer().lex(text)) {
    if (MARKS.has(token)) continue
    if (token.startsWith('#')) comments.push({ start, end: start + token.trimEnd().length })
    start += token.length
  }
  return comments
}
