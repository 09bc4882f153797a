import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalHash } from '../../src/canonical/hash.ts'
import type { HostObservation } from '../../src/canonical/host.ts'
import { hostOfDomainField, hostOfUrlField } from '../../src/canonical/host.ts'
import { canonicalIp, ipOfField } from '../../src/canonical/ip.ts'
import type { CanonicalValue } from '../../src/canonical/value.ts'
import { canonicalIndicatorValue } from '../../src/canonical/value.ts'
import * as values from '../support/arbitrary-values.ts'
import * as naive from '../support/naive-canonical.ts'
import { parameters, runs } from '../support/runs.ts'

test('for all texts, the canonical hash is the naive one', () => {
  let hashCount = 0

  fc.assert(
    fc.property(fc.constantFrom('Sha1', 'Sha256', 'Md5'), values.hashFieldText, (type, text) => {
      const expected = naive.naiveHash(type, text)
      hashCount += expected === null ? 0 : 1

      expect(canonicalHash(type, text)).toBe(expected)
    }),
    parameters(0.02),
  )

  expect(hashCount).toBeGreaterThan(runs(0.02) / 50)
})

test('for all texts, the canonical address is the naive one, and canonical once', () => {
  let addressCount = 0

  fc.assert(
    fc.property(values.addressLikeText, (text) => {
      const expected = naive.naiveIp(text)
      addressCount += expected === null ? 0 : 1

      const found = canonicalIp(text)

      expect(found).toBe(expected)
      if (found !== null) expect(canonicalIp(found)).toBe(found)
    }),
    parameters(0.05),
  )

  expect(addressCount).toBeGreaterThan(runs(0.05) / 4)
})

test('for all texts of IP fields, the address is the naive one', () => {
  let addressCount = 0

  fc.assert(
    fc.property(values.addressFieldText, (text) => {
      const expected = naive.naiveIpOfField(text)
      addressCount += expected === null ? 0 : 1

      expect(ipOfField(text)).toBe(expected)
    }),
    parameters(0.03),
  )

  expect(addressCount).toBeGreaterThan(runs(0.03) / 5)
})

test('for all texts of domain fields, the host is the naive one, and canonical once', () => {
  let domainCount = 0

  fc.assert(
    fc.property(values.domainFieldText, (text) => {
      const expected = naive.naiveHostOfDomainField(text)
      domainCount += expected.is === 'domain' ? 1 : 0

      const found = naiveShape(hostOfDomainField(text))

      expect(found).toEqual(expected)
      if (found.is === 'domain') expect(naiveShape(hostOfDomainField(found.value))).toEqual(found)
    }),
    parameters(0.05),
  )

  expect(domainCount).toBeGreaterThan(runs(0.05) / 4)
})

test('for all texts of URL fields, the host is the naive one', () => {
  const counts = { ip: 0, domain: 0, nothing: 0, 'not-a-name': 0 }

  fc.assert(
    fc.property(values.urlFieldText, (text) => {
      const expected = naive.naiveHostOfUrlField(text)
      counts[expected.is] += 1

      expect(naiveShape(hostOfUrlField(text))).toEqual(expected)
    }),
    parameters(0.1),
  )

  for (const count of Object.values(counts)) expect(count).toBeGreaterThan(runs(0.1) / 200)
})

test('for all types, functions and raw values, the canonical indicator is the naive one, and canonical once', () => {
  let acceptedCount = 0

  fc.assert(
    fc.property(values.indicatorType, values.detectionFunction, values.rawRuleValue, (type, fn, raw) => {
      const expected = naive.naiveIndicatorValue(type, fn, raw)
      acceptedCount += expected === null ? 0 : 1

      const found = valueOf(canonicalIndicatorValue(type, fn, raw))

      expect(found).toBe(expected)
      if (found !== null) expect(valueOf(canonicalIndicatorValue(type, fn, found))).toBe(found)
    }),
    parameters(0.1),
  )

  expect(acceptedCount).toBeGreaterThan(runs(0.1) / 10)
})

function naiveShape(host: HostObservation): naive.NaiveHost {
  if (host.kind === 'none') return { is: 'nothing' }
  return host.kind === 'not-a-name' ? { is: 'not-a-name' } : { is: host.kind, value: host.value }
}

function valueOf(result: CanonicalValue): string | null {
  return result.ok ? result.value : null
}
