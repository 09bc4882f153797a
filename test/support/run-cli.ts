import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const REPOSITORY: string = fileURLToPath(new URL('../..', import.meta.url))
export const LAUNCHER: string = join(REPOSITORY, 'src/cli/launcher.js')

export interface CliResult {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface CliOptions {
  readonly cwd?: string
  readonly input?: string | Uint8Array
  readonly env?: Readonly<Record<string, string>>
  readonly nodeOptions?: readonly string[]
}

/** Runs the built command line in a process of its own, as a user would. */
export function runCli(words: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      [...(options.nodeOptions ?? []), LAUNCHER, ...words],
      { cwd: options.cwd ?? REPOSITORY, env: environment(options.env), maxBuffer: 256 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null
        done({ code, signal: child.signalCode, stdout, stderr })
      },
    )
    child.stdin?.on('error', () => {}) // a command that does not read its input may close it first
    child.stdin?.end(options.input ?? '')
  })
}

/** Starts the command line without waiting for it. */
export function startCli(words: readonly string[], options: CliOptions = {}): ChildProcess {
  return spawn(process.execPath, [LAUNCHER, ...words], {
    cwd: options.cwd ?? REPOSITORY,
    env: environment(options.env),
    stdio: ['pipe', 'pipe', 'pipe'],
  })
}

function environment(extra: CliOptions['env']): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('DRYFIRE_'))
  return { ...Object.fromEntries(inherited), ...extra }
}

/** An empty folder for one test. */
export function temporaryFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `dryfire-${name}-`))
}
