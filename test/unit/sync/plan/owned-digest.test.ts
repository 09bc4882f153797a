import { expect, test } from 'vitest'
import { ownedDigest, stateDigest } from '../../../../src/sync/owned-digest.ts'
import { buildTenant } from '../../../support/tenant-builder.ts'

const TENANT = buildTenant([
  {
    Id: 1,
    Name: 'a',
    iocs: [
      { Id: 1, Value: 'x.example' },
      { Id: 2, Value: 'y.example' },
    ],
  },
  { Id: 2, Name: 'b', iocs: [{ Id: 3, Value: 'z.example' }] },
])

test('a digest does not depend on the order of lists and properties', () => {
  const reordered = {
    indicators: TENANT.indicators.toReversed().map((i) => Object.fromEntries(Object.entries(i).reverse())),
    definitions: TENANT.definitions.toReversed(),
  }

  expect(stateDigest(Object(reordered))).toBe(stateDigest(TENANT))
  expect(ownedDigest(Object(reordered), [2, 1])).toBe(ownedDigest(TENANT, [1, 2]))
})

test('an owned digest sees every property of what is owned, and nothing else', () => {
  const before = ownedDigest(TENANT, [1])
  const editedIoc = (Id: number): string => {
    const indicators = TENANT.indicators.map((i) => (i.Id === Id ? { ...i, LastModifiedBy: 'x' } : i))
    return ownedDigest({ ...TENANT, indicators }, [1])
  }

  expect([1, 2].map((id) => editedIoc(id) === before)).toEqual([false, false])
  expect(editedIoc(3)).toBe(before)
  expect(ownedDigest({ ...TENANT, indicators: TENANT.indicators.slice(1) }, [1])).not.toBe(before)
})

test('a digest is SHA-256 in lower-case hex, of an empty tenant too', () => {
  expect(stateDigest({ definitions: [], indicators: [] })).toMatch(/^[0-9a-f]{64}$/)
})
