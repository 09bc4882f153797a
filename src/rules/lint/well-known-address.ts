import ipaddr from 'ipaddr.js'
import type { LintContext } from './lint-context.ts'

/** Ranges whose addresses are no remote ends of an attack, by the library's names. */
const RANGES: ReadonlyMap<string, string> = new Map([
  ['unspecified', 'the unspecified address'],
  ['loopback', 'a loopback address'],
  ['private', 'a private address (RFC 1918)'],
  ['uniqueLocal', 'a private address (RFC 4193)'],
  ['linkLocal', 'a link-local address'],
  ['multicast', 'a multicast address'],
  ['broadcast', 'the broadcast address'],
])

/** Resolvers that their operators document for the public. */
const RESOLVERS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'Google Public DNS': ['8.8.8.8', '8.8.4.4', '2001:4860:4860::8888', '2001:4860:4860::8844'],
    'Cloudflare DNS': ['1.1.1.1', '1.0.0.1', '2606:4700:4700::1111', '2606:4700:4700::1001'],
    Quad9: ['9.9.9.9', '149.112.112.112', '2620:fe::fe', '2620:fe::9'],
    OpenDNS: ['208.67.222.222', '208.67.220.220', '2620:119:35::35', '2620:119:53::53'],
  }).flatMap(([operator, addresses]) => addresses.map((address) => [address, operator])),
)

/** Warns of addresses that ordinary traffic holds all day. */
export function lintWellKnownAddress(context: LintContext): void {
  const { count, type, detectionFunction } = context.rules.indicators
  for (let row = 0; row < count; row++) {
    if (type[row] !== 3 || detectionFunction[row] !== 0) continue // IpAddress, Equals
    const value = context.valueOf(row)
    const reason = wellKnownReason(value)
    if (reason === null) continue
    context.reportRow(row, {
      code: 'LINT008',
      severity: 'warning',
      message: `${value} is ${reason}`,
      fix: 'Delete the IOC, unless you mean every connection to it.',
    })
  }
}

function wellKnownReason(value: string): string | null {
  const operator = RESOLVERS.get(value)
  if (operator !== undefined) return `a public resolver (${operator})`
  return RANGES.get(ipaddr.parse(value).range()) ?? null
}
