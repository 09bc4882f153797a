import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { type CliResult, runCli, startCli, temporaryFolder } from './run-cli.ts'

/** A running `dryfire serve`, and a command line that is configured for it. */
export interface Rehearsal {
  readonly api: string
  readonly env: Readonly<Record<string, string>>
  readonly folder: string
  /** Runs a command, in the rehearsal's own folder unless another is given. */
  readonly run: (
    words: readonly string[],
    env?: Readonly<Record<string, string>>,
    cwd?: string,
  ) => Promise<CliResult>
  /** Sends one request as an administrator of the tenant would, with a token of its own. */
  readonly send: (method: string, path: string, body?: unknown) => Promise<unknown>
  readonly stop: () => Promise<void>
}

/** Starts the API on this machine with an empty tenant, and gives a command line its own folder and state. */
export async function startRehearsal(folder: string = temporaryFolder('rehearsal')): Promise<Rehearsal> {
  const server = startCli(['serve', '--ephemeral', '--json'], { cwd: folder })
  const served = await firstLine(server)
  const env = {
    DRYFIRE_API_URL: textOf(served, 'api'),
    DRYFIRE_TOKEN_URL: textOf(served, 'token'),
    DRYFIRE_TENANT_ID: textOf(served, 'tenant'),
    DRYFIRE_CLIENT_ID: textOf(served, 'clientId'),
    DRYFIRE_CLIENT_SECRET: textOf(served, 'clientSecret'),
    XDG_STATE_HOME: temporaryFolder('state'),
  }
  const token = await requestToken(env)
  const send = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const reply = await fetch(`${env.DRYFIRE_API_URL}/${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${await reply.text()}`)
    return reply.status === 204 ? null : reply.json()
  }
  return {
    api: env.DRYFIRE_API_URL,
    env,
    folder,
    run: (given, extra = {}, cwd = folder) => runCli(given, { cwd, env: { ...env, ...extra } }),
    send,
    stop: async () => {
      const ended = new Promise((resolve) => server.once('exit', resolve))
      server.kill('SIGTERM')
      await ended
    },
  }
}

async function requestToken(env: Readonly<Record<string, string>>): Promise<string> {
  const reply = await fetch(env['DRYFIRE_TOKEN_URL'] ?? '', {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: env['DRYFIRE_CLIENT_ID'] ?? '',
      client_secret: env['DRYFIRE_CLIENT_SECRET'] ?? '',
      resource: 'https://graph.windows.net',
    }),
  })
  return textOf(await reply.json(), 'access_token')
}

async function firstLine(server: ChildProcess): Promise<unknown> {
  if (server.stdout === null) throw new Error('the server has no output')
  for await (const line of createInterface({ input: server.stdout })) return JSON.parse(line)
  throw new Error('the server ended without a line')
}

function textOf(value: unknown, name: string): string {
  const text: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : null
  if (typeof text !== 'string') throw new Error(`no ${name} in ${JSON.stringify(value)}`)
  return text
}
