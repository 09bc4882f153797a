import type { RuleSet } from '../../../../src/model/rule-set.ts'
import { parseRules } from '../../../../src/rules/parse-rules.ts'
import type { PrintedFile } from '../../../../src/sync/print-rules.ts'

/** Reads printed files as if they stood in one folder; an error fails the test. */
export function parsePrinted(files: readonly PrintedFile[]): RuleSet {
  const encoder = new TextEncoder()
  const bytesOf = new Map(files.map(({ name, text }) => [name, encoder.encode(text)]))
  const rules = files
    .filter(({ name }) => name.endsWith('.rules.yaml'))
    .map(({ name, text }) => ({ name, bytes: encoder.encode(text) }))
  const result = parseRules(rules, { readSibling: (_file, path) => bytesOf.get(path) ?? null })
  if (result.ok) return result.rules
  const problems = result.diagnostics.map(
    ({ code, message, span }) => `${code} ${message} ${span?.lineText ?? ''}`,
  )
  throw new Error(problems.join('\n'))
}
