import { canonicalIndicatorValue } from '../../canonical/value.ts'
import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../../model/indicator.ts'
import { parseTime } from '../../model/time.ts'
import type { DefinitionBody, IndicatorBody } from '../entities.ts'

/** The writable properties of a definition, whether it was read or is to be written. */
type DefinitionLike = { readonly [Property in keyof DefinitionBody]: DefinitionBody[Property] | null }

/**
 * A definition's writable properties as one text: equal texts mean that nothing is left to write. Members of
 * enumerations compare in any case, and a null text equals an empty one, since a service may turn one into the other.
 */
export function definitionText(definition: DefinitionLike): string {
  return JSON.stringify(definitionParts(definition))
}

/** The names of the properties in which two definitions differ. */
export function definitionDifferences(a: DefinitionLike, b: DefinitionLike): readonly string[] {
  const before = Object.entries(definitionParts(a))
  const after = new Map(Object.entries(definitionParts(b)))
  return before.filter(([name, value]) => after.get(name) !== value).map(([name]) => name)
}

function definitionParts(definition: DefinitionLike): Readonly<Record<string, string | boolean | null>> {
  return {
    Name: definition.Name,
    Title: definition.Title,
    Severity: (definition.Severity ?? '').toLowerCase(),
    Category: (definition.Category ?? '').toLowerCase(),
    UxDescription: definition.UxDescription ?? '',
    RecommendedAction: definition.RecommendedAction ?? '',
    InternalDescription: definition.InternalDescription ?? '',
    Enabled: definition.Enabled,
  }
}

/** What an indicator is, whatever its attributes: Type, canonical Value and DetectionFunction (sync 2). */
function indicatorIdentity(ioc: Pick<IndicatorBody, 'Type' | 'DetectionFunction' | 'Value'>): string {
  const type = INDICATOR_TYPES.find((name) => name.toLowerCase() === ioc.Type.toLowerCase())
  const detection = DETECTION_FUNCTIONS.find(
    (name) => name.toLowerCase() === ioc.DetectionFunction.toLowerCase(),
  )
  if (type === undefined || detection === undefined) return plainIdentity(ioc)
  const value = canonicalIndicatorValue(type, detection, ioc.Value)
  return value.ok ? JSON.stringify([type, detection, value.value]) : plainIdentity(ioc)
}

/** All of an indicator that can be written, and the definition that it hangs on, as one text. */
export function indicatorText(ioc: IndicatorBody, definitionId: number): string {
  const expires = ioc.ExpiresAt === null ? null : (parseTime(ioc.ExpiresAt)?.toString() ?? ioc.ExpiresAt)
  return JSON.stringify([definitionId, ioc.Enabled, expires, indicatorIdentity(ioc)])
}

/** In what two states of one indicator differ, for a person. */
export function indicatorDifferences(a: BoundTo, b: BoundTo): readonly string[] {
  const textOf = (indicator: BoundTo, part: Partial<BoundTo>): string =>
    indicatorText({ ...indicator, ...part }, part.definitionId ?? indicator.definitionId)
  const parts = ['definitionId', 'Enabled', 'ExpiresAt'] as const
  const different = parts.filter((part) => textOf(a, { [part]: b[part] }) !== textOf(a, {}))
  const names = different.map((part) => (part === 'definitionId' ? 'its definition' : part))
  return names.length === 0 ? ['Type, DetectionFunction or Value'] : names
}

type BoundTo = IndicatorBody & { readonly definitionId: number }

/** A value that our validator refuses is compared as it stands. */
function plainIdentity({
  Type,
  DetectionFunction,
  Value,
}: Pick<IndicatorBody, 'Type' | 'DetectionFunction' | 'Value'>): string {
  return JSON.stringify([Type.toLowerCase(), DetectionFunction.toLowerCase(), 'opaque', Value])
}
