/** An element as the checker read it. */
export interface XmlElement {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  readonly text: string
}

const NAME = /[A-Za-z_][\w.-]*/y
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
])
/** Char of XML 1.0. */
const ALLOWED = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u

/**
 * Reads XML 1.0 without DTD, comments, CDATA and processing instructions, strictly: throws for everything that is not
 * well-formed. Written for tests of our own writer, so that it needs no more than that writes.
 */
export function readXml(text: string): XmlElement {
  return new XmlReader(text).document()
}

class XmlReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
    if (!ALLOWED.test(text)) throw new Error('a character that XML 1.0 does not allow')
  }

  document(): XmlElement {
    this.#expect('<?xml version="1.0" encoding="UTF-8"?>')
    this.#blanks()
    const root = this.#element()
    this.#blanks()
    if (this.#at !== this.#text.length) throw this.#fault('text after the root')
    return root
  }

  #element(): XmlElement {
    this.#expect('<')
    const name = this.#name()
    const attributes = new Map<string, string>()
    for (;;) {
      const before = this.#at
      this.#blanks()
      if (this.#take('/>')) return { name, attributes, children: [], text: '' }
      if (this.#take('>')) break
      if (this.#at === before) throw this.#fault('no blank before an attribute')
      const attribute = this.#name()
      if (attributes.has(attribute)) throw this.#fault(`a second ${attribute}`)
      this.#expect('="')
      attributes.set(attribute, this.#characters('"'))
      this.#expect('"')
    }
    const children: XmlElement[] = []
    let content = ''
    while (!this.#text.startsWith('</', this.#at)) {
      if (this.#text[this.#at] === '<') children.push(this.#element())
      else content += this.#characters('<')
    }
    this.#expect(`</${name}`)
    this.#blanks()
    this.#expect('>')
    return { name, attributes, children, text: content }
  }

  /** Character data up to a sign, entities decoded; a bare `<` or `&` and `]]>` are faults. */
  #characters(end: string): string {
    let found = ''
    for (;;) {
      const character = this.#text[this.#at]
      if (character === undefined) throw this.#fault('the end')
      if (character === end) return found
      if (character === '<' || this.#text.startsWith(']]>', this.#at)) throw this.#fault(character)
      this.#at += 1
      if (character !== '&') {
        found += character
        continue
      }
      const entity = this.#name()
      this.#expect(';')
      const decoded = ENTITIES.get(entity)
      if (decoded === undefined) throw this.#fault(`&${entity};`)
      found += decoded
    }
  }

  #name(): string {
    NAME.lastIndex = this.#at
    const found = NAME.exec(this.#text)?.[0]
    if (found === undefined) throw this.#fault('no name')
    this.#at += found.length
    return found
  }

  #blanks(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at += 1
  }

  #take(word: string): boolean {
    const isThere = this.#text.startsWith(word, this.#at)
    if (isThere) this.#at += word.length
    return isThere
  }

  #expect(word: string): void {
    if (!this.#take(word)) throw this.#fault(`no ${word}`)
  }

  #fault(what: string): Error {
    return new Error(`${what} at ${this.#at}: ${this.#text.slice(this.#at, this.#at + 40)}`)
  }
}
