import type { Counterexample, LawLog, LawName } from '../../model/law-report.ts'
import type { Choices } from './choices.ts'
import type { ChosenIndicator, LawGround } from './law-ground.ts'

/** What one case says of a law: that it held, that it was not put to the test, or how it broke. */
export type LawOutcome = 'held' | 'vacuous' | Counterexample

/** A law that holds for every rule set and every log. */
export interface Law {
  readonly name: LawName
  /** The law in one clause. */
  readonly says: string
  /** Tries the law on the case of these choices. */
  readonly check: (ground: LawGround, choices: Choices) => LawOutcome
}

/** The counterexample about one indicator. */
export function brokenBy(
  { definition, indicator }: ChosenIndicator,
  log: LawLog | null,
  expected: string,
  actual: string,
): Counterexample {
  const { Id, Type, DetectionFunction, Value } = indicator
  return { definition, ioc: { Id, Type, DetectionFunction, Value }, log, expected, actual }
}
