/** Ranges that a terminal draws two columns wide: East Asian Wide and Fullwidth, by block, first and last code point. */
const WIDE_RANGES: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18d08],
  [0x1aff0, 0x1b2fb],
  [0x1f200, 0x1f251],
  [0x20000, 0x3fffd],
]
const COMBINING = /^[\p{Mn}\p{Me}]$/u
const EMOJI = /^\p{Emoji_Presentation}$/u
const FIRST_NOT_PLAIN = 0x300
/** Stands where text was cut. */
const ELLIPSIS = '…'

/** Columns that a terminal gives to escaped text: wide characters and emoji count two, combining marks none. */
export function textWidth(text: string): number {
  let width = 0
  for (const character of text) width += characterWidth(character)
  return width
}

/** Cuts escaped text to at most `width` columns (at least 1), with … in place of what is missing; `keep` says which side stays. */
export function cutToWidth(text: string, width: number, keep: 'start' | 'end' = 'start'): string {
  if (textWidth(text) <= width) return text
  const characters = Array.from(text)
  if (keep === 'end') characters.reverse()
  const kept: string[] = []
  let used = 1
  for (const character of characters) {
    used += characterWidth(character)
    if (used > width) break
    kept.push(character)
  }
  if (kept.at(-1) === ELLIPSIS) kept.pop() // two of them say no more than one
  return keep === 'start' ? kept.join('') + ELLIPSIS : ELLIPSIS + kept.toReversed().join('')
}

/** Fills escaped text with blanks to `width` columns; longer text stays as it is. */
export function padToWidth(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const blanks = ' '.repeat(Math.max(0, width - textWidth(text)))
  return align === 'left' ? text + blanks : blanks + text
}

function characterWidth(character: string): number {
  const codePoint = character.codePointAt(0) ?? 0
  if (codePoint < FIRST_NOT_PLAIN) return 1
  if (COMBINING.test(character)) return 0
  const isWide = WIDE_RANGES.some(([first, last]) => codePoint >= first && codePoint <= last)
  return isWide || EMOJI.test(character) ? 2 : 1
}
