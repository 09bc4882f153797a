import type { InputFile, InputProblem, InputSummary } from '../model/replay-summary.ts'
import type { ClassifiedInput } from './classify-input.ts'
import type { SegmentMerger } from './merge-segments.ts'

/** What was read: per input and together. A problem met while reading stands behind those met before it. */
export function summarizeInput(
  inputs: readonly ClassifiedInput[],
  problems: readonly InputProblem[],
  merger: SegmentMerger,
): InputSummary {
  const found: InputProblem[] = [...problems]
  const files: InputFile[] = inputs.map((input, source) => {
    const tally = merger.sources.get(source)
    found.push(...(tally?.problems ?? []).map((note) => ({ source: input.name, fix: null, ...note })))
    if (tally !== undefined && tally.timesOfReceipt > 0)
      found.push(receiptWarning(input.name, tally.timesOfReceipt))
    return {
      source: input.name,
      format: input.classification.format,
      compression: input.compression,
      bytes: tally?.bytes ?? 0,
      records: tally?.records ?? 0,
      quarantined: tally?.quarantined ?? 0,
    }
  })
  const records = files.reduce((sum, file) => sum + file.records, 0)
  const quarantined = files.reduce((sum, file) => sum + file.quarantined, 0)
  return {
    files,
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    records,
    examined: records - quarantined,
    quarantined,
    repaired: merger.repaired,
    skippedBytes: merger.bytes.skipped,
    quarantine: merger.quarantine,
    problems: found,
  }
}

function receiptWarning(source: string, count: number): InputProblem {
  return {
    source,
    severity: 'warning',
    message: `${count} records with detections have no time of their own: when they were received stands in for it`,
    fix: null,
  }
}
