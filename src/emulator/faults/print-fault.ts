import { assertNever } from '../../model/assert-never.ts'
import type { Fault, FaultRule, RetryAfter } from './fault-plan.ts'

/** A rule as `parseFault` reads it. */
export function printFault(rule: FaultRule): string {
  const range =
    rule.count === null
      ? `${rule.at}+`
      : rule.count === 1
        ? `${rule.at}`
        : `${rule.at}-${rule.at + rule.count - 1}`
  const filter = `${rule.method ?? ''}${rule.path ?? ''}`
  return `${range}${filter === '' ? '' : `@${filter}`}:${whatOf(rule.fault)}`
}

function whatOf(fault: Fault): string {
  switch (fault.kind) {
    case 'unauthorized':
      return '401'
    case 'throttled':
      return `429${retryWords(fault.retryAfter)}`
    case 'server-error':
      return '500'
    case 'unavailable':
      return `503${retryWords(fault.retryAfter)}`
    case 'gateway-timeout':
      return fault.effectAfterMs === 0 ? '504' : `504:later=${fault.effectAfterMs}ms`
    case 'quota':
      return '507'
    case 'slow':
      return `slow:delay=${fault.delayMs}ms`
    case 'truncated':
      return 'truncate'
    case 'cut-before':
    case 'cut-after':
      return fault.kind
    default:
      return assertNever(fault)
  }
}

function retryWords(retryAfter: RetryAfter | null): string {
  if (retryAfter === null) return ''
  return retryAfter.form === 'seconds'
    ? `:retry-after=${retryAfter.seconds}`
    : `:retry-date=${retryAfter.seconds}`
}
