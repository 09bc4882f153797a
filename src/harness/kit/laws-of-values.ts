import { canonicalIndicatorValue } from '../../canonical/value.ts'
import { DETECTION_FUNCTIONS } from '../../model/indicator.ts'
import type { TestOutcome } from '../evaluate-test.ts'
import type { OneIndicator } from '../match-one.ts'
import { rulesOf } from './add-rules.ts'
import type { Choices } from './choices.ts'
import type { Cargo } from './draw-event.ts'
import { drawEvent } from './draw-event.ts'
import { drawHit, drawNearMiss, respelled } from './draw-values.ts'
import type { Law, LawOutcome } from './law.ts'
import { brokenBy } from './law.ts'
import type { ChosenIndicator, LawGround } from './law-ground.ts'
import { evaluateLogs, logOf } from './law-ground.ts'

/** An indicator fires on an event that carries a value it is meant to match. */
export const plantedValueFires: Law = {
  name: 'planted-value-fires',
  says: 'a planted value fires',
  check: (ground, choices) => {
    const chosen = ground.choose(choices)
    if (chosen === null) return 'vacuous'
    const value = drawHit(chosen.indicator, ground.settings.semantics, choices)
    if (value === null)
      return brokenBy(chosen, null, 'a value that makes it fire', 'no value was found that does')
    return fires(ground, chosen, value, true, choices)
  },
}

/** An indicator does not fire on an event that carries a value it nearly matches. */
export const nearMissIsSilent: Law = {
  name: 'near-miss-is-silent',
  says: 'a near miss is silent',
  check: (ground, choices) => {
    const chosen = ground.choose(choices)
    const near = chosen === null ? null : drawNearMiss(chosen.indicator, ground.settings.semantics, choices)
    return chosen === null || near === null ? 'vacuous' : fires(ground, chosen, near.value, false, choices)
  },
}

function fires(
  ground: LawGround,
  chosen: ChosenIndicator,
  value: string,
  isHit: boolean,
  choices: Choices,
): LawOutcome {
  const drawn = drawEvent(cargoOf(chosen, value), ground.settings, choices)
  if (drawn === null) return 'vacuous'
  const log = logOf([drawn.event], ground.chooseFormat(choices))
  if (ground.hasFired(chosen, ground.evaluate([log])) === isHit) return 'held'
  return isHit
    ? brokenBy(chosen, log, `fires on ${value}`, 'silent')
    : brokenBy(chosen, log, `silent on ${value}`, 'fires')
}

/** Where Equals matches a value, the other functions with that value match, too. */
export const equalsImpliesParts: Law = {
  name: 'equals-implies-parts',
  says: 'Equals implies StartWith, EndWith and Contains of itself',
  check: (ground, choices) => {
    const { semantics, compile } = ground.settings
    const chosen = ground.choose(choices)
    const value = chosen === null ? null : drawHit(chosen.indicator, semantics, choices)
    if (chosen === null || value === null) return 'vacuous'
    const { Type } = chosen.indicator
    const iocs = DETECTION_FUNCTIONS.map((DetectionFunction): OneIndicator => ({
      Type,
      DetectionFunction,
      Value: value,
    }))
    const isWhole = iocs.every(({ DetectionFunction }) => isCanonical(Type, DetectionFunction, value))
    const isRefused = semantics.nonEqualsHash === 'reject' && Type !== 'IpAddress' && Type !== 'DomainName'
    const life = { ExpiresAt: null, CreatedAt: null }
    const drawn = drawEvent({ type: Type, value, life }, ground.settings, choices)
    if (!isWhole || isRefused || drawn === null) return 'vacuous'
    const log = logOf([drawn.event], ground.chooseFormat(choices))
    const rules = compile(rulesOf(iocs.map((ioc) => ({ Name: ioc.DetectionFunction, iocs: [ioc] }))))
    const fired = firedNames(evaluateLogs(rules, [log], ground.settings))
    if (fired.length === DETECTION_FUNCTIONS.length) return 'held'
    return brokenBy(
      chosen,
      log,
      `Equals, StartWith, EndWith and Contains of ${value} fire`,
      fired.length === 0 ? 'none fires' : `only ${fired.join(', ')} fire`,
    )
  },
}

function isCanonical(
  ...[type, detectionFunction, value]: Parameters<typeof canonicalIndicatorValue>
): boolean {
  const canonical = canonicalIndicatorValue(type, detectionFunction, value)
  return canonical.ok && canonical.value === value
}

/** Letters in either case and dots at the end of a name change nothing of what fires. */
export const spellingDoesNotMatter: Law = {
  name: 'spelling-does-not-matter',
  says: 'case and trailing dots do not matter',
  check: (ground, choices) => {
    const { semantics } = ground.settings
    const chosen = ground.choose(choices)
    if (chosen === null) return 'vacuous'
    const { indicator } = chosen
    const value = choices.oneIn(3)
      ? (drawNearMiss(indicator, semantics, choices)?.value ?? null)
      : drawHit(indicator, semantics, choices)
    const drawn = value === null ? null : drawEvent(cargoOf(chosen, value), ground.settings, choices)
    if (value === null || drawn === null) return 'vacuous'
    const format = ground.chooseFormat(choices)
    const spelling = respelled(indicator.Type, value, choices)
    if (spelling === value) return 'vacuous'
    const log = logOf([drawn.withValue(spelling)], format)
    const plain = ground.evaluate([logOf([drawn.event], format)])
    const respelt = ground.evaluate([log])
    if (isSameSet(plain.firedIndicators, respelt.firedIndicators)) return 'held'
    return brokenBy(
      chosen,
      log,
      `the same IOCs fire on ${spelling} as on ${value}: ${namesInWords(plain)}`,
      namesInWords(respelt),
    )
  },
}

function cargoOf({ indicator }: ChosenIndicator, value: string): Cargo {
  return { type: indicator.Type, value, life: indicator }
}

function isSameSet(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  return a.size === b.size && [...a].every((id) => b.has(id))
}

function firedNames({ detections }: TestOutcome): readonly string[] {
  return detections.map(({ definition }) => definition.Name)
}

function namesInWords(outcome: TestOutcome): string {
  const ways = outcome.detections.flatMap(({ definition, matches }) =>
    matches.map(({ ioc }) => `${definition.Name} (${ioc.DetectionFunction} ${ioc.Value})`),
  )
  return ways.length === 0 ? 'none' : ways.join(', ')
}
