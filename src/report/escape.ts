import { HIDDEN_CHARACTERS } from '../model/hidden-characters.ts'

/**
 * Makes text from a log, feed, file name or server safe for a terminal or a text log: the result is one line of visible characters.
 * Control characters become `\x1b`, invisible ones `<U+202E>`. Every sink that prints foreign text goes through here.
 * Visible text is returned unchanged, but for what a build server would take for a command of its own in the log of a job;
 * the result is for reading and is not meant to be read back.
 */
export function escapeTerminal(text: string): string {
  const visible = text.replace(HIDDEN_CHARACTERS, escapeCharacter)
  return visible.includes('::') || visible.includes('##')
    ? visible.replace(BUILD_COMMANDS, escapeCharacter)
    : visible
}

/**
 * The first character of what build servers look for in the output of a job: `::error::` where a line begins, which a wrapped one
 * does anywhere, with any words before the second pair of colons, and `##vso[`, `##[` and `##teamcity[`. Not every pair of colons,
 * because addresses and the names of methods have them too.
 */
const BUILD_COMMANDS =
  /:(?=:(?:error|warning|notice|debug|(?:end)?group|(?:add|remove)-[a-z]+|stop-commands|set-[a-z]+|save-state|echo)(?:\s.*)?::)|#(?=#(?:vso|teamcity)?\[)/gi

/**
 * JSON text of a value that a terminal may show: what `escapeTerminal` changes is written as `\\u` escapes, which every reader
 * of JSON turns back.
 */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value).replace(HIDDEN_CHARACTERS, escapeUnits)
  return text.includes('##') ? text.replace(BUILD_COMMANDS, escapeUnits) : text
}

function escapeUnits(character: string): string {
  const units = Array.from({ length: character.length }, (_, i) => character.charCodeAt(i))
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
}

function escapeCharacter(character: string): string {
  const codePoint = character.codePointAt(0) ?? 0
  const hex = codePoint.toString(16)
  return codePoint <= 0x9f ? `\\x${hex.padStart(2, '0')}` : `<U+${hex.toUpperCase().padStart(4, '0')}>`
}
