import { expect, test } from 'vitest'
import { hostOfUrlField } from '../../../src/canonical/host.ts'
import { canonicalIp } from '../../../src/canonical/ip.ts'
import { oracleText } from './oracle-data.ts'

interface UrlRow {
  readonly href?: string
  readonly hostname?: string
  readonly protocol?: string
}

test('hosts agree with the web platform table on serialised web URLs when it is here', (context) => {
  const table: readonly (UrlRow | string)[] = JSON.parse(oracleText(context, 'url/urltestdata_half.json'))
  const rows = table.filter((row): row is UrlRow => typeof row !== 'string' && isWebUrl(row))

  const found = rows.map((row) => [row.href, observed(row.href ?? '')])

  expect(found).toEqual(rows.map((row) => [row.href, expectedHost(row.hostname ?? '')]))
  expect(rows.length).toBeGreaterThan(100)
})

function isWebUrl(row: UrlRow): boolean {
  return /^(?:https?|wss?|ftp):$/.test(row.protocol ?? '')
}

function observed(href: string): string {
  const host = hostOfUrlField(href)
  return 'value' in host ? host.value : host.kind
}

/** The table keeps brackets, writes mapped addresses as IPv6, and keeps trailing dots. */
function expectedHost(hostname: string): string {
  return canonicalIp(hostname.replace(/^\[|\]$/g, '')) ?? (hostname.replace(/\.+$/, '') || 'none')
}
