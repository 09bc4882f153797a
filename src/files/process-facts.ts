import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { codeOf } from './file-error.ts'

/** What tells one process from every other, on this host and since it started. */
export interface ProcessFacts {
  readonly pid: number
  /** Changes when the host starts anew; empty where the system does not say. */
  readonly bootId: string
  readonly host: string
  /** When that process started, in units of the system; null when there is no such process. */
  startOf(pid: number): string | null
}

/** Fields of `/proc/<pid>/stat` behind the name in parentheses; the start time is the 22nd of all. */
const START_FIELD = 22 - 3
/** Where the system says that a process lives, but not since when. */
const STARTED_SOMETIME = 'unknown'

/** The facts about this process. */
export function nodeProcessFacts(): ProcessFacts {
  const machine = textOf('/etc/machine-id')
  return {
    pid: process.pid,
    bootId: textOf('/proc/sys/kernel/random/boot_id'),
    // Two machines may share a name, and a home folder.
    host: machine === '' ? hostname() : `${hostname()} (${machine.slice(0, 8)})`,
    startOf,
  }
}

function startOf(pid: number): string | null {
  const stat = textOf(`/proc/${pid}/stat`)
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const started = stat === '' ? undefined : fields[START_FIELD]
  if (started !== undefined) return started
  try {
    process.kill(pid, 0)
    return STARTED_SOMETIME
  } catch (cause) {
    return codeOf(cause) === 'EPERM' ? STARTED_SOMETIME : null
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return ''
  }
}
