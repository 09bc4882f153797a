import { expect, test } from 'vitest'
import { INPUT_BYTES, PAGE_BYTES, SLOT_PAGES } from '../../../../src/engine/sieve/kernel-layout.ts'
import { compileKernel } from '../../../../src/engine/sieve/kernel.ts'
import { buildPortableFilters } from '../../../../src/engine/sieve/portable-filters.ts'
import {
  openSlot,
  shareFilters,
  type SharedSieve,
  type SieveSlot,
} from '../../../../src/engine/sieve/sieve-memory.ts'
import { WasmRowSieve } from '../../../../src/engine/sieve/wasm-row-sieve.ts'
import { WasmSieve } from '../../../../src/engine/sieve/wasm-sieve.ts'
import { defenderKeyTable, keyTable } from '../../../support/defender-key-table.ts'
import { KernelWithRules, patternsFor, type Sought } from '../../../support/kernel-with-rules.ts'

const DIGEST = 'a94a8fe5ccb19ba61c4c0873d391e987982fbbd3'
const SOUGHT: readonly Sought[] = [
  { type: 'Sha1', fn: 'Equals', value: DIGEST },
  { type: 'IpAddress', fn: 'Equals', value: '203.0.113.7' },
  { type: 'IpAddress', fn: 'StartWith', value: '2001:db8:' },
  { type: 'DomainName', fn: 'Equals', value: 'evil.example' },
  { type: 'DomainName', fn: 'EndWith', value: '.bad.example' },
]
const HITS = [
  `{"SHA1":"${DIGEST.toUpperCase()}"}`,
  '{"RemoteIP":"::ffff:203.0.113.7"}',
  '{"RemoteIP":"2001:DB8:0:0:0:0:0:1"}',
  String.raw`{"RemoteUrl":"https:\/\/EVIL.example.\/x"}`,
  String.raw`{"AdditionalFields":"{\"query\":\"a.bad.example\"}"}`,
]
/** Records whose escapes could hide a mapped key, or what stands behind one. */
const ESCAPED = [
  String.raw`{"\u0053HA1":"x"}`,
  String.raw`{"AdditionalFields":"{\u0022query\":\"x\"}"}`,
  String.raw`{"AdditionalFields":"{\"\\u0071uery\":\"x\"}"}`,
  String.raw`{"AdditionalFields":"{\"query\"\n:\"x\"}"}`,
  String.raw`{"AdditionalFields":["a","{\"query\" \u003a\"x\"}"]}`,
]
const MISSES = [
  `{"SHA1":"${DIGEST.replace('a9', 'b9')}"}`,
  '{"RemoteIP":"203.0.113.8","FileName":"203.0.113.7"}',
  '{"RemoteUrl":"https://evil.example.org/evil.example"}',
  String.raw`{"AdditionalFields":"{\"query\":\"a.good.example\"}"}`,
]

const FILTERS = buildPortableFilters(patternsFor(SOUGHT))

function sharedSieve(): SharedSieve {
  const module = compileKernel()
  if (module === null) throw new Error('this machine has no kernel')
  return shareFilters(module, FILTERS, false)
}

function slotOf(shared: SharedSieve): SieveSlot {
  const slot = openSlot(shared)
  if ('off' in slot) throw new Error(slot.off)
  return slot
}

function sieveIn(slot: SieveSlot): WasmSieve {
  const opened = WasmSieve.open(defenderKeyTable(), slot)
  if ('off' in opened) throw new Error(opened.off)
  return opened.sieve
}

/** What the sieve says of each record by itself, then which lines of all of them together it stops at. */
function verdicts(sieve: WasmSieve, records: readonly string[]): readonly (boolean | number)[] {
  const alone = records.map((record) => sieve.mayMatch(Buffer.from(record), 0, record.length))
  const text = Buffer.from(`${records.join('\n')}\n`)
  sieve.block.set(text)
  const scan = sieve.scanLines(0, text.length, 1 << 20)
  return [...alone, scan.lineCount, ...scan.stops.subarray(0, scan.stopCount)]
}

const EXPECTED = [...HITS.map(() => true), ...MISSES.map(() => false), 9, 0, 1, 2, 3, 4]

