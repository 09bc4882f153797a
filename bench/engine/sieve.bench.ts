/**
 * Question: how fast does the portable sieve drop Defender lines that match nothing, and how many does it pass that do
 * not match? Under 0.6 GB/s a core, or with more than one line in a thousand passed in vain, the method would change.
 *
 * `npx node bench/engine/sieve.bench.ts [indicator count] [line count]`; rows are interleaved, medians are printed.
 */
import { ObservedCounter } from '../../src/engine/sieve/count-observed.ts'
import { PortableSieve, type SieveTarget } from '../../src/engine/sieve/portable-sieve.ts'
import { INDICATOR_TYPES, type DetectionFunction, type IndicatorType } from '../../src/model/indicator.ts'
import { defenderKeyTable } from '../../test/support/defender-key-table.ts'
import { defenderEvents } from '../support/datasets.ts'
import { indicatorSet, type BenchIndicator } from '../support/indicators.ts'
import { measureRows, speedOf } from '../support/measured-rows.ts'
import { printFigure, printHeader } from '../support/report.ts'
import { SensibleNode } from '../support/sensible-node.ts'

const ROUNDS = 7
const LINE_FEED = 0x0a

interface AffixLengths {
  readonly startWith: readonly number[]
  readonly endWith: readonly number[]
  readonly contains: readonly number[]
}

/** Bits of 32-bit hashes of all values, and the lengths of affixes: about what hash sets cost, and no more exact. */
class HashedTarget implements SieveTarget {
  askedCount = 0
  readonly #words = new Uint32Array(1 << 20)
  readonly #lengths: readonly AffixLengths[]

