import { expect, test } from 'vitest'
import { parseRules } from '../../../../src/rules/parse-rules.ts'
import { INLINE_IOC_LIMIT, printRuleFiles } from '../../../../src/sync/print-rules.ts'
import { replyFiles } from '../../../../src/sync/reply-files.ts'
import { buildTenant } from '../../../support/tenant-builder.ts'
import { parsePrinted } from './parse-printed.ts'
import { planOf } from './plan-of.ts'

const TENANT = buildTenant([
  {
    Id: 4,
    Name: 'C2 Lab (north)',
    Severity: 'High',
    Category: 'CommandAndControl',
    UxDescription: 'A device contacted: a "known" domain.',
    RecommendedAction: 'Isolate the device.\n\n1. Call the owner\n2. Reimage',
    Enabled: false,
    iocs: [
      { Id: 9, Value: '.c2.example', DetectionFunction: 'EndWith' },
      { Id: 8, Value: 'B.Example', ExpiresAt: '2027-01-01T01:00:00.0000000+01:00' },
      { Id: 7, Value: 'a.example', Enabled: false },
      { Id: 6, Type: 'SHA1', Value: '8311E8B377736FB93B18B15372355F3F26C4CD29' },
      { Id: 5, Type: 'IpAddress', Value: '10.0.0.0/8', Enabled: false },
      { Id: 3, Type: 'Url', Value: 'https://x.example/\u202e', ExpiresAt: 'soon' },
      { Id: 2, Type: 'Md5', DetectionFunction: 'StartWith', Value: '12345' },
    ],
  },
  { Id: 2, Name: 'empty' },
])

test('a tenant is printed as one native file for each definition', () => {
  const files = printRuleFiles(TENANT)

  expect(files).toEqual([
    {
      name: 'c2-lab-north.rules.yaml',
      text: `alertDefinitions:
  - Name: C2 Lab (north)
    Title: Title of C2 Lab (north)
    Severity: High
    Category: CommandAndControl
    UxDescription: "A device contacted: a \\"known\\" domain."
    RecommendedAction: |-
      Isolate the device.

      1. Call the owner
      2. Reimage
    Enabled: false
    iocs:
      - { Type: Sha1, Value: 8311e8b377736fb93b18b15372355f3f26c4cd29 }
      - { Type: Md5, DetectionFunction: StartWith, Value: "12345" }
      - { Type: DomainName, Value: a.example, Enabled: false }
      - { Type: DomainName, Value: b.example, ExpiresAt: 2027-01-01T00:00:00Z }
      - { Type: DomainName, DetectionFunction: EndWith, Value: .c2.example }
    # Values that rules cannot hold: kept as they are, never matched, never written.
    opaque:
      - { Type: "IpAddress", DetectionFunction: "Equals", Value: "10.0.0.0/8", Enabled: false }
      - { Type: "Url", DetectionFunction: "Equals", Value: "https://x.example/\\u202e", ExpiresAt: "soon" }
`,
    },
    {
      name: 'empty.rules.yaml',
      text: `alertDefinitions:
  - Name: empty
    Title: Title of empty
    Severity: Medium
    Category: Malware
    UxDescription: What empty means.
    iocs: []
`,
    },
  ])
})

test('the same state gives the same bytes, whatever the Ids, audit properties and order of replies', () => {
  const other = {
    definitions: TENANT.definitions
      .map((d) => ({ ...d, Id: 100 - d.Id, LastModifiedBy: 'x' }))
      .sort((a, b) => a.Id - b.Id),
    indicators: TENANT.indicators
      .map((i) => ({ ...i, Id: 100 - i.Id, CreatedAt: null, definitionId: 100 - i.definitionId }))
      .sort((a, b) => a.Id - b.Id),
  }

  expect(printRuleFiles(other)).toEqual(printRuleFiles(TENANT))
})

test('more indicators than a person reviews stand in a list beside the rules', () => {
  const iocs = Array.from({ length: INLINE_IOC_LIMIT + 1 }, (_, i) => ({
    Id: i + 1,
    Value: `h${String(i).padStart(4, '0')}.example`,
    ...(i === 1 ? { Enabled: false, ExpiresAt: '2027-01-01T00:00:00Z' } : {}),
  }))
  const remote = buildTenant([{ Id: 1, Name: 'feed', iocs }])

  const [list, rules] = printRuleFiles(remote)

  expect(rules?.name).toBe('feed.rules.yaml')
  expect(rules?.text).toContain('    iocFiles: [feed.iocs.csv]\n')
  expect(list?.name).toBe('feed.iocs.csv')
  expect(list?.text.split('\n').slice(0, 3)).toEqual([
    'Type,DetectionFunction,Value,ExpiresAt,Enabled',
    'DomainName,Equals,h0000.example,,',
    'DomainName,Equals,h0001.example,2027-01-01T00:00:00Z,false',
  ])
  expect(parsePrinted(printRuleFiles(remote)).indicators.count).toBe(INLINE_IOC_LIMIT + 1)
})

