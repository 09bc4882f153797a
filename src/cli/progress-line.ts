import { formatCount } from '../model/count-text.ts'
import { formatBytes, formatDuration } from '../report/quantity.ts'
import { elapsedMs } from '../replay/elapsed.ts'
import type { ReplayProgress } from '../replay/replay.ts'
import type { ConsoleOutput } from './console-output.ts'
import { StatusLine } from './status-line.ts'

/** How far a replay is, on a terminal's stderr; nothing elsewhere. */
export class ProgressLine {
  readonly #line: StatusLine
  readonly #startedAt = elapsedMs()

  constructor(output: ConsoleOutput) {
    this.#line = new StatusLine(output)
  }

  show(progress: ReplayProgress): void {
    this.#line.show('progress', () => progressText(progress, elapsedMs() - this.#startedAt))
  }

  clear(): void {
    this.#line.clear()
  }
}

/** `1.20 GB of 4.00 GB (30 %)  512 MB/s  310,000 records/s  5.47 s left`. */
function progressText(progress: ReplayProgress, elapsedMs: number): string {
  const { bytes, records, totalBytes } = progress
  const seconds = Math.max(elapsedMs, 1) / 1000
  const rates = `${formatBytes(bytes / seconds)}/s  ${formatCount(Math.round(records / seconds))} records/s`
  if (bytes === 0) return totalBytes === null ? 'reading' : `reading ${formatBytes(totalBytes)}`
  if (totalBytes === null || totalBytes < bytes) return `${formatBytes(bytes)}  ${rates}`
  const share = Math.floor((bytes / totalBytes) * 100)
  const left = formatDuration(((totalBytes - bytes) / (bytes / seconds)) * 1000)
  return `${formatBytes(bytes)} of ${formatBytes(totalBytes)} (${share} %)  ${rates}  ${left} left`
}
