import { canonicalIndicatorValue } from '../canonical/value.ts'
import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../model/indicator.ts'
import type { DetectionFunction, IndicatorType } from '../model/indicator.ts'
import type { OpaqueIndicator } from '../model/rule-set.ts'
import type { TimeTicks } from '../model/time.ts'
import { DiagnosticList } from './diagnostic-list.ts'
import type { Spot } from './diagnostic-list.ts'
import { spotOf } from './document-context.ts'
import type { DocumentContext } from './document-context.ts'
import { refusalByOptions } from './parse-options.ts'
import type { ParseOptions } from './parse-options.ts'
import { readBoolean, readId, readMember, readText, readTime } from './properties.ts'
import type { Property, PropertyNames } from './properties.ts'
import type { MapNode } from './rule-node.ts'
import type { RuleSetDraft } from './rule-set-draft.ts'
import { UNRESOLVED } from './rule-set-draft.ts'

/** The definition an indicator belongs to: its index in the draft, or the Id it names. */
export type Binding =
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'id'; readonly id: number; readonly spot: Spot }

/** What an indicator is read into. */
export interface IndicatorTarget {
  readonly draft: RuleSetDraft
  readonly options: ParseOptions
}

const NATIVE_NAMES: PropertyNames = {
  noun: 'an IOC',
  known: ['Type', 'DetectionFunction', 'Value', 'ExpiresAt', 'CreatedAt', 'Enabled'],
  misplaced: new Map(
    ['Id', 'CreatedBy', 'LastModifiedAt', 'LastModifiedBy'].map((name) => [
      name,
      {
        code: 'DEF006',
        message: `${name} is assigned by the service; rule files do not hold it`,
        fix: `Delete ${name}.`,
      },
    ]),
  ),
}

const API_NAMES: PropertyNames = {
  noun: 'an IOC',
  known: [
    ...NATIVE_NAMES.known,
    'Id',
    'CreatedBy',
    'LastModifiedAt',
    'LastModifiedBy',
    'AlertDefinition',
    'AlertDefinition@odata.bind',
    'AlertDefinitions@odata.bind',
  ],
}

/** The properties that an indicator may have in a form. */
export function indicatorNames(context: DocumentContext): PropertyNames {
  return context.form === 'native' ? NATIVE_NAMES : API_NAMES
}

/**
 * Reads one indicator into a row and reports everything that is wrong with it.
 * In a reply what would be refused is kept as opaque, with a warning: the service has it, so the rules may not drop it.
 * A null binding was reported by the caller.
 */
export function readIndicator(
  context: DocumentContext,
  node: MapNode,
  properties: ReadonlyMap<string, Property>,
  binding: Binding | null,
  target: IndicatorTarget,
): void {
  target.draft.readCount++
  const trial = new DiagnosticList()
  const reading = new IndicatorReader({ ...context, diagnostics: trial }, node, properties).read(
    target.options,
  )
  const opaque = reading === null && context.form === 'reply' ? opaqueOf(context, properties) : null
  if (opaque === null) context.diagnostics.adopt(trial)
  if (binding === null || (reading === null && opaque === null)) {
    target.draft.rejectedCount++
    return
  }
  const definition = binding.kind === 'index' ? binding.index : UNRESOLVED
  if (opaque !== null) {
    context.diagnostics.warn(spotOf(context, properties.get('Value')?.value ?? node), {
      code: 'IOC008',
      message: `the service holds an IOC that these rules refuse (${trial.sorted()[0]?.message ?? ''})`,
      fix: 'It is kept aside and never compiled; correct or delete it in the service.',
    })
    const reference = binding.kind === 'id' ? binding : null
    target.draft.opaque.push({ definition, reference, indicator: opaque })
    return
  }
  if (reading !== null) addRow(context, target, { ...reading, definition }, binding)
}

interface IndicatorReading {
  readonly type: number
  readonly detectionFunction: number
  readonly value: string
  readonly valueOffset: number
  readonly expiresAt: TimeTicks | null
  readonly createdAt: TimeTicks | null
  readonly enabled: boolean
  readonly id: number | null
}

function addRow(
  context: DocumentContext,
  { draft }: IndicatorTarget,
  reading: IndicatorReading & { readonly definition: number },
  binding: Binding,
): void {
  const { columns } = draft
  if (!columns.beginValue()) {
    draft.rejectedCount++
    context.diagnostics.error(context.source.spotOf(reading.valueOffset, reading.valueOffset), {
      code: 'RULE022',
      message: 'the values of the rule set are larger than 4 GiB together',
      fix: 'Split the rules into several sets.',
    })
    return
  }
  if (binding.kind === 'id') draft.referTo(binding.id, binding.spot)
  const { value } = reading
  for (let i = 0; i < value.length; i++) columns.valueBytes[columns.valueEnd + i] = value.charCodeAt(i)
  const { line, column } = context.source.placeOf(reading.valueOffset)
  const source = { sourceFile: context.sourceIndex, sourceLine: line, sourceColumn: column }
  columns.commit({ ...reading, ...source }, value.length)
}

