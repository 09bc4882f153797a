import { compileRules } from '../../src/engine/compile-rules.ts'
import { parseRules, type ParseResult } from '../../src/rules/parse-rules.ts'

const DEFINITION = `alertDefinitions:
  - Name: bench
    Title: Generated indicators
    Severity: Low
    Category: General
    UxDescription: Indicators from a seed.
    iocFiles: [list.csv]
`

/** Parses a rule file whose indicators stand in an IOC list; throws when it is refused. */
export function parseList(csv: Uint8Array): ParseResult & { readonly ok: true } {
  const files = [{ name: 'bench.rules.yaml', bytes: new TextEncoder().encode(DEFINITION) }]
  const parsed = parseRules(files, { readSibling: () => csv })
  if (!parsed.ok) throw new Error(parsed.diagnostics[0]?.message ?? 'refused')
  return parsed
}

/** An IOC list to image bytes. */
export function compileList(csv: Uint8Array): Uint8Array {
  return compileRules(parseList(csv).rules).image
}
