import * as fc from 'fast-check'
import { parseTime } from '../../src/model/time.ts'
import type { RemoteState } from '../../src/sync/entities.ts'
import { buildRuleSet } from './rule-set-builder.ts'
import type { RuleRow } from './rule-set-builder.ts'
import type { RuleSet } from '../../src/model/rule-set.ts'
import { buildTenant } from './tenant-builder.ts'
import type { TenantDefinition } from './tenant-builder.ts'

/** Names that the plans under test own; `x` and `y` belong to somebody else. */
export const OWNED_NAMES = ['a', 'b', 'c', 'd'] as const
const FOREIGN_NAMES = ['x', 'y'] as const

const EXPIRIES = [null, '2027-01-01T00:00:00Z', '2027-06-01T00:00:00.0000001Z'] as const
const VALUES = ['p.example', 'q.example', 'r.example'] as const
const FUNCTIONS = ['Equals', 'EndWith'] as const
/** What the rules refuse: a network, leading zeros, an unknown type, an unknown function. */
const OPAQUE = [
  { Type: 'IpAddress', Value: '10.0.0.0/8' },
  { Type: 'IpAddress', Value: '010.8.8.8' },
  { Type: 'Url', Value: 'https://p.example/' },
  { DetectionFunction: 'Regex', Value: 'p.example' },
] as const

/** Few values and few attributes, so that copies, moves and near misses are common. */
const row: fc.Arbitrary<Omit<RuleRow, 'definition'>> = fc
  .record({
    Value: fc.constantFrom(...VALUES),
    DetectionFunction: fc.constantFrom(...FUNCTIONS),
    expiry: fc.constantFrom(...EXPIRIES),
    Enabled: fc.boolean(),
  })
  .map(({ expiry, ...rest }) => {
    const ticks = expiry === null ? null : parseTime(expiry)
    return { Type: 'DomainName' as const, ...rest, ...(ticks === null ? {} : { ExpiresAt: ticks }) }
  })

/** Rules over the owned names: at least one definition, some without indicators. */
export const rulesForSync: fc.Arbitrary<RuleSet> = fc
  .record({
    names: fc.uniqueArray(fc.constantFrom(...OWNED_NAMES), { minLength: 1 }),
    rows: fc.array(fc.tuple(fc.nat(3), row), { maxLength: 12 }),
  })
  .map(({ names, rows }) =>
    buildRuleSet(
      rows.map(([i, ioc]) => ({ ...ioc, definition: names[i % names.length] ?? 'a' })),
      { emptyDefinitions: names },
    ),
  )

const ioc = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      Value: fc.constantFrom(...VALUES, 'P.Example'),
      DetectionFunction: fc.constantFrom(...FUNCTIONS),
      ExpiresAt: fc.constantFrom(...EXPIRIES, '2027-01-01T01:00:00+01:00'),
      Enabled: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom(...OPAQUE) },
)

/** A tenant with owned and foreign definitions, each Name once; Ids are dense and in no order of Names. */
export const tenantForSync: fc.Arbitrary<RemoteState> = fc
  .record({
    names: fc.uniqueArray(fc.constantFrom(...OWNED_NAMES, ...FOREIGN_NAMES)),
    iocs: fc.array(fc.tuple(fc.nat(5), ioc), { maxLength: 14 }),
    titles: fc.array(fc.constantFrom('Title of a', 'Old'), { minLength: 6, maxLength: 6 }),
    enabled: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
  })
  .map(({ names, iocs, titles, enabled }) =>
    buildTenant(
      names.map((Name, i): TenantDefinition => ({
        Id: i + 1,
        Name,
        ...(titles[i] === 'Old' ? { Title: 'Old' } : {}),
        Enabled: enabled[i] ?? true,
        iocs: iocs.flatMap(([at, ioc], k) => (at % names.length === i ? [{ ...ioc, Id: k + 1 }] : [])),
      })),
    ),
  )
