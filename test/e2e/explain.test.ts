import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCli, temporaryFolder } from '../support/run-cli.ts'
import { networkEvent, ruleFile } from '../support/small-logs.ts'

const folder = temporaryFolder('explain')
const rules = place(
  'a.rules.json',
  ruleFile([
    { Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.c2.example' },
    { Type: 'DomainName', Value: 'evil.example' },
  ]),
)
const hit = networkEvent({ RemoteUrl: 'x.c2.example' })

function place(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

test.each([
  ['a value that matches', 'x.c2.example', 'match'],
  ['a value that comes near', 'evi1.example', 'near'],
  ['a value that is far away', 'weather.invalid', 'none'],
])('explain ends with 0 for %s', async (_, value, verdict) => {
  const { code, stdout, stderr } = await runCli(['explain', value, '-r', rules, '--json'])

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, subject: 'value', value, verdict })
})

test('explain reads events from standard input, beside values, and prints one JSON object each', async () => {
  const input = `${hit}\n\n${networkEvent({ RemoteUrl: 'evi1.example' })}\n`

  const { code, stdout } = await runCli(['explain', 'a.c2.example', '-', '-r', rules, '--json'], { input })

  expect(code).toBe(0)
  const explanations = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(explanations.map(({ subject, verdict }) => [subject, verdict])).toEqual([
    ['value', 'match'],
    ['event', 'match'],
    ['event', 'near'],
  ])
  expect(explanations.slice(1).map(({ event }) => [event.source, event.line, event.record])).toEqual([
    ['-', 1, 1],
    ['-', 3, 2],
  ])
})

test.each<[string, string | Uint8Array, number, RegExp]>([
  ['nothing', '', 4, /standard input: holds no event/],
  ['no log format', '{"host":"x.c2.example"}', 4, /of no known log format[^]*--fields any/],
  ['UTF-16', new Uint8Array([0xff, 0xfe, 0x7b, 0, 0x7d, 0]), 4, /UTF-16LE[^]*Convert it to UTF-8/],
  ['an event and a broken line', `${hit}\nbroken\n`, 4, /line 2 is not an event/],
])('explain ends with 4 when standard input holds %s', async (_, input, expected, message) => {
  const { code, stderr } = await runCli(['explain', '-', '-r', rules], { input })

  expect(code).toBe(expected)
  expect(stderr).toMatch(message)
  expect(stderr).not.toContain('    at ')
})

test('explain still explains the events around a broken line', async () => {
  const input = `broken\n${hit}\nbroken\n${hit}\n`

  const { stdout } = await runCli(
    ['explain', '-', '-r', rules, '--json', '--log-format', 'defender-storage'],
    {
      input,
    },
  )

  expect(stdout.trimEnd().split('\n')).toHaveLength(2)
})

test('explain ends with 2 without rules or with a wrong option, and with 3 when the rules are broken', async () => {
  const broken = place('b.rules.yaml', 'alertDefinitions: [{ Name: x }]\n')

  const results = await Promise.all([
    runCli(['explain', 'x.c2.example']),
    runCli(['explain', 'x.c2.example', '-r', rules, '--ip-scope', 'some']),
    runCli(['explain', 'x.c2.example', '-r', broken]),
  ])

  expect(results.map(({ code, stdout }) => [code, stdout])).toEqual([
    [2, ''],
    [2, ''],
    [3, ''],
  ])
})

test('explain obeys the switches of the matching law', async () => {
  const words = ['explain', 'a.evil.example', '-r', rules, '--json']

  const [exact, subdomains] = await Promise.all([
    runCli(words),
    runCli([...words, '--domain-equals', 'subdomains']),
  ])

  expect(JSON.parse(exact.stdout).verdict).toBe('near')
  expect(JSON.parse(subdomains.stdout).verdict).toBe('match')
})

test('classify prints one JSON object per input and ends with 4 when the fields of one are unknown', async () => {
  const known = place('known.ndjson', `${hit}\n`)
  const unknown = place('unknown.ndjson', '{"host":"x.c2.example"}\n')
  const empty = place('empty.ndjson', '')

  const all = await runCli(['classify', known, unknown, empty, '--json'])
  const good = await runCli(['classify', known, empty])

  expect(all.code).toBe(4)
  expect(all.stderr).toMatch(/unknown\.ndjson: no log format is recognised[^]*--field-map/)
  const logs = all.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(logs.map(({ source, fields }) => [source, fields === null])).toEqual([
    [known, false],
    [unknown, true],
    [empty, false],
  ])
  expect(good.code).toBe(0)
})

test('classify reads standard input', async () => {
  const { code, stdout } = await runCli(['classify', '-'], { input: `${hit}\n` })

  expect(code).toBe(0)
  expect(stdout).toMatch(/^-\n {2}format {4}defender-/)
})

test('classify prints a map that --field-map reads back, and refuses to print two', async () => {
  const known = place('map.ndjson', `${hit}\n`)

  const printed = await runCli(['classify', known, '--print-map'])
  const map = place('map.yaml', printed.stdout)
  const again = await runCli(['explain', '-', '-r', rules, '--field-map', map, '--json'], { input: hit })
  const two = await runCli(['classify', known, place('map2.ndjson', `${hit}\n`), '--print-map'])

  expect(printed.code).toBe(0)
  expect(again.code).toBe(0)
  expect(JSON.parse(again.stdout).verdict).toBe('match')
  expect(two.code).toBe(2)
})

test('classify ends with 4 when an input is missing, binary or UTF-16', async () => {
  const utf16 = place('utf16.ndjson', new Uint8Array([0xff, 0xfe, 0x7b, 0, 0x7d, 0]))

  const results = await Promise.all([
    runCli(['classify', join(folder, 'absent')]),
    runCli(['classify', utf16]),
  ])

  expect(results.map(({ code }) => code)).toEqual([4, 4])
  expect(results[0]?.stderr).toContain('no such file')
  expect(results[1]?.stderr).toContain('Convert it to UTF-8')
})
