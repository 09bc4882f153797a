import type { LintContext } from './lint-context.ts'
import { tooBroadReason } from './too-broad.ts'

/** Warns of EndWith on a domain without a leading dot: `evil.com` also ends notevil.com (semantics 6). */
export function lintOpenEndedDomain(context: LintContext): void {
  const { count } = context.rules.indicators
  for (let row = 0; row < count; row++) {
    if (context.functionOf(row) !== 'EndWith' || context.typeOf(row) !== 'DomainName') continue
    const value = context.valueOf(row)
    if (value.startsWith('.') || tooBroadReason('DomainName', 'EndWith', value) !== null) continue
    context.reportRow(row, {
      code: 'LINT003',
      severity: 'warning',
      message: `EndWith "${value}" also matches not${value}`,
      fix: `Write ".${value}", and add an Equals IOC for "${value}" itself.`,
    })
  }
}
