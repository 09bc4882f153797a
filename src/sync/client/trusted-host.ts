import { RemoteError } from '../remote-error.ts'
import { isLoopback } from './service-url.ts'

/** Domains of the service and of the identity platform that gives its tokens out, in every cloud. */
const SERVICE_DOMAINS = [
  'securitycenter.windows.com',
  'securitycenter.microsoft.com',
  'login.windows.net',
  'login.microsoftonline.com',
  'login.microsoftonline.us',
  'login.partner.microsoftonline.cn',
] as const

/**
 * Throws for an address that only the configuration names and that is neither the service's nor this machine's. A
 * configuration comes with a working copy: whoever can change it must not be able to ask for the secret.
 */
export function refuseForeignHost(url: URL, variable: string): void {
  if (isLoopback(url) || SERVICE_DOMAINS.some((domain) => isWithin(url.hostname, domain))) return
  throw new RemoteError(
    'safety',
    'SYNC125',
    `the configuration leads to ${url.host}, which is not the service; the secret does not go there on its word alone`,
    `If you trust it, set ${variable} in the environment.`,
  )
}

function isWithin(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`)
}
