import { expect, test } from 'vitest'
import { pickTexts } from '../../../src/engine/text-list.ts'
import { textListOf } from '../../support/text-lists.ts'

test('picked texts are those of the rows in their order, however many there are', () => {
  const texts = Array.from({ length: 600 }, (_, i) => `${'n'.repeat(i % 9)}${i}.example`)
  const rows = texts.map((_, i) => (i * 263) % 600)

  const { count, offset, bytes } = pickTexts(textListOf(texts), Uint32Array.from(rows))

  const picked = rows.map((_, i) => Buffer.from(bytes.subarray(offset[i], offset[i + 1])).toString())
  expect(picked).toEqual(rows.map((row) => texts[row]))
  expect(count).toBe(600)
})
