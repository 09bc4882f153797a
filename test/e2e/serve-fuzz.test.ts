import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import * as fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { hostileRequests } from '../support/arbitrary-requests.ts'
import { RawConnection } from '../support/raw-http.ts'
import { SEED } from '../support/runs.ts'
import { endServes, startServe } from '../support/serve-cli.ts'

/** How many requests; `npm run test:fuzz` sends 100,000. */
const REQUESTS = Number(process.env['DRYFIRE_FUZZED_REQUESTS'] ?? 3000)
const AT_A_TIME = 40
/** Most memory that the process may take (T21), and how long one connection may stay open. */
const RSS_BYTES = 200 * 1024 * 1024
const CONNECTION_MS = 2000
/** Everybody is let in, so that requests reach everything behind the door. */
const OPEN = ['--ephemeral', '--auth', 'off']
const TEST_MS = 60_000 + REQUESTS * 20

afterEach(endServes)

test(
  'whatever is written to its sockets, the server stays alive, within its memory, and finds no fault of its own',
  async () => {
    const serve = await startServe(OPEN)
    const { hostname, port } = new URL(serve.origin)
    const statuses = new Map<string, number>()
    const broken: string[] = []
    let sent = 0

    for (let batch = 0; sent < REQUESTS; batch += 1) {
      const requests = fc.sample(hostileRequests(), {
        numRuns: Math.min(AT_A_TIME, REQUESTS - sent),
        seed: SEED + batch,
      })
      sent += requests.length
      const replies = await Promise.all(
        requests.map(async (bytes) => ({ bytes, reply: await exchange(hostname, Number(port), bytes) })),
      )
      for (const { bytes, reply } of replies) {
        const found = [...reply.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status = '']) => status)
        for (const status of found) statuses.set(status, (statuses.get(status) ?? 0) + 1)
        if (found.includes('500')) broken.push(bytes.toString('latin1').slice(0, 2000))
      }
    }

    expect(broken).toEqual([])
    expect(count(statuses, /^2/)).toBeGreaterThan(REQUESTS / 10)
    expect(count(statuses, /^4/)).toBeGreaterThan(REQUESTS / 5)
    expect((await fetch(`${serve.origin}/v1.0/AlertDefinitions`)).status).toBe(200)
    expect(serve.stderr()).toBe('')
    const rss = peakRss(serve.pid)
    expect(rss ?? 0).toBeLessThan(RSS_BYTES)
  },
  TEST_MS,
)

test('two hundred connections that trickle their heads keep nobody else waiting', async () => {
  const serve = await startServe(OPEN)
  const slow = await Promise.all(Array.from({ length: 200 }, () => RawConnection.open(serve.origin)))
  for (const connection of slow) connection.send('GET /v1.0/AlertDefinitions HTTP/1.1\r\nHost: local')
  const start = performance.now()

  const { status } = await fetch(`${serve.origin}/v1.0/AlertDefinitions`)

  expect(status).toBe(200)
  expect(performance.now() - start).toBeLessThan(5000) // the heads have ten seconds to arrive
  for (const connection of slow) connection.send('host\r\n\r\n')
  const replies = await Promise.all(slow.map((connection) => connection.reply()))
  expect(replies.every((reply) => reply.status === 200)).toBe(true)
  for (const connection of slow) connection.destroy()
})

/** Sends the bytes and gives everything that came back until the connection ended or its time was over. */
function exchange(host: string, port: number, bytes: Uint8Array): Promise<string> {
  return new Promise((done) => {
    const socket = connect({ host, port })
    const chunks: Buffer[] = []
    const timer = setTimeout(() => socket.destroy(), CONNECTION_MS)
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('error', () => {}) // a reset is an answer too
    socket.on('close', () => {
      clearTimeout(timer)
      done(Buffer.concat(chunks).toString('latin1'))
    })
    socket.end(bytes)
  })
}

function count(statuses: ReadonlyMap<string, number>, pattern: RegExp): number {
  return [...statuses].filter(([status]) => pattern.test(status)).reduce((sum, [, seen]) => sum + seen, 0)
}

/** The most memory that a process ever held, where the system tells it. */
function peakRss(pid: number): number | null {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kilobytes === undefined ? null : Number(kilobytes) * 1024
  } catch {
    return null
  }
}
