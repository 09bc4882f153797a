import { expect, test } from 'vitest'
import { readableRules } from '../../../../src/sync/pull/readable-rules.ts'
import { parseRules, type RuleFile } from '../../../../src/rules/parse-rules.ts'
import type { RuleSet } from '../../../../src/model/rule-set.ts'
import { buildTenant, type TenantDefinition } from '../../../support/tenant-builder.ts'

const OPTIONS = { nonEqualsHash: 'allow' } as const

function parsed(files: readonly RuleFile[]): RuleSet {
  const result = parseRules(files, { readSibling: () => null })
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics))
  return result.rules
}

test('a tenant in which the rules mind nothing is read whole and without a word', () => {
  const { files, leftOut } = readableRules(
    buildTenant([{ Id: 1, Name: 'a', iocs: [{ Id: 1, Value: 'a.example' }] }]),
    OPTIONS,
  )

  expect(parsed(files).indicators.count).toBe(1)
  expect(leftOut).toEqual([])
})

test.each<[string, TenantDefinition, string]>([
  ['a control character', { Id: 2, Name: 'b', Title: 'x\u0007' }, 'DEF009'],
  ['no Title', { Id: 2, Name: 'b', Title: ' ' }, 'DEF002'],
  ['the Name of another', { Id: 2, Name: 'a' }, 'DEF005'],
  ['a Severity of its own', { Id: 2, Name: 'b', Severity: 'Apocalyptic' }, 'DEF004'],
])('a foreign definition with %s is left out with its IOCs, and everything else is read', (_, bad, code) => {
  const remote = buildTenant([
    { Id: 1, Name: 'a', iocs: [{ Id: 1, Value: 'a.example' }] },
    { ...bad, iocs: [{ Id: 2, Value: 'b.example' }] },
    { Id: 3, Name: 'c', iocs: [{ Id: 3, Value: 'c.example' }] },
  ])

  const { files, leftOut } = readableRules(remote, OPTIONS)

  const rules = parsed(files)
  expect(rules.definitions.map(({ Id }) => Id)).toEqual([1, 3])
  expect(rules.indicators.count).toBe(2)
  expect(leftOut).toMatchObject([
    {
      code,
      severity: 'warning',
      message: expect.stringMatching(/: the definition \(Id 2\) and its 1 IOC are left out$/),
      span: { file: 'tenant:AlertDefinitions.json', line: 3 },
    },
  ])
})

test.each([{ Value: '' }, { Type: 'Url' }, { DetectionFunction: 'Matches' }, { ExpiresAt: 'soon' }])(
  'an IOC with %j is opaque, and its definition stays',
  (more) => {
    const iocs = [
      { Id: 1, Value: 'a.example' },
      { Id: 2, Value: 'b.example', ...more },
    ]

    const { files, leftOut } = readableRules(buildTenant([{ Id: 1, Name: 'a', iocs }]), OPTIONS)

    expect(leftOut).toEqual([])
    expect(parsed(files)).toMatchObject({ indicators: { count: 1 }, opaque: [more] })
  },
)

test('a tenant full of bad definitions is read to the end, with a bounded number of reasons', () => {
  const bad = Array.from({ length: 450 }, (_, i) => ({ Id: i + 2, Name: `bad-${i}`, Title: '' }))
  const remote = buildTenant([{ Id: 1, Name: 'a', iocs: [{ Id: 1, Value: 'a.example' }] }, ...bad])

  const { files, leftOut } = readableRules(remote, OPTIONS)

  expect(parsed(files).definitions.map(({ Name }) => Name)).toEqual(['a'])
  expect(leftOut).toHaveLength(101)
  expect(leftOut.at(-1)?.message).toBe(
    '350 more definitions of the tenant are left out, which the rules refuse as well',
  )
})
