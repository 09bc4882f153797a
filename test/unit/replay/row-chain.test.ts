import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openByteSource } from '../../../src/files/byte-source.ts'
import type { RowStart } from '../../../src/logs/framer.ts'
import type { RowLayout } from '../../../src/model/row-layout.ts'
import { guessRowStart } from '../../../src/replay/guess-row-start.ts'
import { RowChain } from '../../../src/replay/row-chain.ts'
import type { ScanTask, Segment } from '../../../src/replay/scan-task.ts'
import { temporaryFolder } from '../../support/run-cli.ts'

const folder = temporaryFolder('rows')
const CSV: RowLayout = { separator: 0x2c, columns: ['a', 'b', 'c'] }
const ZEEK: RowLayout = {
  separator: 0x09,
  columns: ['a'],
  zeek: { setSeparator: 0x2c, emptyField: '', unsetField: '-', path: null, types: [], fault: null },
}

function guess(text: string, layout: RowLayout, from: number, to = text.length): number | null {
  const path = join(folder, 'rows.csv')
  writeFileSync(path, text)
  const source = openByteSource(path)
  try {
    return guessRowStart(source, layout, from, to)?.offset ?? null
  } finally {
    source.close()
  }
}

test('a guess in a plain row is the row behind it, and a row that begins there is its own', () => {
  const text = '1,2,3\n4,5,6\n7,8,9\n'

  expect([1, 5, 6, 7, 12].map((from) => guess(text, CSV, from))).toEqual([6, 6, 6, 12, 12])
})

test('a guess in a quoted cell passes over the line feeds in it', () => {
  const text = `1,"a\nb,\nc",3\n${'4,"x,\ny",6\n'.repeat(20)}`

  expect(guess(text, CSV, 4)).toBe(text.indexOf('4,'))
})

test('there is no guess where no row begins in the range, or none ends in sight', () => {
  expect(guess('1,2,3\n4,5,6\n', CSV, 7, 12)).toBeNull()
  expect(guess(`${'x'.repeat(100_000)}\n1,2,3\n`, CSV, 10)).toBeNull()
})

test('quotes do not count in a guess in a Zeek log', () => {
  expect(guess('a"\nb\nc"\n', ZEEK, 1)).toBe(3)
})

const taskAt = (from: number, to: number, source = 0): ScanTask => ({
  source,
  name: 'a.csv',
  path: 'a.csv',
  classification: {
    format: 'csv',
    framing: 'delimited',
    fieldMap: null,
    bomBytes: 0,
    delimited: CSV,
    evidence: [],
    refused: null,
  },
  compression: 'none',
  size: 100,
  range: { from, to },
})

const startAt = (offset: number): RowStart => ({ offset, isBehindHeader: true, layout: CSV })

const segmentWith = (first: RowStart | null, next: RowStart | null): Segment => ({
  bytes: { examined: 0, quarantined: 0, skipped: 0 },
  records: 0,
  newlines: 0,
  observed: new Float64Array(0),
  survivors: 0,
  quarantined: [],
  hits: [],
  notes: [],
  rows: { first, next },
})

test('a task is told where its first row begins, and a segment that began elsewhere is wrong', () => {
  const chain = new RowChain()
  expect(chain.begun(taskAt(0, 10))).toEqual(taskAt(0, 10))
  chain.read(segmentWith(null, null))
  chain.read(segmentWith(null, startAt(12)))

  const task = chain.begun(taskAt(10, 20))!

  expect(task.range?.rowStart).toEqual(startAt(12))
  expect(chain.isRight(task, segmentWith(startAt(12), null))).toBe(true)
  expect(chain.isRight(task, segmentWith(startAt(14), null))).toBe(false)
  expect(chain.isRight(task, segmentWith({ ...startAt(12), isBehindHeader: false }, null))).toBe(false)
  expect(chain.isRight(task, segmentWith({ ...startAt(12), layout: ZEEK }, null))).toBe(false)
  expect(chain.isRight(task, segmentWith(null, null))).toBe(false)
})

test('a range that one row covers has no task, and another file begins anew', () => {
  const chain = new RowChain()
  chain.begun(taskAt(0, 10))
  chain.read(segmentWith(null, startAt(35)))

  expect([taskAt(10, 20), taskAt(20, 30)].map((task) => chain.begun(task))).toEqual([null, null])
  expect(chain.begun(taskAt(30, 40))?.range?.rowStart).toEqual(startAt(35))
  expect(chain.begun(taskAt(10, 20, 1))?.range?.rowStart).toBeUndefined()
})
