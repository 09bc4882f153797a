import { RemoteError } from './remote-error.ts'
import { shownWord } from './shown-text.ts'

/** Longest link that a service may send us to. */
const LINK_LENGTH = 8_192

/** Characters that parsers of URLs read differently from one another: controls, blanks, backslashes. */
const AMBIGUOUS = /[\p{Cc}\s\\]/u
/** `http:host/…`, which is a relative link to the parser of URLs and an absolute one to others. */
const SCHEME_WITHOUT_HOST = /^[a-z][a-z0-9+.-]*:(?!\/\/)/i
/** Encoded separators, which some servers decode before they look at the path. */
const ENCODED_SEPARATOR = /%(?:2f|5c|00)/i

/**
 * The address of a service or token endpoint as the user gave it: https, or http on this machine, with no user, query or
 * fragment (sync 15). A trailing slash is cut. Throws a RemoteError that says which setting is wrong, without its value's secrets.
 */
export function parseServiceUrl(text: string, setting: string): URL {
  const url = URL.canParse(text) && !AMBIGUOUS.test(text) ? new URL(text) : null
  if (url === null) throw badUrl(setting, 'is no URL', 'give an address such as https://host.example/v1.0')
  if (url.username !== '' || url.password !== '')
    throw badUrl(setting, 'holds a user or a password', 'give the address without them')
  if (url.search !== '' || url.hash !== '' || /[?#]/.test(text))
    throw badUrl(setting, 'holds a query or a fragment', 'give the address without them')
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url)))
    throw badUrl(setting, `uses ${shownWord(url.protocol)} to another machine`, 'use https')
  url.pathname = url.pathname.replace(/\/+$/, '')
  return url
}

/** True for addresses of this machine, the only ones that may be reached without TLS. */
export function isLoopback(url: URL): boolean {
  return (
    url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(url.hostname)
  )
}

/** `scheme://host:port` and the path, without a trailing slash. */
export function addressOf(url: URL): string {
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}

/** The URL of a path below the service root; the path is ours, never a server's. */
export function urlBelow(root: URL, path: string): URL {
  return new URL(`${addressOf(root)}/${path}`)
}

/**
 * The URL that a service's link leads to, or the reason why it is not followed. It must stay with the service: same scheme, host
 * and port after parsing, and below the service root's path. Relative links are resolved against the root; one that is a query only,
 * against the page that held it. Decided before any request, since every request carries the token.
 */
export function pinnedLink(root: URL, page: URL, link: string): URL | string {
  if (link.length > LINK_LENGTH) return 'is too long'
  if (link === '' || AMBIGUOUS.test(link)) return 'is empty or holds blanks, controls or backslashes'
  if (SCHEME_WITHOUT_HOST.test(link)) return 'names a scheme but no host'
  const base = link.startsWith('?') ? page.href : `${addressOf(root)}/`
  if (!URL.canParse(link, base)) return 'is no URL'
  const url = new URL(link, base)
  if (url.protocol !== root.protocol || url.host !== root.host) return 'leads to another origin'
  if (url.username !== '' || url.password !== '') return 'holds a user or a password'
  if (!isBelow(root, url) || ENCODED_SEPARATOR.test(url.pathname)) return 'leaves the path of the service'
  url.hash = ''
  return url
}

/** Case is ignored, since services of this family write the version as `v1.0` and as `V1.0` (ti-api 1.1). */
function isBelow(root: URL, url: URL): boolean {
  const path = `${root.pathname.replace(/\/+$/, '')}/`.toLowerCase()
  return url.pathname.toLowerCase().startsWith(path)
}

function badUrl(setting: string, reason: string, fix: string): RemoteError {
  return new RemoteError('usage', 'SYNC120', `${setting} ${reason}`, fix)
}
