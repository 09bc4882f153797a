import { compileRules } from '../../src/engine/compile-rules.ts'
import { parseRules, type ParseResult } from '../../src/rules/parse-rules.ts'

const DEFINITION = `alertDefinitions:
  - Name: bench
    Title: Generated indicators
    Severity: Low
    Category: General
    UxDescription: Indicators from a seed.
    iocFiles: [LIST]
`

/** Parses a rule file whose indicators stand in an IOC list; throws when it is refused. */
export function parseList(list: Uint8Array, name = 'list.csv'): ParseResult & { readonly ok: true } {
  const definition = DEFINITION.replace('LIST', name)
  const files = [{ name: 'bench.rules.yaml', bytes: new TextEncoder().encode(definition) }]
  const parsed = parseRules(files, { readSibling: () => list })
  if (!parsed.ok) throw new Error(parsed.diagnostics[0]?.message ?? 'refused')
  return parsed
}

/** An IOC list to image bytes. */
export function compileList(csv: Uint8Array): Uint8Array {
  return compileRules(parseList(csv).rules).image
}
