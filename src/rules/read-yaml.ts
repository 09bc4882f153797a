import { isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml'
import type { Pair, ParsedNode, Scalar } from 'yaml'
import type { DiagnosticList } from './diagnostic-list.ts'
import { NESTING_LIMIT } from './rule-node.ts'
import type { MapEntry, NodeRange, RuleNode } from './rule-node.ts'
import type { SourceText } from './source-text.ts'

/**
 * Reads one YAML document into nodes with places; null after a diagnostic.
 * Aliases, merge keys and tags are refused: rules are read by people, and an alias can make a small file huge.
 */
export function readYaml(source: SourceText, diagnostics: DiagnosticList): RuleNode | null {
  try {
    return readDocument(source, diagnostics)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    // The library descends by recursion; a hostile file can exhaust the stack.
    refuseDepth(source, diagnostics, { start: 0, end: 1 })
    return null
  }
}

function readDocument(source: SourceText, diagnostics: DiagnosticList): RuleNode | null {
  // The failsafe schema keeps every scalar as its text; what is a number or a boolean is decided below.
  // Duplicate keys are found by us: the library compares every key with every other.
  const document = parseDocument(source.text, { schema: 'failsafe', uniqueKeys: false, prettyErrors: false })
  if (document.errors.length > 0) {
    // One mistake makes the library find more behind it: only the first is worth a person's time, and a tab before all.
    const error = document.errors.find(({ code }) => code === 'TAB_AS_INDENT') ?? document.errors[0]
    if (error !== undefined) reportSyntax(source, diagnostics, error)
    return null
  }
  if (document.contents === null) return { kind: 'null', start: 0, end: 0 }
  const before = diagnostics.errorCount
  const node = new YamlTree(source, diagnostics).node(document.contents, 0)
  return diagnostics.errorCount > before ? null : node
}

interface YamlMistake {
  readonly message: string
  readonly fix: string | null
}

/** Our words for what people meet most: the library's code, the beginning of its message, and the mistake. */
const MISTAKES: readonly (readonly [code: string, message: string, mistake: YamlMistake])[] = [
  ['TAB_AS_INDENT', '', { message: 'a tab stands in the indentation', fix: 'Indent with blanks.' }],
  [
    'BLOCK_AS_IMPLICIT_KEY',
    '',
    { message: 'a second colon stands in a text without quotes', fix: 'Put the text in quotes.' },
  ],
  [
    'BAD_DQ_ESCAPE',
    '',
    { message: 'the backslash begins no escape', fix: 'Write \\\\, or use single quotes.' },
  ],
  [
    'BAD_SCALAR_START',
    '',
    { message: 'a text without quotes cannot begin so', fix: 'Put the text in quotes.' },
  ],
  ['BAD_INDENT', 'Flow map', { message: 'a { is not closed', fix: 'Add the closing }.' }],
  ['MISSING_CHAR', 'Flow map', { message: 'a { is not closed', fix: 'Add the closing }.' }],
  ['BAD_INDENT', 'Flow seq', { message: 'a [ is not closed', fix: 'Add the closing ].' }],
  ['MISSING_CHAR', 'Flow seq', { message: 'a [ is not closed', fix: 'Add the closing ].' }],
  [
    'BAD_INDENT',
    '',
    {
      message: 'the line is indented unlike its neighbours',
      fix: 'Indent it like the others of its object.',
    },
  ],
  [
    'MISSING_CHAR',
    'Missing closing',
    { message: 'a quoted text is not closed', fix: 'Add the closing quote.' },
  ],
  [
    'MISSING_CHAR',
    'Implicit map keys',
    { message: 'a key stands without a colon', fix: 'Put a colon and a blank after the key.' },
  ],
  [
    'MISSING_CHAR',
    'Missing , ',
    { message: 'a comma is missing before this', fix: 'Put a comma before it.' },
  ],
  [
    'MULTILINE_IMPLICIT_KEY',
    '',
    { message: 'a key goes over several lines', fix: 'Put a colon after the key.' },
  ],
]

function reportSyntax(
  source: SourceText,
  diagnostics: DiagnosticList,
  error: { readonly code: string; readonly message: string; readonly pos: readonly [number, number] },
): void {
  // What is missing at the end is shown where the text ends, not on the line after it.
  const isMissing = /^(?:Flow|Missing closing)/.test(error.message)
  const end = source.text.slice(0, error.pos[0]).trimEnd().length
  const spot = isMissing
    ? source.spotOf(Math.max(0, end - 1), end)
    : source.spotOf(error.pos[0], error.pos[1])
  if (error.code === 'MULTIPLE_DOCS') {
    diagnostics.error(spot, {
      code: 'RULE009',
      message: 'the file holds a second YAML document',
      fix: 'Put it into a file of its own; a folder of rule files is one rule set.',
    })
    return
  }
  // The parser says how it failed on such a text, not what is wrong with it.
  if (error.message.includes('call stack')) {
    refuseDepth(source, diagnostics, { start: error.pos[0], end: error.pos[1] })
    return
  }
  const known = MISTAKES.find(
    ([code, message]) => code === error.code && error.message.startsWith(message),
  )?.[2]
  const message = known?.message ?? firstLower(error.message)
  diagnostics.error(spot, { code: 'RULE008', message, fix: known?.fix ?? null })
}

function firstLower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}

