import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { applyPlan } from '../../src/sync/apply.ts'
import type { Clock } from '../../src/sync/clock.ts'
import { openState } from '../../src/sync/open-state.ts'
import { decodePlan } from '../../src/sync/plan-file.ts'
import { Secret } from '../../src/sync/secret.ts'
import { openTiProvider } from '../../src/sync/ti-provider.ts'

/** A process of its own that applies a plan, for tests that kill it: `node apply-child.ts api tokenUrl tenant client base plan`. */
const [api = '', tokenUrl = '', tenant = '', clientId = '', base = '', plan = ''] = process.argv.slice(2)

const clock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => wait(ms, undefined, { signal }),
}
const clientSecret = new Secret(process.env['CHILD_SECRET'] ?? '')
const provider = openTiProvider({ api, tokenUrl, tenant, clientId, clientSecret, clock })
const decoded = decodePlan(readFileSync(plan))
await applyPlan({
  plan: decoded,
  provider,
  state: openState(provider, { base }),
  clock,
  allowDelete: decoded.deletes,
  settings: { bulkItems: 2 },
  signal: new AbortController().signal,
})
