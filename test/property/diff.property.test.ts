import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileRules } from '../../src/engine/compile-rules.ts'
import { IndexImage } from '../../src/engine/image-reader.ts'
import type { DiffOptions } from '../../src/harness/diff/diff-rules.ts'
import type { DiffSide } from '../../src/harness/diff/diff-side.ts'
import { diffRules } from '../../src/harness/diff/diff-rules.ts'
import { diffStructure } from '../../src/harness/diff/diff-structure.ts'
import type { ChangeTotals, DetectionChange, RuleDiff, StructureDiff } from '../../src/model/rule-diff.ts'
import type { OpaqueIndicator, RuleSet } from '../../src/model/rule-set.ts'
import { parseTime } from '../../src/model/time.ts'
import { replay } from '../../src/replay/replay.ts'
import type { DiffCase } from '../support/arbitrary-diff.ts'
import { diffCase } from '../support/arbitrary-diff.ts'
import type { PlacedDetection } from '../support/naive-diff.ts'
import {
  keyOf,
  naiveChanges,
  naiveIndicatorDiff,
  naiveMultisetDiff,
  naivePairedAlerts,
} from '../support/naive-diff.ts'
import type { NaiveRules } from '../support/naive-rules.ts'
import { naiveRuleSet } from '../support/naive-rule-set.ts'
import { buildRuleSet } from '../support/rule-set-builder.ts'
import { temporaryFolder } from '../support/run-cli.ts'
import { parameters, runs, SEED } from '../support/runs.ts'

const SHARE = 0.0006
const POOL_CASES = 8
const TIMEOUT_MS = runs(SHARE) * 300
const NOW = parseTime('2026-11-03T00:00:00Z') ?? 0n

const folder = temporaryFolder('diff-law')

test(
  'for all rules, changes and logs, what is gained and lost is the set difference of two separate replays',
  async () => {
    const seen = { gained: 0, lost: 0, relabelled: 0, kept: 0, shifted: 0 }

    await fc.assert(
      fc.asyncProperty(diffCase, async (given) => {
        writeLogs(given)
        const before = await separately(given, given.one.rules)
        const after = await separately(given, given.after)
        const changes: DetectionChange[] = []
        const { behaviour } = await diffed(given, { onChange: (change) => changes.push(change) })

        const expected = naiveChanges(before, after)
        const keysOf = (kind: DetectionChange['change']): readonly string[] =>
          changes
            .filter(({ change }) => change === kind)
            .map(keyOf)
            .sort()
        expect({ gained: keysOf('gained'), lost: keysOf('lost'), relabelled: keysOf('relabelled') }).toEqual(
          expected,
        )
        expect(matchesOf(changes)).toEqual(expectedMatches(changes, before, after))
        const paired = naivePairedAlerts(before, after, given.one.semantics.groupWindow)
        expect(behaviour?.detections).toMatchObject({ before: before.length, after: after.length })
        expect((behaviour?.alerts.before ?? 0) - (behaviour?.alerts.lost ?? 0)).toBe(paired)
        expect((behaviour?.alerts.after ?? 0) - (behaviour?.alerts.gained ?? 0)).toBe(paired)

        seen.gained += expected.gained.length
        seen.lost += expected.lost.length
        seen.relabelled += expected.relabelled.length
        seen.kept += before.length - expected.lost.length
        seen.shifted +=
          paired > 0 && (behaviour?.alerts.gained ?? 0) + (behaviour?.alerts.lost ?? 0) > 0 ? 1 : 0
      }),
      parameters(SHARE),
    )

    const cases = runs(SHARE)
    expect(seen.gained).toBeGreaterThan(cases / 10)
    expect(seen.lost).toBeGreaterThan(cases / 10)
    expect(seen.relabelled).toBeGreaterThan(cases / 20)
    expect(seen.kept).toBeGreaterThan(cases / 2)
    expect(seen.shifted).toBeGreaterThan(cases / 50)
  },
  TIMEOUT_MS,
)

test(
  'for all rules, changes and logs, swapping the sides swaps the answer',
  async () => {
    let changed = 0

    await fc.assert(
      fc.asyncProperty(diffCase, async (given) => {
        writeLogs(given)
        const there = await diffed(given)
        const back = await diffed({ one: { ...given.one, rules: given.after }, after: given.one.rules })

        expect(countsOf(back)).toEqual(mirrored(countsOf(there)))
        changed += (there.behaviour?.byDefinition.length ?? 0) > 0 ? 1 : 0
      }),
      parameters(SHARE),
    )

    expect(changed).toBeGreaterThan(runs(SHARE) / 10)
  },
  TIMEOUT_MS,
)

