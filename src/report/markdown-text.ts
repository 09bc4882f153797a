import { escapeTerminal } from './escape.ts'

/** Punctuation that means something to Markdown, tables and GitHub's autolinks. */
const SPECIAL = /[\\`*_{}[\]()#+\-.!|~<>&@:]/g

/** Written as references, since a backslash does not take their meaning in every renderer. */
const REFERENCES: ReadonlyMap<string, string> = new Map([
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['&', '&amp;'],
  ['@', '&#64;'],
  [':', '&#58;'],
  ['|', '&#124;'],
])

/** Foreign text in Markdown: one line that is never markup, a link, a mention or the border of a cell. */
export function markdownText(text: string): string {
  return escapeTerminal(text).replace(SPECIAL, (character) => REFERENCES.get(character) ?? `\\${character}`)
}

/** Foreign lines as a fenced block that none of them can close. */
export function markdownFence(lines: readonly string[]): readonly string[] {
  const shown = lines.map(escapeTerminal)
  const longest = Math.max(2, ...shown.flatMap((line) => (line.match(/`+/g) ?? []).map((run) => run.length)))
  const fence = '`'.repeat(longest + 1)
  return [`${fence}text`, ...shown, fence]
}
