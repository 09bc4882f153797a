import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RuleSet } from '../../src/model/rule-set.ts'
import type { RemoteState } from '../../src/sync/entities.ts'
import { canonicalBody } from '../../src/sync/held-indicator.ts'
import { makePlan } from '../../src/sync/make-plan.ts'
import type { PlanResult } from '../../src/sync/make-plan.ts'
import type { PlanSettings } from '../../src/sync/plan-settings.ts'
import { decodePlan, encodePlan } from '../../src/sync/plan-file.ts'
import { OWNED_NAMES, rulesForSync, tenantForSync } from '../support/arbitrary-sync.ts'
import { parameters, runs } from '../support/runs.ts'
import { heldTexts, simulatePlan, wantedTexts } from '../support/simulate-plan.ts'

const SETTINGS: PlanSettings = {
  owned: { prefix: null, names: OWNED_NAMES },
  adopt: [],
  claimed: [],
  prune: true,
  deleteFirst: false,
  quotas: {},
}

function plan(rules: RuleSet, remote: RemoteState, settings: Partial<PlanSettings> = {}): PlanResult {
  const basis = {
    api: 'https://ti.example/v1.0',
    tenant: 't',
    toolVersion: '0.1.0',
    createdAt: '2026-11-23T08:00:00Z',
    expiresAt: '2026-11-23T09:00:00Z',
    rules: { references: ['rules'], files: [] },
  }
  return makePlan({ rules, remote, basis, settings: { ...SETTINGS, ...settings } })
}

function planned(...input: Parameters<typeof plan>): Extract<PlanResult, { ok: true }>['plan'] {
  const result = plan(...input)
  if (!result.ok) throw new Error(JSON.stringify(result.refusals))
  return result.plan
}

function isOwned(name: string): boolean {
  return OWNED_NAMES.some((owned) => owned === name)
}

function opaqueIds(remote: RemoteState): ReadonlySet<number> {
  const opaque = remote.indicators.filter((i) => canonicalBody(i, { nonEqualsHash: 'allow' }) === null)
  return new Set(opaque.map(({ Id }) => Id))
}

function foreignPart({ definitions, indicators }: RemoteState): unknown {
  const ids = new Set(definitions.filter(({ Name }) => !isOwned(Name)).map(({ Id }) => Id))
  return [
    definitions.filter(({ Id }) => ids.has(Id)),
    indicators.filter(({ definitionId }) => ids.has(definitionId)).toSorted((a, b) => a.Id - b.Id),
  ]
}

test('for all rules and tenants, a pruning plan leads exactly to the rules, touches nothing foreign, and the next plan is empty', () => {
  const seen = new Map<string, number>()
  fc.assert(
    fc.property(rulesForSync, tenantForSync, (rules, remote) => {
      const made = planned(rules, remote)

      const { state } = simulatePlan(remote, made.changes)

      for (const { kind } of made.changes) seen.set(kind, (seen.get(kind) ?? 0) + 1)
      const opaque = opaqueIds(remote)
      expect(heldTexts(state, isOwned, (id) => opaque.has(id))).toEqual(wantedTexts(rules))
      expect(foreignPart(state)).toEqual(foreignPart(remote))
      expect(planned(rules, state).changes).toEqual([])
    }),
    parameters(0.005),
  )
  expect([...seen.values()].filter((count) => count > runs(0.003) / 20)).toHaveLength(7)
})

test('for all rules and tenants, opaque indicators go only with their definition', () => {
  let kept = 0
  fc.assert(
    fc.property(rulesForSync, tenantForSync, (rules, remote) => {
      const made = planned(rules, remote)
      const opaque = opaqueIds(remote)

      const { state } = simulatePlan(remote, made.changes)

      const definitionIds = new Set(state.definitions.map(({ Id }) => Id))
      const expected = remote.indicators.filter((i) => opaque.has(i.Id) && definitionIds.has(i.definitionId))
      expect(state.indicators.filter(({ Id }) => opaque.has(Id))).toEqual(expected)
      kept += expected.length
    }),
    parameters(0.003),
  )
  expect(kept).toBeGreaterThan(runs(0.003) / 20)
})

test('for all rules and tenants, a plan without --prune deletes nothing, fulfils every rule, and the next plan is empty', () => {
  let keptCount = 0
  fc.assert(
    fc.property(rulesForSync, tenantForSync, (rules, remote) => {
      const made = planned(rules, remote, { prune: false })

      const { state } = simulatePlan(remote, made.changes)

      const opaque = opaqueIds(remote)
      const keptIds = new Set(made.kept.flatMap(({ what, Id }) => (what === 'indicator' ? [Id] : [])))
      const ruleNames = new Set(rules.definitions.map(({ Name }) => Name))
      const held = heldTexts(
        state,
        (name) => ruleNames.has(name),
        (id) => opaque.has(id) || keptIds.has(id),
      )
      keptCount += keptIds.size
      expect(made.deletes).toBe(0)
      expect(made.changes.some(({ kind }) => kind.startsWith('delete'))).toBe(false)
      expect(held).toEqual(wantedTexts(rules))
      const again = planned(rules, state, { prune: false })
      expect(again.changes).toEqual([])
      expect(again.kept).toEqual(made.kept)
    }),
    parameters(0.005),
  )
  expect(keptCount).toBeGreaterThan(runs(0.003) / 2)
})