test('as many indicators as a person reviews stay inside the rules', () => {
  const iocs = Array.from({ length: INLINE_IOC_LIMIT }, (_, i) => ({ Id: i + 1, Value: `h${i}.example` }))

  const files = printRuleFiles(buildTenant([{ Id: 1, Name: 'feed', iocs }]))

  expect(files.map(({ name }) => name)).toEqual(['feed.rules.yaml'])
})

test('file names are safe whatever a Name holds', () => {
  const names = [
    '../../etc/passwd',
    '/absolute',
    'C:\\windows',
    '..',
    '.hidden',
    'CON',
    'lpt1',
    'nul.txt',
    '',
    '   ',
    'a/b',
    'a\u0000b',
    '\u202egnp.exe',
    'ÅÄÖ Über',
    '日本語',
    'x'.repeat(500),
    '-rf',
    '~',
    '$(reboot)',
    'same',
    'Same',
    'SAME',
    'same-3',
  ]
  const remote = buildTenant(names.map((Name, i) => ({ Id: i + 1, Name })))

  const files = printRuleFiles(remote).map(({ name }) => name)

  expect(new Set(files.map((name) => name.toLowerCase())).size).toBe(names.length)
  for (const name of files) {
    expect(name).toMatch(/^[a-z0-9_][a-z0-9_-]*\.rules\.yaml$/)
    expect(name.length).toBeLessThanOrEqual(120)
    expect(name).not.toMatch(/^(?:con|prn|aux|nul|com\d|lpt\d)\./)
  }
  expect(files).toContain('etc-passwd.rules.yaml')
  expect(files).toContain('definition-con.rules.yaml')
  expect(files).toContain('aao-uber.rules.yaml')
  expect(files).toContain('same.rules.yaml')
  expect(files).toContain('same-21.rules.yaml')
})

test('a definition without a description is printed with its Title there, and says so', () => {
  const remote = buildTenant([{ Id: 1, Name: 'a', UxDescription: null }])

  const [file] = printRuleFiles(remote)

  expect(file?.text).toContain(
    '    # The service holds no UxDescription; rules need one, so this is the Title.\n',
  )
  expect(parsePrinted(printRuleFiles(remote)).definitions[0]?.UxDescription).toBe('Title of a')
})

test('rules that were pulled plan nothing', () => {
  const rules = parsePrinted(printRuleFiles(TENANT))

  const { plan } = planOf(rules, TENANT, { claimed: ['C2 Lab (north)', 'empty'], prune: true })

  expect(plan.changes).toEqual([])
  expect(plan.basis.remote.opaqueIndicators).toBe(2)
  expect(rules.opaque).toHaveLength(2)
})

test('a tenant read as rules holds the same indicators, and what rules refuse as opaque with a warning', () => {
  const result = parseRules(replyFiles(TENANT), { readSibling: () => null })

  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics))
  expect(result.rules.definitions.map(({ Name, Id }) => [Name, Id])).toEqual([
    ['C2 Lab (north)', 4],
    ['empty', 2],
  ])
  expect(result.accounting).toEqual({ read: 7, kept: 5, opaque: 2, rejected: 0 })
  expect(result.rules.opaque.map(({ Value }) => Value)).toEqual(['10.0.0.0/8', 'https://x.example/\u202e'])
  expect(result.rules.warnings.map(({ code }) => code)).toEqual(['IOC008', 'IOC008'])
  expect(result.rules.sources).toEqual([
    'tenant:AlertDefinitions.json',
    'tenant:IndicatorsOfCompromise-0001.json',
  ])
})

test('an empty tenant read as rules is refused as any empty set of rules', () => {
  const result = parseRules(replyFiles(buildTenant([])), { readSibling: () => null })

  expect(result.ok ? [] : result.diagnostics.map(({ code }) => code)).toEqual(['RULE016'])
})
