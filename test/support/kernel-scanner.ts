import type { IndexImage } from '../../src/engine/image-reader.ts'
import type { SharedSieve } from '../../src/engine/sieve/sieve-memory.ts'
import type { Classification } from '../../src/logs/classify.ts'
import type { Semantics } from '../../src/model/semantics.ts'
import { ExaminerCache } from '../../src/replay/examiner-cache.ts'
import type { ScanSettings } from '../../src/replay/scan-settings.ts'
import type { ScanTask, Segment } from '../../src/replay/scan-task.ts'
import { SegmentScanner } from '../../src/replay/segment-scanner.ts'
import { SMALL_SCAN } from './scan-settings.ts'

/** The one that reads every record is what the others are held to. */
export const KERNELS = ['off', 'wasm', 'portable'] as const

/** Scans a log as a thread does that is handed it in pieces: `nextEnd` says where the one at an offset ends. */
export type KernelScan = (
  log: Uint8Array,
  nextEnd: (at: number) => number,
  classification?: Classification,
) => Segment

/** A scanner for logs of one classification, all in one segment. */
export function kernelScan(
  kernel: (typeof KERNELS)[number],
  image: IndexImage,
  semantics: Semantics,
  shared: SharedSieve,
  classification: Classification,
): KernelScan {
  const settings: ScanSettings = {
    ...SMALL_SCAN,
    semantics,
    kernel,
    segmentBytes: Number.MAX_SAFE_INTEGER,
  }
  const task: ScanTask = {
    source: 0,
    name: 'log',
    path: 'log',
    classification,
    compression: 'none',
    size: null,
    range: null,
  }
  const examiners = new ExaminerCache(image, settings, kernel === 'wasm' ? shared : null)
  return (log, nextEnd, own = classification) => {
    const ownTask = { ...task, classification: own }
    const scanner = new SegmentScanner(ownTask, settings, examiners.for(task), new Float64Array(2), [])
    for (let at = 0; at < log.length;) {
      const end = Math.min(log.length, nextEnd(at))
      scanner.push(log, at, end)
      at = end
    }
    scanner.finish()
    return scanner.takeSegment()
  }
}
