import { formatCountOf } from '../model/count-text.ts'
import { escapeTerminal } from '../report/escape.ts'
import type { RemoteState } from '../sync/entities.ts'
import type { Provider } from '../sync/provider.ts'
import type { ConsoleOutput } from './console-output.ts'
import { interruptedOr } from './interrupted-error.ts'
import { watchSignals } from './signals.ts'
import { StatusLine } from './status-line.ts'

/** What a person sees of a tenant being read: a line for each request where asked for, else one on the terminal that counts them. */
export class RequestTrace {
  readonly #output: ConsoleOutput
  readonly #isVerbose: boolean
  readonly #line: StatusLine
  #count = 0

  constructor(output: ConsoleOutput, isVerbose: boolean) {
    this.#output = output
    this.#isVerbose = isVerbose
    this.#line = new StatusLine(output)
  }

  /** Takes one line of the provider's log; it holds no secret. */
  readonly log = (line: string): void => {
    this.#count++
    if (this.#isVerbose) this.#output.error(`${escapeTerminal(line)}\n`)
    else this.#line.show('reading', () => `reading the tenant: ${formatCountOf(this.#count, 'request')}`)
  }

  clear(): void {
    this.#line.clear()
  }
}

/** Everything that the tenant holds. Throws an InterruptedError at a signal, and a RemoteError where the service fails. */
export async function readTenant(provider: Provider, trace: RequestTrace): Promise<RemoteState> {
  const watch = watchSignals()
  try {
    return await provider.readState(watch.signal)
  } catch (cause) {
    throw interruptedOr(cause, watch)
  } finally {
    watch.stop()
    trace.clear()
  }
}
