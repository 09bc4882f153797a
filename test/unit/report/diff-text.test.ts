import { expect, test } from 'vitest'
import { compileRules } from '../../../src/engine/compile-rules.ts'
import { IndexImage } from '../../../src/engine/image-reader.ts'
import { diffRules } from '../../../src/harness/diff/diff-rules.ts'
import type { DiffSide } from '../../../src/harness/diff/diff-side.ts'
import { CHANGE_SCHEMA, RULE_DIFF_SCHEMA } from '../../../src/report/diff-schema.ts'
import { diffMarkdown } from '../../../src/report/diff-markdown.ts'
import { diffText } from '../../../src/report/diff-text.ts'
import { escapeTerminal, jsonText } from '../../../src/report/escape.ts'
import { textWidth } from '../../../src/report/text-width.ts'
import type { DetectionChange, RuleDiff } from '../../../src/model/rule-diff.ts'
import { buildRuleSet } from '../../support/rule-set-builder.ts'
import { sampleDiff } from '../../support/sample-diff.ts'
import { schemaFaults } from '../../support/schema-faults.ts'
import { expectGolden } from './golden.ts'

const changes: DetectionChange[] = []
const DIFF: RuleDiff = await sampleDiff(['samples/telemetry'], { onChange: (change) => changes.push(change) })
const STRUCTURE: RuleDiff = await sampleDiff([])
const WIDTHS = [40, 50, 64, 80, 100, 120, 200] as const

/** Every foreign text replaced by one that would do harm wherever it is not escaped. */
function poisoned(diff: RuleDiff, evil: string): RuleDiff {
  const foreign = new Set([
    'Name',
    'Title',
    'UxDescription',
    'Value',
    'text',
    'field',
    'source',
    'deviceName',
    'device',
    'reference',
    'observable',
    'time',
  ])
  return JSON.parse(JSON.stringify(diff), (key, value: unknown) =>
    foreign.has(key) && typeof value === 'string' ? `${evil}${value}` : value,
  )
}

const EVIL = 'EVIL\u001b[31m\n| `x` </summary><script>@all #1 [l](https://evil.example) \\'

test('the diff of the samples shows what the rules say, what fires, where, when and through what', () => {
  expectGolden('diff-of-the-samples.txt', diffText(DIFF, { color: false, width: 100 }))
})

test('the diff fits a terminal of 60 columns', () => {
  expectGolden('diff-in-60-columns.txt', diffText(DIFF, { color: false, width: 60 }))
})

