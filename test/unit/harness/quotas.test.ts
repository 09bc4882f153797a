import { expect, test } from 'vitest'
import { checkQuotas } from '../../../src/harness/quotas.ts'
import { ASSUMED_QUOTAS } from '../../../src/model/quotas.ts'
import { rulesOf } from '../../support/run-rule-tests.ts'
import { TIDEWATER } from '../../support/tidewater.ts'

const { rules } = rulesOf(TIDEWATER)

test('rules within every quota are fine, also when the quota is just reached', () => {
  expect(checkQuotas(rules, {})).toEqual([])
  expect(checkQuotas(rules, { definitions: 3, indicators: 7, nonEqualsIndicators: 2 })).toEqual([])
})

test('a quota that was given and is passed is an error with the excess', () => {
  const findings = checkQuotas(rules, { definitions: 2, indicators: 5, nonEqualsIndicators: 1 })

  expect(findings.map(({ code, severity, message }) => `${code} ${severity} ${message}`)).toEqual([
    'QUOTA001 error the rules hold 3 alert definitions, 1 more than 2',
    'QUOTA002 error the rules hold 7 IOCs, 2 more than 5',
    'QUOTA003 error the rules hold 2 IOCs other than Equals, 1 more than 1',
  ])
})

test('a quota that is assumed and passed is a warning that says so', () => {
  const many = Array.from(
    { length: ASSUMED_QUOTAS.nonEqualsIndicators + 1 },
    (_, i) => `      - { Type: DomainName, DetectionFunction: EndWith, Value: .d${i}.example }\n`,
  )
  const head = TIDEWATER.slice(0, TIDEWATER.indexOf('      - {'))

  const findings = checkQuotas(rulesOf(head + many.join('')).rules, {})

  expect(findings.map(({ code, severity }) => `${code} ${severity}`)).toEqual(['QUOTA003 warning'])
  expect(findings[0]?.message).toContain('does not publish its quota')
})
