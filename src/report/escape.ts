import { HIDDEN_CHARACTERS } from '../model/hidden-characters.ts'

/**
 * Makes text from a log, feed, file name or server safe for a terminal or a text log: the result is one line of visible characters.
 * Control characters become `\x1b`, invisible ones `<U+202E>`. Every sink that prints foreign text goes through here.
 * Visible text is returned unchanged; the result is for reading and is not meant to be read back.
 */
export function escapeTerminal(text: string): string {
  return text.replace(HIDDEN_CHARACTERS, escapeCharacter)
}

/**
 * JSON text of a value that a terminal may show: what `escapeTerminal` hides is written as `\\u` escapes, which every reader
 * of JSON turns back.
 */
export function jsonText(value: unknown): string {
  return JSON.stringify(value).replace(HIDDEN_CHARACTERS, escapeUnits)
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
