import type { AlertDefinition } from '../../model/alert-definition.ts'
import { compareUtf8 } from '../../model/compare-utf8.ts'
import type {
  AlertLabel,
  BehaviourDiff,
  DetectionChange,
  DiffedRules,
  RuleDiff,
} from '../../model/rule-diff.ts'
import { DEFAULT_SEMANTICS } from '../../model/semantics.ts'
import { TOOL_VERSION } from '../../model/version.ts'
import type { ReplayOptions } from '../../replay/replay.ts'
import { replay } from '../../replay/replay.ts'
import type { LabelPair } from './change-collector.ts'
import { ChangeCollector } from './change-collector.ts'
import type { DiffSide } from './diff-side.ts'
import { diffStructure } from './diff-structure.ts'
import { mergeSides } from './merge-sides.ts'
import { rulesOfImage } from './rules-of-image.ts'

/** A replay's options; what it would hand out one by one, the diff takes itself. */
export interface DiffOptions extends Omit<ReplayOptions, 'onDetection' | 'onAlert'> {
  /** Called for each detection that is gained, lost or relabelled, in the order of the logs. */
  readonly onChange?: (change: DetectionChange) => void
}

/** What a diff found, and which limits it met (see `ReplayResult`). */
export interface DiffResult {
  readonly diff: RuleDiff
  readonly isDedupeFull: boolean
  readonly isRatioExceeded: boolean
}

/**
 * Says how rules B differ from rules A: in themselves, and on logs, which are read once for both (semantics 1-10 as in `replay`).
 * Without logs only the rules are compared.
 *
 * @throws what `replay` throws; ImageFormatError when an image holds two definitions of one Name
 */
export async function diffRules(
  a: DiffSide,
  b: DiffSide,
  logs: readonly string[],
  options: DiffOptions = {},
): Promise<DiffResult> {
  const found = logs.length === 0 ? null : await diffBehaviour(a, b, logs, options)
  const isWritten = a.rules !== null && b.rules !== null
  return {
    diff: {
      schemaVersion: 1,
      toolVersion: TOOL_VERSION,
      a: factsOf(a),
      b: factsOf(b),
      structure: diffStructure(
        isWritten && a.rules !== null ? a.rules : rulesOfImage(a.image),
        isWritten && b.rules !== null ? b.rules : rulesOfImage(b.image),
        {
          comparedAs: isWritten ? 'written' : 'compiled',
          definitions: options.filters?.definitions ?? null,
        },
      ),
      behaviour: found?.behaviour ?? null,
    },
    isDedupeFull: found?.isDedupeFull ?? false,
    isRatioExceeded: found?.isRatioExceeded ?? false,
  }
}

function factsOf({ reference, image }: DiffSide): DiffedRules {
  return {
    reference,
    rulesDigest: image.digest,
    definitions: image.definitions.length,
    enabledDefinitions: image.definitions.filter((definition) => definition.Enabled).length,
    indicators: image.accounting,
  }
}

interface FoundBehaviour {
  readonly behaviour: BehaviourDiff
  readonly isDedupeFull: boolean
  readonly isRatioExceeded: boolean
}

async function diffBehaviour(
  a: DiffSide,
  b: DiffSide,
  logs: readonly string[],
  { onChange, ...options }: DiffOptions,
): Promise<FoundBehaviour> {
  const collector = new ChangeCollector({
    definitions: labelPairs(a.image.definitions, b.image.definitions),
    groupWindow: options.semantics?.groupWindow ?? DEFAULT_SEMANTICS.groupWindow,
    onChange: onChange ?? null,
  })
  const { summary, isDedupeFull, isRatioExceeded } = await replay(logs, mergeSides(a, b), {
    ...options,
    onDetection: (detection, device) => collector.accept(detection, device),
  })
  const changes = collector.finish()
  assertSum('detections', summary.detections.total, changes.detections)
  assertSum('alerts', summary.alerts.total, changes.alerts)
  const { semantics, input, accounting, partial, timing } = summary
  const behaviour: BehaviourDiff = {
    semantics,
    ...changes,
    suppressed: summary.detections.suppressed,
    input,
    accounting: { bytes: accounting.bytes, records: accounting.records },
    partial,
    timing,
  }
  return { behaviour, isDedupeFull, isRatioExceeded }
}

function labelPairs(
  before: readonly AlertDefinition[],
  after: readonly AlertDefinition[],
): readonly LabelPair[] {
  const labelsOf = (definitions: readonly AlertDefinition[]): ReadonlyMap<string, AlertLabel> =>
    new Map(definitions.map(({ Name, Title, Severity, Category }) => [Name, { Title, Severity, Category }]))
  const labelsBefore = labelsOf(before)
  const labelsAfter = labelsOf(after)
  const names = [...new Set([...labelsBefore.keys(), ...labelsAfter.keys()])].sort(compareUtf8)
  return names.map((Name) => ({
    Name,
    before: labelsBefore.get(Name) ?? null,
    after: labelsAfter.get(Name) ?? null,
  }))
}

/** Both sides together are what the merged image found. */
function assertSum(
  what: string,
  total: number,
  { before, after }: { readonly before: number; readonly after: number },
): void {
  if (before + after !== total)
    throw new Error(`accounting of ${what} does not add up: ${before} + ${after} of ${total}`)
}
