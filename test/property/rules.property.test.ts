import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { assertNever } from '../../src/model/assert-never.ts'
import type { RuleSet } from '../../src/model/rule-set.ts'
import { parseRules } from '../../src/rules/parse-rules.ts'
import type { RuleFile } from '../../src/rules/parse-rules.ts'
import { DiagnosticList } from '../../src/rules/diagnostic-list.ts'
import { lintRules } from '../../src/rules/lint-rules.ts'
import { readJson } from '../../src/rules/read-json.ts'
import type { RuleNode } from '../../src/rules/rule-node.ts'
import { SourceText } from '../../src/rules/source-text.ts'
import { parameters, runs } from '../support/runs.ts'

const ORDER_SHARE = 0.0015
const MUTATION_SHARE = 0.0075
const JSON_SHARE = 0.015
const encoder = new TextEncoder()

const LIST = `Type,DetectionFunction,Value,ExpiresAt,Enabled
Sha1,Equals,8311e8b377736fb93b18b15372355f3f26c4cd29,,
Sha1,Equals,8311e8b377736fb93b18b15372355f3f26c4cd30,,
"DomainName",EndWith,".c2.example",2027-01-01T00:00:00Z,false
IpAddress,,2001:db8::1,,TRUE
`
const YAML = `# rules
alertDefinitions:
  - Name: first
    Title: "A \\"quoted\\" title"
    Severity: High
    Category: CommandAndControl
    UxDescription: |
      Two
      lines.
    iocs:
      - { Type: DomainName, DetectionFunction: EndWith, Value: .c2.example }
      - Type: Sha1
        Value: 8311e8b377736fb93b18b15372355f3f26c4cd29
        ExpiresAt: 2027-01-01T00:00:00Z
    opaque: [{ Type: Url, Value: 'x' }]
    iocFiles: [a.csv]
`
const JSON_REPLY = JSON.stringify({
  value: [
    {
      Id: 1,
      Name: 'reply',
      Title: 'Ä 🦊',
      Severity: 'Low',
      Category: 'Malware',
      UxDescription: 'u',
      Enabled: 'true',
    },
    {
      Id: 7,
      Type: 'SHA256',
      Value: 'ab'.repeat(32),
      'AlertDefinition@odata.bind': 'AlertDefinitions(1)',
      ExpiresAt: null,
    },
    { Id: 8, Type: 'Url', Value: 'x', 'AlertDefinition@odata.bind': 'AlertDefinitions(1)' },
  ],
})

/** Rule sets without where they were written, which alone may depend on the order of files. */
function contentsOf(rules: RuleSet): unknown {
  return { ...rules, warnings: rules.warnings.map(({ code, message, span }) => ({ code, message, span })) }
}

function definitionFile(index: number, values: readonly string[]): RuleFile {
  const iocs = values.map((Value) => ({ Type: 'DomainName', Value: `${Value}.example` }))
  const definition = {
    Name: `d${index}`,
    Title: 'A',
    Severity: 'Low',
    Category: 'Malware',
    UxDescription: 'A',
    iocs,
  }
  return {
    name: `f${(index * 7) % 10}.json`,
    bytes: encoder.encode(JSON.stringify({ alertDefinitions: [definition] })),
  }
}

test('for all rule files, the order in which they are given does not matter', () => {
  const files = fc
    .uniqueArray(fc.integer({ min: 0, max: 9 }), { minLength: 2, maxLength: 8 })
    .chain((indices) =>
      fc.tuple(
        ...indices.map((index) =>
          fc
            .array(fc.constantFrom('a', 'b', 'c', ' d', 'a..b'), { maxLength: 4 })
            .map((values) => definitionFile(index, values)),
        ),
      ),
    )
  const orders = files.chain((given) =>
    fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length })),
  )
  let acceptedCount = 0
  let movedCount = 0
  fc.assert(
    fc.property(orders, ([given, shuffled]) => {
      const first = parseRules(given, { readSibling: () => null })
      const second = parseRules(shuffled, { readSibling: () => null })

      if (first.ok) acceptedCount++
      if (given.some((file, i) => file !== shuffled[i])) movedCount++
      expect(first.ok ? contentsOf(first.rules) : first).toEqual(
        second.ok ? contentsOf(second.rules) : second,
      )
    }),
    parameters(ORDER_SHARE),
  )
  expect(acceptedCount).toBeGreaterThan(runs(ORDER_SHARE) / 10)
  expect(movedCount).toBeGreaterThan(runs(ORDER_SHARE) / 3)
})

interface Mutation {
  readonly at: number
  readonly deleted: number
  readonly inserted: Uint8Array
}

