import { expect, test } from 'vitest'
import type { EventExplanation } from '../../../src/model/explanation.ts'
import { parseTime } from '../../../src/model/time.ts'
import { explainValue } from '../../../src/replay/explain/explain-value.ts'
import { escapeTerminal } from '../../../src/report/escape.ts'
import { explainText } from '../../../src/report/explain-text.ts'
import { textWidth } from '../../../src/report/text-width.ts'
import type { RuleRow } from '../../support/rule-set-builder.ts'
import { buildRuleSet } from '../../support/rule-set-builder.ts'
import { contextOf, contextOfRules, explainLogText, streamed } from '../replay/explain/explain-rules.ts'
import { expectGolden } from './golden.ts'

const NOW = parseTime('2026-11-23T00:00:00Z')!
const SHA1 = '7e8b043c504831d1df098a85c16bd12ec4192b65'
const WIDTHS = [60, 72, 80, 100, 120, 200] as const
const PLAIN = { color: false, width: 100 }

const RULES: readonly RuleRow[] = [
  { definition: 'c2-lab', Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.c2.example' },
  { definition: 'c2-lab', Type: 'DomainName', Value: 'beacon.c2.example' },
  { definition: 'c2-lab', Type: 'IpAddress', Value: '203.0.113.77' },
  { definition: 'loader', Type: 'Sha1', Value: SHA1, ExpiresAt: parseTime('2026-11-01T00:00:00Z')! },
  { definition: 'loader', Type: 'IpAddress', Value: '10.20.1.20' },
  { definition: 'watchlist', Type: 'IpAddress', Value: '203.0.113.9' },
  { definition: 'watchlist', Type: 'IpAddress', Value: '203.0.113.10' },
]

const EVENT = streamed('DeviceNetworkEvents', {
  ActionType: 'ConnectionSuccess',
  RemoteIP: '203.0.113.12',
  RemoteUrl: 'https://X.C2.example:8443/gate.php?id=1',
  LocalIP: '10.20.1.20',
  InitiatingProcessSHA1: SHA1,
  ProxyHost: 'y.c2.example',
})

async function explainOne(line: string): Promise<EventExplanation> {
  const [event] = await explainLogText(line, contextOf(RULES))
  if (event === undefined) throw new Error('the log of this test holds no event')
  return event
}

test('the explanation of a value that matches shows alert, operator and value', () => {
  const text = explainText(explainValue('https://beacon.c2.example/x', contextOf(RULES), NOW), PLAIN)

  expectGolden('../explain/value-that-matches.txt', text)
})

test('the explanation of a value that nearly matches shows the first difference and the way out', () => {
  const text = explainText(explainValue('c2.example', contextOf(RULES), NOW), PLAIN)

  expectGolden('../explain/value-that-nearly-matches.txt', text)
})

test('the explanation of an address groups neighbours under one reason', () => {
  const text = explainText(explainValue('203.0.113.11', contextOf(RULES), NOW), PLAIN)

  expectGolden('../explain/address-with-neighbours.txt', text)
})

test('the explanation of a value that is far from everything says so', () => {
  const text = explainText(explainValue('weather.invalid', contextOf(RULES), NOW), PLAIN)

  expectGolden('../explain/value-far-from-everything.txt', text)
})

test('the explanation of a defanged value tells the plain form', () => {
  const text = explainText(explainValue('hxxps://beacon[.]c2[.]example/', contextOf(RULES), NOW), PLAIN)

  expectGolden('../explain/defanged-value.txt', text)
})

test('the explanation of an event shows matches, hindered matches and near ones', async () => {
  const text = explainText(await explainOne(EVENT), PLAIN)

  expectGolden('../explain/event-with-a-match-and-near-misses.txt', text)
})

test('the explanation of an inventory event says that no alert comes from it', async () => {
  const text = explainText(await explainOne(streamed('DeviceInfo', { PublicIP: '203.0.113.77' })), PLAIN)

  expectGolden('../explain/event-of-an-inventory-table.txt', text)
})

test('the explanation with colours holds the same text', async () => {
  const event = await explainOne(EVENT)

  const coloured = explainText(event, { color: true, width: 100 })

  expect(coloured).toContain('\x1b[1m')
  expect(coloured.replace(/\x1b\[[\d;]*m/g, '')).toBe(explainText(event, PLAIN))
})

test('the explanation of hostile text shows escapes and never obeys them', async () => {
  const hostile = '\x1b]0;owned\x07\x1b[2J\u202Eevil\r\n\t\u009b31m'
  const rules = buildRuleSet(RULES)
  const definitions = rules.definitions.map((definition) => ({ ...definition, Title: `Title ${hostile}` }))
  const context = contextOfRules({ ...rules, definitions })
  const line = streamed('DeviceNetworkEvents', {
    ActionType: hostile,
    DeviceName: hostile,
    RemoteUrl: `https://x.c2.example/${hostile}`,
    [`Proxy${hostile}`]: 'y.c2.example',
    AdditionalFields: { DnsQueryString: `${hostile}.c2.example` },
  })

  const [event] = await explainLogText(line, context)
  const texts = [
    explainText(event!, PLAIN),
    explainText(explainValue(`${hostile}.c2.example`, context, NOW), PLAIN),
    explainText(explainValue(`https://x.c2.example/${hostile}`, context, NOW), PLAIN),
  ]

  expect(event?.matches).toHaveLength(1)
  for (const lineOfText of texts.join('').split('\n')) expect(escapeTerminal(lineOfText)).toBe(lineOfText)
  expectGolden('../explain/hostile-event.txt', texts[0]!)
  expectGolden('../explain/hostile-value.txt', texts[2]!)
})

test('the explanation is no wider than the terminal, whatever the texts', async () => {
  const long = `https://${'a'.repeat(60)}.${'b'.repeat(60)}.c2.example/${'漢字'.repeat(200)}`
  const event = await explainOne(
    streamed('DeviceNetworkEvents', {
      RemoteUrl: long,
      DeviceName: 'd'.repeat(300),
      [`k${'y'.repeat(300)}`]: long,
    }),
  )
  const explanations = [event, await explainOne(EVENT), explainValue(long, contextOf(RULES), NOW)]

  for (const explanation of explanations)
    for (const width of WIDTHS) {
      const lines = explainText(explanation, { color: false, width }).split('\n')

      expect(lines.filter((line) => textWidth(line) > width)).toEqual([])
      expect(lines.filter((line) => line.trimEnd() !== line)).toEqual([])
    }
})
