import { fileErrorFrom } from '../files/file-error.ts'
import { EXIT, type ExitCode } from './exit-code.ts'

/** The two standard streams, as every command writes to them: results to stdout, everything else to stderr. */
export interface ConsoleOutput {
  readonly isErrorTerminal: boolean
  /** Colours for text on that stream: a terminal, and no `NO_COLOR`. */
  readonly colorOut: boolean
  readonly colorError: boolean
  /** Columns for tables. */
  readonly width: number
  out(text: string): void
  /** Ends this process with 0 once nobody reads what it prints: what it prints is all that it is run for. */
  endWhenUnread(): void
  error(text: string): void
}

/** Opens the two streams of this process. */
export function openConsoleOutput(): ConsoleOutput {
  const reader = new StdoutReader()
  process.stdout.on('error', (error) => reader.fail(error))
  process.stderr.on('error', endOnStderrError)
  const hasColor = (process.env['NO_COLOR'] ?? '') === ''
  return {
    isErrorTerminal: process.stderr.isTTY,
    colorOut: hasColor && process.stdout.isTTY,
    colorError: hasColor && process.stderr.isTTY,
    width: process.stdout.columns || process.stderr.columns || FALLBACK_WIDTH,
    out: (text) => reader.write(text),
    endWhenUnread: () => reader.endWhenGone(),
    error: (text) => void process.stderr.write(text),
  }
}

/**
 * Ends this process. Where all that was printed has been taken it ends at once: what it holds need not be put away piece by
 * piece. A write that failed is heard of before.
 */
export async function endProcess(code: ExitCode): Promise<void> {
  process.exitCode = code
  await new Promise((resolve) => setImmediate(resolve))
  if (process.stdout.writableLength === 0 && process.stderr.writableLength === 0) process.exit()
}

/** Where no stream is a terminal, or the terminal does not know its width. */
const FALLBACK_WIDTH = 100

/**
 * Whoever reads standard output. That it has seen enough (`| head`) is no failure of ours, but the run goes on for the sake of
 * its other outputs and of its exit code, which says whether a gate tripped.
 */
class StdoutReader {
  #isGone = false
  #isAll = false

  write(text: string): void {
    if (!this.#isGone) process.stdout.write(text)
  }

  endWhenGone(): void {
    this.#isAll = true
    if (this.#isGone) process.exit(EXIT.ok)
  }

  /** A full disk is a failure. */
  fail(error: NodeJS.ErrnoException): void {
    if (error.code === 'EPIPE') {
      this.#isGone = true
      if (this.#isAll) process.exit(EXIT.ok)
      return
    }
    if (this.#isGone) return // what was written before it went
    const { message } = fileErrorFrom(error, 'write', 'to standard output')
    process.stderr.write(`dryfire: ${message}\n`)
    process.exit(EXIT.limit)
  }
}

/** Nobody reads the messages; the results may still be wanted. */
function endOnStderrError(): void {
  // Nothing can be said about it, and the exit code says what the run came to.
}
