import { execFileSync } from 'node:child_process'

/** Size that a process may write, in blocks of 512 or 1,024 bytes as the shell counts them. */
const LIMIT_BLOCKS = 8

/**
 * Runs a script in a process whose files cannot grow past a few kilobytes, and returns what it printed.
 * The script finds the path to write in `process.env.TARGET`.
 */
export function runWithLimitedWrites(script: string, target: string): string {
  const command = `trap '' XFSZ; ulimit -f ${LIMIT_BLOCKS}; exec "$NODE" --input-type=module-typescript -e "$SCRIPT" | cat`
  const env = { ...process.env, NODE: process.execPath, SCRIPT: script, TARGET: target }
  return execFileSync('sh', ['-c', command], { encoding: 'utf8', env }).trim()
}
