import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compileRules } from '../../src/engine/compile-rules.ts'
import { IndexImage } from '../../src/engine/image-reader.ts'
import { parseRules } from '../../src/rules/parse-rules.ts'
import { replayCollected, tabRows } from '../support/corpus-replay.ts'
import { DATA_FOLDER } from '../support/data-folder.ts'
import { ruleFile } from '../support/small-logs.ts'

const TELEMETRY = join(DATA_FOLDER, 'telemetry/zeek')
const ORACLE = join(DATA_FOLDER, 'oracles/expected_examples/e2_zeek_ndjson')
const ABSENT = 'the folder of real telemetry is not on this machine'

function imageOf(list: string): IndexImage {
  const rules = ruleFile([], { iocFiles: ['list.csv'] })
  const parsed = parseRules([{ name: 'a.rules.json', bytes: new TextEncoder().encode(rules) }], {
    readSibling: () => new TextEncoder().encode(`Type,DetectionFunction,Value\n${list}`),
  })
  if (!parsed.ok) throw new Error(parsed.diagnostics.map(({ message }) => message).join('\n'))
  return IndexImage.open(compileRules(parsed.rules).image)
}

/** As rules hold a value: of a name that is compared to its end, one trailing dot is cut. */
function canonical(type: string | undefined, operator: string | undefined, value: string): string {
  const isToEnd = type === 'DomainName' && (operator === 'Equals' || operator === 'EndWith')
  return (isToEnd ? value.replace(/\.$/, '') : value).toLowerCase()
}

test('real Zeek records as JSON give the field hits that plain string tests give', async (context) => {
  if (!existsSync(ORACLE)) context.skip(ABSENT)
  const iocs = readFileSync(join(ORACLE, 'iocs.csv'), 'utf8').trimEnd().split('\n').slice(1)
  const list = iocs.map((line) => line.split(',').slice(1, 4).join(',')).join('\n')

  const { summary, detections } = await replayCollected(
    [join(TELEMETRY, 'apt29_day1_combined_zeek.ndjson')],
    imageOf(`${list}\n`),
    { semantics: { dnsAnswers: 'on', dedupe: 'off' } },
  )

  const rows = tabRows(join(ORACLE, 'expected.tsv'))
  const known = new Set(rows.map(([, , field]) => field?.replace(/\[.*/, '')))
  const found = detections.flatMap(({ event, matches }) =>
    matches
      .map(({ ioc, field }) =>
        [event.line, field.replace(/\[\d+\]/, '[]'), ioc.Type, ioc.DetectionFunction, ioc.Value].join('\t'),
      )
      .filter((line) => known.has(line.split('\t')[1]?.replace(/\[.*/, ''))),
  )
  const expected = rows.map(([, line, field, , , type, operator, value]) =>
    [line, field, type, operator, canonical(type, operator, value ?? '')].join('\t'),
  )
  expect(summary.input.files[0]?.format).toBe('zeek-json')
  expect(expected).toHaveLength(5825)
  expect([...new Set(found)].sort()).toEqual([...new Set(expected)].sort())
})

test('real Zeek logs are framed to the last byte, and their addresses found where a plain split finds them', async (context) => {
  if (!existsSync(TELEMETRY)) context.skip(ABSENT)
  const logs = [
    ...readdirSync(TELEMETRY).filter((name) => name.endsWith('.log')),
    ...readdirSync(join(TELEMETRY, 'btest')).map((name) => join('btest', name)),
  ].map((name) => join(TELEMETRY, name))
  const sought = '10.47.1.208'
  const columns = ['id.orig_h', 'id.resp_h', 'src', 'dst', 'host', 'query', 'helo']
  let rowCount = 0
  let expected = 0
  for (const path of logs) {
    const lines = readFileSync(path, 'latin1').split('\n')
    const names =
      lines
        .find((line) => line.startsWith('#fields'))
        ?.split('\t')
        .slice(1) ?? []
    const rows = lines.filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split('\t'))
    rowCount += rows.length
    expected += rows.filter((row) =>
      names.some((name, i) => row[i] === sought && columns.includes(name)),
    ).length
  }

  const runs = await Promise.all(
    (['wasm', 'portable', 'off'] as const).map((kernel) =>
      replayCollected(logs, imageOf(`IpAddress,Equals,${sought}\n`), {
        kernel,
        semantics: {},
        chunkBytes: 10_000,
      }),
    ),
  )

  const [first] = runs
  expect(logs.length).toBeGreaterThan(220)
  expect(new Set(first?.summary.input.files.map(({ format }) => format))).toEqual(new Set(['zeek-tsv']))
  expect(first?.summary.input).toMatchObject({ records: rowCount, quarantined: 0 })
  expect(first?.detections.length).toBe(expected)
  for (const { detections } of runs) expect(detections).toEqual(first?.detections)
})
