import { expect, test } from 'vitest'
import { deleteLimit, neededAllowDelete } from '../../../../src/model/delete-limit.ts'
import { checkDeletes } from '../../../../src/sync/delete-limit.ts'
import { buildTenant } from '../../../support/tenant-builder.ts'
import { domain, planOf } from './plan-of.ts'

test('the limit of deletes is a tenth of what is owned, at most 100, and 1 below ten', () => {
  const limits = [0, 1, 9, 10, 19, 20, 99, 100, 999, 1000, 1001, 50_000].map(deleteLimit)

  expect(limits).toEqual([1, 1, 1, 1, 1, 2, 9, 10, 99, 100, 100, 100])
})

/** A definition with so many IOCs, of which the rules lost some. */
function planLosing(lost: number, held: number): ReturnType<typeof planOf>['plan'] {
  const iocs = Array.from({ length: held }, (_, i) => ({ Id: i + 1, Value: `v${i}.example` }))
  const rows = iocs.slice(lost).map(({ Value }) => domain('a', Value))
  return planOf(rows, buildTenant([{ Id: 1, Name: 'a', iocs }]), { prune: true }).plan
}

test('deletes within the limit need no word, beyond it the exact number (G04)', () => {
  const within = planLosing(2, 19)
  const beyond = planLosing(3, 19)

  expect([neededAllowDelete(within), neededAllowDelete(beyond)]).toEqual([null, 3])
  expect(checkDeletes(within, null)).toBe(null)
  expect(checkDeletes(beyond, null)).toEqual({
    code: 'PLAN010',
    failure: 'safety',
    message: 'the plan deletes 3: more than 2 of 20 owned entities',
    fix: 'If all its deletes are meant, give --allow-delete 3.',
  })
  expect(checkDeletes(beyond, 3)).toBe(null)
})

test('a number that is not exact is refused, even where none is needed', () => {
  const codes = [
    checkDeletes(planLosing(3, 19), 4),
    checkDeletes(planLosing(3, 19), 2),
    checkDeletes(planLosing(1, 19), 2),
    checkDeletes(planLosing(0, 19), 0),
  ].map((refusal) => refusal?.code ?? null)

  expect(codes).toEqual(['PLAN011', 'PLAN011', 'PLAN011', null])
})

test('a definition always needs the number, counting what falls with it (G08)', () => {
  const iocs = Array.from({ length: 300 }, (_, i) => ({ Id: i + 1, Value: `v${i}.example` }))
  const remote = buildTenant([
    { Id: 1, Name: 'a', iocs },
    { Id: 2, Name: 'b', iocs: [{ Id: 900, Value: 'w.example' }] },
    { Id: 3, Name: 'c' },
  ])
  const rows = iocs.map(({ Value }) => domain('a', Value))

  const { plan } = planOf([...rows, domain('c', 'n.example')], remote, { prune: true })

  expect(checkDeletes(plan, null)).toMatchObject({
    code: 'PLAN010',
    message: 'the plan deletes 2: whole definitions among them',
  })
  expect(checkDeletes(plan, 1)?.code).toBe('PLAN011')
  expect(checkDeletes(plan, 2)).toBe(null)
})
