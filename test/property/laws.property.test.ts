import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lawNamed } from '../../src/harness/kit/check-laws.ts'
import { ruleSets } from '../../src/harness/kit/arbitraries.ts'
import { brokenLawMessage } from '../../src/harness/kit/broken-law.ts'
import { canonicalIp } from '../../src/canonical/ip.ts'
import { matchingValues } from '../../src/harness/generate/matching-values.ts'
import { Choices } from '../../src/harness/kit/choices.ts'
import { LawGround } from '../../src/harness/kit/law-ground.ts'
import type { LawSettings } from '../../src/harness/kit/law-settings.ts'
import { lawSettings } from '../../src/harness/kit/law-settings.ts'
import { DEFAULT_SEMANTICS } from '../../src/model/semantics.ts'
import type { Semantics } from '../../src/model/semantics.ts'
import { LAW_NAMES } from '../../src/model/law-report.ts'
import { parameters, runs } from '../support/runs.ts'

const CUT_SHARE = 0.01
const LAW_SHARE = 0.001
/** Cases that are tried on each generated rule set. */
const CASES = 4

const semantics: fc.Arbitrary<Semantics> = fc
  .record({
    domainEquals: fc.constantFrom<Semantics['domainEquals']>('exact', 'subdomains'),
    domainSuffix: fc.constantFrom<Semantics['domainSuffix']>('textual', 'label'),
    hashScope: fc.constantFrom<Semantics['hashScope']>('both', 'object'),
    ipScope: fc.constantFrom<Semantics['ipScope']>('remote', 'all'),
    domainScope: fc.constantFrom<Semantics['domainScope']>('contact', 'all'),
    dnsAnswers: fc.constantFrom<Semantics['dnsAnswers']>('off', 'on'),
    fields: fc.constantFrom<Semantics['fields']>('mapped', 'mapped', 'any'),
  })
  .map((chosen) => ({ ...DEFAULT_SEMANTICS, ...chosen }))

describe('for all rule sets, logs and options', () => {
  test.each(LAW_NAMES)('the engine obeys the law %s', (name) => {
    const law = lawNamed(name)
    let held = 0

    fc.assert(
      fc.property(ruleSets(), semantics, fc.nat(), (rules, own, seed) => {
        const settings: LawSettings = lawSettings({ semantics: own })
        const ground = LawGround.open(rules, settings)
        for (let i = 0; i < CASES; i += 1) {
          const outcome = law.check(ground, Choices.seeded(seed + i))
          if (outcome === 'held') held += 1
          else if (outcome !== 'vacuous') throw new Error(brokenLawMessage(name, outcome))
        }
      }),
      parameters(LAW_SHARE),
    )

    expect(held).toBeGreaterThan(runs(LAW_SHARE) * CASES * 0.4)
  })
})

test('for all addresses and every part of them, a value is found in which the part stands at its place', () => {
  const group = fc.constantFrom('2001', 'db8', '1', 'a', 'ff', 'c10d', '0', '0', '0', 'ffff', '1234')
  const address = fc.oneof(
    fc.array(fc.nat(255), { minLength: 4, maxLength: 4 }).map((parts) => parts.join('.')),
    fc.array(group, { minLength: 8, maxLength: 8 }).map((groups) => canonicalIp(groups.join(':')) ?? '::1'),
  )
  const operator = fc.constantFrom('StartWith', 'EndWith', 'Contains')

  fc.assert(
    fc.property(address, operator, fc.nat(44), fc.nat(44), (whole, DetectionFunction, a, b) => {
      const from = DetectionFunction === 'StartWith' ? 0 : a % whole.length
      const to = DetectionFunction === 'EndWith' ? whole.length : from + 1 + (b % (whole.length - from))
      const part = { Type: 'IpAddress', DetectionFunction, Value: whole.slice(from, to) } as const

      expect(matchingValues(part, DEFAULT_SEMANTICS)).not.toEqual([])
    }),
    parameters(CUT_SHARE),
  )
})
