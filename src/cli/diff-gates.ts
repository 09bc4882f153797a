import type { RuleDiff, StructureTotals } from '../model/rule-diff.ts'
import { UsageError } from './usage-error.ts'

/** A gate of `diff --fail-on`. */
export interface DiffGate {
  readonly text: string
  /** It asks what fires, so it needs logs. */
  readonly needsLogs: boolean
  readonly trips: (diff: RuleDiff) => boolean
}

const FORM = /^(gained|lost)(?:(>=|>)(\d{1,15}))?$/

/**
 * Reads `gained`, `lost>20`, `changes` and the like; gained and lost count detections, which are finer than alerts.
 * Throws a UsageError that lists what there is.
 */
export function parseDiffGate(text: string): DiffGate {
  const words = text.replaceAll(' ', '')
  if (words === 'changes') return { text, needsLogs: false, trips: hasChanges }
  const [, kind, operator, bound] = FORM.exec(words) ?? []
  if (kind !== 'gained' && kind !== 'lost')
    throw new UsageError(
      `--fail-on does not know "${text}"`,
      'use gained, lost, gained>N, lost>N or changes; gained and lost count detections',
    )
  const least = bound === undefined ? 1 : Number(bound) + (operator === '>' ? 1 : 0)
  return { text, needsLogs: true, trips: ({ behaviour }) => (behaviour?.detections[kind] ?? 0) >= least }
}

/** Any difference, in the rules or in what fires. */
function hasChanges({ structure, behaviour }: RuleDiff): boolean {
  const { definitions, iocs, opaque } = structure
  const isWrittenOtherwise = differs(definitions) || differs(iocs) || (opaque !== null && differs(opaque))
  return isWrittenOtherwise || (behaviour?.byDefinition.length ?? 0) > 0
}

function differs({ added, removed, changed }: StructureTotals): boolean {
  return added + removed + changed > 0
}
