import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import { compileRules } from '../../src/engine/compile-rules.ts'
import { IndexImage } from '../../src/engine/image-reader.ts'
import { type SharedSieve, shareSieve } from '../../src/engine/sieve/sieve-memory.ts'
import { SeededRandom } from '../../src/harness/generate/seeded-random.ts'
import { streamedFieldMap } from '../../src/logs/formats/defender-storage.ts'
import { NO_ZEEK_HEADER } from '../../src/logs/zeek-header.ts'
import type { FieldEntry, FieldMap, ObservableKind } from '../../src/model/field-map.ts'
import type { RowLayout } from '../../src/model/row-layout.ts'
import { DEFAULT_SEMANTICS, type Semantics } from '../../src/model/semantics.ts'
import type { Segment } from '../../src/replay/scan-task.ts'
import { KERNELS, kernelScan } from '../support/kernel-scanner.ts'
import { naiveMatches } from '../support/naive-matcher.ts'
import { naiveJsonFields, naiveObserve } from '../support/naive-observe.ts'
import { type RuleRow, buildRuleSet } from '../support/rule-set-builder.ts'
import { OddLines } from './odd-lines.ts'
import { CSV_LAYOUT, OddRows } from './odd-rows.ts'
import { ROW_TABLE } from './row-soup.ts'
import { SOUP_TABLE } from './sieve-soup.ts'

const BLOCK_LINES = 1000
/** Every so many lines one is shown to the oracle, which takes a hundred times as long as a sieve. */
const ORACLE_STRIDE = 80
/** Most bytes that a scanner is handed at once. */
const PIECES = [64, 5_000, 100_000, 2_000_000, 2_000_000, 2_000_000]
const SEMANTICS: Semantics = {
  ...DEFAULT_SEMANTICS,
  hashScope: 'both',
  ipScope: 'all',
  domainScope: 'all',
  dnsAnswers: 'on',
  maxRecordBytes: 1_150_000,
}

const DIGEST = 'ab3'.repeat(30)
const RULES: readonly RuleRow[] = [
  { Type: 'DomainName', DetectionFunction: 'EndWith', Value: 'evil.example' },
  { Type: 'DomainName', DetectionFunction: 'Equals', Value: 'b.example' },
  { Type: 'DomainName', DetectionFunction: 'StartWith', Value: 'xn--bcher-kva.' },
  { Type: 'DomainName', DetectionFunction: 'Contains', Value: 'sought.example' },
  { Type: 'IpAddress', DetectionFunction: 'Equals', Value: '10.1.2.3' },
  { Type: 'IpAddress', DetectionFunction: 'Equals', Value: 'fe80::1' },
  { Type: 'IpAddress', DetectionFunction: 'StartWith', Value: '203.0.113.' },
  { Type: 'Sha1', DetectionFunction: 'Equals', Value: DIGEST.slice(0, 40) },
  { Type: 'Sha256', DetectionFunction: 'Equals', Value: DIGEST.slice(1, 65) },
  { Type: 'Md5', DetectionFunction: 'Equals', Value: DIGEST.slice(2, 34) },
]
const PLANTED = {
  RemoteUrl: ['evil.example', 'https://B.example/x', 'http://evil.example.:8080', 'is.SOUGHT.example.org'],
  RemoteIP: ['10.1.2.3', '::ffff:203.0.113.9', 'FE80:0:0:0:0:0:0:1'],
  SHA1: [DIGEST.slice(0, 40), DIGEST.slice(0, 40).toUpperCase()],
  InitiatingProcessMD5: [DIGEST.slice(2, 34)],
}

const soupEntries: readonly FieldEntry[] = SOUP_TABLE.keys.flatMap(({ key, kinds, isNested }) =>
  isNested ? [] : [[key], ['x', key]].flatMap((path) => kinds.map((kind) => entry(path, kind))),
)
const SOUP_MAP: FieldMap = { ...streamedFieldMap('soup'), entries: soupEntries }
const DEFENDER_MAP = streamedFieldMap('streamed')
const ROW_MAP: FieldMap = {
  ...streamedFieldMap('rows'),
  entries: ROW_TABLE.keys.flatMap(({ key, kinds, isNested }) =>
    isNested ? [] : kinds.map((kind) => entry([key], kind)),
  ),
}

function entry(path: readonly string[], kind: ObservableKind): FieldEntry {
  const nested = kind !== 'json' ? [] : path.at(-1) === 'UrlChain' ? [entry([], 'url')] : entriesInDocument()
  return { path, kind, role: 'object', scope: null, tables: null, nested }
}

function entriesInDocument(): readonly FieldEntry[] {
  const keys = SOUP_TABLE.keys.filter(({ isNested }) => isNested)
  return keys.flatMap(({ key, kinds }) =>
    kinds.flatMap((kind) => (kind === 'json' ? [] : [entry([key], kind)])),
  )
}

const image = IndexImage.open(compileRules(buildRuleSet(RULES)).image)
const shared = openShared()

function openShared(): SharedSieve {
  const opened = shareSieve(image, SEMANTICS)
  if ('off' in opened) throw new Error(opened.off)
  return opened
}

type Scan = (block: Uint8Array, random: SeededRandom) => Segment

