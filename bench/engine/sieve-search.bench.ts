/**
 * Question: what do the filter, its two bytes a step and its loop of its own buy in the search for mapped keys? If
 * looking at every quote came within 10 % of it, the filter would go.
 *
 * `npx node bench/engine/sieve-search.bench.ts [line count]`; rows are interleaved, medians and best runs are printed.
 */
import { isBlank } from '../../src/engine/sieve/json-bytes.ts'
import {
  BLOCK_PAIRS,
  KEY_ENDED,
  KEY_FILTER_START,
  buildKeyFilter,
  skipPairs,
} from '../../src/engine/sieve/key-filter.ts'
import { MappedKeys, NO_KEY } from '../../src/engine/sieve/mapped-keys.ts'
import { defenderKeyTable } from '../../test/support/defender-key-table.ts'
import { defenderEvents } from '../support/datasets.ts'
import { measureRows, speedOf } from '../support/measured-rows.ts'
import { printFigure, printHeader } from '../support/report.ts'

const ROUNDS = 25
const QUOTE = 0x22
const COLON = 0x3a

const lineCount = Number(process.argv[2] ?? 20_000)
const events = defenderEvents({ lineCount, seed: 2, indicators: [] })
const byteCount = events.bytes.length - (events.bytes.length % (2 * BLOCK_PAIRS))
const bytes = new Uint8Array(byteCount)
bytes.set(events.bytes.subarray(0, byteCount))
const pairs = new Uint16Array(bytes.buffer)
const table = defenderKeyTable()
const keys = MappedKeys.open(table)
const { byteTable, pairTable } = buildKeyFilter(table.keys)

/** The plain search: every quote, then what follows it, then the key before it. */
function searchQuotes(bytes: Uint8Array): number {
  const byteCount = bytes.length
  let found = 0
  for (let i = 0; i + 1 < byteCount; i += 1) {
    if (bytes[i] !== QUOTE) continue
    const next = bytes[i + 1] ?? 0
    if ((next === COLON || isBlank(next)) && keys.find(bytes, 0, i) !== NO_KEY) found += 1
  }
  return found
}

/** The filter with one byte a step. */
function searchBytes(bytes: Uint8Array): number {
  const byteCount = bytes.length
  const filter = byteTable
  let found = 0
  let state = KEY_FILTER_START
  for (let i = 0; i < byteCount; i += 1) {
    state = (state << 3) | (filter[bytes[i] ?? 0] ?? 0)
    if ((state & KEY_ENDED) === 0 && keys.find(bytes, 0, i - 1) !== NO_KEY) found += 1
  }
  return found
}

/** The filter with two bytes a step, in its own function, as the sieve runs it. */
function searchPairs(bytes: Uint8Array): number {
  const resume = new Int32Array([KEY_FILTER_START])
  let found = 0
  let pair = 0
  while (pair < pairs.length) {
    pair = skipPairs(pairTable, pairs, pair, pairs.length, resume)
    if (pair === pairs.length) break
    let state = resume[0] ?? 0
    for (const behind = pair + BLOCK_PAIRS; pair < behind; pair += 1) {
      state = (state << 6) | (pairTable[pairs[pair] ?? 0] ?? 0)
      if (((state >> 3) & KEY_ENDED) === 0 && keys.find(bytes, 0, pair * 2 - 1) !== NO_KEY) found += 1
      if ((state & KEY_ENDED) === 0 && keys.find(bytes, 0, pair * 2) !== NO_KEY) found += 1
    }
    resume[0] = state
  }
  return found
}

const searches: readonly (readonly [name: string, search: (bytes: Uint8Array) => number])[] = [
  ['every quote', searchQuotes],
  ['the filter, one byte a step', searchBytes],
  ['the filter, two bytes a step', searchPairs],
]
const expected = searchQuotes(bytes)

printHeader('What does the filter buy in the search for mapped keys?')
printFigure('log', `${(byteCount / 1e6).toFixed(0)} MB, ${(expected / lineCount).toFixed(2)} keys per line`)
const measured = await measureRows(
  searches.map(([name, search]) => ({ name, run: () => search(bytes), expected })),
  ROUNDS,
)
for (const row of measured) printFigure(row.name, speedOf(row, byteCount))
