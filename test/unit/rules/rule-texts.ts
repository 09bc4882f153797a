import type { Diagnostic } from '../../../src/model/diagnostic.ts'
import type { RuleSet } from '../../../src/model/rule-set.ts'
import { indicatorAt } from '../../../src/rules/indicator-at.ts'
import { lintRules } from '../../../src/rules/lint-rules.ts'
import { parseRules } from '../../../src/rules/parse-rules.ts'
import type { ParseOptions, ParseResult } from '../../../src/rules/parse-rules.ts'

export type Texts = Readonly<Record<string, string | Uint8Array>>

/** Parses the files that are not lists; lists are found by the path that names them. */
export function parseTexts(texts: Texts, options?: ParseOptions): ParseResult {
  const contents = new Map(Object.entries(texts).map(([name, text]) => [name, bytesOf(text)]))
  const files = [...contents]
    .filter(([name]) => !name.endsWith('.csv'))
    .map(([name, bytes]) => ({ name, bytes }))
  return parseRules(files, { readSibling: (_, path) => contents.get(path) ?? null }, options)
}

export function bytesOf(text: string | Uint8Array): Uint8Array {
  return typeof text === 'string' ? new TextEncoder().encode(text) : text
}

/** The rules of texts that must be accepted. */
export function acceptedRules(texts: Texts, options?: ParseOptions): RuleSet {
  const result = parseTexts(texts, options)
  if (!result.ok) throw new Error(result.diagnostics.map(shortText).join('\n'))
  return result.rules
}

/** The errors of texts that must be refused, as `code line:column`. */
export function refusals(texts: Texts, options?: ParseOptions): readonly string[] {
  const result = parseTexts(texts, options)
  if (result.ok) throw new Error('the rules were accepted')
  return result.diagnostics.filter(({ severity }) => severity === 'error').map(shortText)
}

/** The diagnostics of texts that must be refused. */
export function refusalDiagnostics(texts: Texts): readonly Diagnostic[] {
  const result = parseTexts(texts)
  return result.ok ? [] : result.diagnostics
}

/** Lints of accepted texts, as `code severity line:column`. */
export function lints(texts: Texts): readonly string[] {
  return lintRules(acceptedRules(texts)).map(
    (diagnostic) => `${diagnostic.severity} ${shortText(diagnostic)}`,
  )
}

function shortText({ code, span }: Diagnostic): string {
  return span === null ? code : `${code} ${span.line}:${span.column}`
}

/** Rows as `definition Type Function Value`, in the order of the columns. */
export function rowTexts(rules: RuleSet): readonly string[] {
  return Array.from({ length: rules.indicators.count }, (_, row) => {
    const { Type, DetectionFunction, Value } = indicatorAt(rules, row)
    const name = rules.definitions[rules.indicators.definition[row] ?? 0]?.Name ?? ''
    return `${name} ${Type} ${DetectionFunction} ${Value}`
  })
}

/** A native YAML file of one definition with the given indicators, one to a line from line 7 on. */
export function nativeFile(name: string, ...indicators: readonly string[]): string {
  return [
    'alertDefinitions:',
    `  - Name: ${name}`,
    '    Title: A title',
    '    Severity: Low',
    '    Category: Malware',
    '    UxDescription: A text',
    ...(indicators.length === 0 ? [] : ['    iocs:']),
    ...indicators.map((indicator) => `      - ${indicator}`),
    '',
  ].join('\n')
}

/** A native YAML file of one definition that names lists. */
export function listFile(name: string, ...lists: readonly string[]): string {
  return `${nativeFile(name)}    iocFiles: [${lists.join(', ')}]\n`
}
