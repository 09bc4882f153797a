import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { CATEGORIES, SEVERITIES } from '../../src/model/alert-definition.ts'
import type { RuleSet } from '../../src/model/rule-set.ts'
import { formatTime } from '../../src/model/time.ts'
import { indicatorAt } from '../../src/rules/indicator-at.ts'
import { parseRules } from '../../src/rules/parse-rules.ts'
import type { RemoteIndicator, RemoteState } from '../../src/sync/entities.ts'
import { canonicalBody } from '../../src/sync/held-indicator.ts'
import { printRuleFiles } from '../../src/sync/print-rules.ts'
import { replyFiles } from '../../src/sync/reply-files.ts'
import { parameters, runs } from '../support/runs.ts'
import { buildTenant } from '../support/tenant-builder.ts'
import { parsePrinted } from '../unit/sync/plan/parse-printed.ts'

/** What YAML readers trip over, and what hides from a reader's eyes. */
const ODD_TEXTS = [
  'true',
  'No',
  '~',
  'null',
  '1e5',
  '0x1f',
  '.5',
  '2026-11-23',
  '- a',
  '# a',
  'a # b',
  'a: b',
  '"a"',
  "'a'",
  '{a}',
  '[a]',
  '*a',
  '&a',
  '!a',
  '|',
  '>',
  '%a',
  '@a',
  '`a`',
  '---',
  '...',
  ' a',
  'a ',
  'a\n',
  '\na',
  'a\nb',
  'a\n\nb',
  'a\n b\n',
  'a\n#b',
  'a\n---\nb',
  'a\r\nb',
  'a\tb',
  'a\u0085b',
  'a\u2028b',
  '\u202ea',
  '\ufeffa',
  'a\u{e0001}',
  'a\\nb',
  '日本語 — text',
  '😀\n😀',
  ': a',
  'a,b',
  '? a',
  '<<',
  '=',
  'a\n\tb',
  'a\n: b',
] as const

function text(limit: number): fc.Arbitrary<string> {
  return fc
    .oneof(
      fc.constantFrom(...ODD_TEXTS),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
      fc
        .array(fc.constantFrom('a', 'B', ' ', '\n', ':', '#', '-', '"', "'", '\\', '\t', ',', '.'), {
          minLength: 1,
          maxLength: 30,
        })
        .map((parts) => parts.join('')),
    )
    .filter((value) => value.trim() !== '' && value.length <= limit && value.isWellFormed())
    .filter((value) => !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(value))
}

const value = fc.oneof(
  fc
    .constantFrom('p.example', 'Q.Example', '1e5.example', 'true.example', 'xn--bcher-kva.example')
    .map((Value) => ({ Value })),
  fc
    .constantFrom('1e5', '123', '.5', 'no', '-a', '0x1', 'a_b')
    .map((Value) => ({ Value, DetectionFunction: 'Contains' })),
  fc.constantFrom('10.8.8.8', '::1', '2001:DB8::1').map((Value) => ({ Value, Type: 'IpAddress' })),
  fc
    .constantFrom('1.', ':', '::', 'fe80:')
    .map((Value) => ({ Value, Type: 'IpAddress', DetectionFunction: 'StartWith' })),
  fc.constantFrom('1', 'E', '1e10').map((Value) => ({ Value, Type: 'Sha256', DetectionFunction: 'EndWith' })),
  fc.constantFrom('1'.repeat(32), 'ABCDEF0123456789'.repeat(2)).map((Value) => ({ Value, Type: 'md5' })),
  fc.record({
    Type: fc.constantFrom('IpAddress', 'Url', 'no: such', ''),
    DetectionFunction: fc.constantFrom('Equals', 'Regex', '"'),
    Value: fc.oneof(
      fc.constantFrom(...ODD_TEXTS, '10.0.0.0/8', '\ud800', ''),
      fc.string({ unit: 'binary', maxLength: 20 }),
    ),
  }),
)

