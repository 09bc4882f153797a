import { elapsedMs } from '../replay/elapsed.ts'
import { escapeTerminal } from '../report/escape.ts'
import type { ConsoleOutput } from './console-output.ts'

/** Milliseconds between two drawings. */
const INTERVAL_MS = 100

/** One line on a terminal's stderr that says what is going on; nothing elsewhere. */
export class StatusLine {
  readonly #output: ConsoleOutput
  #drawnAt = 0
  #phase = ''
  #isShown = false

  constructor(output: ConsoleOutput) {
    this.#output = output
  }

  /** Draws, or does nothing where it drew the same phase a moment ago; the text is only made when it is shown. */
  show(phase: string, text: () => string): void {
    const now = elapsedMs()
    const isRecent = phase === this.#phase && now - this.#drawnAt < INTERVAL_MS
    if (!this.#output.isErrorTerminal || isRecent) return
    this.#phase = phase
    this.#drawnAt = now
    this.#isShown = true
    this.#output.error(`\r\x1b[K${escapeTerminal(text())}`)
  }

  clear(): void {
    if (this.#isShown) this.#output.error('\r\x1b[K')
    this.#isShown = false
  }
}
