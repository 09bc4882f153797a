import type { FieldMap } from '../../model/field-map.ts'
import type {
  MutantCount,
  Mutation,
  MutationReport,
  SurvivingMutant,
  TriedCount,
} from '../../model/mutation-report.ts'
import { MUTATIONS, SURVIVORS_LIMIT } from '../../model/mutation-report.ts'
import type { Semantics } from '../../model/semantics.ts'
import { rowValuesOf } from '../../engine/row-values.ts'
import { rankDefinitions, selectRows } from '../../engine/compiled-rows.ts'
import type { Indicator } from '../../model/indicator.ts'
import type { TestRun } from '../run-tests.ts'
import type { TestRules } from '../test-rules.ts'
import type { Mutant } from './list-mutants.ts'
import { listMutants } from './list-mutants.ts'
import { MutantJudge } from './mutant-judge.ts'
import { observeTest } from './observed-test.ts'
import type { MutantSample } from './sample-mutants.ts'
import { MutantSampler } from './sample-mutants.ts'
import { TestSuggester } from './suggest-test.ts'

/** What mutation is made from. */
export interface MutationInput {
  readonly ruleSets: readonly TestRules[]
  /** Runs of the tests against their rules as they are. */
  readonly runs: readonly TestRun[]
  readonly skipped: number
  readonly seed: number
  /** Most mutants of either kind. */
  readonly sample: number
  /** Leaves out the mutants of definitions and IOCs that did not change; null: none. */
  readonly isWanted: ((definitionName: string, file: string | null) => boolean) | null
  readonly semantics: Semantics
  /** Fields for the tests that are proposed. */
  readonly fieldMap: FieldMap
  /** Aborted: the rest of the mutants is left. */
  readonly signal: AbortSignal | null
}

/** The counts and survivors of a run, without what only the command knows. */
export type MutationResult = Pick<
  MutationReport,
  Exclude<keyof MutationReport, 'schemaVersion' | 'toolVersion' | 'seed' | 'sample' | 'timing'>
>

/**
 * Changes rules in small ways and counts the changes that a written test notices. Tests that fail, and generated ones, do
 * not count. The same rules, tests and seed give the same result.
 */
export async function mutate(input: MutationInput): Promise<MutationResult> {
  const counted = input.runs.filter(
    ({ prepared, failures }) => failures.length === 0 && !prepared.test.isGenerated,
  )
  const failed = input.runs.filter(({ failures }) => failures.length > 0).length
  const tally = new Tally()
  for (const rules of input.ruleSets) {
    const own = counted.filter((run) => run.rules === rules)
    await mutateRules(rules, own, input, tally)
  }
  const { mutants, equalsHashes } = tally
  const scored = mutants.evaluated > 0 ? mutants : equalsHashes
  const survivors = [...tally.survivors, ...tally.hashSurvivors]
  return {
    tests: {
      counted: counted.length,
      failed,
      skipped: input.skipped,
      generated: input.runs.length - failed - counted.length,
    },
    score: scored.evaluated === 0 ? null : Math.floor((scored.killed * 1000) / scored.evaluated) / 10,
    mutants,
    equalsHashes,
    byMutation: MUTATIONS.flatMap((mutation) => {
      const count = tally.byMutation.get(mutation)
      return count === undefined ? [] : [{ mutation, ...count }]
    }),
    byDefinition: [...tally.byDefinition].map(([definitionName, count]) => ({ definitionName, ...count })),
    survivors: survivors.slice(0, SURVIVORS_LIMIT).map(({ describe }) => describe()),
    survivorCount: survivors.length,
    partial: tally.isPartial,
  }
}

async function mutateRules(
  rules: TestRules,
  runs: readonly TestRun[],
  { seed, sample, isWanted, semantics, fieldMap, signal }: MutationInput,
  tally: Tally,
): Promise<void> {
  const { image } = rules
  const judge = new MutantJudge(
    rules,
    runs.map(({ prepared, outcome }) => observeTest(prepared, outcome, rules)),
  )
  const places = new RulePlaces(rules)
  const suggester = new TestSuggester(rules, semantics, fieldMap)
  const nameOf = (mutant: Mutant): string => mutantName(mutant, rules)
  const ordinary = new MutantSampler(sample, seed, nameOf)
  const hashes = new MutantSampler(sample, seed, nameOf)
  for (const mutant of listMutants(image)) {
    const name = image.definitions[mutant.definition]?.Name ?? ''
    if (isWanted !== null && !isWanted(name, places.of(mutant)?.file ?? null)) continue
    ;(mutant.isEqualsHash ? hashes : ordinary).add(mutant)
  }
  const samples: readonly MutantSample[] = [ordinary.finish(), hashes.finish()]
  for (const [kind, { mutants, possible }] of samples.entries()) {
    const isHashes = kind === 1
    tally.addPossible(isHashes, possible)
    for (const [i, mutant] of mutants.entries()) {
      if (i % MUTANTS_PER_TURN === 0) await new Promise((turn) => setImmediate(turn))
      if (signal?.aborted === true) {
        tally.isPartial = true
        return
      }
      const isKilled = judge.killerOf(mutant) !== null
      tally.add(mutant, image.definitions[mutant.definition]?.Name ?? '', isKilled)
      if (isKilled) continue
      tally.addSurvivor(isHashes, () => describe(mutant, rules, places, suggester))
    }
  }
}

