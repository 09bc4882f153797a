import { describe, expect, test } from 'vitest'
import { parseInlineTests, parseTestFile } from '../../../src/harness/parse-test-file.ts'
import { runTest } from '../../../src/harness/run-tests.ts'
import type { RuleTest } from '../../../src/harness/test-file.ts'
import { updateFires } from '../../../src/harness/update-fires.ts'
import { BASE, diagnosticsText, rulesOf } from '../../support/run-rule-tests.ts'
import { TIDEWATER } from '../../support/tidewater.ts'

const rules = rulesOf(TIDEWATER)

function testsOf(text: string, name: string): readonly RuleTest[] {
  const parse = name.includes('.rules.') ? parseInlineTests : parseTestFile
  const parsed = parse({ name, bytes: new TextEncoder().encode(text) }, { mayExpectNothing: true })
  if (!parsed.ok) throw new Error(diagnosticsText(parsed.diagnostics))
  return parsed.tests
}

/** Updates until nothing changes, which the first time must bring about; the updated tests hold. */
function updated(text: string, name = 'a.test.yaml'): string | null {
  const run = (given: string) =>
    testsOf(given, name).map((rule) => {
      const attempt = runTest({ test: rule, rules, logs: [], fieldMap: null }, BASE)
      if (!attempt.ok) throw new Error(diagnosticsText(attempt.diagnostics))
      return attempt.run
    })
  const result = updateFires(run(text))
  if (result !== null) {
    expect(run(result).flatMap(({ failures }) => failures)).toEqual([])
    expect(updateFires(run(result))).toBeNull()
    const again = (name.includes('.rules.') ? parseInlineTests : parseTestFile)({
      name,
      bytes: new TextEncoder().encode(result),
    })
    expect(again.ok).toBe(true)
  }
  return result
}

const HEAD = 'table: DeviceNetworkEvents\ntests:\n'

describe('what fired is written', () => {
  test('below a test that expects nothing yet, with count and ways', () => {
    const text = `${HEAD}  - name: a # first
    events: # two
      - { RemoteUrl: a.c2.example } # one
      - { RemoteUrl: b.c2.example, SHA1: 0ddba11e00000000000000000000000000000000 }
  # between
  - name: b
    events: [{ RemoteUrl: other.example }]
`

    expect(updated(text)).toBe(`${HEAD}  - name: a # first
    events: # two
      - { RemoteUrl: a.c2.example } # one
      - { RemoteUrl: b.c2.example, SHA1: 0ddba11e00000000000000000000000000000000 }
    fires:
      - definition: c2
        count: 2
        through:
          - { Type: DomainName, DetectionFunction: EndWith, Value: ".c2.example", field: RemoteUrl }
      - definition: loader
        count: 1
        through:
          - { Type: Sha1, DetectionFunction: StartWith, Value: "0ddba11e", field: SHA1 }
  # between
  - name: b
    events: [{ RemoteUrl: other.example }]
    strict: true
`)
  })

  test('in the place of an entry that does not hold, and the others stay with their comments', () => {
    const text = `${HEAD}  - name: a
    events: [{ RemoteUrl: a.c2.example, SHA1: 0ddba11e00000000000000000000000000000000 }]
    fires:
      # the domain
      - definition: c2 # by name
        count: 1..2
      # the file
      - { definition: loader, count: 7 } # once
    silent: [off]
`

    expect(updated(text)).toBe(`${HEAD}  - name: a
    events: [{ RemoteUrl: a.c2.example, SHA1: 0ddba11e00000000000000000000000000000000 }]
    fires:
      # the domain
      - definition: c2 # by name
        count: 1..2
      # the file
      - definition: loader
        count: 1
        through:
          - { Type: Sha1, DetectionFunction: StartWith, Value: "0ddba11e", field: SHA1 } # once
    silent: [off]
`)
  })

  test('below the key of a list in one line, what stands behind it stays', () => {
    const text = `${HEAD}  - name: a
    fires: [loader] # why
    strict: true
    events: [{ RemoteUrl: a.c2.example }]
`

    expect(updated(text)).toContain(`    fires:
      - definition: c2
        count: 1
        through:
          - { Type: DomainName, DetectionFunction: EndWith, Value: ".c2.example", field: RemoteUrl } # why
    strict: true
`)
  })

  test('into a test that is written in one line', () => {
    const text = `${HEAD}  - { name: a, events: [{ RemoteUrl: a.c2.example }] }\n`

    expect(updated(text)).toBe(
      `${HEAD}  - { name: a, events: [{ RemoteUrl: a.c2.example }], fires: [{"definition":"c2","count":1,"through":[{"Type":"DomainName","DetectionFunction":"EndWith","Value":".c2.example","field":"RemoteUrl"}]}] }\n`,
    )
  })

  test('into JSON', () => {
    const text = `{"table":"DeviceNetworkEvents","tests":[
  {"name":"a","events":[{"RemoteUrl":"a.c2.example"}],"fires":["loader"],"strict":true},
  {"name":"b","events":[{"RemoteUrl":"other.example"}]}]}`

    const written = updated(text, 'a.test.json') ?? ''

    expect(JSON.parse(written).tests).toMatchObject([
      { name: 'a', fires: [{ definition: 'c2', count: 1 }], strict: true },
      { name: 'b', strict: true },
    ])
  })

  test('under a definition, and into a file with CRLF', () => {
    const text = `${TIDEWATER}    tests:
      - name: a
        table: DeviceNetworkEvents
        events: [{ RemoteUrl: beacon.test }]
`.replaceAll('\n', '\r\n')

    const written = updated(text, 'a.rules.yaml') ?? ''

    expect(written).toContain('        fires:\r\n          - definition: c2\r\n            count: 1\r\n')
    expect(written.replaceAll('\r\n', '')).not.toContain('\n')
  })
})