test('for all plans, the deletes are exactly what is missing afterwards, and the forecast is what the tenant uses on the way', () => {
  let peaks = 0
  fc.assert(
    fc.property(rulesForSync, tenantForSync, (rules, remote) => {
      const made = planned(rules, remote)

      const { state, uses } = simulatePlan(remote, made.changes)

      const left = new Set([
        ...state.definitions.map((d) => `d${d.Id}`),
        ...state.indicators.map((i) => `i${i.Id}`),
      ])
      const before = [
        ...remote.definitions.map((d) => `d${d.Id}`),
        ...remote.indicators.map((i) => `i${i.Id}`),
      ]
      expect(made.deletes).toBe(before.filter((key) => !left.has(key)).length)
      for (const quota of made.quotas) {
        const numbers = uses.map((use) => use[quota.name])
        expect(quota).toMatchObject({
          before: numbers[0],
          peak: Math.max(...numbers),
          after: numbers.at(-1),
        })
        if (quota.peak > Math.max(quota.before, quota.after)) peaks++
      }
    }),
    parameters(0.005),
  )
  expect(peaks).toBeGreaterThan(runs(0.003) / 20)
})

test('for all quotas, a plan keeps within them, or its refusal is right: even the end does not fit, or only the way to it', () => {
  const outcomes = new Map<string, number>()
  const limits = fc.record({
    definitions: fc.integer({ min: 1, max: 7 }),
    indicators: fc.integer({ min: 0, max: 16 }),
    nonEqualsIndicators: fc.integer({ min: 0, max: 8 }),
  })
  fc.assert(
    fc.property(rulesForSync, tenantForSync, limits, fc.boolean(), (rules, remote, quotas, deleteFirst) => {
      const free = planned(rules, remote)
      const allowed = free.quotas.map(({ name, before, after, peak }) => {
        const limit = Math.max(quotas[name], before)
        return { endFits: after <= limit, wayFits: peak <= limit }
      })

      const result = plan(rules, remote, { quotas, deleteFirst })

      const count = (name: string): unknown => outcomes.set(name, (outcomes.get(name) ?? 0) + 1)
      if (result.ok) {
        const { uses, state } = simulatePlan(remote, result.plan.changes)
        for (const { name, before } of result.plan.quotas)
          expect(Math.max(...uses.map((use) => use[name]))).toBeLessThanOrEqual(
            Math.max(quotas[name], before),
          )
        expect(result.plan.deletes).toBe(free.deletes)
        const opaque = opaqueIds(remote)
        expect(heldTexts(state, isOwned, (id) => opaque.has(id))).toEqual(wantedTexts(rules))
        count(allowed.every(({ wayFits }) => wayFits) ? 'fits' : 'makes room')
      } else {
        const codes = new Set(result.refusals.map(({ code }) => code))
        const [code = ''] = codes
        if (codes.has('PLAN008')) expect(allowed.some(({ endFits }) => !endFits)).toBe(true)
        else
          expect(allowed.every(({ endFits }) => endFits) && allowed.some(({ wayFits }) => !wayFits)).toBe(
            true,
          )
        if (codes.has('PLAN007')) expect(deleteFirst).toBe(false)
        if (codes.has('PLAN009')) expect(deleteFirst).toBe(true)
        count(code)
      }
    }),
    parameters(0.01),
  )
  for (const outcome of ['fits', 'makes room', 'PLAN007', 'PLAN008'])
    expect(outcomes.get(outcome) ?? 0).toBeGreaterThan(runs(0.01) / 100)
})

test('for all plans, a plan file gives the plan back, and any one changed byte is refused', () => {
  fc.assert(
    fc.property(
      rulesForSync,
      tenantForSync,
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (rules, remote, at, flip) => {
        const made = planned(rules, remote)
        const bytes = encodePlan(made)
        const changed = bytes.slice()
        const offset = at % bytes.length
        changed[offset] = (changed[offset] ?? 0) ^ flip

        const decoded = decodePlan(bytes)

        expect(decoded).toEqual(made)
        expect(encodePlan(decoded)).toEqual(bytes)
        expect(() => decodePlan(changed)).toThrow(/plan/)
        expect(() => decodePlan(bytes.slice(0, offset))).toThrow(/plan/)
      },
    ),
    parameters(0.002),
  )
})