test(
  'for all rules and logs, rules do not differ from themselves',
  async () => {
    let alerts = 0

    await fc.assert(
      fc.asyncProperty(diffCase, async (given) => {
        writeLogs(given)
        const { structure, behaviour } = await diffed({ one: given.one, after: given.one.rules })

        expect(structure.byDefinition).toEqual([])
        expect(structure.iocs.unchanged).toBe(given.one.rules.indicators.length)
        expect(behaviour).toMatchObject({
          alerts: { gained: 0, lost: 0, relabelled: 0 },
          detections: { gained: 0, lost: 0, relabelled: 0 },
          byDefinition: [],
          byDevice: [],
          byDay: [],
        })
        expect(behaviour?.alerts.before).toBe(behaviour?.alerts.after)
        alerts += behaviour?.alerts.before ?? 0
      }),
      parameters(SHARE / 2),
    )

    expect(alerts).toBeGreaterThan(runs(SHARE / 2) / 4)
  },
  TIMEOUT_MS,
)

test('for all rules and changes, the IOCs that differ are those of the naive multiset', async () => {
  const seen = { added: 0, removed: 0, changed: 0 }

  await fc.assert(
    fc.asyncProperty(diffCase, async (given) => {
      const { diff } = await diffRules(sideOf('A', given.one.rules), sideOf('B', given.after), [])

      const { iocs } = diff.structure
      expect(iocs).toEqual(naiveIndicatorDiff(given.one.rules, given.after))
      seen.added += iocs.added
      seen.removed += iocs.removed
      seen.changed += iocs.changed
    }),
    parameters(SHARE),
  )

  expect(seen.added).toBeGreaterThan(runs(SHARE) / 2)
  expect(seen.removed).toBeGreaterThan(runs(SHARE) / 2)
  expect(seen.changed).toBeGreaterThan(runs(SHARE) / 2)
}, 60_000)

test('a diff is the same for every number of workers and every size of chunks', async () => {
  for (const given of fc.sample(diffCase, { seed: SEED, numRuns: POOL_CASES })) {
    writeLogs(given)
    const expected = withoutTiming(await diffed(given, { chunkBytes: 'whole' }))

    expect(withoutTiming(await diffed(given, { workers: 2, chunkBytes: 64 }))).toEqual(expected)
    expect(withoutTiming(await diffed(given, { workers: 2, chunkBytes: 1000 }))).toEqual(expected)
    expect(withoutTiming(await diffed(given, { workers: 0, chunkBytes: 17 }))).toEqual(expected)
  }
}, 120_000)

test('an image compares with rules as what was compiled from them', async () => {
  const cases = fc.sample(diffCase, { seed: SEED, numRuns: 40 })
  let same = 0

  for (const given of cases) {
    const { diff } = await diffRules(
      { ...sideOf('A', given.one.rules), rules: null },
      sideOf('B', given.one.rules),
      [],
    )
    expect(diff.structure.comparedAs).toBe('compiled')
    expect(diff.structure.byDefinition).toEqual([])
    same += diff.structure.iocs.unchanged
  }

  expect(same).toBeGreaterThan(cases.length)
})

function pathOf(index: number): string {
  return join(folder, `${index}.log`)
}

function pathsOf({ one }: DiffCase): readonly string[] {
  return one.logs.map((_, i) => pathOf(i))
}

function writeLogs({ one }: DiffCase): void {
  for (const [i, { bytes, isZipped }] of one.logs.entries())
    writeFileSync(pathOf(i), isZipped ? gzipSync(bytes, { level: 1 }) : bytes)
}

function sideOf(reference: string, rules: NaiveRules): DiffSide {
  const set = naiveRuleSet(rules)
  return { reference, rules: set, image: IndexImage.open(compileRules(set).image) }
}

function optionsOf({ one }: DiffCase): DiffOptions {
  return {
    semantics: one.semantics,
    table: one.table,
    chunkBytes: one.chunkBytes,
    kernel: one.kernel,
    workers: 0,
    now: NOW,
  }
}

async function diffed(given: DiffCase, options: DiffOptions = {}): Promise<RuleDiff> {
  const a = sideOf('A', given.one.rules)
  const b = sideOf('B', given.after)
  return (await diffRules(a, b, pathsOf(given), { ...optionsOf(given), ...options })).diff
}

