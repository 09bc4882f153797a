import { expect, test } from 'vitest'
import { escapeTerminal } from '../../../src/report/escape.ts'
import { summaryText } from '../../../src/report/summary-text.ts'
import { textWidth } from '../../../src/report/text-width.ts'
import { HOSTILE, QUIET_WEEK, TROUBLED, WEEK } from './example-summary.ts'
import { expectGolden } from './golden.ts'

const WIDTHS = [40, 50, 64, 80, 100, 120, 200] as const

test('the summary of a week shows what fires, through what, and what stayed silent or blind', () => {
  expectGolden('summary-of-a-week.txt', summaryText(WEEK, { color: false, width: 120 }))
})

test('the summary fits a terminal of 80 columns by cutting and dropping columns', () => {
  expectGolden('summary-in-80-columns.txt', summaryText(WEEK, { color: false, width: 80 }))
})

test('the summary with colours holds the same text', () => {
  const coloured = summaryText(WEEK, { color: true, width: 120 })

  expectGolden('summary-with-colours.txt', coloured)
  expect(coloured.replace(/\x1b\[[\d;]*m/g, '')).toBe(summaryText(WEEK, { color: false, width: 120 }))
})

test('the summary of a quiet week says so and leaves out what is zero', () => {
  const text = summaryText(QUIET_WEEK, { color: false, width: 100 })

  expectGolden('summary-without-alerts.txt', text)
  expect(text).not.toMatch(/\b0 (?:detection|duplicate|definition)/)
  expect(text).not.toContain('Blind')
  expect(text).not.toContain('Notes')
})

test('the summary of a troubled run shows quarantine, problems, remedies and every count that is not zero', () => {
  expectGolden('summary-with-trouble.txt', summaryText(TROUBLED, { color: false, width: 100 }))
})

test('the summary of an empty input says that nothing was read', () => {
  const input = { ...QUIET_WEEK.input, files: [], bytes: 0, records: 0, examined: 0, skippedBytes: 0 }

  const text = summaryText({ ...QUIET_WEEK, input }, { color: false, width: 100 })

  expect(text).toMatch(/^No alert: no record was read\n/)
  expect(text).not.toMatch(/Silent|Blind/)
})

test('the summary names devices as the log does, and the file where the log names none', () => {
  const source = WEEK.input.files[0]?.source ?? ''
  const byDevice = [
    { device: 'a'.repeat(40), deviceName: 'WS-1.corp.example', alerts: 2, detections: 9 },
    { device: 'ws-2', deviceName: 'WS-2', alerts: 1, detections: 2 },
    { device: source, deviceName: null, alerts: 1, detections: 1 },
  ]

  const text = summaryText({ ...WEEK, alerts: { ...WEEK.alerts, byDevice } }, { color: false, width: 120 })

  expect(text).toMatch(new RegExp(`  WS-1\\.corp\\.example +2 +9  ${'a'.repeat(40)}\\n  ws-2 +1 +2\\n`))
  expect(text).toContain(`  (none named) ${source} `)
  expect(text.split('\n')[0]).toContain('on 2 devices and in 1 file whose events name no device')
})

test('the summary is never wider than the terminal and holds no control character, whatever the texts (H01, H02)', () => {
  for (const summary of [WEEK, QUIET_WEEK, TROUBLED, HOSTILE])
    for (const width of WIDTHS) {
      const lines = summaryText(summary, { color: false, width }).split('\n')

      expect(lines.filter((line) => textWidth(line) > width)).toEqual([])
      expect(lines.filter((line) => escapeTerminal(line) !== line)).toEqual([])
      expect(lines.filter((line) => line.trimEnd() !== line)).toEqual([])
    }
})

test('the summary counts one alert, one detection and one device as one', () => {
  const [definition] = WEEK.alerts.byDefinition
  const [device] = WEEK.alerts.byDevice
  const alerts = {
    ...WEEK.alerts,
    total: 1,
    byDefinition: definition === undefined ? [] : [definition],
    byDevice: device === undefined ? [] : [device],
  }
  const single = { ...WEEK, alerts, detections: { ...WEEK.detections, total: 1 } }

  const [headline] = summaryText(single, { color: false, width: 100 }).split('\n')

  expect(headline).toBe('1 alert from 1 detection: 1 of 10 definitions fires, on 1 device')
})
