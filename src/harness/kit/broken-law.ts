import type { Counterexample, LawName } from '../../model/law-report.ts'

/** Why a law does not hold, in plain lines. */
export function brokenLawMessage(law: LawName, found: Counterexample): string {
  const { definition, ioc, log, expected, actual } = found
  return [
    `the law ${law} does not hold`,
    ...(ioc === null ? [] : [`IOC: ${definition}: ${ioc.Type} ${ioc.DetectionFunction} ${ioc.Value}`]),
    `expected: ${expected}`,
    `actual: ${actual}`,
    ...(log === null ? [] : [`log (${log.format}): ${JSON.stringify(log.text)}`]),
  ].join('\n')
}
