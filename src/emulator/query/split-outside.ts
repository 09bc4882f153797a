import { isBlank } from './filter-lexer.ts'
import type { OptionText } from './option-text.ts'

/** Splits at a sign that stands in no quoted text and no parentheses; blanks around the parts are dropped. */
export function splitOutside(source: OptionText, separator: ',' | ';'): OptionText[] {
  const parts: OptionText[] = []
  let start = source.start
  let level = 0
  for (let offset = source.start; offset < source.end; offset++) {
    const sign = source.text.charAt(offset)
    if (sign === "'") offset = endOfQuoted(source, offset)
    else if (sign === '(') level++
    else if (sign === ')') level--
    else if (sign === separator && level === 0) {
      parts.push(trimmed(source.part(start, offset)))
      start = offset + 1
    }
    if (level < 0) source.refuse(offset, 'this ) closes nothing', 'remove it')
  }
  if (level > 0) source.refuse(source.end, 'expected ) before the end', 'close the parenthesis')
  parts.push(trimmed(source.part(start, source.end)))
  return parts
}

/** The place of the closing quote; a doubled quote opens the text again, which comes to the same. */
function endOfQuoted(source: OptionText, offset: number): number {
  const end = source.text.indexOf("'", offset + 1)
  if (end < 0 || end >= source.end)
    source.refuse(offset, 'this quoted text never ends', "close it with ', and double each ' inside it")
  return end
}

function trimmed(part: OptionText): OptionText {
  let { start, end } = part
  while (start < end && isBlank(part.text.charCodeAt(start))) start++
  while (end > start && isBlank(part.text.charCodeAt(end - 1))) end--
  return part.part(start, end)
}
