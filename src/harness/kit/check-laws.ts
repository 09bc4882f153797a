import type { FoundCounterexample, LawName, LawReport, LawResult } from '../../model/law-report.ts'
import type { RuleSet } from '../../model/rule-set.ts'
import { TOOL_VERSION } from '../../model/version.ts'
import { Choices } from './choices.ts'
import type { Law } from './law.ts'
import { LawGround } from './law-ground.ts'
import type { LawSettings } from './law-settings.ts'
import { lawSettings } from './law-settings.ts'
import { otherRulesChangeNothing, splittingChangesNothing } from './laws-of-logs.ts'
import {
  equalsImpliesParts,
  nearMissIsSilent,
  plantedValueFires,
  spellingDoesNotMatter,
} from './laws-of-values.ts'
import { shrinkChoices } from './shrink-choices.ts'

/** Every law, in the order of `LAW_NAMES`. */
const LAWS: readonly Law[] = [
  plantedValueFires,
  nearMissIsSilent,
  equalsImpliesParts,
  spellingDoesNotMatter,
  otherRulesChangeNothing,
  splittingChangesNothing,
]

/** How often laws are tried, and from which seed. */
export interface LawRuns {
  /** Cases per law. */
  readonly runs: number
  /** Seed of the first case; each further case has the next, so a counterexample's own seed repeats it at once. */
  readonly seed: number
}

/**
 * Tries every law on a rule set. A counterexample ends its law and is made as small as it gets; the others go on.
 * The same rules, settings and seed give the same report.
 */
export function checkLaws(
  rules: RuleSet,
  { runs, seed }: LawRuns,
  settings: Partial<LawSettings> = {},
): LawReport {
  const ground = LawGround.open(rules, lawSettings(settings))
  return {
    schemaVersion: 1,
    toolVersion: TOOL_VERSION,
    seed,
    runs,
    iocs: ground.size,
    laws: LAWS.map((law) => tryLaw(law, ground, { runs, seed })),
  }
}

/** The law with that name. */
export function lawNamed(name: LawName): Law {
  const law = LAWS.find((candidate) => candidate.name === name)
  if (law === undefined) throw new RangeError(`there is no law ${name}`)
  return law
}

function tryLaw(law: Law, ground: LawGround, { runs, seed }: LawRuns): LawResult {
  const { name, says } = law
  let vacuous = 0
  for (let run = 0; run < runs; run += 1) {
    const choices = Choices.seeded(seed + run)
    const outcome = law.check(ground, choices)
    if (outcome === 'vacuous') vacuous += 1
    if (outcome === 'held' || outcome === 'vacuous') continue
    const counterexample = smallest(law, ground, choices.made, seed + run)
    return { law: name, says, runs: run + 1, vacuous, counterexample }
  }
  return { law: name, says, runs, vacuous, counterexample: null }
}

function smallest(
  law: Law,
  ground: LawGround,
  made: readonly number[],
  seed: number,
): FoundCounterexample | null {
  const numbers = shrinkChoices(made, (candidate) => {
    const choices = Choices.replayed(candidate)
    return typeof law.check(ground, choices) === 'object' ? choices.made : null
  })
  const outcome = law.check(ground, Choices.replayed(numbers))
  return typeof outcome === 'object' ? { ...outcome, seed } : null
}
