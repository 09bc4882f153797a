import { formatBytes, formatCount, formatDuration } from '../report/quantity.ts'
import type { ReplayProgress } from '../replay/replay.ts'
import type { ConsoleOutput } from './console-output.ts'

/** Milliseconds between two drawings. */
const INTERVAL_MS = 100

/** One line on a terminal's stderr that shows how far a replay is; nothing elsewhere. */
export class ProgressLine {
  readonly #output: ConsoleOutput
  readonly #startedAt = performance.now()
  #drawnAt = 0
  #isShown = false

  constructor(output: ConsoleOutput) {
    this.#output = output
  }

  show(progress: ReplayProgress): void {
    const now = performance.now()
    if (!this.#output.isErrorTerminal || now - this.#drawnAt < INTERVAL_MS) return
    this.#drawnAt = now
    this.#isShown = true
    this.#output.error(`\r\x1b[K${progressText(progress, now - this.#startedAt)}`)
  }

  clear(): void {
    if (this.#isShown) this.#output.error('\r\x1b[K')
    this.#isShown = false
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
