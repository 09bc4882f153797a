import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { startCli } from './run-cli.ts'

/** What `dryfire serve --json` prints, with the secret that the test gave or the command made. */
interface ServeLine {
  readonly api: string
  readonly token: string
  readonly tenant: string
  readonly clientId: string
  readonly clientSecret: string | null
}

/** A `dryfire serve` that accepts connections. */
export interface RunningServe {
  readonly line: ServeLine
  readonly origin: string
  readonly pid: number
  readonly stdout: () => string
  readonly stderr: () => string
  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<{ readonly code: number | null; readonly milliseconds: number }>
}

const START_MS = 20_000
const running = new Set<ChildProcess>()

/** Starts `dryfire serve --json` and waits for its line. */
export async function startServe(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<RunningServe> {
  const child = startCli(['serve', '--json', ...words], { env })
  running.add(child)
  let stdout = ''
  let stderr = ''
  child.stderr?.on('data', (chunk) => (stderr += String(chunk)))
  const line = await new Promise<ServeLine>((done, fail) => {
    const timer = setTimeout(() => fail(new Error(`serve said nothing in time: ${stderr}`)), START_MS)
    child.stdout?.on('data', (chunk) => {
      stdout += String(chunk)
      if (!stdout.includes('\n')) return
      clearTimeout(timer)
      done(parseLine(stdout))
    })
    child.on('close', (code) => {
      clearTimeout(timer)
      fail(new Error(`serve ended with ${code}: ${stderr}`))
    })
  })
  return {
    line,
    origin: new URL(line.api).origin,
    pid: child.pid ?? 0,
    stdout: () => stdout,
    stderr: () => stderr,
    end: async (signal) => {
      const start = performance.now()
      if (child.exitCode === null && child.signalCode === null) {
        child.kill(signal)
        await once(child, 'close')
      }
      running.delete(child)
      return { code: child.exitCode, milliseconds: performance.now() - start }
    },
  }
}

/** Ends every server that a test left running. */
export async function endServes(): Promise<void> {
  const left = [...running]
  running.clear()
  for (const child of left) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'close')
  }
}

function parseLine(text: string): ServeLine {
  const line: unknown = JSON.parse(text)
  if (isServeLine(line)) return line
  throw new Error(`no line of serve: ${text}`)
}

function isServeLine(value: unknown): value is ServeLine {
  if (typeof value !== 'object' || value === null) return false
  return ['api', 'token', 'tenant', 'clientId', 'clientSecret'].every((name) => name in value)
}
