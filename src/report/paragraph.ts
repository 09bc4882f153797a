import { cutToWidth, textWidth } from './text-width.ts'

/** Breaks escaped text at blanks into lines of at most `width` columns, indented; a word that is too long is cut. */
export function paragraphLines(
  text: string,
  layout: { readonly width: number; readonly first: string; readonly rest: string },
): readonly string[] {
  const lines: string[] = []
  let line = layout.first
  let isEmpty = true
  for (const word of text.split(' ')) {
    if (!isEmpty && textWidth(line) + 1 + textWidth(word) > layout.width) {
      lines.push(line)
      line = layout.rest
      isEmpty = true
    }
    const room = Math.max(1, layout.width - textWidth(line) - (isEmpty ? 0 : 1))
    line += (isEmpty ? '' : ' ') + cutToWidth(word, room)
    isEmpty = false
  }
  return [...lines, line]
}
