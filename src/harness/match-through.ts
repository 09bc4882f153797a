import { canonicalIndicatorValue } from '../canonical/value.ts'
import type { Match } from '../model/match.ts'
import type { ThroughExpectation } from './test-file.ts'

/** True when a match is what an expectation asks for; only what is given is compared. */
export function fitsThrough(match: Match, expected: ThroughExpectation): boolean {
  const { ioc, role, field, text } = match
  return (
    (expected.Type === null || expected.Type === ioc.Type) &&
    (expected.DetectionFunction === null || expected.DetectionFunction === ioc.DetectionFunction) &&
    (expected.Value === null || isValue(expected.Value, match)) &&
    (expected.field === null || isField(expected.field, field)) &&
    (expected.text === null || expected.text === text) &&
    (expected.role === null || expected.role === role)
  )
}

/** The value in any spelling that the rules accept for it. */
function isValue(expected: string, { ioc }: Match): boolean {
  if (expected === ioc.Value) return true
  const canonical = canonicalIndicatorValue(ioc.Type, ioc.DetectionFunction, expected)
  return canonical.ok && canonical.value === ioc.Value
}

/** The whole path, with or without array indices, or its last keys: `RemoteUrl` is `properties.RemoteUrl`. */
function isField(expected: string, field: string): boolean {
  if (expected === field) return true
  const bare = field.replaceAll(/\[\d+\]/g, '')
  return expected === bare || bare.endsWith(`.${expected}`) || field.endsWith(`.${expected}`)
}

/** What an expectation asks for, in words. */
export function throughInWords(expected: ThroughExpectation): string {
  const { Type, DetectionFunction, Value, field, text, role } = expected
  const ioc = [Type, DetectionFunction, Value].filter((part) => part !== null).join(' ')
  const parts = [
    ...(ioc === '' ? [] : [ioc]),
    ...(field === null ? [] : [`field ${field}`]),
    ...(role === null ? [] : [`role ${role}`]),
    ...(text === null ? [] : [`text ${JSON.stringify(text)}`]),
  ]
  return parts.length === 0 ? 'anything' : parts.join(', ')
}

/** A match in words: which IOC, through which field, on which text. */
export function matchInWords({ ioc, field, role, text }: Match): string {
  return `${ioc.Type} ${ioc.DetectionFunction} ${ioc.Value} through ${field} (${role}), which holds ${JSON.stringify(shortened(text))}`
}

/** Code units of a field's text that a sentence repeats. */
const QUOTED_LIMIT = 100

function shortened(text: string): string {
  return text.length > QUOTED_LIMIT ? `${text.slice(0, QUOTED_LIMIT)}…` : text
}
