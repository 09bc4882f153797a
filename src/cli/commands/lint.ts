import { lintRules } from '../../rules/lint-rules.ts'
import { diagnosticText } from '../../report/diagnostic-text.ts'
import { formatCountOf } from '../../model/count-text.ts'
import { jsonText } from '../../report/escape.ts'
import type { CommandContext } from '../command-context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { readRuleRequest } from '../read-settings.ts'
import { resolveRuleSet } from '../resolve-rules.ts'

/** `dryfire lint RULES…`. Exit 1 on errors; warnings never change the code. */
export async function runLint(context: CommandContext): Promise<ExitCode> {
  const { operands, flags, output } = context
  const resolved = resolveRuleSet(await readRuleRequest(context, operands))
  const { rules, warnings, lineTextOf } = resolved
  const findings = [...warnings, ...lintRules(rules, lineTextOf)]
  const errors = findings.filter((finding) => finding.severity === 'error').length
  if (flags['json'] === true) {
    for (const finding of findings) output.out(`${jsonText(finding)}\n`)
  } else {
    for (const finding of findings) output.out(`${diagnosticText(finding, { color: output.colorOut })}\n`)
    output.out(
      `${formatCountOf(rules.definitions.length, 'definition')}, ${formatCountOf(rules.indicators.count, 'IOC')}: ` +
        `${formatCountOf(errors, 'error')}, ${formatCountOf(findings.length - errors, 'warning')}\n`,
    )
  }
  return errors > 0 ? EXIT.gate : EXIT.ok
}
