import type { LintContext } from './lint-context.ts'
import { isPublicSuffix } from './too-broad.ts'

/** Warns of Equals on a single label or on a public suffix: no site that somebody owns has such a name. */
export function lintBareDomain(context: LintContext): void {
  const { count, type, detectionFunction } = context.rules.indicators
  for (let row = 0; row < count; row++) {
    if (type[row] !== 4 || detectionFunction[row] !== 0) continue // DomainName, Equals
    const value = context.valueOf(row)
    if (isPublicSuffix(value)) {
      context.reportRow(row, {
        code: 'LINT007',
        severity: 'warning',
        message: `"${value}" is a public suffix: names are registered under it, it is hardly one itself`,
        fix: 'Give the whole name.',
      })
    } else if (!value.includes('.')) {
      context.reportRow(row, {
        code: 'LINT006',
        severity: 'warning',
        message: `"${value}" is a single label, which only names hosts of a local network`,
        fix: 'Give the whole name.',
      })
    }
  }
}
