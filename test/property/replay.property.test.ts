import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileRules } from '../../src/engine/compile-rules.ts'
import { IndexImage } from '../../src/engine/image-reader.ts'
import { classify } from '../../src/logs/classify.ts'
import type { Alert, Detection } from '../../src/model/detection.ts'
import type { QuarantinedRecord } from '../../src/model/replay-summary.ts'
import { parseTime } from '../../src/model/time.ts'
import { replay } from '../../src/replay/replay.ts'
import type { ReplayCase } from '../support/arbitrary-replay.ts'
import { replayCase } from '../support/arbitrary-replay.ts'
import type { NaiveSource } from '../support/naive-replay.ts'
import { naiveReplay } from '../support/naive-replay.ts'
import { naiveRuleSet } from '../support/naive-rule-set.ts'
import { reportOfOracle, reportOfReplay, type ReplayReport } from '../support/replay-report.ts'
import { temporaryFolder } from '../support/run-cli.ts'
import { parameters, runs, SEED } from '../support/runs.ts'

const SHARE = 0.004
const POOL_CASES = 6
/** Generous per case: files are written for each. */
const TIMEOUT_MS = runs(SHARE) * 300
/** The day that "expired today" asks for. */
const NOW = parseTime('2026-11-03T00:00:00Z') ?? 0n

const folder = temporaryFolder('law')

test(
  'for all rules, logs and switches, replay reports exactly what the naive oracle reports',
  async () => {
    const seen = {
      detections: 0,
      suppressed: 0,
      grouped: 0,
      untimed: 0,
      repaired: 0,
      expired: 0,
      quarantined: 0,
      blind: 0,
      silent: 0,
      fired: 0,
      listedInPart: 0,
      cut: 0,
      delimited: 0,
      zeek: 0,
      containers: 0,
    }

    await fc.assert(
      fc.asyncProperty(replayCase, async (one) => {
        const sources = sourcesOf(one)
        const expected = expectedOf(one, sources)
        seen.detections += expected.detections.length
        seen.suppressed += expected.totals.suppressed
        seen.grouped += expected.alerts.filter((line) => !line.includes('"detections":1,')).length
        seen.untimed += expected.totals.untimed
        seen.repaired += expected.repaired
        seen.expired += expected.totals.fromExpiredToday
        seen.quarantined += expected.quarantined.length
        seen.blind += expected.verdicts.blind
        seen.silent += expected.verdicts.silent
        seen.fired += expected.verdicts.fired
        seen.listedInPart += expected.detections.filter((line) => /"matchCount":1\d\d/.test(line)).length
        seen.cut += expected.detections.filter((line) => line.includes('"textTruncated":true')).length
        seen.delimited += sources.filter(({ framing }) => framing === 'delimited').length
        seen.zeek += sources.filter(({ framing }) => framing === 'zeek').length
        seen.containers += sources.filter(({ framing }) => framing === 'container').length

        expect(await replayed(one, sources, 0)).toEqual(expected)
      }),
      parameters(SHARE),
    )

    const cases = runs(SHARE)
    expect(seen.detections).toBeGreaterThan(cases)
    expect(seen.suppressed).toBeGreaterThan(cases / 20)
    expect(seen.grouped).toBeGreaterThan(cases / 10)
    expect(seen.untimed).toBeGreaterThan(cases / 10)
    expect(seen.repaired).toBeGreaterThan(cases / 200)
    expect(seen.expired).toBeGreaterThan(cases / 50)
    expect(seen.quarantined).toBeGreaterThan(cases / 2)
    expect(seen.blind).toBeGreaterThan(cases / 10)
    expect(seen.silent).toBeGreaterThan(cases)
    expect(seen.fired).toBeGreaterThan(cases / 4)
    expect(seen.listedInPart).toBeGreaterThan(cases / 200)
    expect(seen.cut).toBeGreaterThan(cases / 200)
    expect(seen.delimited).toBeGreaterThan(cases / 10)
    expect(seen.zeek).toBeGreaterThan(cases / 10)
    expect(seen.containers).toBeGreaterThan(cases / 10)
  },
  TIMEOUT_MS,
)

test('two workers report what the naive oracle reports', async () => {
  for (const one of fc.sample(replayCase, { seed: SEED, numRuns: POOL_CASES })) {
    const sources = sourcesOf(one)

    expect(await replayed(one, sources, 2)).toEqual(expectedOf(one, sources))
  }
}, 120_000)

function pathOf(index: number): string {
  return join(folder, `${index}.log`)
}

/** The sources as the oracle gets them: whole, with the framing and the map that classification finds. */
function sourcesOf(one: ReplayCase): readonly NaiveSource[] {
  return one.logs.flatMap(({ bytes }, i): NaiveSource[] => {
    const found = classify(bytes, true, {
      logFormat: null,
      userMap: null,
      fields: 'mapped',
      table: one.table,
    })
    if (found.refused !== null || found.fieldMap === null) return []
    return [
      {
        source: pathOf(i),
        bytes,
        framing: found.delimited?.zeek === undefined ? found.framing : 'zeek',
        fieldMap: found.fieldMap,
        ...(one.table === null ? {} : { defaultTable: one.table }),
        ...(found.delimited === null ? {} : { separator: String.fromCharCode(found.delimited.separator) }),
      },
    ]
  })
}

function containersOf(sources: readonly NaiveSource[]): ReadonlySet<string> {
  return new Set(sources.flatMap(({ source, framing }) => (framing === 'container' ? [source] : [])))
}

function expectedOf(one: ReplayCase, sources: readonly NaiveSource[]): ReplayReport {
  return reportOfOracle(naiveReplay(sources, one.rules, one.semantics, NOW), containersOf(sources))
}

async function replayed(
  one: ReplayCase,
  sources: readonly NaiveSource[],
  workers: number,
): Promise<ReplayReport> {
  for (const [i, { bytes, isZipped }] of one.logs.entries())
    writeFileSync(pathOf(i), isZipped ? gzipSync(bytes, { level: 1 }) : bytes)
  const detections: Detection[] = []
  const alerts: Alert[] = []
  const quarantined: QuarantinedRecord[] = []
  const { summary } = await replay(
    one.logs.map((_, i) => pathOf(i)),
    IndexImage.open(compileRules(naiveRuleSet(one.rules)).image),
    {
      semantics: one.semantics,
      table: one.table,
      chunkBytes: one.chunkBytes,
      kernel: one.kernel,
      workers,
      now: NOW,
      onDetection: (detection) => detections.push(detection),
      onAlert: (alert) => alerts.push(alert),
      onQuarantined: (record) => quarantined.push(record),
    },
  )
  return reportOfReplay({ summary, detections, alerts, quarantined }, containersOf(sources))
}
