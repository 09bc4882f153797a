import { describe, expect, test } from 'vitest'
import { parseInlineTests, parseTestFile } from '../../../src/harness/parse-test-file.ts'
import type { ParsedTests } from '../../../src/harness/parse-test-file.ts'
import type { RuleTest } from '../../../src/harness/test-file.ts'
import { parseTime } from '../../../src/model/time.ts'
import { diagnosticsText } from '../../support/run-rule-tests.ts'
import { TIDEWATER } from '../../support/tidewater.ts'

function accepted(parsed: ParsedTests): readonly RuleTest[] {
  if (!parsed.ok) throw new Error(diagnosticsText(parsed.diagnostics))
  return parsed.tests
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function read(text: string, name = 'a.test.yaml'): readonly RuleTest[] {
  return accepted(parseTestFile({ name, bytes: bytesOf(text) }))
}

function placesOf(text: string): readonly string[] {
  const parsed = parseTestFile({ name: 'a.test.yaml', bytes: bytesOf(text) })
  return parsed.ok ? [] : parsed.diagnostics.map(({ code, span }) => `${code} ${span?.line}:${span?.column}`)
}

describe('what stands at the top of a file', () => {
  const head = `table: DeviceEvents
logFormat: defender-rows
rules: [one]
strict: true
options: { dns-answers: on, dedupe: off }
generated: true
tests:
`

  test('holds for every test that does not say otherwise', () => {
    const [rule] = read(`${head}  - { name: a, events: [{ RemoteUrl: a.example }] }\n`)

    expect(rule).toMatchObject({
      table: 'DeviceEvents',
      logFormat: 'defender-rows',
      isStrict: true,
      isGenerated: true,
      options: { dnsAnswers: 'on', dedupe: 'off' },
    })
    expect(rule?.rules?.map(({ text }) => text)).toEqual(['one'])
  })

  test('gives way to what a test says, option by option', () => {
    const [rule] = read(`${head}  - name: a
    table: DeviceNetworkEvents
    logFormat: defender-csv
    rules: two
    strict: false
    options: { dedupe: on, as-of: 2026-11-01T00:00:00Z, group-window: 90m, max-record: 1MiB, tables: DeviceEvents }
    events: [{ RemoteUrl: a.example }]
    silent: c2
`)

    expect(rule).toMatchObject({
      table: 'DeviceNetworkEvents',
      logFormat: 'defender-csv',
      isStrict: false,
      options: {
        dnsAnswers: 'on',
        dedupe: 'on',
        asOf: parseTime('2026-11-01T00:00:00Z'),
        groupWindow: 54_000_000_000n,
        maxRecordBytes: 1_048_576,
        tables: ['DeviceEvents'],
      },
    })
    expect(rule?.rules?.map(({ text }) => text)).toEqual(['two'])
  })
})

test('one text stands for a list of one wherever a list is read', () => {
  const [rule] = read('tests: [{ name: a, logs: a.ndjson, fires: c2, silent: loader }]')

  expect(rule?.logs.map(({ text }) => text)).toEqual(['a.ndjson'])
  expect(rule?.fires).toMatchObject([{ definition: { text: 'c2' }, count: { min: 1, max: null } }])
  expect(rule?.silent.map(({ text }) => text)).toEqual(['loader'])
})

test.each([
  ['2', { min: 2, max: 2 }],
  ['1..3', { min: 1, max: 3 }],
  ['2..', { min: 2, max: null }],
  ['..5', { min: 0, max: 5 }],
  ["'4'", { min: 4, max: 4 }],
])('a count may be written as %s', (text, range) => {
  const [rule] = read(
    `tests: [{ name: a, events: [{ Url: a }], fires: [{ definition: c2, count: ${text} }] }]`,
  )

  expect(rule?.fires[0]?.count).toEqual(range)
})

describe('places', () => {
  const broken = 'tests:\n  - name: é𝄞\n    fire: [c2]\n    events: [{ Url: a }]\n    silent: [x]\n'

  test('are the same with a byte order mark and with CRLF', () => {
    const plain = placesOf(broken)

    expect(plain).toEqual(['RULE014 3:5'])
    expect(placesOf(`\ufeff${broken.replaceAll('\n', '\r\n')}`)).toEqual(plain)
  })

  test('of all mistakes come in their order, and those over a hundred are counted', () => {
    const many = Array.from({ length: 150 }, (_, i) => `  - { name: t${i}, events: [], silent: [x] }\n`)
    const parsed = parseTestFile({ name: 'a.test.yaml', bytes: bytesOf(`tests:\n${many.join('')}`) })

    expect(parsed.ok ? [] : parsed.diagnostics).toHaveLength(101)
    expect(parsed.ok ? null : parsed.diagnostics.at(-1)?.message).toBe(
      'a.test.yaml: 50 more errors of this file not shown',
    )
  })
})

describe('under a definition', () => {
  const inline = (tests: string): string => `${TIDEWATER}    tests:\n${tests}`
  const readInline = (text: string): readonly RuleTest[] =>
    accepted(parseInlineTests({ name: 'a.rules.yaml', bytes: bytesOf(text) }))

  test.each([
    ['fires: true', { min: 1, max: null }],
    ['fires: 2', { min: 2, max: 2 }],
    ['fires: 1..3', { min: 1, max: 3 }],
    ['fires: [{ count: 4 }]', { min: 4, max: 4 }],
  ])('%s speaks of that definition', (fires, count) => {
    const [rule] = readInline(inline(`      - { name: a, events: [{ Url: a }], ${fires} }\n`))

    expect(rule).toMatchObject({ owner: 'off', fires: [{ definition: { text: 'off' }, count }] })
  })

  test('another definition may be named, and silent: true speaks of its own', () => {
    const [rule] = readInline(
      inline('      - { name: a, events: [{ Url: a }], fires: [c2], silent: true }\n'),
    )

    expect(rule?.fires.map(({ definition }) => definition.text)).toEqual(['c2'])
    expect(rule?.silent.map(({ text }) => text)).toEqual(['off'])
  })

  test('two definitions may have tests of one name', () => {
    const one = '      - { name: same, events: [{ Url: a }], silent: true }\n'
    const text = inline(one).replace('  - Name: loader', `    tests:\n${one}  - Name: loader`)

    expect(readInline(text).map(({ owner, name }) => `${owner}: ${name}`)).toEqual(['c2: same', 'off: same'])
  })

  test('a rule file without tests is not read at all, however large', () => {
    const bytes = new Uint8Array(20 * 2 ** 20).fill(0x20)

    expect(parseInlineTests({ name: 'a.rules.json', bytes })).toEqual({ ok: true, tests: [], warnings: [] })
  })
})

test('a test file over the limit is refused unread', () => {
  const parsed = parseTestFile({ name: 'a.test.yaml', bytes: new Uint8Array(17 * 2 ** 20) })

  expect(parsed.ok ? [] : parsed.diagnostics.map(({ code }) => code)).toEqual(['RULE004'])
})