const HOSTILE = [
  '"',
  '\\',
  ',',
  ':',
  '{',
  '}',
  '[',
  ']',
  '\n',
  '\r',
  '\t',
  ' ',
  '#',
  '&a ',
  '*a',
  '!!x ',
  '<<: ',
  '- ',
  '%',
  '\u0000',
  '\u00a0',
  '\u{1f98a}',
  '"a":',
  '\\ud800',
  '---\n',
  '""',
  '|',
  '>',
  "'",
  '?',
  '@',
  '`',
  '1e999',
].map((text) => encoder.encode(text))

const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat({ max: 1000 }),
  deleted: fc.oneof(fc.constant(0), fc.nat({ max: 12 })),
  inserted: fc.oneof(fc.constantFrom(...HOSTILE), fc.uint8Array({ maxLength: 4 })),
})

function mutated(bytes: Uint8Array, mutations: readonly Mutation[]): Uint8Array<ArrayBuffer> {
  let out = Uint8Array.from(bytes)
  for (const { at, deleted, inserted } of mutations) {
    const start = at % (out.length + 1)
    out = Uint8Array.from([...out.subarray(0, start), ...inserted, ...out.subarray(start + deleted)])
  }
  return out
}

test('for all mutations of valid files, parsing ends in rules or in an error with a place', () => {
  let acceptedCount = 0
  let refusedCount = 0
  const target = fc.constantFrom('a.yaml', 'b.json', 'a.csv')
  fc.assert(
    fc.property(target, fc.array(mutation, { minLength: 1, maxLength: 3 }), (broken, mutations) => {
      const contents = new Map([
        ['a.yaml', encoder.encode(YAML)],
        ['b.json', encoder.encode(JSON_REPLY)],
        ['a.csv', encoder.encode(LIST)],
      ])
      contents.set(broken, mutated(contents.get(broken) ?? new Uint8Array(), mutations))
      const files = ['a.yaml', 'b.json'].map((name) => ({
        name,
        bytes: contents.get(name) ?? new Uint8Array(),
      }))

      const result = parseRules(files, { readSibling: (_, path) => contents.get(path) ?? null })

      if (result.ok) {
        acceptedCount++
        const { read, kept, opaque, rejected } = result.accounting
        expect(read).toBe(kept + opaque + rejected)
        expect(rejected).toBe(0)
        expect(() => lintRules(result.rules)).not.toThrow()
        return
      }
      refusedCount++
      const placed = result.diagnostics.filter(({ severity, span }) => severity === 'error' && span !== null)
      expect(placed.length).toBeGreaterThan(0)
      for (const { span } of result.diagnostics) {
        if (span === null) continue
        expect(span.line).toBeGreaterThan(0)
        expect(span.length).toBeGreaterThan(0)
        // One past the end of the line is a place too: where something is missing.
        if (span.lineText !== '') {
          expect(span.column).toBeLessThanOrEqual(Array.from(span.lineText).length + 1)
        }
      }
    }),
    parameters(MUTATION_SHARE),
  )
  expect(acceptedCount).toBeGreaterThan(runs(MUTATION_SHARE) / 30)
  expect(refusedCount).toBeGreaterThan(runs(MUTATION_SHARE) / 2)
})

function plainOf(node: RuleNode): unknown {
  switch (node.kind) {
    case 'text':
      return node.value
    case 'number':
      return Number(node.text)
    case 'boolean':
      return node.value
    case 'null':
      return null
    case 'list':
      return node.items.map(plainOf)
    case 'map':
      return Object.fromEntries(node.entries.map(({ key, value }) => [key, plainOf(value)]))
    default:
      return assertNever(node)
  }
}

function parsedOrNull(text: string): { readonly value: unknown } | null {
  try {
    const value: unknown = JSON.parse(text)
    return { value }
  } catch {
    return null
  }
}

test('for all texts, the JSON reader accepts what JSON.parse accepts, with the same value', () => {
  let acceptedCount = 0
  let refusedCount = 0
  const text = fc
    .tuple(
      fc.json({ maxDepth: 5 }),
      fc.array(mutation, { maxLength: 2 }),
      fc.constantFrom(undefined, 0, 2, '\t'),
    )
    .map(([json, mutations, indent]) => {
      const printed = JSON.stringify(JSON.parse(json), null, indent)
      return new TextDecoder().decode(mutated(encoder.encode(printed), mutations))
    })
  fc.assert(
    fc.property(text, (text) => {
      const expected = parsedOrNull(text)
      const diagnostics = new DiagnosticList()

      const node = readJson(new SourceText('a.json', text), diagnostics)

      if (expected === null) {
        refusedCount++
        expect(diagnostics.hasErrors).toBe(true)
        return
      }
      acceptedCount++
      expect(diagnostics.sorted()).toEqual([])
      expect(node === null ? null : JSON.stringify(plainOf(node))).toEqual(JSON.stringify(expected.value))
    }),
    parameters(JSON_SHARE),
  )
  expect(acceptedCount).toBeGreaterThan(runs(JSON_SHARE) / 6)
  expect(refusedCount).toBeGreaterThan(runs(JSON_SHARE) / 6)
})
