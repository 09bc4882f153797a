import type { LintContext } from './lint-context.ts'
import { tooBroadReason } from './too-broad.ts'

/** Warns of StartWith on an address that stops inside a number: `10.1` also begins 10.100.0.1 (semantics 6). */
export function lintOpenEndedAddress(context: LintContext): void {
  const { count } = context.rules.indicators
  for (let row = 0; row < count; row++) {
    if (context.functionOf(row) !== 'StartWith' || context.typeOf(row) !== 'IpAddress') continue
    const value = context.valueOf(row)
    const separator = value.includes(':') ? ':' : '.'
    const isWholeAddress =
      separator === '.' && value.split('.').length === 4 && value.split('.')[3]?.length === 3
    if (value.endsWith(separator) || isWholeAddress) continue
    if (tooBroadReason('IpAddress', 'StartWith', value) !== null) continue
    const isLastGroup = separator === '.' ? value.split('.').length === 4 : value.split(':').length === 8
    context.reportRow(row, {
      code: 'LINT004',
      severity: 'warning',
      message: `StartWith "${value}" also matches ${longerAddress(value, separator)}`,
      fix: isLastGroup ? `Use Equals for the address ${value}.` : `Write "${value}${separator}".`,
    })
  }
}

/** An address that begins with the value and goes on inside its last number. */
function longerAddress(value: string, separator: string): string {
  if (separator === ':') return `${value}0:…`
  const missing = 4 - value.split('.').length
  return `${value}0${'.0'.repeat(missing)}`
}
