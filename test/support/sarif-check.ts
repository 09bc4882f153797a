import type { JsonSchema } from '../../src/report/json-schema.ts'

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
export const SARIF_SCHEMA: JsonSchema = {
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
