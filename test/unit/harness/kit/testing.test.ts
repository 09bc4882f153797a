import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileRules } from '../../../../src/engine/compile-rules.ts'
import { TestRules } from '../../../../src/harness/test-rules.ts'
import { canonicalIndicatorValue } from '../../../../src/canonical/value.ts'
import {
  EVENT_FORMATS,
  dryfireMatchers,
  events,
  firingFailures,
  hitsOf,
  indicators,
  LAW_NAMES,
  lawHolds,
  nearMissesOf,
  ruleSets,
} from '../../../../src/testing.ts'
import type { OneIndicator } from '../../../../src/testing.ts'
import { matchingValues } from '../../../../src/harness/generate/matching-values.ts'
import { nearValues } from '../../../../src/harness/generate/near-values.ts'
import { DEFAULT_SEMANTICS } from '../../../../src/model/semantics.ts'
import { buildRuleSet } from '../../../support/rule-set-builder.ts'
import { parameters, runs, SEED } from '../../../support/runs.ts'

expect.extend({ ...dryfireMatchers })

const SHARE = 0.001
const RULES = buildRuleSet([
  { definition: 'c2-lab', Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.c2.example' },
  { definition: 'dropper', Type: 'Md5', Value: 'ab'.repeat(16) },
])

test('toFire passes on an event that fires, by row, by rows, by text and with everything that is expected', () => {
  const row = { RemoteUrl: 'https://a1.c2.example/x', DeviceName: 'ws-1' }

  expect(RULES).toFire(row)
  expect(RULES).toFire([row, { MD5: 'AB'.repeat(16) }], { count: 2 })
  expect(RULES).toFire(row, { definition: 'c2-lab', count: 1, alerts: 1, strict: true })
  expect(RULES).toFire(row, {
    definition: 'c2-lab',
    through: {
      Type: 'DomainName',
      DetectionFunction: 'EndWith',
      Value: '.c2.example',
      field: 'RemoteUrl',
      role: 'remote',
    },
  })
  expect(RULES).toFire('Timestamp,RemoteUrl,DeviceName\n2026-11-01,b.c2.example,ws-2\n', {
    definition: 'c2-lab',
  })
  expect(RULES).toFire({ DeviceName: 'x.c2.example' }, { options: { domainScope: 'all' } })
  expect(RULES).not.toFire({ RemoteUrl: 'c2.example' })
  expect(RULES).not.toFire(row, { definition: 'dropper' })
})

test('toStaySilent passes on an event on which nothing fires, or not the definition that is named', () => {
  expect(RULES).toStaySilent({ RemoteUrl: 'c2.example' })
  expect(RULES).toStaySilent({ RemoteUrl: 'x.c2.example' }, { definition: 'dropper' })
  expect(RULES).not.toStaySilent({ RemoteUrl: 'x.c2.example' })
})

test('toFire says what was expected, what happened and what came nearest', () => {
  const { pass, message } = dryfireMatchers.toFire(
    RULES,
    { RemoteUrl: 'x.c2.exampel' },
    { definition: 'c2-lab' },
  )

  expect(pass).toBe(false)
  expect(message()).toContain(
    'c2-lab does not fire\n  expected  at least 1 detection of c2-lab\n  actual    none',
  )
  expect(message()).toContain('nearest miss')
  expect(message()).toContain('.c2.example')
})

test('a matcher that is used against its outcome says so', () => {
  expect(() => expect(RULES).not.toFire({ RemoteUrl: 'x.c2.example' })).toThrow(
    'expected the rules not to fire',
  )
  expect(() => expect(RULES).not.toStaySilent({ RemoteUrl: 'x' })).toThrow(
    'expected the rules not to stay silent',
  )
  expect(() => expect(RULES).toStaySilent({ RemoteUrl: 'x.c2.example' })).toThrow('c2-lab fires too')
})

test('a mistake in an expectation is an error, also for the opposite', () => {
  const row = { RemoteUrl: 'x.c2.example' }

  expect(() => expect(RULES).not.toFire(row, { definition: 'c2-lap' })).toThrow('Did you mean c2-lab?')
  expect(() => expect(RULES).toFire(row, { definition: 'c2-lab', count: 'many' })).toThrow(
    'must be a whole number or a range',
  )
  expect(() => expect(RULES).toFire(row, { strict: true })).toThrow('name it with definition')
  expect(() => expect('rules').toFire(row)).toThrow('expected a RuleSet')
})

test('every generated indicator is canonical, and every generated rule set compiles', () => {
  const seen = new Set<string>()

  fc.assert(
    fc.property(indicators(), ruleSets(), (ioc, rules) => {
      seen.add(`${ioc.Type} ${ioc.DetectionFunction}`)

      expect(canonicalIndicatorValue(ioc.Type, ioc.DetectionFunction, ioc.Value)).toMatchObject({
        ok: true,
        value: ioc.Value,
      })
      expect(compileRules(rules).accounting).toMatchObject({ compiled: rules.indicators.count, duplicate: 0 })
    }),
    parameters(SHARE * 2),
  )

  expect(seen.size).toBe(20)
})

test('an indicator fires on every generated hit and is silent on every generated near miss', () => {
  const formats = new Set<string>()
  let nearMisses = 0

  fc.assert(
    fc.property(indicators(), fc.nat(), (ioc, seed) => {
      fc.pre(matchingValues(ioc, DEFAULT_SEMANTICS).length > 0)
      const rules = rulesOf(ioc)
      const [hit] = fc.sample(hitsOf(ioc), { numRuns: 1, seed })
      formats.add(hit?.format ?? '')

      expect(rules).toFire(hit ?? '', { definition: 'test', count: 1 })

      if (nearValues(ioc, DEFAULT_SEMANTICS).length === 0) return
      const [miss] = fc.sample(nearMissesOf(ioc), { numRuns: 1, seed })
      nearMisses += 1

      expect(rules).toStaySilent(miss ?? '')
    }),
    parameters(SHARE),
  )

  expect(formats.size).toBe(EVENT_FORMATS.length)
  expect(nearMisses).toBeGreaterThan(runs(SHARE) / 2)
})

test('events come in every format, and an indicator of the value that one carries fires on it', () => {
  const logs = fc.sample(events(), { numRuns: 200, seed: SEED })

  expect(new Set(logs.map(({ format }) => format)).size).toBe(EVENT_FORMATS.length)
  for (const log of logs) {
    const type = (['Sha1', 'Sha256', 'Md5', 'IpAddress', 'DomainName'] as const).find(
      (candidate) => canonicalIndicatorValue(candidate, 'Equals', log.value).ok,
    )
    expect(rulesOf({ Type: type ?? 'Md5', DetectionFunction: 'Equals', Value: log.value })).toFire(log)
  }
})

test('what is asked for restricts what is generated', () => {
  const log = fc.sample(events({ formats: ['defender-csv'] }), { numRuns: 20, seed: SEED })
  const hashes = fc.sample(indicators({ types: ['Md5'], detectionFunctions: ['EndWith'] }), {
    numRuns: 20,
    seed: SEED,
  })
  const sets = fc.sample(ruleSets({ maxDefinitions: 1, maxIocs: 1 }), { numRuns: 20, seed: SEED })

  expect(new Set(log.map(({ format }) => format))).toEqual(new Set(['defender-csv']))
  expect(new Set(hashes.map(({ Type, DetectionFunction }) => `${Type} ${DetectionFunction}`))).toEqual(
    new Set(['Md5 EndWith']),
  )
  expect(sets.every(({ indicators }) => indicators.count === 1)).toBe(true)
})

test.each(LAW_NAMES)('the law %s holds as a property of a rule set and of an arbitrary', (name) => {
  fc.assert(lawHolds(name, RULES), { numRuns: 30, seed: SEED })
  fc.assert(lawHolds(name, ruleSets({ maxIocs: 2 })), { numRuns: 20, seed: SEED })
})

test('a law that does not hold fails its property with the indicator and the log', () => {
  const broken = lawHolds('planted-value-fires', RULES, {
    compile: () => TestRules.compile(buildRuleSet([{ Type: 'Md5', Value: 'cd'.repeat(16) }])),
  })

  expect(() => fc.assert(broken, { numRuns: 30, seed: SEED })).toThrow(
    expect.objectContaining({
      cause: expect.objectContaining({
        message: expect.stringContaining('c2-lab: DomainName EndWith .c2.example'),
      }),
    }),
  )
})

test('firingFailures gives the failures as values for other test runners', () => {
  const [failure] = firingFailures(
    RULES,
    { RemoteUrl: 'x.c2.example' },
    { definition: 'c2-lab', count: '2..' },
  )

  expect(failure).toMatchObject({ kind: 'count', definition: 'c2-lab', actual: '1 detection' })
})

function rulesOf({ Type, DetectionFunction, Value }: OneIndicator): typeof RULES {
  return buildRuleSet([{ Type, DetectionFunction, Value }])
}
