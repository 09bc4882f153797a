/** The part of JSON Schema (draft 2020-12) that our schemas use. */
export interface JsonSchema {
  readonly $schema?: string
  readonly title?: string
  readonly description?: string
  readonly type?: JsonType | readonly JsonType[]
  readonly const?: string | number | boolean
  readonly enum?: readonly (string | null)[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: JsonSchema
  readonly items?: JsonSchema
  readonly minimum?: number
  readonly maxItems?: number
}

/** A type of JSON Schema. */
export type JsonType = 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean' | 'null'

/** One schema per property of `T`: a property that is added to the model and not here fails to compile. */
export type PropertiesOf<T> = { readonly [K in keyof T]-?: JsonSchema }

/** Names of the properties of `T` that may be absent. */
type OptionalOf<T> = { [K in keyof T]-?: undefined extends T[K] ? K : never }[keyof T]

/** Schema of an object of the model; properties named in `optional` may be absent, all others are required. */
export function objectOf<T>(
  properties: PropertiesOf<T>,
  optional: readonly OptionalOf<T>[] = [],
): JsonSchema {
  const absent = new Set<PropertyKey>(optional)
  const required = Object.keys(properties).filter((name) => !absent.has(name))
  return { type: 'object', properties, required }
}

/** Schema of a list. */
export function listOf(items: JsonSchema, description?: string): JsonSchema {
  return { type: 'array', items, ...(description === undefined ? {} : { description }) }
}

/** Schema of what may be null as well. */
export function orNull(schema: JsonSchema, description?: string): JsonSchema {
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? [])
  return { ...schema, type: [...types, 'null'], ...(description === undefined ? {} : { description }) }
}

/** Schema of a whole number from 0. */
export function count(description?: string): JsonSchema {
  return { type: 'integer', minimum: 0, ...(description === undefined ? {} : { description }) }
}

/** Schema of one word out of a closed set. */
export function oneOf(words: readonly string[]): JsonSchema {
  return { type: 'string', enum: words }
}

/** Schema of any text. */
export const TEXT: JsonSchema = { type: 'string' }
/** Schema of a text or null; null stands wherever a value is missing. */
export const TEXT_OR_NULL: JsonSchema = { type: ['string', 'null'] }
