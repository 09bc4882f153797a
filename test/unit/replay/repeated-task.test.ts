import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compileRules } from '../../../src/engine/compile-rules.ts'
import { IndexImage } from '../../../src/engine/image-reader.ts'
import { shareSieve } from '../../../src/engine/sieve/sieve-memory.ts'
import { classifyInput } from '../../../src/replay/classify-input.ts'
import { ExaminerCache } from '../../../src/replay/examiner-cache.ts'
import { planTasks } from '../../../src/replay/plan-tasks.ts'
import type { ScanSettings } from '../../../src/replay/scan-settings.ts'
import { scanSource } from '../../../src/replay/scan-source.ts'
import { buildRuleSet } from '../../support/rule-set-builder.ts'
import { temporaryFolder } from '../../support/run-cli.ts'
import { SMALL_SCAN } from '../../support/scan-settings.ts'
import { networkEvent } from '../../support/small-logs.ts'

const SETTINGS: ScanSettings = { ...SMALL_SCAN, segmentBytes: 150_000 }
const { image } = compileRules(
  buildRuleSet([{ Type: 'DomainName', DetectionFunction: 'EndWith', Value: 'evil.example' }]),
)
const folder = temporaryFolder('repeated')

/** Of each segment of a file its counts, read as where workers died on these records before. */
async function cutsOf(name: string, text: string, poisoned: readonly number[]): Promise<readonly unknown[]> {
  const path = join(folder, name)
  writeFileSync(path, text)
  const input = await classifyInput(
    { path, name, size: text.length },
    { logFormat: null, userMap: null, fields: 'mapped', table: null },
  )
  const opened = IndexImage.open(image)
  const sieve = shareSieve(opened, SETTINGS.semantics)
  if ('off' in sieve) throw new Error('this machine has no kernel')
  const examiners = new ExaminerCache(opened, SETTINGS, sieve)
  const cuts: unknown[] = []
  for (const task of planTasks([input], 400_000)) {
    const progress = new Float64Array(2)
    const environment = { examiners, settings: SETTINGS, progress, poisoned, chunks: null }
    for await (const { records, bytes, newlines, hits } of scanSource(task, environment))
      cuts.push({ records, bytes, newlines, hits: hits.map((hit) => hit.byteOffset) })
  }
  return cuts
}

const rows = Array.from({ length: 2000 }, (_, i) => i)
const LOGS = {
  'a.ndjson': rows.map((i) => networkEvent({ ReportId: i })).join('\n'),
  'a.csv': `Timestamp,DeviceId,RemoteUrl,ReportId\n${rows
    .map((i) => `t,"d\n${'1\n'.repeat(i % 300)}",${i % 5 === 0 ? 'evil' : 'good'}.example,${i}`)
    .join('\n')}`,
  'a.log': `#separator \\x09\n#fields\tts\tuid\thost\n${rows
    .map(
      (i) =>
        `${i % 100 === 0 ? '#' : ''}1.5\t${'C'.repeat(i % 400)}\t${i % 5 === 0 ? 'evil' : 'good'}.example`,
    )
    .join('\n')}`,
}

test.each(Object.entries(LOGS))(
  'a task that is repeated without a sieve is cut where it was cut before: %s',
  async (name, text) => {
    const cuts = await cutsOf(name, text, [])

    expect(cuts.length).toBeGreaterThan(3)
    expect(await cutsOf(name, text, [text.length])).toEqual(cuts)
  },
)
