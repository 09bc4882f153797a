import { expect, test } from 'vitest'
import { leaveSpareMemory, takeSpareMemory } from '../../../src/model/spare-memory.ts'

test('spare memory is given once, the smallest piece that is large enough, and no more of it than was asked for', () => {
  const made = {}
  const [large, small] = [new ArrayBuffer(64), new ArrayBuffer(16)]
  leaveSpareMemory(made, [large, small])

  expect(takeSpareMemory({}, 8)).toBeNull()
  expect(takeSpareMemory(made, 65)).toBeNull()
  const taken = takeSpareMemory(made, 8)
  expect(taken?.buffer).toBe(small)
  expect(taken).toHaveLength(8)
  expect(takeSpareMemory(made, 8)?.buffer).toBe(large)
  expect(takeSpareMemory(made, 8)).toBeNull()
})
