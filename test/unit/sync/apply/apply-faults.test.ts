import { expect, test } from 'vitest'
import { ApplyBench } from '../../../support/apply-bench.ts'
import {
  SCENARIO_ROWS,
  SCENARIO_WRITES,
  contentOf,
  contentOfRows,
  isOwnedName,
  scenarioTenant,
} from '../../../support/apply-scenario.ts'
import type { MemoryFault } from '../../../support/memory-provider.ts'

const FAULTS: readonly MemoryFault[] = [
  { kind: 'cut-before' },
  { kind: 'cut-after' },
  { kind: 'late', ms: 1 },
  { kind: 'late', ms: 3000 },
  { kind: 'late', ms: 14_999 },
  { kind: 'late', ms: 29_000 },
  { kind: 'no-ids' },
  { kind: 'throws' },
  { kind: 'refused', status: 403 },
  { kind: 'refused', status: 409 },
  { kind: 'refused', status: 412 },
  { kind: 'refused', status: 429 },
  { kind: 'refused', status: 507 },
]

test.each(FAULTS)(
  'for every request of an apply, fault $kind $ms$status ends in the desired tenant, at the latest after a resume',
  async (fault) => {
    for (let position = 1; position <= SCENARIO_WRITES; position++) {
      const bench = new ApplyBench({ provider: { faults: (write) => (write === position ? fault : null) } })

      let report = await bench.apply()
      const first = report
      if (report.outcome === 'stopped') report = await bench.resume()

      const remote = bench.tenant.read()
      expect(report, `request ${position}`).toMatchObject({ outcome: 'done', exit: 'ok', problems: [] })
      expect(contentOf(remote, isOwnedName), `request ${position}`).toEqual(contentOfRows(SCENARIO_ROWS))
      expect(contentOf(remote, (name) => name === 'z')).toEqual(
        contentOf(scenarioTenant(), (name) => name === 'z'),
      )
      expect(remote.definitions.map(({ Id, Name }) => `${Id} ${Name}`)).toEqual([
        '1 a',
        '2 b',
        '4 z',
        '5 d',
        '6 e',
      ])
      expect(bench.replan().changes).toEqual([])
      expect(first.outcome).toBe(fault.kind === 'refused' ? 'stopped' : 'done')
    }
  },
)