test('the sieve passes what the filters know, and drops the rest, alone and by lines', () => {
  const sieve = sieveIn(slotOf(sharedSieve()))

  const found = verdicts(sieve, [...HITS, ...MISSES])

  expect(found).toEqual(EXPECTED)
})

test('D13 offsets beyond 2^31 and up to 2^32 are unsigned: same verdicts, same counts, then a reason', () => {
  const shared = sharedSieve()
  const low = slotOf(shared)
  const pages = (): number => shared.memory.buffer.byteLength / PAGE_BYTES
  shared.memory.grow(32_768 - pages() - 12) // the next slot reaches over 2^31
  const across = slotOf(shared)
  const high = slotOf(shared)
  shared.memory.grow(65_536 - pages() - SLOT_PAGES) // the next slot ends at 2^32
  const last = slotOf(shared)
  const none = openSlot(shared)

  const slots = [low, across, high, last]
  const sieves = slots.map(sieveIn)
  const found = sieves.map((sieve) => verdicts(sieve, [...HITS, ...MISSES]))

  expect(slots.map(({ address }) => address)).toEqual([
    low.address,
    2 ** 31 - 12 * PAGE_BYTES,
    2 ** 31 + (SLOT_PAGES - 12) * PAGE_BYTES,
    2 ** 32 - SLOT_PAGES * PAGE_BYTES,
  ])
  expect(found).toEqual(slots.map(() => EXPECTED))
  expect(sieves.map(({ observed }) => [...observed])).toEqual(slots.map(() => [...sieves[0]!.observed]))
  expect(none).toHaveProperty('off')
})

test('D13 rows are read at offsets beyond 2^31 and up to 2^32 as at others, and documents in their cells', () => {
  const shared = sharedSieve()
  const low = slotOf(shared)
  const pages = (): number => shared.memory.buffer.byteLength / PAGE_BYTES
  shared.memory.grow(32_768 - pages() - SLOT_PAGES + 1) // the slot's last page lies beyond 2^31
  const across = slotOf(shared)
  shared.memory.grow(65_536 - pages() - SLOT_PAGES)
  const last = slotOf(shared)
  const layout = { separator: 0x2c, columns: ['SHA1', 'RemoteUrl', 'AdditionalFields'] }
  const document = `{""query"":""a.bad.example"",""x"":""${'y'.repeat(60_000)}""}`
  const rows = [
    `${DIGEST},,`,
    ',"https://a.example/x,y\n",',
    `,,"${document}"`,
    `,,"${document.replace('bad', 'good')}"`,
  ]

  const found = [low, across, last].map((slot) => {
    const opened = WasmRowSieve.open(defenderKeyTable(), layout, slot)
    if ('off' in opened) throw new Error(opened.off)
    const { sieve } = opened
    const text = Buffer.from(`${rows.join('\n')}\n`)
    sieve.block.set(text)
    const scan = sieve.scanLines(0, text.length, 1 << 20)
    const alone = rows.map((row) => sieve.mayMatch(Buffer.from(row), 0, row.length))
    return [
      ...alone,
      ...scan.stops.subarray(0, scan.stopCount),
      ...sieve.observed.filter((count) => count > 0),
    ]
  })

  expect(across.address + (SLOT_PAGES - 1) * PAGE_BYTES).toBe(2 ** 31)
  expect(last.address + SLOT_PAGES * PAGE_BYTES).toBe(2 ** 32)
  const expected = [true, false, true, false, 0, 2, 2, 2, 4]
  expect(found).toEqual([expected, expected, expected])
})

test('D13 filters beyond 2^31 answer as those below it', () => {
  const shared = sharedSieve()
  const slot = slotOf(shared)
  const address = 2 ** 31 - 4096 // within the header and the sections behind it
  shared.memory.grow(32_768)
  new Uint8Array(shared.memory.buffer).set(FILTERS, address)
  slot.kernel.open(slot.address, address, 0)

  const found = verdicts(sieveIn(slot), [...HITS, ...MISSES])

  expect(FILTERS.length).toBeGreaterThan(512)
  expect(found).toEqual(EXPECTED)
})

