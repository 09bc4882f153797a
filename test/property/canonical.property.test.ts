import * as fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { describe, expect, test } from 'vitest'
import { hostOfDomainField, hostOfUrlField } from '../../src/canonical/host.ts'
import { canonicalHash } from '../../src/canonical/hash.ts'
import { canonicalIp, ipBytes, ipOfField, ipText } from '../../src/canonical/ip.ts'
import { canonicalIndicatorBytes } from '../../src/canonical/value-bytes.ts'
import { canonicalIndicatorValue } from '../../src/canonical/value.ts'
import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../../src/model/indicator.ts'
import { parameters, runs } from '../support/runs.ts'

const SHARE = 0.025
const RUNS: number = runs(SHARE)
const ZERO_HEAVY_GROUP = fc.oneof(
  { weight: 2, arbitrary: fc.constant(0) },
  fc.nat(0xffff),
  fc.constant(0xffff),
)

const oneCharacterOf = (text: string): fc.Arbitrary<string> => fc.constantFrom(...Array.from(text))

/** Groups of an IPv6 address with one of their spellings. */
const spelledIpv6 = fc
  .record({
    groups: fc.array(ZERO_HEAVY_GROUP, { minLength: 8, maxLength: 8 }),
    width: fc.constantFrom(1, 2, 4),
    isUpper: fc.boolean(),
    isDotted: fc.boolean(),
    gapChoice: fc.nat(40),
  })
  .map(({ groups, width, isUpper, isDotted, gapChoice }) => {
    const bytes = Uint8Array.from(groups.flatMap((group) => [group >>> 8, group & 0xff]))
    const words = groups.map((group) => group.toString(16).padStart(width, '0'))
    const parts = isDotted ? [...words.slice(0, 6), bytes.slice(12).join('.')] : words
    // Any run of zero groups may be written as `::`; the last word of a dotted text is no such group.
    const zeroRuns = parts.flatMap((_, start) =>
      Array.from({ length: parts.length - start }, (_, i) => [start, start + i + 1] as const).filter(
        ([from, to]) =>
          (!isDotted || to < parts.length) && groups.slice(from, to).every((group) => group === 0),
      ),
    )
    const gap = zeroRuns[gapChoice]
    const text =
      gap === undefined
        ? parts.join(':')
        : `${parts.slice(0, gap[0]).join(':')}::${parts.slice(gap[1]).join(':')}`
    return { bytes, text: isUpper ? text.toUpperCase() : text }
  })

const PLAUSIBLE = fc.oneof(
  fc.domain(),
  fc.domain().map((name) => name.toUpperCase()),
  fc.domain().map((name) => `${name}.`),
  fc.ipV4(),
  fc.ipV6(),
  spelledIpv6.map(({ text }) => text),
  fc.webUrl(),
  fc.string({ unit: oneCharacterOf('0123456789abcdefABCDEF'), minLength: 32, maxLength: 32 }),
  fc.string({ unit: oneCharacterOf('0123456789abcdefABCDEF'), minLength: 40, maxLength: 40 }),
  fc.string({ unit: oneCharacterOf('0123456789abcdefABCDEF'), minLength: 64, maxLength: 64 }),
  fc.string({ unit: oneCharacterOf('0123456789abcdef.:'), minLength: 1, maxLength: 12 }),
  fc.string({ unit: oneCharacterOf('abc-_.19'), minLength: 1, maxLength: 70 }),
)
const HOSTILE = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: oneCharacterOf('ab.:%[]@/\\?# \t\0üа。İẞ１٣2eE-_0x'), maxLength: 30 }),
  PLAUSIBLE.map((text) => ` ${text}\t`),
  PLAUSIBLE.map((text) => text.replaceAll('.', '[.]')),
  fc.constantFrom('', '.', '..', 'a'.repeat(300), '::', '\ud800', 'xn--a', 'xn--99999999.com'),
)
const VALUE = fc.oneof({ weight: 2, arbitrary: PLAUSIBLE }, HOSTILE)
const TYPE = fc.constantFrom(...INDICATOR_TYPES)
const OPERATOR = fc.constantFrom(...DETECTION_FUNCTIONS)

