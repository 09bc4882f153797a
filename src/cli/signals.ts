import { EXIT, type ExitCode } from './exit-code.ts'

const CODES = { SIGINT: EXIT.sigint, SIGTERM: EXIT.sigterm, SIGHUP: EXIT.sighup } as const

/** A watch over SIGINT, SIGTERM and SIGHUP. */
export interface SignalWatch {
  /** Aborts at the first signal. */
  readonly signal: AbortSignal
  /** The first signal's exit code, null when none came. */
  readonly code: () => ExitCode | null
  stop(): void
}

/** Lets a command end well at the first signal; a second one ends the process at once. */
export function watchSignals(): SignalWatch {
  const controller = new AbortController()
  let first: ExitCode | null = null
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  const handlers = names.map((name) => {
    const handler = (): void => {
      if (first !== null) process.exit(first)
      first = CODES[name]
      controller.abort()
    }
    process.on(name, handler)
    return () => process.off(name, handler)
  })
  return {
    signal: controller.signal,
    code: () => first,
    stop: () => {
      for (const off of handlers) off()
    },
  }
}
