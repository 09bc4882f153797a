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
  for (const stream of [process.stdout, process.stderr]) stream.on('error', endQuietlyOnBrokenPipe)
  const hasColor = (process.env['NO_COLOR'] ?? '') === ''
  return {
    isErrorTerminal: process.stderr.isTTY,
    colorOut: hasColor && process.stdout.isTTY,
    colorError: hasColor && process.stderr.isTTY,
    width: process.stdout.columns ?? process.stderr.columns ?? 100,
    out: (text) => void process.stdout.write(text),
    error: (text) => void process.stderr.write(text),
  }
}

/** The reader has seen enough (`| head`): that is no failure of ours. */
function endQuietlyOnBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(EXIT.ok)
  throw error
}
