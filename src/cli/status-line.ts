import { escapeTerminal } from '../report/escape.ts'
import type { ConsoleOutput } from './console-output.ts'

/** Milliseconds between two drawings. */
const INTERVAL_MS = 100

/** One line on a terminal's stderr that says what is going on; nothing elsewhere. */
export class StatusLine {
  readonly #output: ConsoleOutput
  #drawnAt = 0
  #isShown = false

  constructor(output: ConsoleOutput) {
    this.#output = output
  }

  /** Draws, or does nothing where it drew a moment ago; the text is only made when it is shown. */
  show(text: () => string): void {
    const now = performance.now()
    if (!this.#output.isErrorTerminal || now - this.#drawnAt < INTERVAL_MS) return
    this.#drawnAt = now
    this.#isShown = true
    this.#output.error(`\r\x1b[K${escapeTerminal(text())}`)
  }

  clear(): void {
    if (this.#isShown) this.#output.error('\r\x1b[K')
    this.#isShown = false
  }
}