describe('canonical forms', () => {
  test('for all indicators, a canonical value gives itself, is ASCII and earns no new conversion', () => {
    let acceptedCount = 0
    let changedCount = 0
    fc.assert(
      fc.property(TYPE, OPERATOR, VALUE, (type, operator, raw) => {
        const first = canonicalIndicatorValue(type, operator, raw)
        if (!first.ok) {
          expect(first.problem.message).toMatch(/^expected [^]*found /)
          return
        }
        acceptedCount += 1
        if (first.value !== raw) changedCount += 1
        const second = canonicalIndicatorValue(type, operator, first.value)
        expect(second).toMatchObject({ ok: true, value: first.value })
        expect(first.value).toMatch(/^[\x21-\x7e]+$/)
        expect(second.ok && second.warnings.filter((warning) => warning.code !== 'IOC039')).toEqual([])
      }),
      parameters(SHARE),
    )
    expect(acceptedCount).toBeGreaterThan(RUNS / 5)
    expect(changedCount).toBeGreaterThan(RUNS / 50)
  })

  test('for all values, the byte path agrees with the plain path or leaves the decision to it', () => {
    let decidedCount = 0
    let cleanCount = 0
    fc.assert(
      fc.property(
        fc.nat(INDICATOR_TYPES.length - 1),
        fc.nat(DETECTION_FUNCTIONS.length - 1),
        VALUE,
        fc.boolean(),
        (typeIndex, functionIndex, raw, isInPlace) => {
          const value = new TextEncoder().encode(raw)
          const bytes = new Uint8Array(value.length + 6).fill(0x21)
          bytes.set(value, 3)
          const out = isInPlace ? bytes : new Uint8Array(bytes.length).fill(0x21)
          const expected = canonicalIndicatorValue(
            INDICATOR_TYPES[typeIndex] ?? 'Sha1',
            DETECTION_FUNCTIONS[functionIndex] ?? 'Equals',
            raw,
          )

          const length = canonicalIndicatorBytes(typeIndex, functionIndex, bytes, 3, 3 + value.length, out, 3)

          if (expected.ok && expected.warnings.length === 0) cleanCount += 1
          const outside = [...out.subarray(0, 3), ...out.subarray(3 + value.length)]
          expect(outside).toEqual(Array(6).fill(0x21))
          if (length === -1) return
          decidedCount += 1
          const text = new TextDecoder().decode(out.subarray(3, 3 + length))
          expect(expected).toEqual({ ok: true, value: text, warnings: [] })
        },
      ),
      parameters(SHARE),
    )
    expect(cleanCount).toBeGreaterThan(RUNS / 5)
    expect(decidedCount).toBeGreaterThan(cleanCount * 0.97)
  })

  test('for all spellings of an IPv6 address, the canonical text is the one of its bytes and of ipaddr.js', () => {
    let mappedCount = 0
    let shortenedCount = 0
    fc.assert(
      fc.property(spelledIpv6, ({ bytes, text }) => {
        const canonical = canonicalIp(text)

        expect(canonical).toBe(ipText(bytes))
        const other = ipaddr.fromByteArray([...bytes])
        if (other instanceof ipaddr.IPv6 && other.isIPv4MappedAddress()) {
          mappedCount += 1
          expect(canonical).toBe(other.toIPv4Address().toString())
        } else {
          expect(canonical).toBe(other.toString())
        }
        if (canonical?.includes('::') === true) shortenedCount += 1
        expect(ipText(ipBytes(canonical ?? ''))).toBe(canonical)
      }),
      {
        ...parameters(SHARE),
        examples: [
          [
            {
              bytes: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 1, 2, 3, 4),
              text: '::ffff:1.2.3.4',
            },
          ],
        ],
      },
    )
    expect(shortenedCount).toBeGreaterThan(RUNS / 2)
    expect(mappedCount).toBeGreaterThan(0)
  })

  test('for all texts near an address, what is accepted is what ipaddr.js accepts in strict spelling', () => {
    let acceptedCount = 0
    let refusedCount = 0
    const mutated = fc
      .tuple(
        fc.oneof(
          spelledIpv6.map(({ text }) => text),
          fc.ipV4(),
          fc.ipV6(),
        ),
        fc.nat(60),
        fc.constantFrom('', ':', '0', '.', 'f', '1', '::'),
      )
      .map(([text, at, piece]) => text.slice(0, at) + piece + text.slice(at + 1))
    fc.assert(
      fc.property(mutated, (text) => {
        // ipaddr.js takes octal parts and too few parts of IPv4, also in the tail of IPv6.
        const hasStrictTail = !text.includes('.') || /(?:^|:)(?:(?:0|[1-9]\d{0,2})(?:\.|$)){4}$/.test(text)
        const isShort = text.split(':').every((group) => group.length <= 4 || group.includes('.'))
        const isExpected = hasStrictTail && isShort && /[.:]/.test(text) && ipaddr.isValid(text)

        const isAccepted = canonicalIp(text) !== null

        expect(isAccepted).toBe(isExpected)
        if (isAccepted) acceptedCount += 1
        else refusedCount += 1
      }),
      parameters(SHARE),
    )
    expect(acceptedCount).toBeGreaterThan(RUNS / 10)
    expect(refusedCount).toBeGreaterThan(RUNS / 10)
  })

  test('for all texts, observers never throw and what they give is its own canonical form', () => {
    const counts = new Map<string, number>()
    fc.assert(
      fc.property(VALUE, (text) => {
        const address = ipOfField(text)
        if (address !== null) expect(canonicalIp(address)).toBe(address)
        expect(canonicalHash('Md5', canonicalHash('Md5', text) ?? '')).toBe(canonicalHash('Md5', text))
        for (const host of [
          hostOfDomainField(text),
          hostOfUrlField(text),
          hostOfUrlField(`http://u@${text}:80/`),
        ]) {
          counts.set(host.kind, (counts.get(host.kind) ?? 0) + 1)
          if ('value' in host) expect(hostOfDomainField(host.value)).toEqual(host)
        }
      }),
      parameters(SHARE),
    )
    expect([...counts.keys()].sort()).toEqual(['domain', 'ip', 'none', 'not-a-name'])
    expect(Math.min(...counts.values())).toBeGreaterThan(RUNS / 100)
  })

  test('for all values that both sides can hold, the indicator equals the observable', () => {
    let nameCount = 0
    let addressCount = 0
    fc.assert(
      fc.property(VALUE, (text) => {
        const name = canonicalIndicatorValue('DomainName', 'Equals', text)
        if (name.ok && name.warnings.every((warning) => warning.code !== 'IOC022')) {
          nameCount += 1
          expect(hostOfDomainField(text)).toEqual({ kind: 'domain', value: name.value })
        }
        const address = canonicalIndicatorValue('IpAddress', 'Equals', text)
        if (address.ok && address.warnings.length === 0) {
          addressCount += 1
          expect(hostOfDomainField(text)).toEqual({ kind: 'ip', value: address.value })
          expect(ipOfField(text)).toBe(address.value)
        }
      }),
      parameters(SHARE),
    )
    expect(nameCount).toBeGreaterThan(RUNS / 10)
    expect(addressCount).toBeGreaterThan(RUNS / 10)
  })
})
