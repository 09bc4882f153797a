import type { AlertDefinition } from '../../model/alert-definition.ts'
import { compareUtf8 } from '../../model/compare-utf8.ts'
import type { IndicatorColumns, RuleSet } from '../../model/rule-set.ts'
import { NO_ID, NO_TIME } from '../../model/rule-set.ts'
import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../../model/indicator.ts'
import type { OneIndicator } from '../match-one.ts'
import { pickRows } from '../select-rules.ts'

/** A definition with its indicators, whose values are canonical. */
export interface AddedDefinition {
  readonly Name: string
  readonly iocs: readonly OneIndicator[]
}

/** The rules with one definition more, in canonical order. Preconditions: no definition has its Name; `iocs` are sorted. */
export function withDefinition(rules: RuleSet, { Name, iocs }: AddedDefinition): RuleSet {
  const { definitions, indicators } = rules
  const before = definitions.filter((definition) => compareUtf8(definition.Name, Name) < 0).length
  const added = columnsOf(iocs, before)
  const shifted = {
    ...indicators,
    definition: indicators.definition.map((index) => (index < before ? index : index + 1)),
  }
  const split = indicators.definition.findIndex((index) => index >= before)
  const at = split < 0 ? indicators.count : split
  const own = Array.from({ length: indicators.count }, (_, row) => row)
  const order = own.toSpliced(at, 0, ...iocs.map((_, i) => indicators.count + i))
  const spans = rules.definitionSpans
  return {
    definitions: definitions.toSpliced(before, 0, plainDefinition(Name)),
    ...(spans === undefined || spans[0] === undefined
      ? {}
      : { definitionSpans: spans.toSpliced(before, 0, spans[0]) }),
    indicators: pickRows(joined(shifted, added), order),
    opaque: rules.opaque,
    sources: rules.sources,
    warnings: rules.warnings,
  }
}

/** A rule set of the given definitions alone. */
export function rulesOf(definitions: readonly AddedDefinition[]): RuleSet {
  const none: RuleSet = {
    definitions: [],
    indicators: columnsOf([], 0),
    opaque: [],
    sources: [''],
    warnings: [],
  }
  return definitions.reduce(withDefinition, none)
}

/** A name that no definition has. */
export function freeName(rules: RuleSet, wish: string): string {
  const taken = new Set(rules.definitions.map((definition) => definition.Name))
  let name = wish
  for (let i = 2; taken.has(name); i += 1) name = `${wish}-${i}`
  return name
}

function plainDefinition(Name: string): AlertDefinition {
  return {
    Id: null,
    Name,
    Title: Name,
    Severity: 'Low',
    Category: 'Malware',
    UxDescription: Name,
    RecommendedAction: null,
    InternalDescription: null,
    Enabled: true,
  }
}

function columnsOf(iocs: readonly OneIndicator[], definition: number): IndicatorColumns {
  const values = iocs.map(({ Value }) => new TextEncoder().encode(Value))
  const valueOffset = new Uint32Array(iocs.length + 1)
  for (const [i, value] of values.entries()) valueOffset[i + 1] = (valueOffset[i] ?? 0) + value.length
  const valueBytes = new Uint8Array(valueOffset[iocs.length] ?? 0)
  for (const [i, value] of values.entries()) valueBytes.set(value, valueOffset[i])
  return {
    count: iocs.length,
    definition: new Uint32Array(iocs.length).fill(definition),
    type: Uint8Array.from(iocs, ({ Type }) => INDICATOR_TYPES.indexOf(Type)),
    detectionFunction: Uint8Array.from(iocs, (ioc) => DETECTION_FUNCTIONS.indexOf(ioc.DetectionFunction)),
    valueOffset,
    valueBytes,
    expiresAt: null,
    createdAt: null,
    enabled: new Uint8Array(iocs.length).fill(1),
    id: null,
    sourceFile: new Uint32Array(iocs.length),
    sourceLine: new Uint32Array(iocs.length).fill(1),
    sourceColumn: new Uint32Array(iocs.length).fill(1),
  }
}

/** The rows of two sets, one after the other. */
function joined(a: IndicatorColumns, b: IndicatorColumns): IndicatorColumns {
  const u32 = (left: Uint32Array, right: Uint32Array): Uint32Array => Uint32Array.of(...left, ...right)
  const u8 = (left: Uint8Array, right: Uint8Array): Uint8Array => {
    const both = new Uint8Array(left.length + right.length)
    both.set(left)
    both.set(right, left.length)
    return both
  }
  const shift = a.valueOffset[a.count] ?? 0
  const times = (left: BigInt64Array | null): BigInt64Array | null =>
    left === null ? null : BigInt64Array.of(...left, ...Array.from({ length: b.count }, () => NO_TIME))
  return {
    count: a.count + b.count,
    definition: u32(a.definition, b.definition),
    type: u8(a.type, b.type),
    detectionFunction: u8(a.detectionFunction, b.detectionFunction),
    valueOffset: u32(
      a.valueOffset,
      b.valueOffset.subarray(1).map((offset) => offset + shift),
    ),
    valueBytes: u8(a.valueBytes, b.valueBytes),
    expiresAt: times(a.expiresAt),
    createdAt: times(a.createdAt),
    enabled: u8(a.enabled, b.enabled),
    id: a.id === null ? null : Float64Array.of(...a.id, ...Array.from({ length: b.count }, () => NO_ID)),
    sourceFile: u32(a.sourceFile, b.sourceFile),
    sourceLine: u32(a.sourceLine, b.sourceLine),
    sourceColumn: u32(a.sourceColumn, b.sourceColumn),
  }
}
