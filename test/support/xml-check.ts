import { SaxesParser } from 'saxes'

/** An element as a parser of others reads it. */
export interface XmlElement {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  readonly text: string
}

interface OpenElement extends XmlElement {
  readonly children: XmlElement[]
  text: string
}

/** Reads a document of XML 1.0; throws when it is not well-formed or does not declare that it is one in UTF-8. */
export function readXml(document: string): XmlElement {
  const root: OpenElement = { name: '', attributes: new Map(), children: [], text: '' }
  const open: OpenElement[] = [root]
  const parser = new SaxesParser({ xmlns: false, defaultXMLVersion: '1.0' })
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ name, attributes }) => {
    const element = { name, attributes: new Map(Object.entries(attributes)), children: [], text: '' }
    open.at(-1)?.children.push(element)
    open.push(element)
  })
  parser.on('text', (text) => {
    const element = open.at(-1)
    if (element !== undefined) element.text += text
  })
  parser.on('closetag', () => {
    open.pop()
  })
  parser.write(document)
  const { version, encoding } = parser.xmlDecl
  parser.close()
  if (version !== '1.0' || encoding !== 'UTF-8') throw new Error('the XML declaration is missing')
  const [only] = root.children
  if (only === undefined) throw new Error('the document has no root')
  return only
}
