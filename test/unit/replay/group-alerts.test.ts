import { expect, test } from 'vitest'
import { parseTime } from '../../../src/model/time.ts'
import { AlertGrouper } from '../../../src/replay/group-alerts.ts'

const DAY = 24n * 3600n * 10_000_000n
const at = (text: string): bigint => parseTime(text)!
const shape = (grouper: AlertGrouper, window: bigint = DAY): readonly string[] =>
  grouper.groups(window).map((group) => `${group.definition} ${group.device} ${[...group.members].join(',')}`)

test('a window is anchored at its first member and excludes its end', () => {
  const grouper = new AlertGrouper()
  grouper.add(0, 'ws-1', at('2026-11-01T10:00:00Z'))
  grouper.add(0, 'ws-1', at('2026-11-02T09:59:59.9999999Z'))
  grouper.add(0, 'ws-1', at('2026-11-02T10:00:00Z'))

  expect(shape(grouper)).toEqual(['0 ws-1 0,1', '0 ws-1 2'])
})

test('members are sorted by time before windows are cut, equal times by output position', () => {
  const grouper = new AlertGrouper()
  grouper.add(0, 'ws-1', at('2026-11-03T00:00:00Z'))
  grouper.add(0, 'ws-1', at('2026-11-01T00:00:00Z'))
  grouper.add(0, 'ws-1', at('2026-11-01T00:00:00Z'))
  grouper.add(0, 'ws-1', at('2026-11-01T23:00:00Z'))

  expect(shape(grouper)).toEqual(['0 ws-1 1,2,3', '0 ws-1 0'])
})

test('ticks below a millisecond decide the order', () => {
  const grouper = new AlertGrouper()
  grouper.add(0, 'ws-1', at('2026-11-01T00:00:00.0000002Z'))
  grouper.add(0, 'ws-1', at('2026-11-01T00:00:00.0000001Z'))

  expect(shape(grouper, 1n)).toEqual(['0 ws-1 1', '0 ws-1 0'])
})

test('times of all years that are written are in order, on both sides of every half of their bits', () => {
  const grouper = new AlertGrouper()
  const half = 2n ** 31n
  const whole = 2n ** 32n
  const times = [
    at('0001-01-01T00:00:00Z'),
    -whole - 1n,
    -whole,
    -half - 1n,
    -half,
    -1n,
    0n,
    1n,
    half - 1n,
    half,
    whole - 1n,
    whole,
    whole + half,
    at('9999-12-31T23:59:59.9999999Z'),
  ]
  for (const time of times.toReversed()) grouper.add(0, 'ws-1', time)
  grouper.add(0, 'ws-1', null)

  const members = times.map((_, i) => times.length - 1 - i)
  expect(shape(grouper, 1n)).toEqual([...members, times.length].map((member) => `0 ws-1 ${member}`))
})

test('untimed members form one group at the end of their definition and device', () => {
  const grouper = new AlertGrouper()
  grouper.add(0, 'ws-1', null)
  grouper.add(0, 'ws-1', at('2026-11-01T00:00:00Z'))
  grouper.add(0, 'ws-1', null)

  expect(shape(grouper)).toEqual(['0 ws-1 1', '0 ws-1 0,2'])
})

test('groups are ordered by definition, then by the UTF-8 bytes of the device', () => {
  const grouper = new AlertGrouper()
  for (const [definition, device] of [
    [1, 'a'],
    [0, '\u{1f600}'],
    [0, '\uffee'],
    [0, 'b'],
  ] as const)
    grouper.add(definition, device, at('2026-11-01T00:00:00Z'))

  expect(grouper.groups(DAY).map((group) => `${group.definition} ${group.device}`)).toEqual([
    '0 b',
    '0 \uffee',
    '0 \u{1f600}',
    '1 a',
  ])
})