test('the diff with colours holds the same text', () => {
  const coloured = diffText(DIFF, { color: true, width: 100 })

  expectGolden('diff-with-colours.txt', coloured)
  expect(coloured.replace(/\x1b\[[\d;]*m/g, '')).toBe(diffText(DIFF, { color: false, width: 100 }))
})

test('the diff without logs shows the rules alone', () => {
  expectGolden('diff-without-logs.txt', diffText(STRUCTURE, { color: false, width: 100 }))
})

test('the diff as Markdown puts the numbers first and folds the lists', () => {
  expectGolden('diff-of-the-samples.md', diffMarkdown(DIFF))
})

test('the diff as JSON is the one that programs read', () => {
  expectGolden('diff-of-the-samples.json', JSON.stringify(DIFF, null, 1))
})

test('the schema of the diff holds with and without logs, and that of a change for every change', () => {
  for (const diff of [DIFF, STRUCTURE])
    expect(schemaFaults(JSON.parse(jsonText(diff)), RULE_DIFF_SCHEMA)).toEqual([])
  for (const change of changes) expect(schemaFaults(JSON.parse(jsonText(change)), CHANGE_SCHEMA)).toEqual([])
  expect(changes.length).toBeGreaterThan(40)
})

test('the schema of the diff names what is missing and unknown', () => {
  const { structure: _structure, ...broken } = { ...DIFF, colour: 'red' }

  expect(schemaFaults(broken, RULE_DIFF_SCHEMA)).toEqual([
    '$.structure is missing',
    '$.colour is not in the schema',
  ])
})

test('the diff fits every width and shows no foreign control character', () => {
  for (const diff of [DIFF, STRUCTURE, poisoned(DIFF, EVIL)])
    for (const width of WIDTHS)
      for (const line of diffText(diff, { color: false, width }).split('\n')) {
        expect(textWidth(line)).toBeLessThanOrEqual(width)
        expect(escapeTerminal(line)).toBe(line)
      }
})

test('foreign text in Markdown stands as code everywhere, and changes no structure', () => {
  const markdown = diffMarkdown(poisoned(DIFF, EVIL))

  const outside = markdown.replace(/<code>[^<>]*<\/code>/g, '').replace(/`[^`\n]*`/g, '')
  const skeleton = (text: string): readonly string[] => text.match(/^(?:\||- |<\/?details>|## )/gm) ?? []
  expect(markdown).toContain('EVIL')
  expect(outside).not.toMatch(/EVIL|script|evil|@all|\x1b/)
  expect(markdown).not.toContain('<script>')
  expect(skeleton(markdown)).toEqual(skeleton(diffMarkdown(DIFF)))
  for (const row of markdown.split('\n').filter((line) => line.startsWith('|')))
    expect([4, 8]).toContain(row.split('|').length - 1)
})

test('the diff as Markdown fits one comment however much differs', () => {
  const [first] = DIFF.structure.byDefinition
  if (first === undefined) throw new Error('the samples differ in nothing')
  const byDefinition = Array.from({ length: 500 }, (_, i) => ({
    ...first,
    Name: `definition ${i} ${'x'.repeat(90)}`,
  }))
  const behaviours =
    DIFF.behaviour?.byDefinition.flatMap((one) => Array.from({ length: 200 }, () => one)) ?? []

  const markdown = diffMarkdown({
    ...DIFF,
    structure: { ...DIFF.structure, byDefinition },
    behaviour: DIFF.behaviour === null ? null : { ...DIFF.behaviour, byDefinition: behaviours },
  })

  expect(markdown.length).toBeLessThan(60_000)
  expect(markdown).toMatch(/… \d+ more definitions/)
})

test('a diff of equal rules says so', () => {
  const totals = { added: 0, removed: 0, changed: 0, unchanged: 3 }
  const same: RuleDiff = {
    ...STRUCTURE,
    structure: { comparedAs: 'compiled', definitions: totals, iocs: totals, opaque: null, byDefinition: [] },
  }

  expectGolden('diff-of-equal-images.txt', diffText(same, { color: false, width: 100 }))
})

const OPAQUE = ['203.0.113.0/24', '\u001b[31m<b>`|', 'x'.repeat(300)].map((Value) => ({
  definitionName: 'test',
  Type: 'IpAddress',
  DetectionFunction: 'Equals\n- [x](http://a.example)',
  Value,
  ExpiresAt: null,
  Enabled: true,
}))

test('opaque IOCs are listed by their own words, which stay texts, and a note says what they are', async () => {
  const row = { Type: 'Md5', Value: 'a'.repeat(32) } as const
  const [a, b] = [OPAQUE.slice(0, 1), OPAQUE.slice(1)].map((opaque): DiffSide => {
    const rules = buildRuleSet([row], { opaque })
    return { reference: 'r', rules, image: IndexImage.open(compileRules(rules).image) }
  })
  if (a === undefined || b === undefined) throw new Error('two sides were made')
  const { diff } = await diffRules(a, b, [])

  const text = diffText(diff, { color: false, width: 80 })
  const markdown = diffMarkdown(diff)

  expect(text).toContain('2 opaque IOCs added, 1 removed.')
  expect(text).toMatch(/- opaque IpAddress Equals\S* .*203\.0\.113\.0\/24/)
  expect(text).toContain('Opaque IOCs are kept but not understood')
  expect(text.split('\n').filter((line) => line.length > 80)).toEqual([])
  expect(text).not.toContain('\u001b')
  expect(markdown).toMatch(/^- opaque removed: IpAddress <code>.*<\/code> `203\.0\.113\.0\/24`$/m)
  expect(markdown.split('\n').filter((line) => line.startsWith('- [x]'))).toEqual([])
  expect(schemaFaults(JSON.parse(JSON.stringify(diff)), RULE_DIFF_SCHEMA)).toEqual([])
})
