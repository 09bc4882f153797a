import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { resumeApply } from '../../src/sync/apply.ts'
import { openState } from '../../src/sync/open-state.ts'
import { encodePlan } from '../../src/sync/plan-file.ts'
import {
  SCENARIO_ROWS,
  SCENARIO_SETTINGS,
  contentOf,
  contentOfRows,
  isOwnedName,
  planFor,
  scenarioTenant,
} from '../support/apply-scenario.ts'
import { TenantServer, type ServedTenant } from '../support/served-tenant.ts'

const CHILD = fileURLToPath(import.meta.resolve('../support/apply-child.ts'))
const NEVER = new AbortController().signal
/** Requests at which the process dies: the token and the readings come first, then twenty writes. */
const MOMENTS: readonly (readonly ['before' | 'after', number])[] = [
  ['before', 12],
  ['after', 12],
  ['before', 14],
  ['after', 17],
  ['before', 20],
  ['after', 23],
  ['after', 26],
  ['before', 29],
  ['after', 30],
  ['after', 36],
]

let folder = ''
const server: { current: TenantServer | null } = { current: null }

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dryfire-killed-'))
  server.current = await TenantServer.start()
})

afterEach(async () => {
  await server.current?.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Applies in a process of its own and kills it, as `kill -9` does, at a request; returns how it ended. */
async function applyAndKill(
  tenant: ServedTenant,
  planFile: string,
  [moment, number]: readonly ['before' | 'after', number],
): Promise<NodeJS.Signals | null> {
  const { api, tokenUrl, tenant: id, clientId, clientSecret } = tenant.address
  const base = join(folder, 'state')
  const child = spawn(process.execPath, [CHILD, api, tokenUrl, id, clientId, base, planFile], {
    env: { ...process.env, CHILD_SECRET: clientSecret },
    stdio: 'ignore',
  })
  const ended = once(child, 'exit')
  let seen = 0
  tenant.around = async (now) => {
    if (now === 'before') seen++
    if (now !== moment || seen !== number) return
    child.kill('SIGKILL')
    await ended
  }
  await ended
  tenant.around = () => undefined
  return child.signalCode
}

test('a process killed with SIGKILL at any of ten requests is taken over by the next one without loss or copy', async () => {
  let resumed = 0
  for (const [i, at] of MOMENTS.entries()) {
    if (server.current === null) throw new Error('there is no server')
    const tenant = server.current.serve(scenarioTenant())
    const provider = tenant.connect()
    const { api, tenant: id } = provider
    const plan = planFor(SCENARIO_ROWS, await provider.readState(NEVER), { api, tenant: id })
    const planFile = join(folder, `plan-${i}.json`)
    writeFileSync(planFile, encodePlan(plan))

    expect(await applyAndKill(tenant, planFile, at), at.join(' ')).toBe('SIGKILL')
    const report = await resumeApply({
      provider,
      state: openState(provider, { base: join(folder, 'state') }),
      clock: tenant.clock,
      settings: SCENARIO_SETTINGS,
      signal: NEVER,
    })

    const remote = await provider.readState(NEVER)
    expect(report, at.join(' ')).toMatchObject({ outcome: 'done', exit: 'ok' })
    expect(contentOf(remote, isOwnedName), at.join(' ')).toEqual(contentOfRows(SCENARIO_ROWS))
    expect(contentOf(remote, (name) => name === 'z')).toEqual(
      contentOf(scenarioTenant(), (name) => name === 'z'),
    )
    if (report.requests > 0) resumed++
    tenant.close()
  }

  expect(resumed).toBeGreaterThanOrEqual(8)
})
