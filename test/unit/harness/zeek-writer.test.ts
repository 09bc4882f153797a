import { expect, test } from 'vitest'
import { ZEEK_COLUMNS } from '../../../src/harness/generate/zeek-event.ts'
import { zeekRowWriter } from '../../../src/harness/generate/zeek-writer.ts'

test('a text that begins as a header does is spelled whole, with all that separates in it', () => {
  const event = { table: 'files', time: '2026-11-01T10:00:00Z', row: { filename: '#a\tb,c\\' } }

  const cells = zeekRowWriter().record(event).split('\t')

  expect(cells).toHaveLength(ZEEK_COLUMNS.length)
  expect(cells[ZEEK_COLUMNS.findIndex(([name]) => name === 'filename')]).toBe('\\x23a\\x09b\\x2cc\\\\')
})
