import { JSON_ESCAPES } from '../canonical/json-escapes.ts'
import type { DiagnosticList } from './diagnostic-list.ts'
import { NESTING_LIMIT, quoted } from './rule-node.ts'
import type { MapEntry, RuleNode, TextNode } from './rule-node.ts'
import type { SourceText } from './source-text.ts'

/**
 * Reads JSON (RFC 8259) into nodes with places; null after a diagnostic.
 *
 * Our own reader, because the YAML one takes six times as long on a reply of 15,000 indicators, accepts what the service
 * refuses (comments, bare words), and reports a trailing comma not at all. Commas before a closing bracket are
 * reported where they stand and reading goes on; the first other mistake ends it.
 */
export function readJson(source: SourceText, diagnostics: DiagnosticList): RuleNode | null {
  return new JsonReader(source, diagnostics).document()
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WORD = /[\p{L}\p{N}_$.+-]+/uy
const PLAIN_TEXT = /[^"\\\u0000-\u001f]*/y

class JsonReader {
  readonly #source: SourceText
  readonly #text: string
  readonly #diagnostics: DiagnosticList
  #at = 0

  constructor(source: SourceText, diagnostics: DiagnosticList) {
    this.#source = source
    this.#text = source.text
    this.#diagnostics = diagnostics
  }

  document(): RuleNode | null {
    this.#skipBlanks()
    const node = this.#value(0)
    if (node === null) return null
    this.#skipBlanks()
    if (this.#at < this.#text.length) {
      return this.#refuse('expected the end of the file after the value', 'Keep one JSON value in the file.')
    }
    return node
  }

  #value(depth: number): RuleNode | null {
    const start = this.#at
    const character = this.#text[start]
    if (character === '{') return depth < NESTING_LIMIT ? this.#map(depth) : this.#refuseDepth()
    if (character === '[') return depth < NESTING_LIMIT ? this.#list(depth) : this.#refuseDepth()
    if (character === '"') return this.#string()
    const number = this.#match(NUMBER)
    const next = this.#text[this.#at] ?? ''
    if (number !== '' && !/[\p{L}\p{N}_.]/u.test(next)) {
      return { kind: 'number', text: number, start, end: this.#at }
    }
    this.#at = start
    const word = this.#match(WORD)
    if (word === 'true' || word === 'false') {
      return { kind: 'boolean', value: word === 'true', start, end: this.#at }
    }
    if (word === 'null') return { kind: 'null', start, end: this.#at }
    this.#at = start
    return this.#refuseValue(word)
  }

  #map(depth: number): RuleNode | null {
    const start = this.#at++
    const entries: MapEntry[] = []
    this.#skipBlanks()
    while (this.#text[this.#at] !== '}') {
      const key = this.#key(start)
      if (key === null) return null
      const value = this.#value(depth + 1)
      if (value === null) return null
      entries.push({ key: key.value, keyRange: { start: key.start, end: key.end }, value })
      if (!this.#separator('}', start, 'property')) return null
    }
    this.#at++
    return { kind: 'map', entries, start, end: this.#at }
  }

  #list(depth: number): RuleNode | null {
    const start = this.#at++
    const items: RuleNode[] = []
    this.#skipBlanks()
    while (this.#text[this.#at] !== ']') {
      if (this.#at >= this.#text.length) return this.#refuseEnd(start, ']')
      const item = this.#value(depth + 1)
      if (item === null) return null
      items.push(item)
      if (!this.#separator(']', start, 'element')) return null
    }
    this.#at++
    return { kind: 'list', items, start, end: this.#at }
  }

  /** Reads a key and its colon up to the value. */
  #key(openOffset: number): TextNode | null {
    const start = this.#at
    if (start >= this.#text.length) return this.#refuseEnd(openOffset, '}')
    if (this.#text[start] !== '"') {
      const word = this.#match(WORD)
      this.#at = start
      if (word === '') return this.#refuse('expected a key in double quotes', null)
      return this.#refuse(
        `expected a key in double quotes, found ${quoted(word)}`,
        `Write "${word}".`,
        word.length,
      )
    }
    const key = this.#string()
    if (key === null) return null
    this.#skipBlanks()
    if (this.#text[this.#at] !== ':') {
      return this.#refuse(`expected a colon after the key ${quoted(key.value)}`, 'Put a colon after the key.')
    }
    this.#at++
    this.#skipBlanks()
    return key
  }

  /** Passes the comma after a member, or stops at the closing bracket; a comma right before it is reported and passed. */
  #separator(close: string, openOffset: number, noun: string): boolean {
    this.#skipBlanks()
    const character = this.#text[this.#at]
    if (character === close) return true
    if (character === undefined) {
      this.#refuseEnd(openOffset, close)
      return false
    }
    if (character !== ',') {
      this.#refuse(`expected a comma or ${close} after the ${noun}`, missingCommaFix(character, noun))
      return false
    }
    const comma = this.#at++
    this.#skipBlanks()
    if (this.#text[this.#at] === close) {
      this.#diagnostics.error(this.#source.spotOf(comma, comma + 1), {
        code: 'RULE007',
        message: `a comma stands before the closing ${close}`,
        fix: 'Delete the comma.',
      })
    }
    return true
  }

  #string(): TextNode | null {
    const start = this.#at++
    let value = ''
    for (;;) {
      value += this.#match(PLAIN_TEXT)
      const character = this.#text[this.#at]
      if (character === '"') {
        this.#at++
        return { kind: 'text', value, start, end: this.#at }
      }
      if (character !== '\\') return this.#refuseOpenText(start)
      const decoded = this.#escape()
      if (decoded === null) return null
      value += decoded
    }
  }

  #escape(): string | null {
    const letter = this.#text[this.#at + 1] ?? ''
    const simple = JSON_ESCAPES.get(letter)
    if (simple !== undefined) {
      this.#at += 2
      return simple
    }
    const hex = this.#text.slice(this.#at + 2, this.#at + 6)
    if (letter === 'u' && /^[0-9a-fA-F]{4}$/.test(hex)) {
      this.#at += 6
      return String.fromCharCode(Number.parseInt(hex, 16))
    }
    this.#refuse('the backslash begins no JSON escape', 'Write a backslash as \\\\.', 2)
    return null
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0] ?? ''
    this.#at += found.length
    return found
  }

  #skipBlanks(): void {
    for (;;) {
      const unit = this.#text.charCodeAt(this.#at)
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return
      this.#at++
    }
  }

  #refuse(message: string, fix: string | null, length = 1): null {
    this.#diagnostics.error(this.#source.spotOf(this.#at, this.#at + length), {
      code: 'RULE006',
      message,
      fix,
    })
    return null
  }

  #refuseValue(word: string): null {
    const character = this.#text[this.#at]
    if (character === undefined) return this.#refuse('expected a value, found the end of the file', null)
    if (word !== '') {
      const lower = word.toLowerCase()
      const isLiteral = lower === 'true' || lower === 'false' || lower === 'null'
      const fix = isLiteral ? `Write ${lower}.` : `Write "${word}".`
      return this.#refuse(`expected a JSON value, found the word ${quoted(word)}`, fix, word.length)
    }
    if (character === "'") return this.#refuse('JSON text stands in double quotes', 'Use " instead of \'.')
    if (character === '/' || character === '#') {
      return this.#refuse('JSON has no comments', 'Delete the comment, or keep the rules in YAML.')
    }
    return this.#refuse(`expected a value, found ${quoted(character)}`, null)
  }

  #refuseEnd(openOffset: number, close: string): null {
    const open = close === '}' ? '{' : '['
    this.#diagnostics.error(this.#source.spotOf(this.#text.length, this.#text.length), {
      code: 'RULE006',
      message: `the file ends before the closing ${close}`,
      fix: `Add the missing ${close}; part of the file may be lost.`,
      related: [
        { message: `the ${open} stands here`, spot: this.#source.spotOf(openOffset, openOffset + 1) },
      ],
    })
    return null
  }

  #refuseOpenText(start: number): null {
    const unit = this.#text.charCodeAt(this.#at)
    const isLineEnd = Number.isNaN(unit) || unit === 0x0a || unit === 0x0d
    if (isLineEnd) {
      const end = this.#at
      this.#at = start
      return this.#refuse('the text is not closed on its line', 'Add the closing quote.', end - start)
    }
    const name = `U+${unit.toString(16).toUpperCase().padStart(4, '0')}`
    return this.#refuse(
      `the text holds the bare control character ${name}`,
      `Write it as \\u${name.slice(2)}.`,
    )
  }

  #refuseDepth(): null {
    this.#diagnostics.error(this.#source.spotOf(this.#at, this.#at + 1), {
      code: 'RULE011',
      message: `the file is nested deeper than ${NESTING_LIMIT} levels`,
      fix: null,
    })
    return null
  }
}

function missingCommaFix(character: string, noun: string): string {
  const isNext = character === '"' || character === '{' || character === '['
  return isNext
    ? `Put a comma between this ${noun} and the one before.`
    : 'Put a comma here, or a closing quote where the text before it ends.'
}
