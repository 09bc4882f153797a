import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { compileRules } from '../../../src/engine/compile-rules.ts'
import { IndexImage } from '../../../src/engine/image-reader.ts'
import { shareSieve } from '../../../src/engine/sieve/sieve-memory.ts'
import { streamedFieldMap } from '../../../src/logs/formats/defender-storage.ts'
import { DEFAULT_SEMANTICS } from '../../../src/model/semantics.ts'
import { ExaminerCache } from '../../../src/replay/examiner-cache.ts'
import { scanSource } from '../../../src/replay/scan-source.ts'
import type { ScanSettings } from '../../../src/replay/scan-settings.ts'
import type { ScanTask } from '../../../src/replay/scan-task.ts'
import { buildRuleSet } from '../../support/rule-set-builder.ts'
import { temporaryFolder } from '../../support/run-cli.ts'
import { SMALL_SCAN } from '../../support/scan-settings.ts'
import { networkEvent } from '../../support/small-logs.ts'

const BORDERS = [2 ** 31, 2 ** 32, 2 ** 33]
const KERNELS = ['wasm', 'portable', 'off'] as const
const image = IndexImage.open(
  compileRules(buildRuleSet([{ Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.c2.example' }]))
    .image,
)

/** Lines of which every third one hits, and one is no record. */
const text = Array.from({ length: 60 }, (_, i) =>
  i === 40
    ? 'no record\n'
    : `${networkEvent({ ReportId: i, RemoteUrl: i % 3 === 0 ? 'a.c2.example' : 'b.example' })}\n`,
).join('')
/** The border falls into the middle of a line in the middle of the text. */
const BEFORE = Math.floor(text.length / 2)

// Holes take no room on the disk: the file is the text three times.
const folder = temporaryFolder('offsets')
const path = join(folder, 'sparse.ndjson')
const file = openSync(path, 'w')
for (const border of BORDERS) writeSync(file, `\n${text}`, border - BEFORE - 1)
closeSync(file)
const size = 2 ** 33 - BEFORE + text.length
const plain = join(folder, 'plain.ndjson')
const plainFile = openSync(plain, 'w')
writeSync(plainFile, text)
closeSync(plainFile)
afterAll(() => unlinkSync(path))

interface Found {
  readonly records: number
  readonly bytes: number
  readonly hits: readonly number[]
  readonly quarantined: readonly number[]
}

/** What the text's ranges of `step` bytes give together, offsets counted from its beginning. */
async function scan(kernel: ScanSettings['kernel'], from: number, step: number): Promise<Found> {
  const found = { records: 0, bytes: 0, hits: [] as number[], quarantined: [] as number[] }
  const settings: ScanSettings = { ...SMALL_SCAN, kernel, segmentBytes: 2 ** 25 }
  const shared = kernel === 'wasm' ? shareSieve(image, DEFAULT_SEMANTICS) : null
  if (shared !== null && 'off' in shared) throw new Error(shared.off)
  const examiners = new ExaminerCache(image, settings, shared)
  const isPlain = from === 0
  for (let at = 0; at < text.length; at += step) {
    const range = { from: from + at, to: from + Math.min(text.length, at + step) }
    const task: ScanTask = {
      source: 0,
      name: 'log',
      path: isPlain ? plain : path,
      classification: {
        format: 'defender-storage',
        framing: 'lines',
        fieldMap: streamedFieldMap('streamed'),
        bomBytes: 0,
        delimited: null,
        evidence: [],
        refused: null,
      },
      compression: 'none',
      size: isPlain ? text.length : size,
      range,
    }
    const progress = new Float64Array(2)
    for await (const segment of scanSource(task, {
      examiners,
      settings,
      progress,
      poisoned: [],
      chunks: null,
    })) {
      expect(segment.notes).toEqual([])
      found.records += segment.records
      found.bytes += segment.bytes.examined + segment.bytes.quarantined + segment.bytes.skipped
      found.hits.push(...segment.hits.map(({ byteOffset }) => byteOffset - from))
      found.quarantined.push(...segment.quarantined.map(({ byteOffset }) => byteOffset - from))
    }
  }
  return found
}

test('D13 offsets of files beyond 2^31, 2^32 and 2^33 are whole: the same hits at the same places', async () => {
  const expected = await scan('off', 0, text.length)

  const found = []
  for (const border of BORDERS)
    for (const kernel of KERNELS)
      for (const step of [text.length, 997]) found.push(await scan(kernel, border - BEFORE, step))

  expect(expected.hits).toHaveLength(20)
  expect(expected.quarantined).toHaveLength(1)
  expect(found).toEqual(found.map(() => expected))
  expect(found).toHaveLength(18)
})