async function separately(given: DiffCase, rules: NaiveRules): Promise<readonly PlacedDetection[]> {
  const found: PlacedDetection[] = []
  await replay(pathsOf(given), sideOf('', rules).image, {
    ...optionsOf(given),
    onDetection: (detection, device) => found.push({ detection, device }),
  })
  return found
}

function matchesOf(changes: readonly DetectionChange[]): readonly unknown[] {
  return changes.map(({ event, matchCount, matches }) => ({ event, matchCount, matches }))
}

/** The evidence as the separate replay of the side in question has it. */
function expectedMatches(
  changes: readonly DetectionChange[],
  before: readonly PlacedDetection[],
  after: readonly PlacedDetection[],
): readonly unknown[] {
  return changes.map((change) => {
    const side = change.change === 'lost' ? before : after
    const found = side.find(({ detection }) => keyOf(detection) === keyOf(change))?.detection
    return { event: found?.event, matchCount: found?.matchCount, matches: found?.matches }
  })
}

interface Counts {
  readonly structure: Pick<StructureDiff, 'definitions' | 'iocs'>
  readonly byDefinition: readonly unknown[]
  readonly alerts: ChangeTotals | undefined
  readonly detections: ChangeTotals | undefined
  readonly lists: readonly unknown[]
}

function countsOf({ structure, behaviour }: RuleDiff): Counts {
  return {
    structure: { definitions: structure.definitions, iocs: structure.iocs },
    byDefinition: structure.byDefinition,
    alerts: behaviour?.alerts,
    detections: behaviour?.detections,
    lists: [
      behaviour?.byDay,
      behaviour?.byDevice.map(({ device, alerts, detections }) => ({ device, alerts, detections })),
      behaviour?.byDefinition.map((changes) => ({ ...changes, examples: null })),
    ],
  }
}

const MIRROR: Readonly<Record<string, string>> = {
  before: 'after',
  after: 'before',
  gained: 'lost',
  lost: 'gained',
  added: 'removed',
  removed: 'added',
}

/** The same with the two sides of every pair of names swapped. */
function mirrored(value: Counts): unknown {
  return JSON.parse(JSON.stringify(value), (_, held: unknown) =>
    typeof held === 'object' && held !== null && !Array.isArray(held)
      ? Object.fromEntries(Object.entries(held).map(([name, inner]) => [MIRROR[name] ?? name, inner]))
      : held,
  )
}

function withoutTiming({ behaviour, ...rest }: RuleDiff): unknown {
  return { ...rest, behaviour: behaviour === null ? null : { ...behaviour, timing: null } }
}

test('for all opaque IOCs, what differs is what the naive multiset says, and swapping the sides swaps it', () => {
  const seen = { added: 0, removed: 0, changed: 0, unchanged: 0 }
  const opaque: fc.Arbitrary<OpaqueIndicator> = fc.record({
    definitionName: fc.constantFrom('a', 'b'),
    Type: fc.constantFrom('IpAddress', '__proto__'),
    DetectionFunction: fc.constant('Regex'),
    Value: fc.constantFrom('10.0.0.0/8', '","'),
    ExpiresAt: fc.constantFrom(null, '2027-01-01T00:00:00Z'),
    Enabled: fc.boolean(),
  })
  const opaques = fc.array(opaque, { maxLength: 12 })
  const structure = (before: readonly OpaqueIndicator[], after: readonly OpaqueIndicator[]): StructureDiff =>
    diffStructure(opaqueRules(before), opaqueRules(after), { comparedAs: 'written', definitions: null })

  fc.assert(
    fc.property(opaques, opaques, (before, after) => {
      const there = structure(before, after).opaque
      const back = structure(after, before).opaque

      expect(there).toEqual(naiveMultisetDiff(before, after))
      expect(back).toEqual({ ...there, added: there?.removed, removed: there?.added })
      for (const kind of ['added', 'removed', 'changed', 'unchanged'] as const)
        seen[kind] += there?.[kind] ?? 0
    }),
    parameters(SHARE * 4),
  )

  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(runs(SHARE * 4) / 4)
})

function opaqueRules(opaque: readonly OpaqueIndicator[]): RuleSet {
  return buildRuleSet([], { opaque, emptyDefinitions: ['a', 'b'] })
}
