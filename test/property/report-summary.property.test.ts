import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { SEVERITIES } from '../../src/model/alert-definition.ts'
import { ROLES } from '../../src/model/field-map.ts'
import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../../src/model/indicator.ts'
import type { DefinitionVerdict, IndicatorHits, QuietGroup } from '../../src/model/replay-summary.ts'
import { escapeTerminal } from '../../src/report/escape.ts'
import { summaryText } from '../../src/report/summary-text.ts'
import { textWidth } from '../../src/report/text-width.ts'
import { TROUBLED } from '../unit/report/example-summary.ts'

const SEED = 20261123
const RUNS = 400
const hostileText = fc
  .array(fc.constantFrom('a', 'b.', ' ', '日', '🦊', '\n', '\t', '\x1b[2J', '\u202e', '\udc00', '…'), {
    maxLength: 40,
  })
  .map((parts) => parts.join(''))
const amount = fc.constantFrom(0, 1, 2, 999, 1_234_567)

const verdict: fc.Arbitrary<DefinitionVerdict> = fc
  .record({ name: hostileText, severity: fc.constantFrom(...SEVERITIES), alerts: amount, time: hostileText })
  .map(({ name, severity, alerts, time }) => ({
    definition: { Id: null, Name: name, Title: name, Severity: severity, Category: 'Malware' },
    alerts,
    detections: alerts,
    devices: alerts,
    firstTime: time,
    lastTime: null,
    iocsFired: alerts,
    iocs: alerts,
  }))

const ioc = fc.record({
  Id: fc.constant(null),
  Type: fc.constantFrom(...INDICATOR_TYPES),
  DetectionFunction: fc.constantFrom(...DETECTION_FUNCTIONS),
  Value: hostileText,
})

const hits: fc.Arbitrary<IndicatorHits> = fc.record({
  definitionName: hostileText,
  ioc,
  detections: amount,
  fields: fc.array(fc.record({ field: hostileText, role: fc.constantFrom(...ROLES), matches: amount }), {
    maxLength: 4,
  }),
})

const group: fc.Arbitrary<QuietGroup> = fc.record({
  definitionName: hostileText,
  type: fc.constantFrom(...INDICATOR_TYPES),
  verdict: fc.constantFrom('silent', 'blind'),
  count: amount,
  valuesSeen: amount,
  examples: fc.array(ioc, { maxLength: 4 }),
})

test('for all summaries and widths, no line is too wide and none holds a character that must be escaped', () => {
  let cutCount = 0

  fc.assert(
    fc.property(
      fc.array(verdict, { maxLength: 4 }),
      fc.array(hits, { maxLength: 20 }),
      fc.array(group, { maxLength: 25 }),
      fc.integer({ min: 45, max: 160 }),
      (byDefinition, byIoc, quiet, width) => {
        const alerts = { ...TROUBLED.alerts, byDefinition, byIoc }
        const summary = { ...TROUBLED, alerts, iocs: { ...TROUBLED.iocs, quiet } }

        const lines = summaryText(summary, { color: false, width }).split('\n')

        cutCount += lines.some((line) => line.includes('…')) ? 1 : 0
        expect(lines.filter((line) => textWidth(line) > width)).toEqual([])
        expect(lines.filter((line) => escapeTerminal(line) !== line)).toEqual([])
      },
    ),
    { numRuns: RUNS, seed: SEED },
  )

  expect(cutCount).toBeGreaterThan(RUNS / 2)
})