class IndicatorReader {
  readonly #context: DocumentContext
  readonly #node: MapNode
  readonly #properties: ReadonlyMap<string, Property>

  constructor(context: DocumentContext, node: MapNode, properties: ReadonlyMap<string, Property>) {
    this.#context = context
    this.#node = node
    this.#properties = properties
  }

  /** Reads every property, so that all mistakes are reported; null where one is an error. */
  read(options: ParseOptions): IndicatorReading | null {
    const { diagnostics } = this.#context
    const type = this.#member('Type', INDICATOR_TYPES, null)
    const detectionFunction = this.#member('DetectionFunction', DETECTION_FUNCTIONS, 'Equals')
    const raw = this.#value()
    const value =
      type === null || detectionFunction === null || raw === null
        ? null
        : this.#canonical(type, detectionFunction, raw, options)
    const reading = {
      type: INDICATOR_TYPES.indexOf(type ?? 'Sha1'),
      detectionFunction: DETECTION_FUNCTIONS.indexOf(detectionFunction ?? 'Equals'),
      value: value ?? '',
      valueOffset: this.#properties.get('Value')?.value.start ?? this.#node.start,
      expiresAt: this.#time('ExpiresAt'),
      createdAt: this.#time('CreatedAt'),
      enabled: this.#enabled(),
      id: this.#id(),
    }
    return value === null || diagnostics.hasErrors ? null : reading
  }

  #member<Member extends string>(
    name: string,
    members: readonly Member[],
    otherwise: Member | null,
  ): Member | null {
    const property = this.#properties.get(name)
    if (property !== undefined) return readMember(this.#context, property, members, 'IOC002')
    if (otherwise === null) this.#reportMissing(name)
    return otherwise
  }

  #value(): string | null {
    const property = this.#properties.get('Value')
    if (property !== undefined) return readText(this.#context, property)
    this.#reportMissing('Value')
    return null
  }

  #reportMissing(name: string): void {
    this.#context.diagnostics.error(spotOf(this.#context, this.#node.entries[0]?.keyRange ?? this.#node), {
      code: 'IOC001',
      message: `the IOC has no ${name}`,
      fix: `Add ${name}.`,
    })
  }

  #canonical(
    type: IndicatorType,
    detectionFunction: DetectionFunction,
    raw: string,
    options: ParseOptions,
  ): string | null {
    const { diagnostics } = this.#context
    const spot = spotOf(this.#context, this.#properties.get('Value')?.value ?? this.#node)
    const refusal = refusalByOptions(type, detectionFunction, options)
    if (refusal !== null) diagnostics.error(spot, refusal)
    const result = canonicalIndicatorValue(type, detectionFunction, raw)
    if (!result.ok) {
      diagnostics.error(spot, result.problem)
      return null
    }
    for (const warning of result.warnings) diagnostics.warn(spot, warning)
    return result.value
  }

  #time(name: 'ExpiresAt' | 'CreatedAt'): TimeTicks | null {
    const property = this.#properties.get(name)
    const time = property === undefined ? 'none' : readTime(this.#context, property)
    return time === 'none' ? null : time
  }

  #enabled(): boolean {
    const property = this.#properties.get('Enabled')
    return property === undefined ? true : (readBoolean(this.#context, property) ?? true)
  }

  #id(): number | null {
    const property = this.#properties.get('Id')
    return property === undefined || this.#context.form === 'native' ? null : readId(this.#context, property)
  }
}

/** The indicator as the service gave it, or null where not even its words are texts. */
function opaqueOf(
  context: DocumentContext,
  properties: ReadonlyMap<string, Property>,
): Omit<OpaqueIndicator, 'definitionName'> | null {
  const silent = { ...context, diagnostics: new DiagnosticList() }
  return readOpaque(silent, properties)
}

/** Reads an opaque indicator: its words may be anything, its shape may not. Null after a diagnostic. */
export function readOpaque(
  context: DocumentContext,
  properties: ReadonlyMap<string, Property>,
): Omit<OpaqueIndicator, 'definitionName'> | null {
  const text = (name: string): string | null => {
    const property = properties.get(name)
    return property === undefined || property.value.kind === 'null' ? null : readText(context, property)
  }
  const errorsBefore = context.diagnostics.errorCount
  const enabled = properties.get('Enabled')
  const opaque = {
    Type: text('Type'),
    DetectionFunction: text('DetectionFunction') ?? 'Equals',
    Value: text('Value'),
    ExpiresAt: text('ExpiresAt'),
    Enabled: enabled === undefined ? true : (readBoolean(context, enabled) ?? true),
  }
  const { Type, Value } = opaque
  if (context.diagnostics.errorCount > errorsBefore || Type === null || Value === null) return null
  return { ...opaque, Type, Value }
}
