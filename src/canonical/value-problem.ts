/** What is wrong, or worth a warning, with one indicator value. The reader adds the place. */
export interface ValueProblem {
  /** One of `VALUE_CODES`. */
  readonly code: string
  /** Says what was expected and what was found. */
  readonly message: string
  /** One imperative sentence, or null when there is no single remedy. */
  readonly fix: string | null
}

/** The canonical ASCII text of a value with its warnings, or the one problem that refuses it. */
export type CanonicalValue =
  | { readonly ok: true; readonly value: string; readonly warnings: readonly ValueProblem[] }
  | { readonly ok: false; readonly problem: ValueProblem }

/** Stable codes of value problems; a code is never reused for another meaning. */
export const VALUE_CODES = {
  empty: 'IOC020',
  blank: 'IOC021',
  /** Warning. */
  blanksCut: 'IOC022',
  defanged: 'IOC023',
  character: 'IOC024',
  hashLength: 'IOC025',
  tooLong: 'IOC026',
  noAddress: 'IOC027',
  leadingZero: 'IOC028',
  addressRange: 'IOC029',
  addressDecoration: 'IOC030',
  url: 'IOC031',
  addressAsName: 'IOC032',
  nameAsAddress: 'IOC033',
  nameShape: 'IOC034',
  nonAsciiFragment: 'IOC035',
  idnaChanges: 'IOC036',
  idnaRefuses: 'IOC037',
  /** Warning. */
  idnaConverted: 'IOC038',
  /** Warning. */
  mixedScripts: 'IOC039',
  wildcard: 'IOC040',
} as const

/** The result for a value that is taken, in its canonical form. */
export function accepted(value: string, warnings: readonly ValueProblem[] = []): CanonicalValue {
  return { ok: true, value, warnings }
}

/** The result for a value that is refused. */
export function refused(code: string, message: string, fix: string | null): CanonicalValue {
  return { ok: false, problem: { code, message, fix } }
}

const SHOWN_CODE_POINTS = 80

/** The text in double quotes, bounded, with everything invisible or quotable as U+XXXX: safe in any message. */
export function quoted(text: string): string {
  // A code point has at most two units, so this many units hold all that is shown.
  const points = Array.from(text.slice(0, SHOWN_CODE_POINTS * 2)).slice(0, SHOWN_CODE_POINTS)
  const shown = points.map(visible).join('')
  return points.join('').length === text.length ? `"${shown}"` : `"${shown}…" (${text.length} characters)`
}

/** A code point as `U+XXXX`. */
export function codePointName(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}

/** The first code point of a text for a message: `"z"` where everyone sees what it is, else `U+XXXX`. */
export function firstCharacter(text: string): string {
  const character = String.fromCodePoint(text.codePointAt(0) ?? 0)
  return /^[!#-~]$/.test(character) ? `"${character}"` : codePointName(character)
}

function visible(character: string): string {
  const isVisible = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(character) && !/["\\]/.test(character)
  return isVisible ? character : `<${codePointName(character)}>`
}
