import { cutToWidth, textWidth } from './text-width.ts'

/** Where the lines of a paragraph begin and end. */
export interface ParagraphLayout {
  readonly width: number
  readonly first: string
  readonly rest: string
  /** What becomes of a word that no line has room for; `break` shows the whole of it over several lines. Cut unless told. */
  readonly longWords?: 'cut' | 'break'
}

/** Breaks escaped text at blanks into lines of at most `width` columns, indented. */
export function paragraphLines(text: string, layout: ParagraphLayout): readonly string[] {
  const words = text.split(' ')
  const room = layout.width - Math.max(textWidth(layout.first), textWidth(layout.rest))
  const pieces = layout.longWords === 'break' ? words.flatMap((word) => piecesOf(word, room)) : words
  const lines: string[] = []
  let line = layout.first
  let isEmpty = true
  for (const word of pieces) {
    if (!isEmpty && textWidth(line) + 1 + textWidth(word) > layout.width) {
      lines.push(line)
      line = layout.rest
      isEmpty = true
    }
    const left = Math.max(1, layout.width - textWidth(line) - (isEmpty ? 0 : 1))
    line += (isEmpty ? '' : ' ') + cutToWidth(word, left)
    isEmpty = false
  }
  return [...lines, line]
}

/** A word in pieces of at most so many columns; only the last one is shorter. */
function piecesOf(word: string, room: number): readonly string[] {
  if (textWidth(word) <= room) return [word]
  const pieces: string[] = []
  let piece = ''
  let width = 0
  for (const character of word) {
    const more = textWidth(character)
    if (piece !== '' && width + more > room) {
      pieces.push(piece)
      piece = ''
      width = 0
    }
    piece += character
    width += more
  }
  return [...pieces, piece]
}
