import type { SourceSpan } from '../model/diagnostic.ts'
import type { EventExplanation } from '../model/explanation.ts'
import type { TestFailure } from '../model/test-report.ts'
import { escapeTerminal } from './escape.ts'
import { explainText } from './explain-text.ts'

/** A place as `file:line:column`, escaped. */
export function placeText({ file, line, column }: SourceSpan): string {
  return `${escapeTerminal(file)}:${line}:${column}`
}

/** The nearest miss in one sentence, escaped, or null where there is none. */
export function nearestInWords({ nearest }: Pick<TestFailure, 'nearest'>): string | null {
  if (nearest === null) return null
  const place = `the event in line ${nearest.event.line}`
  const found = nearest.wouldMatch[0] ?? nearest.nearest[0]
  if (found === undefined) return `${place} comes nearest, but no value of it is similar`
  const { ioc, observable, obstacles } = found
  const field = observable.field === null ? '' : ` in ${escapeTerminal(observable.field)}`
  const seen = `${escapeTerminal(observable.value)}${field}`
  const why = obstacles.map(({ reason }) => escapeTerminal(reason)).join('; ')
  return `${place}: ${ioc.Type} ${ioc.DetectionFunction} ${escapeTerminal(ioc.Value)} against ${seen}: ${why}`
}

/** What `explain` says of the nearest miss, line by line, escaped. */
export function nearestLines(
  nearest: EventExplanation,
  options: Parameters<typeof explainText>[1],
): readonly string[] {
  return explainText(nearest, options).trimEnd().split('\n')
}

/** A failure as plain lines: what was expected, what happened, the evidence, the nearest miss with its explanation. */
export function failureLines(failure: TestFailure): readonly string[] {
  const { message, expected, actual, span, evidence, nearest, definitionSpan } = failure
  return [
    escapeTerminal(message),
    `  expected  ${escapeTerminal(expected)}`,
    `  actual    ${escapeTerminal(actual)}`,
    ...evidence.map((line) => `  event     ${escapeTerminal(line)}`),
    `  at        ${placeText(span)}`,
    ...(definitionSpan === null ? [] : [`  rule      ${placeText(definitionSpan)}`]),
    ...(nearest === null
      ? []
      : [
          '  nearest miss',
          ...nearestLines(nearest, { color: false, width: PLAIN_WIDTH }).map((line) =>
            line === '' ? '' : `    ${line}`,
          ),
        ]),
  ]
}

/** Columns of an explanation where no terminal says how wide it is. */
const PLAIN_WIDTH = 100
