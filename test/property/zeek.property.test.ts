import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileRules } from '../../src/engine/compile-rules.ts'
import { IndexImage } from '../../src/engine/image-reader.ts'
import { shareSieve } from '../../src/engine/sieve/sieve-memory.ts'
import { type Classification, classify } from '../../src/logs/classify.ts'
import { zeekTsv } from '../../src/logs/formats/zeek-tsv.ts'
import { NO_ZEEK_HEADER } from '../../src/logs/zeek-header.ts'
import { DEFAULT_SEMANTICS, type Semantics } from '../../src/model/semantics.ts'
import type { Segment } from '../../src/replay/scan-task.ts'
import { sharedValues } from '../support/arbitraries.ts'
import { mutated, mutation } from '../support/arbitrary-records.ts'
import { zeekFor } from '../support/arbitrary-zeek.ts'
import { KERNELS, kernelScan } from '../support/kernel-scanner.ts'
import { naiveMatches } from '../support/naive-matcher.ts'
import { naiveObserve } from '../support/naive-observe.ts'
import { naiveZeekFields, naiveZeekFrames, naiveZeekObserved } from '../support/naive-zeek.ts'
import { type RuleRow, buildRuleSet } from '../support/rule-set-builder.ts'
import { SEED, parameters, runs } from '../support/runs.ts'

const SHARE = 0.01
const FIELD_MAP = zeekTsv.fieldMap!
const SEMANTICS: Semantics = { ...DEFAULT_SEMANTICS, dnsAnswers: 'on', maxRecordBytes: 400 }
/** The same for all cases: an image for each would take most of the time. */
const VALUES = fc.sample(sharedValues, { seed: SEED, numRuns: 1 })[0]!
const RULES: readonly RuleRow[] = [
  ...[...new Set(VALUES.names)].flatMap((Value): RuleRow[] => [
    { Type: 'DomainName', DetectionFunction: 'Equals', Value },
    { Type: 'DomainName', DetectionFunction: 'EndWith', Value: `.${Value}` },
  ]),
  ...[...new Set(VALUES.addresses)].map((Value): RuleRow => ({ Type: 'IpAddress', Value })),
  { Type: 'Sha1', Value: VALUES.hashes.Sha1 },
  { Type: 'Sha256', Value: VALUES.hashes.Sha256 },
  { Type: 'Md5', Value: VALUES.hashes.Md5 },
]
const image = IndexImage.open(compileRules(buildRuleSet(RULES)).image)

type Scan = (log: Uint8Array, cuts: readonly number[]) => Segment

function scanWith(kernel: (typeof KERNELS)[number]): Scan {
  const shared = shareSieve(image, SEMANTICS)
  if ('off' in shared) throw new Error(shared.off)
  const classification: Classification = {
    format: 'zeek-tsv',
    framing: 'delimited',
    fieldMap: FIELD_MAP,
    bomBytes: 0,
    delimited: NO_ZEEK_HEADER,
    evidence: [],
    refused: null,
  }
  const scan = kernelScan(kernel, image, SEMANTICS, shared, classification)
  return (log, cuts) => {
    let pieces = 0
    const bomBytes = log[0] === 0xef ? 3 : 0
    return scan(log, (at) => at + (cuts[pieces++ % cuts.length] ?? log.length), {
      ...classification,
      bomBytes,
    })
  }
}

const RULE_ROWS = RULES.map((rule) => ({ ...rule, DetectionFunction: rule.DetectionFunction ?? 'Equals' }))

/** What the oracle says of a log, in the words of a segment. */
function expectedOf(log: Uint8Array) {
  const { records, rows, byteCount } = naiveZeekFrames(log, SEMANTICS)
  const events = [...rows].map(([record, row]) => ({
    record,
    event: naiveObserve(naiveZeekFields(row), FIELD_MAP, SEMANTICS, row.path),
  }))
  const hits = events.filter(({ event }) =>
    (event?.observables ?? []).some(
      ({ type, value }) => naiveMatches(RULE_ROWS, type, value, SEMANTICS).length > 0,
    ),
  )
  const observed = naiveZeekObserved(rows.values(), FIELD_MAP, SEMANTICS)
  const place = ({ record, line, byteOffset }: (typeof records)[number]): string =>
    `${record - 1} ${line - 1} ${byteOffset}`
  return {
    records: records.length,
    bytes: [byteCount.examined, byteCount.quarantined, byteCount.skipped],
    quarantined: records.filter(({ quarantine }) => quarantine !== null).map(place),
    hits: hits.map(
      ({ record, event }) => `${place(record)} ${event?.table} ${event?.time} ${event?.repaired}`,
    ),
    observed: observed.flat().reduce((sum, { values }) => sum + values, 0),
  }
}

function foundOf({ records, bytes, quarantined, hits, observed }: Segment): ReturnType<typeof expectedOf> {
  const place = (at: {
    readonly record: number
    readonly line: number
    readonly byteOffset: number
  }): string => `${at.record} ${at.line} ${at.byteOffset}`
  return {
    records,
    bytes: [bytes.examined, bytes.quarantined, bytes.skipped],
    quarantined: quarantined.map(place),
    hits: hits.map((hit) => `${place(hit)} ${hit.event.table} ${hit.event.time} ${hit.event.repaired}`),
    observed: observed.reduce((sum, count) => sum + count, 0),
  }
}

const log = fc
  .tuple(zeekFor(VALUES), fc.option(mutation, { freq: 1, nil: null }), fc.nat(5))
  .map(([bytes, change, dice]) => (change === null || dice > 0 ? bytes : mutated(bytes, [change])))
const cuts = fc.oneof(fc.constant([1_000_000]), fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 }))

test('for all Zeek logs, cuts and kernels, hits, places and counts are those of the naive reader', () => {
  const scans = KERNELS.map((kernel) => ({ kernel, scan: scanWith(kernel) }))
  const seen = { hits: 0, quarantined: 0, wasm: 0, portable: 0, off: 0 }

  fc.assert(
    fc.property(log, cuts, (bytes, sizes) => {
      const expected = expectedOf(bytes)
      seen.hits += expected.hits.length
      seen.quarantined += expected.quarantined.length
      for (const { kernel, scan } of scans) {
        const segment = scan(bytes, sizes)

        expect(foundOf(segment), kernel).toEqual(expected)
        seen[kernel] += segment.survivors
      }
    }),
    parameters(SHARE),
  )

  expect(seen.hits).toBeGreaterThan(runs(SHARE) / 2)
  expect(seen.quarantined).toBeGreaterThan(runs(SHARE) / 2)
  expect(seen.wasm).toBeLessThan(seen.off * 0.9)
  expect(seen.portable).toBeLessThan(seen.off * 0.9)
})

test('a Zeek log that is generated is recognised whatever its separator is', () => {
  for (const bytes of fc.sample(zeekFor(VALUES), { seed: SEED, numRuns: 200 })) {
    const found = classify(bytes, true, { logFormat: null, userMap: null, fields: 'mapped', table: null })
    const [first] = [...naiveZeekFrames(bytes, SEMANTICS).rows.values()]

    if (first !== undefined && found.refused === null) expect(found.format).toBe('zeek-tsv')
  }
})