test('the sieve finds keys, values, escapes and line feeds wherever they fall on vectors and pieces', () => {
  const sieve = sieveIn(slotOf(sharedSieve()))
  const wrong: string[] = []

  for (const record of [...HITS, ...ESCAPED]) {
    for (const before of [...Array(130).keys(), ...Array.from({ length: 130 }, (_, i) => 16_300 + i)]) {
      const padded = Buffer.from(`{"Other":"${'x'.repeat(before)}",${record.slice(1)}`)
      sieve.block.set(padded)
      sieve.block[padded.length] = 0x0a
      const scan = sieve.scanLines(0, padded.length + 1, 1 << 20)
      const isStop = scan.lineCount === 1 && scan.stopCount === 1
      if (!isStop || !sieve.mayMatch(padded, 0, padded.length)) wrong.push(`${before} ${record}`)
    }
  }

  expect(wrong).toEqual([])
})

test('a list of waiting values that fills up within a line loses none of them', () => {
  const sieve = sieveIn(slotOf(sharedSieve()))
  const member = (value: string): string => `"SHA1":"${value}"`
  const dropped: number[] = []

  for (const place of [0, 1022, 1023, 1024, 1025, 2046, 2047, 2048, 2999]) {
    const members = Array.from({ length: 3000 }, (_, i) => member(i === place ? DIGEST : 'x'))
    const text = Buffer.from(`{}\n{${members.join(',')}}\n{"SHA1":"y"}\n`)
    sieve.block.set(text)
    const scan = sieve.scanLines(0, text.length, 1 << 20)
    if ([...scan.stops.subarray(0, scan.stopCount)].join() !== '1') dropped.push(place)
  }

  expect(dropped).toEqual([])
  const counts = [...sieve.observed].filter((count) => count > 0)
  expect(counts).toEqual([9 * 3001])
})

test('what waited stops its own line, however many came after it, and no other', () => {
  const sieve = sieveIn(slotOf(sharedSieve()))
  const sought = [...HITS, String.raw`{"SHA1":"a94\u0061"}`, String.raw`{"RemoteUrl":"https:\u002f/x"}`]
  const clean = '{"SHA1":"","RemoteIP":null,"RemoteUrl":"a.example"}'
  const records = sought.flatMap((record, i) => [...Array.from({ length: i * 37 }, () => clean), record])
  const text = Buffer.from(`${records.join('\n')}\n`)
  sieve.block.set(text)

  const scan = sieve.scanLines(0, text.length, 1 << 20)

  const stopped = [...scan.stops.subarray(0, scan.stopCount)].map((line) => records[line])
  expect(stopped).toEqual(sought)
})

/** All spellings of a key in which some characters are escaped, with small and with large letters of hex. */
function escapedSpellings(key: string): readonly string[] {
  const spellings = Array.from(key).reduce(
    (all, character) => {
      const hex = character.charCodeAt(0).toString(16).padStart(4, '0')
      const ways = [character, `\\u${hex}`, `\\u${hex.toUpperCase()}`]
      return all.flatMap((before) => [...new Set(ways)].map((way) => before + way))
    },
    [''],
  )
  return spellings.filter((spelling) => spelling !== key)
}

test('lines with more values than wait at a time stop where they hit or are in doubt, and nowhere else', () => {
  const sieve = sieveIn(slotOf(sharedSieve()))
  const lines = Array.from({ length: 9_000 }, (_, i) => {
    const ip = i % 1023 === 1022 ? '203.0.113.7' : `198.51.${i >> 8}.${i & 255}`
    // Lists of 1,024 fill up within these lines; an escape among the digits is doubt.
    const sha1 = i % 1024 === 5 ? String.raw`ab\u0063` : DIGEST.replace('a9', 'b9')
    return `{"RemoteIP":"${ip}","SHA1":"${sha1}","RemoteUrl":"a.example"}`
  })
  const text = Buffer.from(`${lines.join('\n')}\n`)
  sieve.block.set(text)

  const { lineCount, stops, stopCount } = sieve.scanLines(0, text.length, 1 << 20)

  expect(lineCount).toBe(lines.length)
  const expected = lines.keys().filter((i) => i % 1023 === 1022 || i % 1024 === 5)
  expect([...stops.subarray(0, stopCount)]).toEqual([...expected])
  expect([...sieve.observed].filter((count) => count > 0)).toEqual([9_000, 9_000, 9_000])
})