const tenant: fc.Arbitrary<RemoteState> = fc
  .array(
    fc.record({
      Name: text(100),
      Title: text(120),
      Severity: fc.constantFrom(...SEVERITIES),
      Category: fc.constantFrom(...CATEGORIES),
      UxDescription: text(500),
      RecommendedAction: fc.option(fc.oneof(text(2000), fc.constant(''))),
      InternalDescription: fc.option(text(350)),
      Enabled: fc.boolean(),
      iocs: fc.array(
        fc.tuple(
          value,
          fc.boolean(),
          fc.constantFrom(
            null,
            '2027-01-01T00:00:00Z',
            '2027-01-01T00:00:00.5+02:00',
            'soon',
            '9999-12-31T23:59:59-01:00',
          ),
        ),
        { maxLength: 8 },
      ),
      isLarge: fc.integer({ min: 0, max: 15 }).map((n) => n === 0),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((definitions) => {
    let id = 0
    const seen = new Set<string>()
    return buildTenant(
      definitions
        .filter(({ Name }) => !seen.has(Name) && seen.add(Name))
        .map(({ iocs, isLarge, ...definition }, i) => ({
          ...definition,
          Id: i + 1,
          iocs: [
            ...iocs.map(([ioc, Enabled, ExpiresAt]) => ({ ...ioc, Enabled, ExpiresAt, Id: ++id })),
            ...Array.from({ length: isLarge ? 201 : 0 }, (_, n) => ({ Id: ++id, Value: `n${n}.example` })),
          ],
        })),
    )
  })

interface Contents {
  readonly definitions: readonly unknown[]
  readonly iocs: readonly string[]
  readonly opaque: readonly string[]
}

function contentsOf(rules: RuleSet): Contents {
  const iocs = Array.from({ length: rules.indicators.count }, (_, row) => {
    const { Type, DetectionFunction, Value, ExpiresAt } = indicatorAt(rules, row)
    const name = rules.definitions[rules.indicators.definition[row] ?? -1]?.Name
    const expiry = ExpiresAt === null ? null : formatTime(ExpiresAt)
    return JSON.stringify([name, Type, DetectionFunction, Value, expiry, rules.indicators.enabled[row] === 1])
  })
  const opaque = rules.opaque.map(({ definitionName, Type, DetectionFunction, Value, ExpiresAt, Enabled }) =>
    JSON.stringify([definitionName, Type, DetectionFunction, Value, ExpiresAt, Enabled]),
  )
  return {
    definitions: rules.definitions.map((definition) => ({ ...definition, Id: null })),
    iocs: iocs.sort(),
    opaque: opaque.sort(),
  }
}

function expectedOf({ definitions, indicators }: RemoteState): Contents {
  const nameOf = new Map(definitions.map(({ Id, Name }) => [Id, Name]))
  // The last of the expiries is past the year 9999 in UTC, which nothing can write so that it is read back.
  const isOpaque = (i: RemoteIndicator): boolean =>
    canonicalBody(i, { nonEqualsHash: 'allow' }) === null || i.ExpiresAt?.startsWith('9999') === true
  const byName = definitions.toSorted((a, b) => Buffer.compare(Buffer.from(a.Name), Buffer.from(b.Name)))
  return {
    definitions: byName.map(({ CreatedAt, CreatedBy, LastModifiedAt, LastModifiedBy, ...definition }) => ({
      ...definition,
      Id: [CreatedAt, CreatedBy, LastModifiedAt, LastModifiedBy].length === 4 ? null : 0,
    })),
    iocs: indicators
      .filter((i) => !isOpaque(i))
      .map((i) => {
        const body = canonicalBody(i, { nonEqualsHash: 'allow' })
        const { Type, DetectionFunction, Value, ExpiresAt, Enabled } = body ?? i
        return JSON.stringify([
          nameOf.get(i.definitionId),
          Type,
          DetectionFunction,
          Value,
          ExpiresAt,
          Enabled,
        ])
      })
      .sort(),
    opaque: indicators
      .filter(isOpaque)
      .map(({ definitionId, Type, DetectionFunction, Value, ExpiresAt, Enabled }) =>
        JSON.stringify([nameOf.get(definitionId), Type, DetectionFunction, Value, ExpiresAt, Enabled]),
      )
      .sort(),
  }
}

test('for all tenants, printed rule files are read back as the same definitions, indicators and opaque values', () => {
  const seen = { opaque: 0, iocs: 0, lists: 0, blocks: 0 }
  fc.assert(
    fc.property(tenant, (remote) => {
      const files = printRuleFiles(remote)
      const rules = parsePrinted(files)

      seen.opaque += rules.opaque.length
      seen.iocs += rules.indicators.count
      seen.lists += files.filter(({ name }) => name.endsWith('.csv')).length
      seen.blocks += files.filter(({ text }) => text.includes('|-')).length
      expect(contentsOf(rules)).toEqual(expectedOf(remote))
      for (const { text } of files)
        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\ufeff]/)
    }),
    parameters(0.002),
  )
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(runs(0.001) / 20)
})

test('for all tenants, reply files are read as the same definitions and indicators, with every refused value opaque', () => {
  let opaque = 0
  fc.assert(
    fc.property(tenant, (remote) => {
      const result = parseRules(replyFiles(remote), { readSibling: () => null })

      if (!result.ok) throw new Error(JSON.stringify(result.diagnostics))
      expect(result.accounting.read).toBe(remote.indicators.length)
      expect(result.accounting.rejected).toBe(0)
      expect(contentsOf(result.rules).definitions).toEqual(expectedOf(remote).definitions)
      opaque += result.rules.opaque.length
    }),
    parameters(0.001),
  )
  expect(opaque).toBeGreaterThan(runs(0.001) / 20)
})

test('for all tenants, readers of YAML 1.1 and 1.2 find the same texts in printed rule files', () => {
  let texts = 0
  fc.assert(
    fc.property(tenant, fc.constantFrom('1.1', '1.2'), (remote, version) => {
      const files = printRuleFiles(remote).filter(({ name }) => name.endsWith('.rules.yaml'))

      const found = files.map(({ text }) => {
        const document: unknown = parse(text, { version })
        return Object(document).alertDefinitions[0]
      })

      const names = remote.definitions.map(({ Name }) => Name)
      expect(new Set(found.map(({ Name }) => Name))).toEqual(new Set(names))
      for (const definition of found) {
        const { Title } = remote.definitions.find(({ Name }) => Name === definition.Name) ?? { Title: null }
        expect(definition.Title).toBe(Title)
        for (const ioc of [...(definition.iocs ?? []), ...(definition.opaque ?? [])]) {
          expect(typeof ioc.Value).toBe('string')
          texts++
        }
      }
    }),
    parameters(0.001),
  )
  expect(texts).toBeGreaterThan(runs(0.001) / 20)
})
