import { DOMAIN_LABEL_LIMIT } from '../model/indicator.ts'
import { canonicalIp } from './ip.ts'
import { decodePunycode } from './punycode.ts'

/**
 * Code units of the longest name that is given to IDNA. The ASCII form of a longer one passes every limit of
 * DNS several times over, and the conversion's work grows with the square of a label's length.
 */
export const IDNA_TEXT_LIMIT = 1024

const ACE_PREFIX = 'xn--'
const TRAILING_DOTS = /\.+$/

/**
 * The ASCII form of a name by IDNA (UTS 46, as in URLs) without trailing dots, or null when there is none or
 * when the host parser takes the name for an address. Only names with non-ASCII characters belong here: the
 * parser rewrites pure ASCII ones such as `1.2.3`. `% / \ ? # @ :`, blanks and controls must be excluded before.
 */
export function asciiFormOfName(name: string): string | null {
  if (name.length > IDNA_TEXT_LIMIT) return null
  const host = URL.parse(`http://${name}/`)?.hostname.replace(TRAILING_DOTS, '') ?? ''
  return host === '' || canonicalIp(host) !== null ? null : host
}

/** The name with each `xn--` label decoded; labels that do not decode stay as they are. */
export function unicodeFormOfName(name: string): string {
  if (!name.includes(ACE_PREFIX)) return name
  return name.split('.').map(unicodeFormOfLabel).join('.')
}

/**
 * True when a label mixes Latin letters with Cyrillic, Greek, Armenian or Cherokee ones, which look alike:
 * the usual way to imitate a name.
 */
export function hasMixedScripts(name: string): boolean {
  return name
    .split('.')
    .some(
      (label) =>
        /\p{Script=Latin}/u.test(label) &&
        /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u.test(label),
    )
}

function unicodeFormOfLabel(label: string): string {
  if (!label.startsWith(ACE_PREFIX) || label.length > DOMAIN_LABEL_LIMIT) return label
  return decodePunycode(label.slice(ACE_PREFIX.length)) ?? label
}
