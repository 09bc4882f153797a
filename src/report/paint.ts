/** What a piece of text means on the terminal; the colours follow from it, so that every report speaks the same language. */
export type Ink = 'strong' | 'faint' | 'error' | 'warning' | 'good' | 'accent'

const SEQUENCES: { readonly [K in Ink]: string } = {
  strong: '\x1b[1m',
  faint: '\x1b[2m',
  error: '\x1b[1;31m',
  warning: '\x1b[33m',
  good: '\x1b[32m',
  accent: '\x1b[36m',
}
const RESET = '\x1b[0m'

/** Wraps text that is already escaped; with colours off it returns the text alone. */
export type Painter = (ink: Ink, text: string) => string

/** Gives the painter for a terminal with or without colours. */
export function painterFor(options: { readonly color: boolean }): Painter {
  return options.color ? (ink, text) => (text === '' ? '' : SEQUENCES[ink] + text + RESET) : (_, text) => text
}
