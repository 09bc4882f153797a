import * as fc from 'fast-check'
import type { AlertDefinition } from '../../src/model/alert-definition.ts'
import { parseTime } from '../../src/model/time.ts'
import type { ReplayCase } from './arbitrary-replay.ts'
import { replayCase } from './arbitrary-replay.ts'
import type { NaiveRule, NaiveRules } from './naive-rules.ts'

/** A replay whose rules are A, and rules B that were made from them by a few changes. */
export interface DiffCase {
  readonly one: ReplayCase
  readonly after: NaiveRules
}

/** What happens to each IOC and each definition, by number. */
interface Edits {
  readonly iocs: readonly number[]
  readonly definitions: readonly number[]
  readonly isNewDefinition: boolean
}

const EXPIRY = parseTime('2026-11-02T00:00:00Z')

const edits: fc.Arbitrary<Edits> = fc.record({
  iocs: fc.array(fc.nat(11), { minLength: 1, maxLength: 12 }),
  definitions: fc.array(fc.nat(11), { minLength: 1, maxLength: 4 }),
  isNewDefinition: fc.boolean(),
})

function edited(rules: NaiveRules, { iocs, definitions, isNewDefinition }: Edits): NaiveRules {
  const kept = rules.definitions.flatMap((definition, i) =>
    editDefinition(definition, definitions[i % definitions.length] ?? 0),
  )
  const names = kept.map((definition) => definition.Name)
  const indicators = rules.indicators
    .flatMap((ioc, i) => editIndicator(ioc, iocs[i % iocs.length] ?? 0, names))
    .filter((ioc) => names.includes(ioc.definitionName))
  const first = rules.definitions[0]
  if (!isNewDefinition || first === undefined) return { definitions: kept, indicators }
  const fresh = { ...first, Name: 'only in B', Id: null, Enabled: true }
  const copies = rules.indicators
    .slice(0, 3)
    .map((ioc) => ({ ...ioc, definitionName: fresh.Name, Enabled: true }))
  return { definitions: [...kept, fresh], indicators: [...indicators, ...copies] }
}

function editDefinition(definition: AlertDefinition, edit: number): readonly AlertDefinition[] {
  switch (edit) {
    case 0:
      return []
    case 1:
      return [{ ...definition, Enabled: !definition.Enabled }]
    case 2:
      return [{ ...definition, Severity: definition.Severity === 'High' ? 'Low' : 'High' }]
    case 3:
      return [{ ...definition, Title: `${definition.Title}!`, UxDescription: 'other words' }]
    default:
      return [definition]
  }
}

function editIndicator(ioc: NaiveRule, edit: number, names: readonly string[]): readonly NaiveRule[] {
  switch (edit) {
    case 0:
      return []
    case 1:
      return [{ ...ioc, Enabled: !ioc.Enabled }]
    case 2:
      return [{ ...ioc, ExpiresAt: EXPIRY }]
    case 3:
      return [
        {
          ...ioc,
          DetectionFunction: ioc.DetectionFunction === 'Equals' ? 'Contains' : ioc.DetectionFunction,
        },
      ]
    case 4:
      return [{ ...ioc, definitionName: names[0] ?? ioc.definitionName }]
    case 5:
      return [ioc, { ...ioc, Id: 9_000, ExpiresAt: EXPIRY }]
    default:
      return [ioc]
  }
}

export const diffCase: fc.Arbitrary<DiffCase> = fc
  .tuple(replayCase, edits)
  .map(([one, changes]) => ({ one, after: edited(one.rules, changes) }))
