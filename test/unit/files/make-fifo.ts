import { execFileSync } from 'node:child_process'

/** Makes a FIFO, for which Node has no function of its own. */
export function makeFifo(path: string): void {
  execFileSync('sh', ['-c', 'mkfifo "$1"', 'sh', path])
}