  constructor(indicators: readonly BenchIndicator[]) {
    const lengthsOf = (type: IndicatorType, fn: DetectionFunction): readonly number[] => {
      const ofType = indicators.filter((ioc) => ioc.Type === type && ioc.DetectionFunction === fn)
      return [...new Set(ofType.map((ioc) => ioc.Value.length))]
    }
    this.#lengths = INDICATOR_TYPES.map((type) => ({
      startWith: lengthsOf(type, 'StartWith'),
      endWith: lengthsOf(type, 'EndWith'),
      contains: lengthsOf(type, 'Contains'),
    }))
    for (const { Type, Value } of indicators) {
      const bytes = Buffer.from(Value, 'latin1')
      this.#add(hashOf(INDICATOR_TYPES.indexOf(Type), bytes, 0, bytes.length))
    }
  }

  hasMatch(typeIndex: number, bytes: Uint8Array, start: number, end: number): boolean {
    this.askedCount += 1
    if (this.#has(hashOf(typeIndex, bytes, start, end))) return true
    const lengths = this.#lengths[typeIndex]
    if (lengths === undefined) return false
    const { startWith, endWith, contains } = lengths
    for (let n = 0; n < startWith.length; n += 1) {
      const to = start + (startWith[n] ?? 0)
      if (to <= end && this.#has(hashOf(typeIndex, bytes, start, to))) return true
    }
    for (let n = 0; n < endWith.length; n += 1) {
      const from = end - (endWith[n] ?? 0)
      if (from >= start && this.#has(hashOf(typeIndex, bytes, from, end))) return true
    }
    for (let n = 0; n < contains.length; n += 1) {
      const length = contains[n] ?? 0
      for (let i = start; i + length <= end; i += 1)
        if (this.#has(hashOf(typeIndex, bytes, i, i + length))) return true
    }
    return false
  }

  #add(hash: number): void {
    const at = hash >>> 12
    this.#words[at] = (this.#words[at] ?? 0) | (1 << (hash & 31)) | (1 << ((hash >>> 5) & 31))
  }

  #has(hash: number): boolean {
    const mask = (1 << (hash & 31)) | (1 << ((hash >>> 5) & 31))
    return ((this.#words[hash >>> 12] ?? 0) & mask) === mask
  }
}

function hashOf(type: number, bytes: Uint8Array, start: number, end: number): number {
  let hash = type + 0x811c9dc5
  for (let i = start; i < end; i += 1) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return (hash ^ (hash >>> 13)) >>> 0
}

/** Nothing ever matches: what the search for keys and the canonical forms cost by themselves. */
const NOTHING: SieveTarget = { hasMatch: () => false }

function openSieve(target: SieveTarget): PortableSieve {
  const opened = PortableSieve.open(defenderKeyTable(), target)
  if ('off' in opened) throw new Error(opened.off)
  return opened.sieve
}

/** Calls `read` for each line, without its line feed, and counts where it says true. */
function countLines(bytes: Buffer, read: (start: number, end: number) => boolean): number {
  let count = 0
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(LINE_FEED, start)
    if (read(start, end)) count += 1
    start = end + 1
  }
  return count
}

async function main(indicatorCount: number, lineCount: number): Promise<void> {
  const indicators = indicatorSet(indicatorCount, 1)
  const events = defenderEvents({ lineCount, seed: 2, indicators })
  const bytes = Buffer.from(events.bytes.buffer, events.bytes.byteOffset, events.bytes.byteLength)
  const target = new HashedTarget(indicators)
  const sieve = openSieve(target)
  const equalsOnly = openSieve(
    new HashedTarget(indicators.filter((ioc) => ioc.DetectionFunction === 'Equals')),
  )
  const scanOnly = openSieve(NOTHING)
  const counter = ObservedCounter.open(defenderKeyTable())
  const sensible = SensibleNode.open(indicators)

  const sums = { value: 0 }
  const rows: readonly (readonly [name: string, run: () => number])[] = [
    ['split lines only', () => countLines(bytes, () => false)],
    ['sum of bytes', () => ((sums.value = sumOf(bytes)), 0)],
    [
      'sieve, target that never matches',
      () => countLines(bytes, (start, end) => scanOnly.mayMatch(bytes, start, end)),
    ],
    [
      'sieve, hash set of Equals',
      () => countLines(bytes, (start, end) => equalsOnly.mayMatch(bytes, start, end)),
    ],
    [
      'sieve, hash set of all four functions',
      () => countLines(bytes, (start, end) => sieve.mayMatch(bytes, start, end)),
    ],
    ['plain counter', () => countLines(bytes, (start, end) => (counter.count(bytes, start, end), false))],
    ['sensible Node, all in memory', () => sensible.countLines(bytes)],
  ]

  const exact = sensible.countLines(bytes)
  const survivors = countLines(bytes, (start, end) => sieve.mayMatch(bytes, start, end))
  counter.observed.fill(0)
  sieve.observed.fill(0)
  countLines(bytes, (start, end) => (counter.count(bytes, start, end), sieve.mayMatch(bytes, start, end)))
  if (exact !== events.hitLineCount)
    throw new Error(`sensible Node found ${exact}, planted ${events.hitLineCount}`)
  if (survivors < exact) throw new Error(`the sieve passed ${survivors} lines, of which ${exact} had to pass`)
  if (sieve.observed.join() !== counter.observed.join()) throw new Error('sieve and counter differ')
  target.askedCount = 0
  countLines(bytes, (start, end) => sieve.mayMatch(bytes, start, end))

  printHeader('How fast does the portable sieve drop lines that match nothing?')
  printFigure(
    'log',
    `${lineCount} lines of ${(bytes.length / lineCount).toFixed(0)} bytes, ${indicatorCount} indicators`,
  )
  printFigure('lines that match', String(exact))
  printFigure('lines that pass', `${survivors} (${((survivors / lineCount) * 100).toFixed(3)} %)`)
  printFigure('values asked about', `${(target.askedCount / lineCount).toFixed(2)} per line`)
  const measured = await measureRows(
    rows.map(([name, run]) => ({ name, run, expected: run() })),
    ROUNDS,
  )
  for (const row of measured) printFigure(row.name, speedOf(row, bytes.length))
}

function sumOf(bytes: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < bytes.length; i += 1) sum = (sum + (bytes[i] ?? 0)) | 0
  return sum
}

await main(Number(process.argv[2] ?? 100_000), Number(process.argv[3] ?? 30_000))
