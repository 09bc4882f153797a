import { assertNever } from '../../src/model/assert-never.ts'
import type { JsonSchema, JsonType } from '../../src/report/json-schema.ts'

/**
 * Says where a value breaks a schema, for the keywords that our schemas use; properties that the schema does not name
 * are faults here, so that the schema cannot fall behind the output.
 */
export function schemaFaults(value: unknown, schema: JsonSchema, path = '$'): readonly string[] {
  return [
    ...typeFaults(value, schema, path),
    ...objectFaults(value, schema, path),
    ...arrayFaults(value, schema, path),
  ]
}

function typeFaults(value: unknown, schema: JsonSchema, path: string): readonly string[] {
  const types = schema.type === undefined ? null : [schema.type].flat()
  const isTyped = types === null || types.some((type) => isOfType(value, type))
  const isConst = schema.const === undefined || schema.const === value
  const isListed = schema.enum === undefined || schema.enum.some((word) => word === value)
  const isAtLeast = schema.minimum === undefined || (typeof value === 'number' && value >= schema.minimum)
  return [
    ...(isTyped ? [] : [`${path} is not ${String(types)}`]),
    ...(isConst ? [] : [`${path} is not ${String(schema.const)}`]),
    ...(isListed ? [] : [`${path} is none of ${String(schema.enum)}`]),
    ...(isAtLeast ? [] : [`${path} is under ${String(schema.minimum)}`]),
  ]
}

function objectFaults(value: unknown, schema: JsonSchema, path: string): readonly string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  const missing = (schema.required ?? []).filter((name) => !Object.hasOwn(value, name))
  const inner = Object.entries(value).flatMap(([name, part]) => {
    const partSchema = schema.properties?.[name] ?? schema.additionalProperties
    return partSchema === undefined
      ? [`${path}.${name} is not in the schema`]
      : schemaFaults(part, partSchema, `${path}.${name}`)
  })
  return [...missing.map((name) => `${path}.${name} is missing`), ...inner]
}

function arrayFaults(value: unknown, schema: JsonSchema, path: string): readonly string[] {
  if (!Array.isArray(value)) return []
  const tooMany = schema.maxItems !== undefined && value.length > schema.maxItems
  const items = schema.items
  const inner =
    items === undefined ? [] : value.flatMap((item, i) => schemaFaults(item, items, `${path}[${i}]`))
  return [...(tooMany ? [`${path} has more than ${String(schema.maxItems)} items`] : []), ...inner]
}

function isOfType(value: unknown, type: JsonType): boolean {
  switch (type) {
    case 'null':
      return value === null
    case 'array':
      return Array.isArray(value)
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value)
    case 'integer':
      return Number.isInteger(value)
    case 'boolean':
    case 'number':
    case 'string':
      return typeof value === type
    default:
      return assertNever(type)
  }
}
