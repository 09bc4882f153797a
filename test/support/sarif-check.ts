import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { JsonSchema } from '../../src/report/json-schema.ts'
import { schemaFaults } from './schema-faults.ts'

const TEXT: JsonSchema = { type: 'string' }
const MESSAGE: JsonSchema = { type: 'object', required: ['text'], properties: { text: TEXT } }
const FROM_ONE: JsonSchema = { type: 'integer', minimum: 1 }

const LOCATION: JsonSchema = {
  type: 'object',
  required: ['physicalLocation'],
  properties: {
    message: MESSAGE,
    physicalLocation: {
      type: 'object',
      required: ['artifactLocation', 'region'],
      properties: {
        artifactLocation: { type: 'object', required: ['uri'], properties: { uri: TEXT } },
        region: {
          type: 'object',
          required: ['startLine'],
          properties: { startLine: FROM_ONE, startColumn: FROM_ONE, endColumn: FROM_ONE },
        },
      },
    },
  },
}

/** The part of the SARIF 2.1.0 schema that our writer uses; whatever is not in it is a fault. */
const SARIF_SCHEMA: JsonSchema = {
  type: 'object',
  required: ['version', 'runs'],
  properties: {
    $schema: TEXT,
    version: { type: 'string', enum: ['2.1.0'] },
    runs: {
      type: 'array',
      items: {
        type: 'object',
        required: ['tool'],
        properties: {
          tool: {
            type: 'object',
            required: ['driver'],
            properties: {
              driver: {
                type: 'object',
                required: ['name'],
                properties: {
                  name: TEXT,
                  version: TEXT,
                  semanticVersion: TEXT,
                  rules: {
                    type: 'array',
                    items: {
                      type: 'object',
                      required: ['id'],
                      properties: { id: TEXT, shortDescription: MESSAGE },
                    },
                  },
                },
              },
            },
          },
          columnKind: { type: 'string', enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
          invocations: {
            type: 'array',
            items: {
              type: 'object',
              required: ['executionSuccessful'],
              properties: { executionSuccessful: { type: 'boolean' } },
            },
          },
          results: {
            type: 'array',
            items: {
              type: 'object',
              required: ['message'],
              properties: {
                ruleId: TEXT,
                level: { type: 'string', enum: ['none', 'note', 'warning', 'error'] },
                message: MESSAGE,
                locations: { type: 'array', items: LOCATION },
                relatedLocations: { type: 'array', items: LOCATION },
              },
            },
          },
        },
      },
    },
  },
}

/** Where the schema that OASIS publishes is kept, if anywhere: `sarif-2.1.0.json`, as SARIF tools bring it along. */
export const PUBLISHED_SCHEMA: string | undefined = process.env['DRYFIRE_SARIF_SCHEMA']

/** Says where a log breaks the published schema in the file at `path`. */
export function publishedSchemaFaults(log: unknown, path: string): readonly string[] {
  const schema: object = JSON.parse(readFileSync(path, 'utf8'))
  const ajv = new Ajv2020({ allErrors: true, strict: false })
  addFormats.default(ajv)
  const validate = ajv.compile(schema)
  validate(log)
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`)
}

/**
 * Says where a log breaks the SARIF 2.1.0 schema: its types and required properties, and what it asks for beyond them of what we
 * write (a `uri` is a URI reference, rules and related locations are unique).
 */
export function sarifFaults(log: unknown): readonly string[] {
  return [...schemaFaults(log, SARIF_SCHEMA), ...keywordFaults(log, '$')]
}

/** RFC 3986: unreserved, reserved and percent-encoded characters. */
const URI_REFERENCE = /^(?:[A-Za-z0-9._~:/?#[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*$/
const UNIQUE_LISTS: ReadonlySet<string> = new Set(['rules', 'relatedLocations'])

function keywordFaults(value: unknown, path: string): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => keywordFaults(item, `${path}[${i}]`))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, part]) => {
    const isReference = name !== 'uri' || (typeof part === 'string' && URI_REFERENCE.test(part))
    const isUnique = !UNIQUE_LISTS.has(name) || !Array.isArray(part) || countDistinct(part) === part.length
    return [
      ...(isReference ? [] : [`${path}.${name} is no URI reference`]),
      ...(isUnique ? [] : [`${path}.${name} holds an item twice`]),
      ...keywordFaults(part, `${path}.${name}`),
    ]
  })
}

function countDistinct(items: readonly unknown[]): number {
  return new Set(items.map((item) => JSON.stringify(item))).size
}
