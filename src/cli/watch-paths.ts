import { statSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'

/** Often enough for a person who waits, rarely enough to cost nothing. */
const POLL_MS = 250
/** Files that are watched; beyond them a change of a folder's list is still seen. */
const WATCHED_LIMIT = 10_000

/**
 * Waits until the listing or a file of it changes, or the signal comes; true when something changed. Polls, because file events
 * differ between systems and get lost on network disks.
 */
export async function waitForChange(
  list: () => readonly string[],
  since: string,
  signal: AbortSignal,
): Promise<boolean> {
  while (!signal.aborted) {
    try {
      await wait(POLL_MS, undefined, { signal })
    } catch {
      return false // the signal ended the waiting
    }
    if (fingerprintOf(list()) !== since) return true
  }
  return false
}

/** What the files look like from outside: names, sizes and times of change. */
export function fingerprintOf(paths: readonly string[]): string {
  const parts = paths.slice(0, WATCHED_LIMIT).map((path) => {
    const stats = statSync(path, { throwIfNoEntry: false })
    return stats === undefined ? `${path} absent` : `${path} ${stats.size} ${stats.mtimeMs} ${stats.ino}`
  })
  return `${paths.length}\n${parts.join('\n')}`
}
