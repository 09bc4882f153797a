import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compileRules } from '../../../src/engine/compile-rules.ts'
import type { Alert } from '../../../src/model/detection.ts'
import { replay } from '../../../src/replay/replay.ts'
import { buildRuleSet } from '../../support/rule-set-builder.ts'
import { temporaryFolder } from '../../support/run-cli.ts'
import { networkEvent } from '../../support/small-logs.ts'

const { image } = compileRules(
  buildRuleSet([{ Type: 'DomainName', DetectionFunction: 'EndWith', Value: 'evil.example' }]),
)

function logOf(content: string): string {
  const path = join(temporaryFolder('replay'), 'a.log')
  writeFileSync(path, content)
  return path
}

test('a fixed clock leaves expired indicators out of what a definition has', async () => {
  const { image: dated } = compileRules(
    buildRuleSet([
      { Type: 'DomainName', DetectionFunction: 'EndWith', Value: 'evil.example' },
      { Type: 'DomainName', DetectionFunction: 'EndWith', Value: 'old.example', ExpiresAt: 10n },
    ]),
  )

  const { summary } = await replay([logOf(`${networkEvent({})}\n`)], dated, { semantics: { asOf: 20n } })

  expect(summary.rules.expired).toBe(1)
  expect(summary.alerts.byDefinition.map(({ iocs }) => iocs)).toEqual([1])
})

test('the kernel reads of a CSV file only the rows that hit, and a run says which kernel it was', async () => {
  const rows = Array.from(
    { length: 500 },
    (_, i) => `t,d1,${i % 100 === 7 ? 'an.evil' : 'good'}.example,"${i}"`,
  )
  const path = logOf(`Timestamp,DeviceId,RemoteUrl,ReportId\n${rows.join('\n')}\n`)

  const runs = await Promise.all(
    (['wasm', 'portable', 'off'] as const).map((kernel) => replay([path], image, { kernel, workers: 0 })),
  )

  expect(runs.map(({ summary }) => summary.detections.total)).toEqual([5, 5, 5])
  expect(runs.map(({ summary }) => summary.observed)).toEqual(runs.map(() => runs[0]!.summary.observed))
  expect(runs.map(({ summary: { timing } }) => [timing.kernel, timing.kernelNote, timing.survivors])).toEqual(
    [
      ['wasm', null, 5],
      ['portable', null, 5],
      ['off', null, 500],
    ],
  )
})

test('strict validation matches the rows of a CSV file, which are no JSON', async () => {
  const rows = 'Timestamp,DeviceId,RemoteUrl,ReportId\n2026-11-01T10:00:00Z,d1,evil.example,7\n'

  const { summary } = await replay([logOf(rows)], image, { semantics: { validate: 'strict' } })

  expect(summary.detections.total).toBe(1)
  expect(summary.input.quarantine).toEqual([])
})

test('strict validation refuses a row of a CSV file that is not UTF-8', async () => {
  const path = logOf('')
  const header = 'Timestamp,DeviceId,RemoteUrl,ReportId\n'
  writeFileSync(
    path,
    Buffer.concat([Buffer.from(header), Buffer.from('t,d1,evil.example/\xff,7\n', 'latin1')]),
  )

  const { summary } = await replay([path], image, { semantics: { validate: 'strict' } })

  expect(summary.detections.total).toBe(0)
  expect(summary.input.quarantine).toMatchObject([
    { record: 1, line: 2, reason: 'the row is not valid UTF-8' },
  ])
})

test('a line that strict validation refuses is quarantined with its blanks and its line end', async () => {
  const good = `${networkEvent({})}\r\n`
  const bad = ` ${networkEvent({}).replace('{', '{,')} \r\n`

  const { summary } = await replay([logOf(good + bad)], image, { semantics: { validate: 'strict' } })

  expect(summary.accounting.bytes).toEqual({
    total: good.length + bad.length,
    examined: good.length,
    quarantined: bad.length,
    skipped: 0,
  })
})

test('an alert of events whose time cannot be read has no first and no last time', async () => {
  const alerts: Alert[] = []
  const log = logOf(`${networkEvent({ Timestamp: 'yesterday', RemoteUrl: 'evil.example' })}\n`)

  await replay([log], image, { onAlert: (alert) => alerts.push(alert) })

  expect(alerts).toMatchObject([{ firstTime: null, lastTime: null, first: { time: 'yesterday' } }])
})
