import type { IndexImage } from '../../engine/image-reader.ts'
import type { BenchSlowPath, SlowIndicator } from '../../model/bench-report.ts'
import { SLOW_INDICATOR_LIMIT } from '../../model/bench-report.ts'
import type { SlowPathTrace } from '../../replay/trace-slow-path.ts'

/** A trace with the names of what was counted, the most records first. */
export function slowPathReport(trace: SlowPathTrace, image: IndexImage): BenchSlowPath {
  const ranked = [...trace.byIndicator].toSorted(
    ([a, one], [b, other]) => other.records - one.records || a - b,
  )
  return {
    ...trace.slow,
    sampledBytes: trace.bytes,
    sampledRecords: trace.records,
    isWhole: trace.isWhole,
    indicators: ranked.slice(0, SLOW_INDICATOR_LIMIT).map(([id, counts]): SlowIndicator => {
      const { Type, DetectionFunction, Value } = image.indicator(id)
      const definitionName = image.definitions[image.definitionOf(id)]?.Name ?? ''
      return { definitionName, ioc: { Type, DetectionFunction, Value }, ...counts }
    }),
    indicatorCount: ranked.length,
    doubt: { ...trace.doubt },
    unfiltered: Array.from(trace.unfiltered, ([reason, counts]) => ({ reason, ...counts })).filter(
      ({ records }) => records > 0,
    ),
  }
}
