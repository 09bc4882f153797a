import { CATEGORIES, SEVERITIES } from '../model/alert-definition.ts'
import type { AlertDefinition } from '../model/alert-definition.ts'
import { ImageFormatError } from './image-format-error.ts'

/**
 * Definitions as one JSON array in UTF-8. They are few, they are read once, and JSON keeps every string exactly, lone
 * surrogates included; a binary form would save nothing that a million indicators do not dwarf.
 */
export function encodeDefinitions(definitions: readonly AlertDefinition[]): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(definitions.map(inOrder)))
}

/** Reads the section back; throws for anything but an array of whole definitions. */
export function decodeDefinitions(bytes: Uint8Array, offset: number): readonly AlertDefinition[] {
  const parsed = parseJson(bytes, offset)
  if (!Array.isArray(parsed)) throw refused(offset, 'an array')
  return parsed.map((item: unknown, i) => {
    if (!isDefinition(item)) throw refused(offset, `a whole definition at index ${i}`)
    return Object.freeze(inOrder(item))
  })
}

/** The known properties in one fixed order, so that equal definitions give equal bytes. */
function inOrder(definition: AlertDefinition): AlertDefinition {
  return {
    Id: definition.Id,
    Name: definition.Name,
    Title: definition.Title,
    Severity: definition.Severity,
    Category: definition.Category,
    UxDescription: definition.UxDescription,
    RecommendedAction: definition.RecommendedAction,
    InternalDescription: definition.InternalDescription,
    Enabled: definition.Enabled,
  }
}

function parseJson(bytes: Uint8Array, offset: number): unknown {
  try {
    // Copied, because a decoder may refuse shared memory.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array(bytes)))
  } catch (cause) {
    throw new ImageFormatError('bad-definitions', offset, 'expected definitions as JSON in UTF-8', { cause })
  }
}

function isDefinition(value: unknown): value is AlertDefinition {
  if (typeof value !== 'object' || value === null) return false
  const fields = new Map<string, unknown>(Object.entries(value))
  const isText = (name: string): boolean => typeof fields.get(name) === 'string'
  const isTextOrNull = (name: string): boolean => fields.get(name) === null || isText(name)
  const id = fields.get('Id')
  return (
    (id === null || (typeof id === 'number' && Number.isSafeInteger(id))) &&
    isText('Name') &&
    isText('Title') &&
    SEVERITIES.some((severity) => severity === fields.get('Severity')) &&
    CATEGORIES.some((category) => category === fields.get('Category')) &&
    isText('UxDescription') &&
    isTextOrNull('RecommendedAction') &&
    isTextOrNull('InternalDescription') &&
    typeof fields.get('Enabled') === 'boolean'
  )
}

function refused(offset: number, expected: string): ImageFormatError {
  return new ImageFormatError('bad-definitions', offset, `expected ${expected}, found something else`)
}
