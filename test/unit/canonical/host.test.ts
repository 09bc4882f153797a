import { describe, expect, test } from 'vitest'
import { hostOfDomainField, hostOfUrlField, type HostObservation } from '../../../src/canonical/host.ts'
import { HOST_VECTORS } from './host.vectors.ts'

describe('host of a field', () => {
  test.for(HOST_VECTORS)('$field field $text gives $expected when $why', ({ field, text, expected }) => {
    const read = field === 'url' ? hostOfUrlField : hostOfDomainField

    const observation = read(text)

    expect(printed(observation)).toBe(expected)
  })

  test.for([
    ['é', 'xn--9ca'],
    ['\u0905', 'xn--l1b'],
    ['\u1200', 'xn--9wd'],
    ['あ', 'xn--l8j'],
    ['한', 'xn--6q8b'],
    ['\u{10348}', 'xn--2c8c'],
    ['\u{2f800}', 'xn--viq'],
    ['\u{f0000}', '\u{f0000}'],
    ['\u{100000}', '\u{100000}'],
  ] as const)('the escapes of %j in a URL spell the label %s', ([character, label]) => {
    const host = hostOfUrlField(`http://${encodeURIComponent(character)}.example/`)

    expect(host).toEqual({ kind: 'domain', value: `${label}.example` })
  })

  test('the vector table has at least sixty different rows, each with its reason', () => {
    const texts = new Set(HOST_VECTORS.map((row) => `${row.field} ${row.text}`))
    const reasons = HOST_VECTORS.filter((row) => row.why.endsWith('.'))

    expect(texts.size).toBe(HOST_VECTORS.length)
    expect(reasons).toHaveLength(HOST_VECTORS.length)
    expect(texts.size).toBeGreaterThanOrEqual(60)
  })

  test('reading a host stays fast when the text is long and hostile', () => {
    const texts = ['%41', ':1', ']:1', '[', '.', '@', 'a.', '%', '//', 'ü.', ' ', '%e0%a0'].map((piece) =>
      piece.repeat(400_000),
    )
    const started = performance.now()

    const kinds = texts.map((text) => hostOfUrlField(`http://${text}x`).kind)

    expect(kinds).toHaveLength(texts.length)
    expect(performance.now() - started).toBeLessThan(5_000)
  })
})

function printed(observation: HostObservation): string {
  return 'value' in observation ? `${observation.kind} ${observation.value}` : observation.kind
}
