/** A text that YAML readers of any version take for a number, a boolean, a date or nothing. */
const AMBIGUOUS =
  /^(?:~|null|true|false|yes|no|on|off|y|n|[-+]?[\d_,]*\.?[\d_]*(?:e[-+]?[\d_]*)?|0[xob].*|[-+]?\.(?:inf|nan)|\d{4}-\d.*)$/i
/** One word without a sign of YAML in it. */
const PLAIN_WORD = /^[A-Za-z0-9_.][A-Za-z0-9_.-]*$/
/** Words with blanks and the punctuation of prose; safe as a block value, not inside braces. */
const PLAIN_PROSE = /^[A-Za-z][A-Za-z0-9_.,;()/'+-]*(?: [A-Za-z0-9_.,;()/'+-]+)*$/

/** What must not stand as it is: control and invisible characters, lone surrogates, line ends other than \n. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\ufffe\uffff]/u
const HIDDEN_OR_QUOTE = new RegExp(`${HIDDEN.source}|["\\\\]`, 'gu')

const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\t', '\\t'],
  ['\r', '\\r'],
  ['"', '\\"'],
  ['\\', '\\\\'],
])

/** Longer words are quoted unread, so that no pattern meets a text that a hostile service chose the length of. */
const WORD_LIMIT = 300

/** A text as one YAML word where that is safe everywhere, also inside braces; else in double quotes. */
export function yamlWord(text: string): string {
  const isShort = text.length <= WORD_LIMIT
  return isShort && PLAIN_WORD.test(text) && !AMBIGUOUS.test(text) ? text : yamlQuoted(text)
}

/**
 * A text as the value of a key: plain prose, a literal block where it has several lines that a block shows truly,
 * else in double quotes with everything invisible escaped. `indent` is that of the block's lines.
 */
export function yamlValue(text: string, indent: string): string {
  const isAmbiguous = text.length <= WORD_LIMIT && AMBIGUOUS.test(text)
  if (PLAIN_PROSE.test(text) && !isAmbiguous) return text
  const lines = text.split('\n')
  if (lines.length < 2 || !lines.every(isPlainLine) || !isBlockEdge(lines)) return yamlQuoted(text)
  return `|-\n${lines.map((line) => (line === '' ? '' : indent + line)).join('\n')}`
}

/** A text in double quotes; what a reader could not see is escaped. */
export function yamlQuoted(text: string): string {
  return `"${text.replace(HIDDEN_OR_QUOTE, escape)}"`
}

/** Blanks at a line's end would be lost on a reviewer, and a line of blanks alone on some readers. */
function isPlainLine(line: string): boolean {
  return !HIDDEN.test(line) && !/\s$/.test(line)
}

/** The first line sets the indentation, and `|-` drops empty lines at the end. */
function isBlockEdge(lines: readonly string[]): boolean {
  return /^\S/.test(lines[0] ?? '') && lines.at(-1) !== ''
}

function escape(character: string): string {
  const short = SHORT_ESCAPES.get(character)
  if (short !== undefined) return short
  const point = character.codePointAt(0) ?? 0
  const hex = point.toString(16)
  return point > 0xffff ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`
}
