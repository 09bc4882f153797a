/** A flag that holds one text, or null. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

/** A flag that holds a list of texts. */
export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}
