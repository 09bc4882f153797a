import { expect, test } from 'vitest'
import { INDICATOR_TYPES } from '../../src/model/indicator.ts'
import { openSubject } from '../fuzz/fuzz-target.ts'
import { oracleOf } from '../fuzz/run-fuzz.ts'
import { IdList } from '../../src/engine/id-list.ts'
import { REGRESSIONS } from './regressions.cases.ts'

test.each(REGRESSIONS)('the engine and the oracle agree on the case $name', (row) => {
  const { target } = openSubject(row.rules, row.options, null)
  const bytes = Buffer.from(row.text, 'latin1')
  const ids = new IdList()

  target.match(INDICATOR_TYPES.indexOf(row.type), bytes, 0, bytes.length, ids)

  expect(oracleOf(row)).toEqual({ rules: row.rules, expected: row.expected })
  expect(ids.toArray()).toEqual(row.expected)
})
