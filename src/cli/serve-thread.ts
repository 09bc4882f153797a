import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { Diagnostic } from '../model/diagnostic.ts'
import { RulesRejectedError } from './rules-rejected.ts'
import type { SessionRequest } from './serve-session.ts'
import { UsageError } from './usage-error.ts'

/** What the thread says once: that it serves, or why it does not. */
export type SessionMessage =
  | { readonly kind: 'open'; readonly origin: string; readonly heldCount: number }
  | { readonly kind: 'usage'; readonly message: string; readonly fix: string | null }
  | { readonly kind: 'rules'; readonly diagnostics: readonly Diagnostic[] }

/** A session that runs on a thread of its own. */
export interface ServeThread {
  readonly origin: string
  readonly heldCount: number
  /** Resolves when the thread ended, and rejects with what broke it. */
  readonly ended: Promise<void>
  stop(): Promise<void>
}

/**
 * V8 lets the young generation of a main thread grow to 128 MiB of garbage before it looks, and only a thread can be
 * given less at run time. So 100,000 hostile requests peak at 197 MiB for the whole process, 16,000 of them without this
 * at 310.
 */
const YOUNG_MIB = 24

/** Opens a session on a thread of its own. Throws what `openSession` throws. */
export async function openServeThread(request: SessionRequest): Promise<ServeThread> {
  const worker = new Worker(fileURLToPath(new URL('../../dist/cli/serve-worker.js', import.meta.url)), {
    workerData: request,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
  })
  const ended = new Promise<void>((done, fail) => {
    worker.once('error', fail)
    worker.once('exit', () => done())
  })
  const first = new Promise<SessionMessage>((done) => worker.once('message', done))
  const message = await Promise.race([first, ended.then(silent)])
  switch (message.kind) {
    case 'usage':
      throw new UsageError(message.message, message.fix)
    case 'rules':
      throw new RulesRejectedError(message.diagnostics)
    case 'open':
      break
  }
  const stop = async (): Promise<void> => {
    worker.postMessage('stop')
    await ended
  }
  return { origin: message.origin, heldCount: message.heldCount, ended, stop }
}

function silent(): never {
  throw new Error('the thread of the server ended before it served')
}
