const MOST_SHOWN = 40

/** The beginning of a text from an offset, short enough for a message and never ending within a character. */
export function excerpt(text: string, from: number = 0): string {
  const rest = text.slice(from, from + MOST_SHOWN + 1)
  if (rest.length <= MOST_SHOWN) return rest.toWellFormed()
  const last = rest.charCodeAt(MOST_SHOWN - 1)
  const isHalf = last >= 0xd800 && last <= 0xdbff
  return `${rest.slice(0, isHalf ? MOST_SHOWN - 1 : MOST_SHOWN)}…`
}