/** Mutants between two looks at signals. */
const MUTANTS_PER_TURN = 200

/** What a mutant changes, in words that do not depend on the other rules. */
function mutantName({ mutation, definition, indicator, changed }: Mutant, { image }: TestRules): string {
  const original = indicator === null ? null : wordsOf(image.indicator(indicator))
  return [
    mutation,
    image.definitions[definition]?.Name,
    original,
    changed === null ? null : wordsOf(changed),
  ].join('\n')
}

function wordsOf({ Type, DetectionFunction, Value, ExpiresAt }: Indicator): string {
  return `${Type} ${DetectionFunction} ${Value} ${ExpiresAt}`
}

function describe(
  mutant: Mutant,
  rules: TestRules,
  places: RulePlaces,
  suggester: TestSuggester,
): SurvivingMutant {
  const { mutation, definition, indicator, changed } = mutant
  return {
    definitionName: rules.image.definitions[definition]?.Name ?? '',
    mutation,
    ioc: indicator === null ? null : summaryOf(rules.image.indicator(indicator)),
    changed: changed === null || mutation === 'expiry' ? null : summaryOf(changed),
    place: places.of(mutant),
    test: suggester.testFor(mutant),
  }
}

function summaryOf({ Type, DetectionFunction, Value }: Indicator): NonNullable<SurvivingMutant['ioc']> {
  return { Type, DetectionFunction, Value }
}

/** Where rules stand in their files. */
class RulePlaces {
  readonly #rules: TestRules
  /** Row of each compiled indicator. */
  readonly #rows: Uint32Array

  constructor(rules: TestRules) {
    this.#rules = rules
    const definitionRank = rankDefinitions(rules.rules.definitions)
    const values = rowValuesOf(rules.rules.indicators)
    this.#rows = selectRows({ rules: rules.rules, values, definitionRank, rejectNonEqualsHash: false }).rows
  }

  of({ definition, indicator }: Mutant): SurvivingMutant['place'] {
    const { rules, image } = this.#rules
    if (indicator === null) {
      const name = image.definitions[definition]?.Name
      const index = rules.definitions.findIndex(({ Name }) => Name === name)
      const span = rules.definitionSpans?.[index]
      return span === undefined ? null : { file: span.file, line: span.line, column: span.column }
    }
    const row = this.#rows[indicator] ?? 0
    const { sourceFile, sourceLine, sourceColumn } = rules.indicators
    const file = rules.sources[sourceFile[row] ?? 0]
    const line = sourceLine[row] ?? 0
    // What came out of an image stands in no line.
    return file === undefined || line === 0 ? null : { file, line, column: sourceColumn[row] ?? 0 }
  }
}

type Growing<Count> = { -readonly [K in keyof Count]: Count[K] }

class Tally {
  isPartial = false
  readonly mutants: Growing<MutantCount> = { possible: 0, evaluated: 0, killed: 0 }
  readonly equalsHashes: Growing<MutantCount> = { possible: 0, evaluated: 0, killed: 0 }
  readonly byMutation = new Map<Mutation, Growing<TriedCount>>()
  readonly byDefinition = new Map<string, Growing<TriedCount>>()
  readonly survivors: { readonly describe: () => SurvivingMutant }[] = []
  readonly hashSurvivors: { readonly describe: () => SurvivingMutant }[] = []

  addPossible(isHashes: boolean, possible: number): void {
    ;(isHashes ? this.equalsHashes : this.mutants).possible += possible
  }

  add({ mutation, isEqualsHash }: Mutant, definitionName: string, isKilled: boolean): void {
    const counts = isEqualsHash
      ? [this.equalsHashes]
      : [this.mutants, countIn(this.byMutation, mutation), countIn(this.byDefinition, definitionName)]
    for (const count of counts) {
      count.evaluated += 1
      if (isKilled) count.killed += 1
    }
  }

  addSurvivor(isHash: boolean, describe: () => SurvivingMutant): void {
    ;(isHash ? this.hashSurvivors : this.survivors).push({ describe })
  }
}

function countIn<Key>(counts: Map<Key, Growing<TriedCount>>, key: Key): Growing<TriedCount> {
  const known = counts.get(key) ?? { evaluated: 0, killed: 0 }
  counts.set(key, known)
  return known
}
