import { expect, test } from 'vitest'
import { leaveSpareMemory, takeSpareMemory } from '../../../src/model/spare-memory.ts'

test('spare memory is given once, and only as much of it as there is', () => {
  const made = {}
  const memory = new ArrayBuffer(64)
  leaveSpareMemory(made, memory)

  expect(takeSpareMemory({}, 8)).toBeNull()
  expect(takeSpareMemory(made, 65)).toBeNull()
  const taken = takeSpareMemory(made, 64)
  expect(taken?.buffer).toBe(memory)
  expect(taken).toHaveLength(64)
  expect(takeSpareMemory(made, 8)).toBeNull()
})
