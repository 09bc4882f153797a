import { HIDDEN_CHARACTERS } from '../../model/hidden-characters.ts'

/** Characters of a foreign body that a message shows. */
const EXCERPT_LENGTH = 200
/** Characters of a foreign name or code that a message shows. */
const WORD_LENGTH = 120

/** Foreign text as one visible line: every character that moves, hides or breaks becomes `<U+XXXX>`. */
export function visibleText(text: string): string {
  return text.replace(HIDDEN_CHARACTERS, (character) => {
    const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase()
    return `<U+${hex.padStart(4, '0')}>`
  })
}

/** The start of a foreign body, visible and at most 200 characters, for a message. */
export function excerpt(text: string): string {
  return shortened(visibleText(text.slice(0, EXCERPT_LENGTH * 2)), EXCERPT_LENGTH)
}

/** A foreign name, code or identifier, visible and short, for a message. */
export function shownWord(text: string): string {
  return shortened(visibleText(text.slice(0, WORD_LENGTH * 2)), WORD_LENGTH)
}

function shortened(text: string, length: number): string {
  return text.length > length ? text.slice(0, length) : text
}
