import type { LintContext } from './lint-context.ts'
import { tooBroadReason } from './too-broad.ts'

/** Warns of StartWith on an address that stops inside a number: `10.1` also begins 10.100.0.1 (semantics 6). */
export function lintOpenEndedAddress(context: LintContext): void {
  const { count } = context.rules.indicators
  for (let row = 0; row < count; row++) {
    if (context.functionOf(row) !== 'StartWith' || context.typeOf(row) !== 'IpAddress') continue
    const value = context.valueOf(row)
    const separator = value.includes(':') ? ':' : '.'
    const groups = value.split(separator)
    if (!canGoOn(groups.at(-1) ?? '', separator)) continue
    if (tooBroadReason('IpAddress', 'StartWith', value) !== null) continue
    const missing = (separator === '.' ? 4 : 8) - groups.length
    context.reportRow(row, {
      code: 'LINT004',
      severity: 'warning',
      message: `StartWith "${value}" also matches ${longerAddress(value, separator, missing)}`,
      fix: missing === 0 ? `Use Equals for the address ${value}.` : `Write "${value}${separator}".`,
    })
  }
}

/** Whether another digit may follow in the last number: parts end at 255 and 4 hex digits, none begins with a zero. */
function canGoOn(last: string, separator: string): boolean {
  if (last === '' || last === '0') return false
  return separator === '.' ? Number(last) <= 25 : last.length < 4
}

/** An address that begins with the value and goes on inside its last number. */
function longerAddress(value: string, separator: string, missing: number): string {
  if (separator === '.') return `${value}0${'.0'.repeat(missing)}`
  return missing === 0 ? `${value}0` : `${value}0:…`
}
