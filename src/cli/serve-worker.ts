import { parentPort, workerData } from 'node:worker_threads'
import { RulesRejectedError } from './rules-rejected.ts'
import { openSession, type ServeSession, type SessionRequest } from './serve-session.ts'
import type { SessionMessage } from './serve-thread.ts'
import { UsageError } from './usage-error.ts'

const request: SessionRequest = workerData
const session = await openSession(request).catch(refused)
if (session !== null) {
  tell({ kind: 'open', origin: session.origin, heldCount: session.heldCount })
  parentPort?.once('message', () => void stop(session))
}

async function stop(running: ServeSession): Promise<void> {
  await running.stop()
  parentPort?.close()
}

/** An error loses its class on its way to the other thread, so those of the user go as data. */
function refused(error: unknown): null {
  if (error instanceof UsageError) tell({ kind: 'usage', message: error.message, fix: error.fix })
  else if (error instanceof RulesRejectedError) tell({ kind: 'rules', diagnostics: error.diagnostics })
  else throw error
  return null
}

function tell(message: SessionMessage): void {
  parentPort?.postMessage(message)
}