test('a mapped key passes in every spelling with escaped characters, whichever they are', () => {
  const keys = ['k', 'Jz', 'm-o', 'name', 'KLMNO', 'ipAdr6']
  const sieve = KernelWithRules.open().sieve(keyTable(keys.map((key) => [key, 'ip'] as const)))
  const spellings = keys.flatMap(escapedSpellings)

  const dropped = spellings.filter((spelling) => {
    const record = Buffer.from(`{"${spelling}":"x"}`)
    return !sieve.mayMatch(record, 0, record.length)
  })

  expect(dropped).toEqual([])
  expect(spellings.length).toBeGreaterThan(300)
})

test('the kernel takes records that are made to be read again and again in linear time', () => {
  const sieve = sieveIn(slotOf(sharedSieve()))
  const pieces = [
    '"AdditionalFields":[',
    '"AdditionalFields":"\\',
    '" \\',
    '\\u0031',
    '"":',
    ' ',
    '\\',
    '\\\\"',
    'xSHA1":',
    '"SHA1":"',
    '"RemoteUrl":"',
  ]
  const records = pieces.map((piece) =>
    Buffer.from(`{"AdditionalFields":"${piece.repeat(1_000_000 / piece.length)}SHA1":`),
  )
  const before = performance.now()

  for (const record of records) sieve.mayMatch(record, 0, record.length)

  expect(performance.now() - before).toBeLessThan(2000)
})

test('the sieve counts and passes records that are larger than its block', () => {
  const sieve = sieveIn(slotOf(sharedSieve()))
  const record = Buffer.from(`{"SHA1":"x","Other":"${'x'.repeat(INPUT_BYTES)}","SHA1":"y"}`)

  const may = [record, record].map((bytes) => sieve.mayMatch(bytes, 0, bytes.length))

  expect(may).toEqual([true, true])
  expect(sieve.observed[0]).toBe(4)
})

test('a slot serves one sieve after the other, with nothing of the keys before', () => {
  const kernel = KernelWithRules.open()
  kernel.seek({ type: 'Sha1', fn: 'Equals', value: DIGEST })
  const record = Buffer.from(`{"first":"${DIGEST}","second":"x"}`)

  const first = kernel.sieve(keyTable([['first', 'sha1']])).mayMatch(record, 0, record.length)
  const other = kernel.sieve(keyTable([['second', 'sha1']]))
  const second = other.mayMatch(record, 0, record.length)

  expect([first, second]).toEqual([true, false])
  expect([...other.observed]).toEqual([1])
})

test('the sieve stays off with more keys than the kernel has room for', () => {
  const { slot } = KernelWithRules.open()
  const many = keyTable(Array.from({ length: 1025 }, (_, i) => [`key${i}`, 'ip'] as const))
  const long = keyTable(Array.from({ length: 300 }, (_, i) => [`${'k'.repeat(240)}${i}`, 'ip'] as const))

  expect(WasmSieve.open(many, slot)).toEqual({ off: 'more than 1024 keys are mapped' })
  expect(WasmSieve.open(long, slot)).toEqual({
    off: 'the mapped keys together are longer than 65536 bytes',
  })
})

test('a sieve takes as many keys as there is room for, of every length', () => {
  const kernel = KernelWithRules.open()
  kernel.seek({ type: 'IpAddress', fn: 'Equals', value: '203.0.113.7' })
  const names = Array.from({ length: 255 }, (_, i) => 'k'.repeat(i + 1))
  const table = keyTable(names.slice(0, 200).map((name) => [name, 'ip'] as const))
  const sieve = kernel.sieve(table)

  const found = names.map((name) => {
    const record = Buffer.from(`{"${name}":"203.0.113.7"}`)
    return sieve.mayMatch(record, 0, record.length)
  })

  expect(found).toEqual(names.map((_, i) => i < 200))
  expect([...sieve.observed]).toEqual(table.keys.map(() => 1))
})
