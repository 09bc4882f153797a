import { isIP, isIPv6 } from 'node:net'
import { refusal } from './refusal.ts'

/** Refuses what only a web page would send: a foreign Origin, or on loopback a name that some DNS server made up. */
export function refuseWebPage(request: Request, isLoopback: boolean): Response | null {
  const { origin: ownOrigin, hostname } = new URL(request.url)
  const origin = request.headers.get('origin')
  if (origin !== null && origin !== ownOrigin)
    return refusal(403, 'Forbidden', 'Requests of web pages are not answered (header Origin).')
  if (isLoopback && !isLoopbackHost(hostname))
    return refusal(
      421,
      'MisdirectedRequest',
      'The header Host names another machine; use 127.0.0.1 or localhost.',
    )
  return null
}

/** Whether a host, as it stands in a URL or is given to `listen`, is this machine alone. */
export function isLoopbackHost(host: string): boolean {
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
  if (bare.toLowerCase() === 'localhost' || bare === '::1') return true
  return isIP(bare) === 4 && bare.startsWith('127.')
}

/** The host as it stands in a URL. */
export function hostInUrl(host: string): string {
  return isIPv6(host) ? `[${host}]` : host
}
