import { formatTime } from '../../../src/model/time.ts'
import type { RuleSet } from '../../../src/model/rule-set.ts'
import { diagnosticText } from '../../../src/report/diagnostic-text.ts'
import { indicatorAt } from '../../../src/rules/indicator-at.ts'
import { lintRules } from '../../../src/rules/lint-rules.ts'
import { parseRules } from '../../../src/rules/parse-rules.ts'

/** The definition that names a list under test. */
const LIST_OWNER = `alertDefinitions:
  - { Name: list, Title: A list, Severity: Low, Category: Malware, UxDescription: A list., iocFiles: [FILE] }
`

/** What a person reads about a rule file: every diagnostic, or the rules in canonical order with warnings and lints. */
export function ruleText(name: string, bytes: Uint8Array): string {
  const isList = name.endsWith('.csv')
  const ruleFile = isList
    ? { name: 'rules/list.rules.yaml', bytes: new TextEncoder().encode(LIST_OWNER.replace('FILE', name)) }
    : { name: `rules/${name}`, bytes }
  const result = parseRules([ruleFile], {
    readSibling: (_, path) => (isList && path === name ? bytes : null),
  })
  if (!result.ok) {
    const texts = result.diagnostics.map((diagnostic) => diagnosticText(diagnostic, { color: false }))
    return `${texts.join('\n\n')}\n`
  }
  const shown = isList ? bytes : ruleFile.bytes
  const lines = new TextDecoder('utf-8').decode(shown).split(/\r?\n/)
  const lints = lintRules(result.rules, (file, line) =>
    file === `rules/${name}` ? (lines[line - 1] ?? '') : '',
  )
  const texts = [...result.rules.warnings, ...lints].map((diagnostic) =>
    diagnosticText(diagnostic, { color: false }),
  )
  return `${[...texts, rulesText(result.rules)].join('\n\n')}\n`
}

function rulesText(rules: RuleSet): string {
  const lines = [`accepted`]
  for (const [index, definition] of rules.definitions.entries()) {
    const id = definition.Id === null ? '' : ` Id ${definition.Id}`
    lines.push(
      `${definition.Name}${id}: ${definition.Severity} ${definition.Category}${definition.Enabled ? '' : ' disabled'}`,
    )
    for (let row = 0; row < rules.indicators.count; row++) {
      if (rules.indicators.definition[row] === index) lines.push(`  ${rowText(rules, row)}`)
    }
    for (const opaque of rules.opaque.filter(({ definitionName }) => definitionName === definition.Name)) {
      lines.push(`  opaque ${opaque.Type} ${opaque.DetectionFunction} ${opaque.Value}`)
    }
  }
  return lines.join('\n')
}

function rowText(rules: RuleSet, row: number): string {
  const { Type, DetectionFunction, Value, ExpiresAt, CreatedAt, Id } = indicatorAt(rules, row)
  const { sourceLine, sourceColumn, enabled } = rules.indicators
  const parts = [`${Type} ${DetectionFunction} ${Value} (${sourceLine[row]}:${sourceColumn[row]})`]
  if (Id !== null) parts.push(`Id ${Id}`)
  if (ExpiresAt !== null) parts.push(`until ${formatTime(ExpiresAt)}`)
  if (CreatedAt !== null) parts.push(`since ${formatTime(CreatedAt)}`)
  if (enabled[row] === 0) parts.push('disabled')
  return parts.join(', ')
}
