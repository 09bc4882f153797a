import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compileRules } from '../../src/engine/compile-rules.ts'
import { replay } from '../../src/replay/replay.ts'
import { buildRuleSet } from '../support/rule-set-builder.ts'
import { temporaryFolder } from '../support/run-cli.ts'

const CHUNK_BYTES = 1_100_000
const GOOD = 't,d1,good.example,1\n'
const HIT = 't,d1,evil.example,1\n'

test('a part that is read again is read though all workers wait with what they read ahead', async () => {
  const { image } = compileRules(
    buildRuleSet([{ Type: 'DomainName', DetectionFunction: 'EndWith', Value: 'evil.example' }]),
  )
  // The second part begins in a quoted cell whose lines look like rows; the third has more segments than may wait.
  const quoted = `t,d1,good.example,"${'1,2,3,4\n'.repeat(20_000)}"\n`
  const before = GOOD.repeat((CHUNK_BYTES - quoted.length / 2) / GOOD.length)
  const between = GOOD.repeat((CHUNK_BYTES - quoted.length / 2) / GOOD.length)
  const pairs = CHUNK_BYTES / (GOOD.length + HIT.length)
  const path = join(temporaryFolder('rows'), 'a.csv')
  writeFileSync(
    path,
    `Timestamp,DeviceId,RemoteUrl,ReportId\n${before}${quoted}${between}${(GOOD + HIT).repeat(pairs)}`,
  )

  const { summary } = await replay([path], image, { workers: 1, chunkBytes: CHUNK_BYTES })

  expect(summary.detections.total).toBe(Math.floor(pairs))
  expect(summary.input.quarantine).toEqual([])
}, 30_000)
