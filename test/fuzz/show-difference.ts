import type { FuzzCase } from './fuzz-case.ts'
import type { FuzzDifference } from './run-fuzz.ts'
import { oracleOf } from './run-fuzz.ts'

/** What to do with a found case, and its row for the table of regressions. */
export function showDifference({ seed, found }: FuzzDifference, smallest: FuzzCase): string {
  return [
    `engine and oracle differ: seed ${seed}, ${found.rules.length} rules, ${found.type} ${JSON.stringify(found.text)}`,
    `again: npm run fuzz -- --seed ${seed} --cases 1`,
    'row for test/conformance/regressions.cases.ts:',
    '',
    regressionRow(`found by the fuzzer with seed ${seed}`, smallest),
    '',
  ].join('\n')
}

/** A case as a row of TypeScript; `expected` is the oracle's word, as positions in `rules`. */
export function regressionRow(name: string, found: FuzzCase): string {
  const { rules, expected } = oracleOf(found)
  const { domainEquals, domainSuffix } = found.options
  return [
    '  {',
    `    name: ${literal(name)},`,
    '    rules: [',
    ...rules.map((rule) => `      [${rule.map(literal).join(', ')}],`),
    '    ],',
    `    options: { domainEquals: ${literal(domainEquals)}, domainSuffix: ${literal(domainSuffix)} },`,
    `    type: ${literal(found.type)},`,
    `    text: ${literal(found.text)},`,
    `    expected: [${expected.join(', ')}],`,
    '  },',
  ].join('\n')
}

/** A string of TypeScript in which every sign can be seen. */
function literal(text: string): string {
  const plain = text.replace(/['\\]/g, '\\$&')
  const escaped = plain.replace(
    /[^\x20-\x7e]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return `'${escaped}'`
}
