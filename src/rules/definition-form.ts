import {
  CATEGORIES,
  DEFINITION_ATTRIBUTES,
  DEFINITION_TEXT_LIMITS,
  SEVERITIES,
} from '../model/alert-definition.ts'
import type { AlertDefinition } from '../model/alert-definition.ts'
import type { Spot } from './diagnostic-list.ts'
import { spotOf } from './document-context.ts'
import type { DocumentContext } from './document-context.ts'
import { readBoolean, readId, readMember, readText } from './properties.ts'
import type { Property, PropertyNames } from './properties.ts'
import type { MapNode } from './rule-node.ts'

/** A definition as read: null where it has errors; its name and place serve the checks across files all the same. */
export interface DefinitionReading {
  readonly definition: AlertDefinition | null
  readonly name: string | null
  readonly id: number | null
  readonly nameSpot: Spot
}

const WRITABLE = ['Name', ...DEFINITION_ATTRIBUTES]
const ASSIGNED = ['Id', 'CreatedAt', 'CreatedBy', 'LastModifiedAt', 'LastModifiedBy']

/** Keys that only a definition of the native form has; one of them makes a JSON file native (DESIGN 4.1). */
export const NATIVE_ONLY_KEYS: readonly string[] = ['iocs', 'iocFiles', 'opaque', 'tests']

const NATIVE_NAMES: PropertyNames = {
  noun: 'an alert definition',
  known: [...WRITABLE, ...NATIVE_ONLY_KEYS],
  misplaced: new Map(
    ASSIGNED.map((name) => [
      name,
      {
        code: 'DEF006',
        message: `${name} is assigned by the service; rule files do not hold it`,
        fix: `Delete ${name}; the definition is known by its Name.`,
      },
    ]),
  ),
}

const API_NAMES: PropertyNames = {
  noun: 'an alert definition',
  known: [...WRITABLE, ...ASSIGNED],
  misplaced: new Map(
    NATIVE_ONLY_KEYS.map((name) => [
      name,
      {
        code: 'RULE014',
        message: `an alert definition of the API has no property ${name}`,
        fix: 'Use the native form: a file with alertDefinitions.',
      },
    ]),
  ),
}

/** The properties that a definition may have in a form. */
export function definitionNames(context: DocumentContext): PropertyNames {
  return context.form === 'native' ? NATIVE_NAMES : API_NAMES
}

/** Reads one alert definition from its properties and reports everything that is wrong with it. */
export function readDefinition(
  context: DocumentContext,
  node: MapNode,
  properties: ReadonlyMap<string, Property>,
): DefinitionReading {
  const errorsBefore = context.diagnostics.errorCount
  const reader = new DefinitionReader(context, node, properties)
  const definition: AlertDefinition = {
    Id: reader.id(),
    Name: reader.text('Name') ?? '',
    Title: reader.text('Title') ?? '',
    Severity: reader.member('Severity', SEVERITIES) ?? 'Informational',
    Category: reader.member('Category', CATEGORIES) ?? 'None',
    UxDescription: reader.text('UxDescription') ?? '',
    RecommendedAction: reader.optionalText('RecommendedAction'),
    InternalDescription: reader.optionalText('InternalDescription'),
    Enabled: reader.enabled(),
  }
  const nameProperty = properties.get('Name')
  return {
    definition: context.diagnostics.errorCount > errorsBefore ? null : definition,
    name: definition.Name === '' ? null : definition.Name,
    id: definition.Id,
    nameSpot: nameProperty === undefined ? reader.placeOfObject() : spotOf(context, nameProperty.value),
  }
}

class DefinitionReader {
  readonly #context: DocumentContext
  readonly #node: MapNode
  readonly #properties: ReadonlyMap<string, Property>

  constructor(context: DocumentContext, node: MapNode, properties: ReadonlyMap<string, Property>) {
    this.#context = context
    this.#node = node
    this.#properties = properties
  }

  placeOfObject(): Spot {
    return spotOf(this.#context, this.#node.entries[0]?.keyRange ?? this.#node)
  }

  id(): number | null {
    const property = this.#properties.get('Id')
    return property === undefined || this.#context.form === 'native' ? null : readId(this.#context, property)
  }

  text(name: 'Name' | 'Title' | 'UxDescription'): string | null {
    const property = this.#required(name)
    if (property === null) return null
    const text = readText(this.#context, property)
    if (text === null) return null
    if (text.trim() === '') {
      this.#report(property, 'DEF002', `${name} is empty`, `Give the definition a ${name}.`)
      return null
    }
    this.#checkText(property, name, text)
    return text
  }

  optionalText(name: 'RecommendedAction' | 'InternalDescription'): string | null {
    const property = this.#properties.get(name)
    if (property === undefined || property.value.kind === 'null') return null
    const text = readText(this.#context, property)
    if (text !== null) this.#checkText(property, name, text)
    return text
  }

  member<Member extends string>(name: string, members: readonly Member[]): Member | null {
    const property = this.#required(name)
    return property === null ? null : readMember(this.#context, property, members, 'DEF004')
  }

  enabled(): boolean {
    const property = this.#properties.get('Enabled')
    return property === undefined ? true : (readBoolean(this.#context, property) ?? true)
  }

  #required(name: string): Property | null {
    const property = this.#properties.get(name)
    if (property !== undefined) return property
    this.#context.diagnostics.error(this.placeOfObject(), {
      code: 'DEF001',
      message: `the definition has no ${name}`,
      fix: `Add ${name}.`,
    })
    return null
  }

  #checkText(property: Property, name: keyof typeof DEFINITION_TEXT_LIMITS, text: string): void {
    const limit = DEFINITION_TEXT_LIMITS[name]
    if (text.length > limit) {
      const message = `${name} may have ${limit} characters, found ${text.length}`
      this.#report(property, 'DEF003', message, `Shorten it by ${text.length - limit}.`)
    }
    if (!text.isWellFormed()) {
      this.#report(property, 'DEF009', `${name} holds half of a surrogate pair`, 'Delete the broken escape.')
    }
    const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.exec(text)?.[0]
    if (control !== undefined) {
      const point = control.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
      this.#report(
        property,
        'DEF009',
        `${name} holds the control character U+${point}`,
        'Delete the control character.',
      )
    }
  }

  #report(property: Property, code: string, message: string, fix: string): void {
    this.#context.diagnostics.error(spotOf(this.#context, property.value), { code, message, fix })
  }
}