function refuseDepth(source: SourceText, diagnostics: DiagnosticList, range: NodeRange): void {
  diagnostics.error(source.spotOf(range.start, range.end), {
    code: 'RULE011',
    message: `the file is nested deeper than ${NESTING_LIMIT} levels`,
    fix: null,
  })
}

const YAML_NUMBER = /^[-+]?(?:\d+|\d*\.\d+|\d+\.\d*)(?:[eE][-+]?\d+)?$/

class YamlTree {
  readonly #source: SourceText
  readonly #diagnostics: DiagnosticList

  constructor(source: SourceText, diagnostics: DiagnosticList) {
    this.#source = source
    this.#diagnostics = diagnostics
  }

  node(node: ParsedNode, depth: number): RuleNode {
    const range = rangeOf(node)
    if (depth >= NESTING_LIMIT && (isMap(node) || isSeq(node))) {
      refuseDepth(this.#source, this.#diagnostics, range)
      return { kind: 'null', ...range }
    }
    if (isAlias(node)) {
      this.#refuse(range, 'an alias stands here', 'Write the value itself; rule files have no aliases.')
      return { kind: 'null', ...range }
    }
    if (node.tag !== undefined) {
      const tag = tagRangeBefore(this.#source.text, range)
      this.#refuse(tag, 'a tag stands before the value', 'Delete the tag; put a text in quotes.')
    }
    if (isMap(node)) return { kind: 'map', entries: this.#entries(node.items, depth), ...range }
    if (isSeq(node)) {
      const items = node.items.map((item) => this.node(item, depth + 1))
      return { kind: 'list', items, ...range }
    }
    return scalarNode(node, range)
  }

  #entries(pairs: readonly Pair<ParsedNode, ParsedNode | null>[], depth: number): readonly MapEntry[] {
    return pairs.map((pair) => {
      const keyRange = rangeOf(pair.key)
      const key = this.#key(pair.key, keyRange)
      const value: RuleNode =
        pair.value === null
          ? { kind: 'null', start: keyRange.end, end: keyRange.end }
          : this.node(pair.value, depth + 1)
      return { key, keyRange, value }
    })
  }

  #key(node: ParsedNode, range: NodeRange): string {
    if (!isScalar(node) || node.tag !== undefined) {
      this.#refuse(range, 'a key must be a plain text', null)
      return ''
    }
    if (node.value === '<<' && node.type === 'PLAIN') {
      this.#refuse(
        range,
        'a merge key stands here',
        'Write the properties out; rule files have no merge keys.',
      )
    }
    return String(node.value)
  }

  #refuse(range: NodeRange, message: string, fix: string | null): void {
    this.#diagnostics.error(this.#source.spotOf(range.start, range.end), { code: 'RULE009', message, fix })
  }
}

function rangeOf(node: ParsedNode): NodeRange {
  const [start, end] = node.range
  return { start, end: Math.max(start, end) }
}

/** How far before its value a tag is looked for. */
const TAG_DISTANCE = 200

function tagRangeBefore(text: string, range: NodeRange): NodeRange {
  const from = Math.max(0, range.start - TAG_DISTANCE)
  const found = /!\S*(?=\s+(?:&\S+\s+)?$)/.exec(text.slice(from, range.start))
  if (found === null) return range
  const start = from + found.index
  return { start, end: start + found[0].length }
}

function scalarNode(node: Scalar.Parsed, range: NodeRange): RuleNode {
  const value = String(node.value)
  if (node.type !== 'PLAIN') return { kind: 'text', value, ...range }
  if (value === '' || value === '~' || /^(?:null|Null|NULL)$/.test(value)) return { kind: 'null', ...range }
  if (/^(?:true|True|TRUE|false|False|FALSE)$/.test(value)) {
    return { kind: 'boolean', value: value.toLowerCase() === 'true', ...range }
  }
  if (YAML_NUMBER.test(value)) return { kind: 'number', text: value, ...range }
  return { kind: 'text', value, ...range }
}
