import { describe, expect, test } from 'vitest'
import { githubAnnotations } from '../../../src/report/github-annotations.ts'
import { harnessMarkdown } from '../../../src/report/harness-markdown.ts'
import { HARNESS_REPORT_SCHEMA } from '../../../src/report/harness-schema.ts'
import { harnessText } from '../../../src/report/harness-text.ts'
import { jsonText } from '../../../src/report/escape.ts'
import { junitXml } from '../../../src/report/junit.ts'
import { sarifJson } from '../../../src/report/sarif.ts'
import { tapText } from '../../../src/report/tap.ts'
import { HOSTILE, hostileReport, sampleReport } from '../../support/sample-report.ts'
import { PUBLISHED_SCHEMA, publishedSchemaFaults, sarifFaults } from '../../support/sarif-check.ts'
import { schemaFaults } from '../../support/schema-faults.ts'
import { readTap } from '../../support/tap-check.ts'
import { readXml } from '../../support/xml-check.ts'
import { expectGolden } from './golden.ts'

const report = await sampleReport()
const hostile = await hostileReport()
const PLAIN = { color: false, width: 100 }

describe('each reporter writes what its golden file shows', () => {
  test.each([
    ['tests.txt', harnessText(report, PLAIN)],
    ['tests-with-colours.txt', harnessText(report, { color: true, width: 80 })],
    ['check-of-hostile-texts.txt', harnessText(hostile, PLAIN)],
    ['tests.junit.xml', junitXml(report)],
    ['check-of-hostile-texts.junit.xml', junitXml(hostile)],
    ['tests.tap', tapText(report)],
    ['check-of-hostile-texts.tap', tapText(hostile)],
    ['tests.github.txt', githubAnnotations(report)],
    ['check-of-hostile-texts.github.txt', githubAnnotations(hostile)],
    ['tests.sarif', sarifJson(report)],
    ['check-of-hostile-texts.sarif', sarifJson(hostile)],
    ['tests.md', harnessMarkdown(report)],
    ['check-of-hostile-texts.md', harnessMarkdown(hostile)],
    ['tests.json', `${jsonText(report)}\n`],
  ])('%s', (name, text) => {
    expectGolden(`harness/${name}`, text)
  })
})

test('JUnit is well-formed, counts what it holds, and gives hostile texts back whole', () => {
  const root = readXml(junitXml(report))
  const suite = root.children[0]
  const other = readXml(junitXml(hostile))

  expect(root.attributes.get('tests')).toBe('4')
  expect(suite?.children.map(({ children }) => children.map(({ name }) => name))).toEqual([
    [],
    ['failure'],
    ['failure'],
    ['skipped'],
  ])
  expect(suite?.children[1]?.attributes.get('line')).toBe('6')
  expect(other.children.map(({ name }) => name)).toEqual(['testsuite', 'testsuite'])
  expect(other.attributes.get('errors')).toBe('1')
  expect(other.children[1]?.children[1]?.children[0]?.attributes.get('message')).toContain(
    '</failure> & "]]> # SKIP',
  )
})

test('TAP keeps its plan, its directives and its YAML, whatever the texts hold', () => {
  const points = readTap(tapText(report))
  const other = readTap(tapText(hostile))

  expect(points.map(({ isOk, directive }) => [isOk, directive])).toEqual([
    [true, null],
    [false, null],
    [false, null],
    [true, 'SKIP waits for the sensor'],
  ])
  expect(points[1]?.yaml).toMatchObject({ failures: [{ kind: 'not-fired', message: 'c2 does not fire' }] })
  expect(other).toHaveLength(5)
  expect(other[1]?.description).toContain('# SKIP `x`')
  expect(other[1]?.directive).toBeNull()
})

test('SARIF has the shape of its schema and points at the lines of tests and rules', () => {
  const log = JSON.parse(sarifJson(report))
  const other = JSON.parse(sarifJson(hostile))

  expect(sarifFaults(log)).toEqual([])
  expect(sarifFaults(other)).toEqual([])
  expect(log.runs[0].results).toHaveLength(2)
  expect(log.runs[0].results[0]).toMatchObject({
    ruleId: 'test/not-fired',
    level: 'error',
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: 'rules/a.test.yaml' },
          region: { startLine: 9, startColumn: 27, endColumn: 29 },
        },
      },
    ],
    relatedLocations: [
      { physicalLocation: { artifactLocation: { uri: 'rules/a.rules.yaml' }, region: { startLine: 2 } } },
    ],
  })
  expect(other.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri).toBe(
    'rules/a%20b%3Ac.rules.yaml',
  )
})

test('SARIF keeps to the published schema', ({ skip }) => {
  const schema = PUBLISHED_SCHEMA ?? skip('DRYFIRE_SARIF_SCHEMA does not name sarif-2.1.0.json')
  const log = JSON.parse(sarifJson(report))
  const other = JSON.parse(sarifJson(hostile))

  expect(publishedSchemaFaults(log, schema)).toEqual([])
  expect(publishedSchemaFaults(other, schema)).toEqual([])
  expect(publishedSchemaFaults({ ...log, runs: [{ results: [] }] }, schema)).toContain(
    "/runs/0 must have required property 'tool'",
  )
})

test('annotations of GitHub are one command per line, and no text begins another', () => {
  const lines = githubAnnotations(hostile).trimEnd().split('\n')

  expect(lines).toHaveLength(6)
  expect(lines.filter((line) => /^::(?:error|warning|notice) (?:[^:]*)::/.test(line))).toHaveLength(5)
  expect(lines.join('').includes('%0A::error')).toBe(false)
})

test('Markdown leaves no hostile text outside a fence as markup', () => {
  const outside = harnessMarkdown(hostile)
    .split(/^```+(?:text)?$/m)
    .filter((_, i) => i % 2 === 0)
    .join('')

  expect(outside).not.toMatch(/<b>|\]\(http|@all|(?<!\\)\*b/)
  expect(outside).toContain('&lt;b&gt;')
})

test('JSON has the shape of its schema', () => {
  expect(schemaFaults(JSON.parse(jsonText(report)), HARNESS_REPORT_SCHEMA)).toEqual([])
  expect(schemaFaults(JSON.parse(jsonText(hostile)), HARNESS_REPORT_SCHEMA)).toEqual([])
})

test('no reporter lets a control character, a bidi mark or a lone surrogate through', () => {
  const texts = [
    harnessText(hostile, PLAIN),
    junitXml(hostile),
    tapText(hostile),
    githubAnnotations(hostile),
    sarifJson(hostile),
    harnessMarkdown(hostile),
    jsonText(hostile),
  ]

  expect(HOSTILE).toMatch(/[\u001b\u202e]/)
  for (const text of texts) expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]|\p{Cs}/u)
})

test('the check of SARIF finds what its schema forbids', () => {
  const log = JSON.parse(sarifJson(hostile))
  const [run] = log.runs

  expect(sarifFaults({ ...log, version: '2.0.0' })).toEqual(['$.version is none of 2.1.0'])
  expect(sarifFaults({ ...log, runs: [{ ...run, rules: [{ id: 'a' }] }] })).toContain(
    '$.runs[0].rules is not in the schema',
  )
  run.results[0].locations[0].physicalLocation.artifactLocation.uri = 'a b'
  run.tool.driver.rules.push(run.tool.driver.rules[0])
  expect(sarifFaults(log)).toEqual([
    '$.runs[0].tool.driver.rules holds an item twice',
    '$.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri is no URI reference',
  ])
})
