import { readdirSync, readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { isHolding } from '../../src/harness/find-breaches.ts'
import { parseInlineTests, parseTestFile } from '../../src/harness/parse-test-file.ts'
import type { TestRun } from '../../src/harness/run-tests.ts'
import { runTest } from '../../src/harness/run-tests.ts'
import { updateFires } from '../../src/harness/update-fires.ts'
import { junitXml } from '../../src/report/junit.ts'
import { sarifJson } from '../../src/report/sarif.ts'
import { tapText } from '../../src/report/tap.ts'
import type { HarnessReport } from '../../src/model/test-report.ts'
import { harnessTotals } from '../../src/model/test-report.ts'
import { BASE, diagnosticsText, rulesOf } from '../support/run-rule-tests.ts'
import { parameters } from '../support/runs.ts'
import { sarifFaults } from '../support/sarif-check.ts'
import { readTap } from '../support/tap-check.ts'
import { TIDEWATER } from '../support/tidewater.ts'
import { readXml } from '../support/xml-check.ts'

const GOLDEN = new URL('../golden/harness/', import.meta.url)
const rules = rulesOf(TIDEWATER)

const planted = readdirSync(GOLDEN)
  .filter((name) => /\.in\.(?:rules\.)?yaml$/.test(name))
  .map((name) => readFileSync(new URL(name, GOLDEN), 'utf8'))

/** Pieces that mean something in a test file, at any place. */
const splice = fc.record({
  text: fc.constantFrom(...planted),
  at: fc.nat(),
  cut: fc.nat(30),
  piece: fc.oneof(
    fc.constantFrom(
      'fires: ',
      '- ',
      '[',
      '{',
      '}',
      ']',
      ': ',
      '\n',
      '  ',
      '"',
      "'",
      '|',
      '..',
      'null',
      '&a ',
      '*a',
      '#',
      '\t',
    ),
    fc.constantFrom(
      'count: 1e999',
      'through: [{}]',
      'options: {}',
      'strict: true',
      '<<: ',
      '!!x ',
      '\u0000',
      '\ud800',
    ),
    fc.string({ maxLength: 6 }),
  ),
})

test('for all broken test files, reading and running end in tests or in diagnostics with places, and never throw', () => {
  let accepted = 0
  let refused = 0
  fc.assert(
    fc.property(splice, ({ text, at, cut, piece }) => {
      const start = at % (text.length + 1)
      const broken = text.slice(0, start) + piece + text.slice(start + cut)
      const file = { name: 'a.test.yaml', bytes: new TextEncoder().encode(broken) }
      for (const parsed of [parseTestFile(file), parseInlineTests({ ...file, name: 'a.rules.yaml' })]) {
        if (parsed.ok)
          for (const rule of parsed.tests) runTest({ test: rule, rules, logs: [], fieldMap: null }, BASE)
        if (parsed.ok) accepted += 1
        else {
          refused += 1
          expect(parsed.diagnostics.length).toBeGreaterThan(0)
          for (const { span } of parsed.diagnostics) expect(span?.line ?? 1).toBeGreaterThanOrEqual(1)
        }
      }
    }),
    parameters(0.005),
  )
  expect(accepted).toBeGreaterThan(100)
  expect(refused).toBeGreaterThan(100)
})

const url = fc.constantFrom(
  'a.c2.example',
  'c2.example',
  'beacon.test',
  'old.example',
  'x.beacon.test',
  'other.example',
)
const event = fc.record(
  {
    RemoteUrl: url,
    SHA1: fc.constantFrom(
      '0ddba11e00000000000000000000000000000000',
      '1111111111111111111111111111111111111111',
    ),
    RemoteIP: fc.constantFrom('203.0.113.77', '203.0.113.78'),
    DeviceName: fc.constantFrom('ws-1', 'ws-2'),
    Timestamp: fc.constantFrom('2026-11-02T10:00:00Z', '2026-11-04T12:00:00Z', '2026-11-09T00:00:00Z'),
  },
  { requiredKeys: ['RemoteUrl'] },
)
const name = fc.constantFrom('c2', 'loader', 'off')
const count = fc.constantFrom('1', '2', '1..2', '3..', '..2')
const firing = fc.oneof(
  name,
  fc.tuple(name, count).map(([definition, range]) => `{ definition: ${definition}, count: ${range} } # kept`),
  fc.tuple(name, url).map(([definition, value]) => `{ definition: ${definition}, through: [${value}] }`),
)

/** One test in one of the styles that people write, with expectations that may hold or not. */
const written = fc
  .record({
    events: fc.array(event, { minLength: 1, maxLength: 3 }),
    fires: fc.option(fc.array(firing, { maxLength: 3 }), { nil: null }),
    isStrict: fc.boolean(),
    style: fc.constantFrom('block', 'flow list', 'flow'),
    note: fc.constantFrom('', ' # a note'),
  })
  .map(({ events, fires, isStrict, style, note }) => {
    const own =
      fires?.filter((text, i) => fires.findIndex((other) => nameIn(other) === nameIn(text)) === i) ?? null
    const plain = own?.map((text) => text.replace(' # kept', '')) ?? null
    const rows = `[${events.map((row) => JSON.stringify(row)).join(', ')}]`
    if (style === 'flow') {
      const list = plain === null ? '' : `, fires: [${plain.join(', ')}]`
      return `  - { name: NAME, events: ${rows}${list}${isStrict ? ', strict: true' : ''} }${note}\n`
    }
    const block =
      own === null || own.length === 0
        ? ''
        : `    fires:${note}\n${own.map((text) => `      # about it\n      - ${text}\n`).join('')}`
    const list = plain === null ? '' : `    fires: [${plain.join(', ')}]${note}\n`
    const strict = isStrict ? `    strict: true${note}\n` : ''
    return `  - name: NAME\n    events: ${rows}${note}\n${style === 'block' ? block : list}${strict}`
  })

function nameIn(text: string): string {
  return /c2|loader|off/.exec(text)?.[0] ?? ''
}

const testFile = fc
  .array(written, { minLength: 1, maxLength: 3 })
  .map(
    (tests) =>
      `table: DeviceNetworkEvents # head\ntests:\n${tests.map((text, i) => text.replace('NAME', `t${i}`)).join('')}`,
  )

function runAll(text: string): readonly TestRun[] {
  const parsed = parseTestFile(
    { name: 'a.test.yaml', bytes: new TextEncoder().encode(text) },
    { mayExpectNothing: true },
  )
  if (!parsed.ok) throw new Error(`${diagnosticsText(parsed.diagnostics)}\n${text}`)
  return parsed.tests.map((rule) => {
    const attempt = runTest({ test: rule, rules, logs: [], fieldMap: null }, BASE)
    if (!attempt.ok) throw new Error(diagnosticsText(attempt.diagnostics))
    return attempt.run
  })
}

test('for all test files, an update makes every test hold, keeps every comment, and a second one changes nothing', () => {
  let updated = 0
  fc.assert(
    fc.property(testFile, (text) => {
      const result = updateFires(runAll(text))
      if (result === null) return
      updated += 1
      const runs = runAll(result)
      expect(runs.flatMap(({ failures }) => failures.map(({ message }) => message))).toEqual([])
      expect(updateFires(runs)).toBeNull()
      expect(result.split('# a note').length).toBe(text.split('# a note').length)
      expect(result).toContain('# head')
    }),
    parameters(0.005),
  )
  expect(updated).toBeGreaterThan(200)
})

test('for all tests, the quick judgement agrees with the one that explains', () => {
  const seen = { holding: 0, failing: 0 }
  fc.assert(
    fc.property(testFile, (text) => {
      for (const { prepared, outcome, failures } of runAll(text)) {
        expect(isHolding(prepared, outcome)).toBe(failures.length === 0)
        seen[failures.length === 0 ? 'holding' : 'failing'] += 1
      }
    }),
    parameters(0.002),
  )
  expect(seen.holding).toBeGreaterThan(50)
  expect(seen.failing).toBeGreaterThan(50)
})

test('for all texts, reports stay well-formed XML, TAP with its plan, and SARIF with its shape', () => {
  const [run] = runAll(
    'table: DeviceNetworkEvents\ntests: [{ name: a, events: [{ RemoteUrl: beacom.test }], fires: [c2] }]\n',
  )
  if (run === undefined) throw new Error('there is no test')
  const nasty = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.string({ maxLength: 20 }),
    fc.constantFrom(
      ']]>',
      '<!--',
      '&#0;',
      '\n# SKIP',
      '...\n---',
      '\ufffe',
      '\ud800',
      '\\',
      '\r\n::error::',
      ' # TODO x',
    ),
  )
  let escaped = 0
  fc.assert(
    fc.property(nasty, nasty, (label, message) => {
      const failures = run.failures.map((failure) => ({
        ...failure,
        message,
        actual: label,
        evidence: [label],
      }))
      const { test: rule } = run.prepared
      const span = { ...rule.span, file: label }
      const results: HarnessReport['tests'] = [
        { name: label, file: label, span, status: 'failed', reason: null, failures, milliseconds: 1 },
        { name: message, file: label, span, status: 'skipped', reason: label, failures: [], milliseconds: 0 },
      ]
      const findings: HarnessReport['findings'] = [
        { code: 'IOC001', severity: 'error', message: label, fix: message, span, related: [] },
        { code: 'LINT001', severity: 'warning', message: label, fix: message, span: null, related: [] },
      ]
      const report: HarnessReport = {
        schemaVersion: 1,
        toolVersion: '0.1.0',
        command: 'check',
        findings,
        tests: results,
        totals: harnessTotals(results, findings),
        partial: false,
        timing: { milliseconds: 1 },
      }
      expect(readXml(junitXml(report)).attributes.get('tests')).toBe('3')
      expect(readTap(tapText(report)).map(({ isOk }) => isOk)).toEqual([false, false, true])
      expect(sarifFaults(JSON.parse(sarifJson(report)))).toEqual([])
      if (/[<&#\\\n]/.test(label)) escaped += 1
    }),
    parameters(0.003),
  )
  expect(escaped).toBeGreaterThan(50)
})
