import { expect, test } from 'vitest'
import { candidateRows } from '../../../../src/sync/plan/candidates.ts'
import { checkFlood, projectionText, type SampleHits } from '../../../../src/sync/plan/check-flood.ts'
import { indicatorAt } from '../../../../src/rules/indicator-at.ts'
import { buildRuleSet } from '../../../support/rule-set-builder.ts'
import { planOf } from '../../../support/plan-of.ts'
import { buildTenant } from '../../../support/tenant-builder.ts'

function hits(detections: number, more: Partial<SampleHits> = {}): SampleHits {
  const ioc = { Type: 'DomainName', DetectionFunction: 'EndWith', Value: 'com' }
  return {
    examined: 10_000,
    alerts: 30,
    days: 2,
    byIoc: [{ definitionName: 'a', ioc, detections }],
    ...more,
  }
}

test('an IOC that fires on one event in a thousand passes, and on one more is refused (G14)', () => {
  expect(checkFlood(hits(10), [])).toEqual([])
  expect(checkFlood(hits(11), [])).toEqual([
    {
      code: 'PLAN012',
      failure: 'safety',
      message:
        'DomainName EndWith "com" of "a" fires on 11 of 10,000 sampled events (0.11 %); 0.1 % is the most. ' +
        'All that is new together: about 15 alerts a day (30 alerts in 2.0 days).',
      fix: 'Narrow or drop it, or plan with --allow-noisy "com" if that is meant.',
    },
  ])
})

test('a value that was allowed may be noisy, and no other (G14)', () => {
  expect(checkFlood(hits(5000), ['com'])).toEqual([])
  expect(checkFlood(hits(5000), ['.com'])).toHaveLength(1)
})

test('many floods are told with a bound, and hostile text in them is visible', () => {
  const ioc = { Type: 'DomainName', DetectionFunction: 'Contains', Value: 'x\u001b[2J' }
  const byIoc = Array.from({ length: 50 }, () => ({ definitionName: 'a', ioc, detections: 9000 }))

  const refusals = checkFlood(hits(0, { byIoc }), [])

  expect(refusals).toHaveLength(21)
  expect(refusals.at(-1)?.message).toBe('30 more IOCs fire on more than 0.1 % of the sampled events')
  expect(refusals.map(({ message }) => message).join('')).not.toContain('\u001b')
})

test('a projection of few alerts keeps a fraction', () => {
  expect(projectionText({ alerts: 1, days: 1 })).toContain('about 1.0 alerts a day (1 alert in a day)')
  expect(projectionText({ alerts: 1, days: 7 })).toContain('about 0.1 alerts a day (1 alert in 7.0 days)')
})

test('the candidates of a plan are what it creates, moves or wakens, and nothing that fires already', () => {
  const remote = buildTenant([
    {
      Id: 1,
      Name: 'a',
      iocs: [
        { Id: 1, Value: 'fires.example' },
        { Id: 2, Value: 'sleeps.example', Enabled: false },
        { Id: 3, Value: 'moves.example' },
      ],
    },
    { Id: 2, Name: 'b', Enabled: false, iocs: [{ Id: 4, Value: 'silent.example' }] },
  ])
  const rules = buildRuleSet(
    [
      ['a', 'fires.example'],
      ['a', 'sleeps.example'],
      ['a', 'new.example'],
      ['b', 'moves.example'],
      ['b', 'silent.example'],
    ].map(([definition = '', Value = '']) => ({ definition, Type: 'DomainName' as const, Value })),
  )

  const { plan } = planOf(rules, remote)

  expect(candidateRows(plan, rules).map((row) => indicatorAt(rules, row).Value)).toEqual([
    'new.example',
    'sleeps.example',
    'moves.example',
    'silent.example',
  ])
})
