import { fileErrorFrom } from '../files/file-error.ts'
import { EXIT } from './exit-code.ts'

/** The two standard streams, as every command writes to them: results to stdout, everything else to stderr. */
export interface ConsoleOutput {
  readonly isErrorTerminal: boolean
  /** Colours for text on that stream: a terminal, and no `NO_COLOR`. */
  readonly colorOut: boolean
  readonly colorError: boolean
  /** Columns for tables. */
  readonly width: number
  out(text: string): void
  error(text: string): void
}

/** Opens the two streams of this process. */
export function openConsoleOutput(): ConsoleOutput {
  process.stdout.on('error', endOnStdoutError)
  process.stderr.on('error', endOnStderrError)
  const hasColor = (process.env['NO_COLOR'] ?? '') === ''
  return {
    isErrorTerminal: process.stderr.isTTY,
    colorOut: hasColor && process.stdout.isTTY,
    colorError: hasColor && process.stderr.isTTY,
    width: process.stdout.columns || process.stderr.columns || FALLBACK_WIDTH,
    out: (text) => void process.stdout.write(text),
    error: (text) => void process.stderr.write(text),
  }
}

/** Where no stream is a terminal, or the terminal does not know its width. */
const FALLBACK_WIDTH = 100

/** The reader has seen enough (`| head`): that is no failure of ours. A full disk is one. */
function endOnStdoutError(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(EXIT.ok)
  const { message } = fileErrorFrom(error, 'write', 'to standard output')
  process.stderr.write(`dryfire: ${message}\n`)
  process.exit(EXIT.limit)
}

/** Nobody reads the messages; the results may still be wanted. */
function endOnStderrError(): void {
  // Nothing can be said about it, and the exit code says what the run came to.
}
