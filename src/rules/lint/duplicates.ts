import type { LintContext } from './lint-context.ts'

/** Warns of indicators equal in definition, Type, DetectionFunction and value: they are compiled once (semantics 8). */
export function lintDuplicates(context: LintContext): void {
  const { count } = context.rules.indicators
  let first = 0
  for (let row = 1; row < count; row++) {
    if (!isSameIndicator(context, first, row)) {
      first = row
      continue
    }
    const spot = context.spotOfRow(first)
    context.reportRow(row, {
      code: 'LINT001',
      severity: 'warning',
      message: `${context.typeOf(row)} ${context.functionOf(row)} ${context.valueOf(row)} stands twice in its definition`,
      fix: 'Delete one of the two.',
      related: spot === null ? [] : [{ message: 'the first stands here', spot }],
    })
  }
}

/** Equal rows are neighbours, because rows are sorted by just these columns. */
function isSameIndicator(context: LintContext, a: number, b: number): boolean {
  const { definition, type, detectionFunction, valueOffset, valueBytes } = context.rules.indicators
  if (definition[a] !== definition[b] || type[a] !== type[b]) return false
  if (detectionFunction[a] !== detectionFunction[b]) return false
  const aStart = valueOffset[a] ?? 0
  const bStart = valueOffset[b] ?? 0
  const length = (valueOffset[a + 1] ?? 0) - aStart
  if ((valueOffset[b + 1] ?? 0) - bStart !== length) return false
  for (let i = 0; i < length; i++) if (valueBytes[aStart + i] !== valueBytes[bStart + i]) return false
  return true
}
