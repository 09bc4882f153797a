import { escapeTerminal } from './escape.ts'

/** Characters that XML 1.0 cannot hold in any spelling, beyond those that `escapeTerminal` makes visible. */
const NONCHARACTERS = /[\ufffe\uffff]/g

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&apos;'],
])

/** Foreign text as the value of an attribute or as content: one line, never markup, always well-formed XML 1.0. */
export function xmlText(text: string): string {
  return escapeTerminal(text)
    .replace(NONCHARACTERS, (character) => `<U+${character.charCodeAt(0).toString(16).toUpperCase()}>`)
    .replace(/[&<>"']/g, (character) => ENTITIES.get(character) ?? '')
}

/** Attributes in the order given; null leaves one out. */
export function xmlAttributes(
  attributes: readonly (readonly [name: string, value: string | null])[],
): string {
  return attributes
    .flatMap(([name, value]) => (value === null ? [] : [` ${name}="${xmlText(value)}"`]))
    .join('')
}
