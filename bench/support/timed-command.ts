import { spawnSync } from 'node:child_process'

/** What a command printed, and its processor time in milliseconds. */
export interface TimedOutput {
  readonly stdout: string
  readonly childMs: number
}

/** Runs a command in the C locale; throws when it fails with more than 1, which searches say where nothing is found. */
export function timedCommand(words: readonly string[]): TimedOutput {
  const { stdout, stderr, status } = spawnSync(
    'bash',
    ['-c', 'TIMEFORMAT="%U %S"; time "$@"', 'time', ...words],
    { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } },
  )
  if (status === null || status > 1) throw new Error(`${words.join(' ')}: ${stderr}`)
  const [user = 0, system = 0] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number)
  return { stdout, childMs: (user + system) * 1000 }
}
