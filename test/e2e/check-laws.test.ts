import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LAW_NAMES } from '../../src/model/law-report.ts'
import { LAWS_SCHEMA } from '../../src/report/laws-schema.ts'
import { schemaFaults } from '../support/schema-faults.ts'
import { runCli, temporaryFolder } from '../support/run-cli.ts'
import { ruleFile } from '../support/small-logs.ts'

const RUNS = ['--runs', '25']

function rulesWith(iocs: readonly Readonly<Record<string, unknown>>[]): string {
  const folder = temporaryFolder('laws')
  writeFileSync(join(folder, 'c2.rules.json'), ruleFile(iocs))
  return folder
}

const SOUND = [
  { Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.c2.example' },
  { Type: 'IpAddress', DetectionFunction: 'Contains', Value: '0.113.' },
  { Type: 'Sha1', DetectionFunction: 'StartWith', Value: 'c0ffee' },
]

test('check-laws says of each law that it holds, and ends with 0', async () => {
  const result = await runCli(['check-laws', rulesWith(SOUND), ...RUNS])

  expect(result).toMatchObject({ code: 0 })
  expect(result.stdout.split('\n').filter((line) => line.startsWith('ok    '))).toHaveLength(LAW_NAMES.length)
  expect(result.stdout).toMatch(/6 laws on 3 IOCs, seed 1: all hold\n$/)
})

test('check-laws prints the same bytes for the same seed, as JSON too', async () => {
  const words = ['check-laws', rulesWith(SOUND), ...RUNS, '--seed', '7', '--json']

  const first = await runCli(words)
  const second = await runCli(words)

  expect(JSON.parse(first.stdout)).toMatchObject({ schemaVersion: 1, seed: 7, runs: 25, iocs: 3 })
  expect(schemaFaults(JSON.parse(first.stdout), LAWS_SCHEMA)).toEqual([])
  expect(second.stdout).toBe(first.stdout)
})

test('check-laws ends with 1 on an IOC that cannot fire, and its seed finds it again', async () => {
  const folder = rulesWith([
    ...SOUND,
    { Type: 'IpAddress', DetectionFunction: 'Contains', Value: '1.2.3.4.5' },
  ])

  const result = await runCli(['check-laws', folder, ...RUNS])
  const seed = /--seed (\d+)/.exec(result.stdout)?.[1] ?? ''
  const again = await runCli(['check-laws', folder, '--seed', seed, '--runs', '1'])
  const json = await runCli(['check-laws', folder, ...RUNS, '--json'])

  expect(result).toMatchObject({ code: 1 })
  expect(result.stdout).toContain('  IOC       c2-lab: IpAddress Contains 1.2.3.4.5\n')
  expect(json).toMatchObject({ code: 1 })
  expect(schemaFaults(JSON.parse(json.stdout), LAWS_SCHEMA)).toEqual([])
  expect(again).toMatchObject({ code: 1 })
  expect(again.stdout).toContain('FAIL  a planted value fires')
})

test.each([
  ['--fields', 'any'],
  ['--log-format', 'defender-csv'],
  ['--log-format', 'zeek-tsv'],
  ['--domain-equals', 'subdomains', '--domain-suffix', 'label'],
  ['--as-of', '2026-11-01', '--hash-scope', 'object'],
])('check-laws tries the laws under %s %s', async (...options) => {
  const result = await runCli(['check-laws', rulesWith(SOUND), ...RUNS, ...options])

  expect(result).toMatchObject({ code: 0 })
})

test('check-laws plants values in the fields of a field map', async () => {
  const folder = rulesWith(SOUND)
  const classified = await runCli(['classify', 'samples/telemetry/bare-rows.ndjson', '--print-map'])
  writeFileSync(join(folder, 'map.yaml'), classified.stdout)

  const result = await runCli(['check-laws', folder, ...RUNS, '--field-map', join(folder, 'map.yaml')])

  expect(classified).toMatchObject({ code: 0 })
  expect(result).toMatchObject({ code: 0 })
})

test.each([
  { words: ['--runs', '0'], says: '--runs needs a whole number from 1' },
  { words: ['--seed', 'x'], says: '--seed needs a whole number from 0' },
  { words: ['--as-of', 'now'], says: 'tomorrow the same seed would try other cases' },
  { words: ['--log-format', 'csv'], says: 'has no fields of its own' },
])('check-laws refuses $words with 2', async ({ words, says }) => {
  const result = await runCli(['check-laws', rulesWith(SOUND), ...words])

  expect(result).toMatchObject({ code: 2, stdout: '' })
  expect(result.stderr).toContain(says)
})

test('check-laws refuses rules with mistakes with 3', async () => {
  const result = await runCli(['check-laws', rulesWith([{ Type: 'Md5', Value: 'xyz' }])])

  expect(result).toMatchObject({ code: 3, stdout: '' })
})
