import { expect, test } from 'vitest'
import { strongestExit } from '../../../src/cli/exit-code.ts'

test('strongestExit follows the precedence signal, 70, 2, 3, 6, 7, 5, 1, 4, 0', () => {
  const order = [130, 70, 2, 3, 6, 7, 5, 1, 4] as const

  for (const [index, code] of order.entries())
    expect(strongestExit([...order].slice(index).reverse())).toBe(code)
  expect(strongestExit([])).toBe(0)
})
