import { escapeTerminal } from './escape.ts'
import { cutToWidth } from './text-width.ts'

/** Columns that a foreign text may take. */
const SHOWN_TEXT = 160
/** What a code span cannot hold everywhere: a backtick ends it, a pipe ends a cell of a table, a backslash may hide either. */
const NOT_FOR_SPANS = /[`|\\]/

/**
 * Text from a log, feed or rule as Markdown code: it stays text, in a paragraph, a list or a cell of a table. As code, because
 * a mention, a reference to an issue or a link would otherwise come alive in a pull request.
 */
export function markdownCode(text: string): string {
  const shown = cutToWidth(escapeTerminal(text), SHOWN_TEXT)
  if (shown.trim() === '') return '(blank)'
  if (NOT_FOR_SPANS.test(shown)) return `<code>${shown.replace(/[^\p{L}\p{N} ]/gu, entityOf)}</code>`
  return `\`${shown}\``
}

/** The same inside an element of HTML, where Markdown does not reach. */
export function htmlCode(text: string): string {
  const shown = cutToWidth(escapeTerminal(text), SHOWN_TEXT)
  return shown.trim() === '' ? '(blank)' : `<code>${shown.replace(/[&<>"'`|\\]/g, entityOf)}</code>`
}

/** An entity never stands for structure in Markdown. */
function entityOf(character: string): string {
  return `&#${character.codePointAt(0) ?? 0};`
}