test('an entry that no longer fires goes, and where nothing is left the test becomes strict', () => {
  const text = `${HEAD}  - name: a
    events: [{ RemoteUrl: other.example }]
    fires:
      - c2
`

  expect(updated(text)).toBe(`${HEAD}  - name: a
    events: [{ RemoteUrl: other.example }]
    strict: true
`)
})

test('a test that holds is left alone, also where more fires than it names', () => {
  const text = `${HEAD}  - name: a
    events: [{ RemoteUrl: a.c2.example, SHA1: 0ddba11e00000000000000000000000000000000 }]
    fires: [c2]
`

  expect(updated(text)).toBeNull()
})

describe('comments stay', () => {
  test('in a list of several lines whose form changes, also inside an entry that goes', () => {
    const text = `${HEAD}  - name: a
    events: [{ RemoteUrl: a.c2.example }]
    fires: [ # all of them
      c2, # the domain
      # the file
      { definition: loader, # by its hash
        count: 7 }, # once
    ]
    silent: [off]
`

    expect(updated(text)).toBe(`${HEAD}  - name: a
    events: [{ RemoteUrl: a.c2.example }]
    fires:
      # all of them
      - c2 # the domain
      # the file
      # by its hash
      # once
    silent: [off]
`)
  })

  test('in a test between braces, and a # inside a text is none', () => {
    const text = `${HEAD}  - { name: "a # b",
      events: [{ RemoteUrl: a.c2.example, SHA1: 0ddba11e00000000000000000000000000000000 }],
      fires: [
        c2, # the domain
        { definition: loader, count: 7 }, # the file
      ] }
`

    const written = updated(text) ?? ''

    expect(written).toContain('c2, # the domain\n')
    expect(written).toContain('# the file\n')
    expect(written.match(/#/g)).toHaveLength(3)
    expect(written).toContain('"definition":"loader","count":1,')
  })

  test('inside an entry of a block that is written anew', () => {
    const text = `${HEAD}  - name: a
    events: [{ RemoteUrl: a.c2.example }]
    fires:
      - definition: c2 # why
        # how often
        count: 7
`

    const written = updated(text) ?? ''

    expect(written.match(/^ {6}# .*$/gm)).toEqual(['      # why', '      # how often'])
    expect(written).toContain('        count: 1\n')
  })
})

describe('counts that were given', () => {
  test('of all detections and alerts say what happened, and ranges that hold stay', () => {
    const text = `${HEAD}  - name: a
    events: [{ RemoteUrl: a.c2.example }, { RemoteUrl: b.c2.example }]
    detections: 1 # in all
    alerts: 7..9
  - name: b
    events: [{ RemoteUrl: a.c2.example }]
    detections: 1..3
`

    expect(updated(text)).toBe(`${HEAD}  - name: a
    events: [{ RemoteUrl: a.c2.example }, { RemoteUrl: b.c2.example }]
    detections: 2 # in all
    alerts: 1
  - name: b
    events: [{ RemoteUrl: a.c2.example }]
    detections: 1..3
`)
  })

  test('of the alerts of one definition are kept with it', () => {
    const text = `${HEAD}  - name: a
    events: [{ RemoteUrl: a.c2.example }]
    fires: [{ definition: c2, alerts: 2 }]
`

    expect(updated(text)).toContain('        count: 1\n        alerts: 1\n        through:')
  })
})

test('a definition that must be silent and fires stays under silent: that is for a person to judge', () => {
  const text = `${HEAD}  - name: a
    events: [{ RemoteUrl: a.c2.example }]
    silent: [c2]
`

  expect(updated(text)).toBeNull()
})