/** A scanner of blocks as a thread has it, which is handed each of them in pieces of any size. */
function scanWith(kernel: (typeof KERNELS)[number], fieldMap: FieldMap, delimited: RowLayout | null): Scan {
  const scan = kernelScan(kernel, image, SEMANTICS, shared, {
    format: fieldMap.name,
    framing: delimited === null ? 'lines' : 'delimited',
    fieldMap,
    bomBytes: 0,
    delimited,
    evidence: [],
    refused: null,
  })
  return (block, random) => {
    const largest = random.pick(PIECES)
    return scan(block, (at) => at + 1 + random.below(largest))
  }
}

/** Where the lines begin in which the oracle finds a match. */
function oracleHits(block: Uint8Array, fieldMap: FieldMap): readonly number[] {
  const hits: number[] = []
  let start = 0
  for (let line = 0; start < block.length; line += 1) {
    const feed = block.indexOf(0x0a, start)
    const end = feed === -1 ? block.length : feed
    if (line % ORACLE_STRIDE === 0 && end - start < 20_000) {
      const text = Buffer.from(block.subarray(start, end)).toString('latin1')
      const record = /^[\t\r ]*(\{.*\})[\t\r ]*$/s.exec(text)?.[1]
      if (record !== undefined && hasMatch(Buffer.from(record, 'latin1'), fieldMap))
        hits.push(start + text.indexOf('{'))
    }
    start = end + 1
  }
  return hits
}

function hasMatch(record: Uint8Array, fieldMap: FieldMap): boolean {
  const event = naiveObserve(naiveJsonFields(record), fieldMap, SEMANTICS, null)
  const rules = RULES.map((rule) => ({ ...rule, DetectionFunction: rule.DetectionFunction ?? 'Equals' }))
  return (event?.observables ?? []).some(
    ({ type, value }) => naiveMatches(rules, type, value, SEMANTICS).length > 0,
  )
}

/** What a comparison has seen. */
export interface Compared {
  lines: number
  /** Lines in which every kernel reports the same matches. */
  hits: number
  /** Those among them that are rows of CSV or of a Zeek log. */
  rowHits: number
  quarantined: number
  /** Lines that the oracle looked at and found a match in. */
  oracle: number
  /** Lines that each kernel read in full. */
  wasm: number
  portable: number
  off: number
}

/** Every so many blocks one is of Defender events, which are long, one of CSV and one of a Zeek log. */
const STRIDE = 20

/**
 * Has the three kernels read so many odd lines, block by block: all that they report must be the same, and all that the oracle
 * finds must be in it. Throws with the block at the first difference; seed and block repeat it.
 */
export function compareKernels(options: {
  readonly seed: number
  readonly lines: number
  readonly onBlock?: (seen: Readonly<Compared>) => void
}): Compared {
  const { seed, lines, onBlock } = options
  const random = SeededRandom.open(seed + 1)
  const soup = sourceOf(SOUP_MAP, OddLines.ofSoup(seed), null)
  const defender = sourceOf(DEFENDER_MAP, OddLines.ofDefender(seed, PLANTED), null)
  const csv = sourceOf(ROW_MAP, OddRows.ofCsv(seed), CSV_LAYOUT)
  const zeek = sourceOf(ROW_MAP, OddRows.ofZeek(seed), NO_ZEEK_HEADER)
  const seen: Compared = {
    lines: 0,
    hits: 0,
    rowHits: 0,
    quarantined: 0,
    oracle: 0,
    wasm: 0,
    portable: 0,
    off: 0,
  }
  for (let block = 0; seen.lines < lines; block += 1) {
    const { fieldMap, odd, scans, isLines } = [soup, defender, csv, zeek][block % STRIDE] ?? soup
    const bytes = odd.block(BLOCK_LINES)
    const [expected, ...others] = scans.map(({ kernel, scan }) => ({ kernel, segment: scan(bytes, random) }))
    const where = `seed ${seed}, block ${block}`
    assert(expected !== undefined)
    for (const { kernel, segment } of others) {
      const same: Segment = { ...segment, survivors: expected.segment.survivors }
      if (!isDeepStrictEqual(same, expected.segment))
        assert.deepEqual(same, expected.segment, `${kernel} differs from off: ${where}`)
      seen[kernel] += segment.survivors
    }
    const hits = new Set(expected.segment.hits.map(({ byteOffset }) => byteOffset))
    // Rows are shown to the oracle by the properties that are theirs.
    const sought = isLines ? oracleHits(bytes, fieldMap) : []
    for (const offset of sought) assert(hits.has(offset), `no kernel passes the line at ${offset}: ${where}`)
    seen.off += expected.segment.survivors
    seen.lines += expected.segment.newlines
    seen.hits += hits.size
    if (!isLines) seen.rowHits += hits.size
    seen.quarantined += expected.segment.quarantined.length
    seen.oracle += sought.length
    onBlock?.(seen)
  }
  return seen
}

function sourceOf(fieldMap: FieldMap, odd: Pick<OddLines, 'block'>, delimited: RowLayout | null) {
  return {
    fieldMap,
    odd,
    isLines: delimited === null,
    scans: KERNELS.map((kernel) => ({ kernel, scan: scanWith(kernel, fieldMap, delimited) })),
  }
}
