import { crc32, gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import {
  type Compression,
  type DecompressionProblem,
  decompress,
  sniffCompression,
} from '../../../src/logs/decompress.ts'

const FIRST = Buffer.from(Array.from({ length: 250 }, (_, i) => `{"n":${Math.sqrt(i)}}\n`).join(''))
const SECOND = Buffer.from('{"last":true}\n')

async function decoded(
  kind: Compression,
  input: Uint8Array,
  size: number,
  maxRatio: number | null = null,
): Promise<{ readonly text: string; readonly problems: readonly DecompressionProblem[] }> {
  const problems: DecompressionProblem[] = []
  const blocks: Uint8Array[] = []
  const chunks = Array.from({ length: Math.ceil(input.length / size) }, (_, i) =>
    input.subarray(i * size, (i + 1) * size),
  )
  for await (const block of decompress(kind, chunks, (problem) => problems.push(problem), { maxRatio })) {
    blocks.push(Uint8Array.from(block))
  }
  return { text: Buffer.concat(blocks).toString('latin1'), problems }
}

const FORMATS = [
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
] as const
const SIZES = [1, 13, 1_000_000]

test('compression is recognised by the first bytes', () => {
  expect(sniffCompression(gzipSync('x'))).toBe('gzip')
  expect(sniffCompression(zstdCompressSync('x'))).toBe('zstd')
  expect(sniffCompression(Buffer.from([0x5a, 0x2a, 0x4d, 0x18]))).toBe('zstd')
  expect(sniffCompression(SECOND)).toBe('none')
  expect(sniffCompression(new Uint8Array(0))).toBe('none')
})

test('what is not compressed passes as it is', async () => {
  expect(await decoded('none', SECOND, 3)).toEqual({ text: SECOND.toString('latin1'), problems: [] })
})

test.each(FORMATS)('C14 %s: all members are read when they follow each other', async (kind, compress) => {
  const input = Buffer.concat([compress(FIRST), compress(''), compress(SECOND)])

  for (const size of SIZES) {
    expect(await decoded(kind, input, size)).toEqual({
      text: Buffer.concat([FIRST, SECOND]).toString('latin1'),
      problems: [],
    })
  }
})

/** Around the decoder's blocks, and far from them. */
const LENGTHS = [0, 1, 131_071, 131_072, 131_073, 0, 700, 1_048_575, 1_048_576, 1_048_577, 3_000_000, 12]

test.each(FORMATS)(
  'C14 %s: members of every length around a block are read whole',
  async (kind, compress) => {
    const members = LENGTHS.map((length, i) => Buffer.alloc(length, `${i} `.repeat(40 + i)))
    const input = Buffer.concat(members.map((member) => compress(member)))

    for (const size of [997, 1_000_000]) {
      const { text, problems } = await decoded(kind, input, size)

      expect(problems).toEqual([])
      expect(text === Buffer.concat(members).toString('latin1')).toBe(true)
    }
  },
)

test.each(FORMATS)(
  '%s: memory of a block is given back when the next one is asked for',
  async (kind, compress) => {
    const input = compress(Buffer.alloc(8 * 1024 * 1024, 'abc'))
    const given: number[] = []
    let before: Uint8Array = new Uint8Array(0)

    for await (const block of decompress(kind, [input], () => undefined)) {
      given.push(before.buffer.byteLength)
      before = block
    }

    expect(given.length).toBeGreaterThan(7)
    expect(given.slice(0, 8)).toEqual(Array.from({ length: 8 }, () => 0))
  },
)

test.each(FORMATS)(
  'C14 %s: a truncated member is an error with its offset, and what came before stands',
  async (kind, compress) => {
    const first = compress(FIRST)
    const input = Buffer.concat([first, compress(FIRST).subarray(0, first.length - 12)])

    for (const size of SIZES) {
      const { text, problems } = await decoded(kind, input, size)

      expect(problems).toEqual([
        { severity: 'error', message: 'the compressed data are cut off', offset: expect.any(Number) },
      ])
      expect(problems[0]?.offset).toBeGreaterThan(first.length)
      expect(problems[0]?.offset).toBeLessThanOrEqual(input.length)
      expect(text.startsWith(FIRST.toString('latin1'))).toBe(true)
    }
  },
)

test.each(FORMATS)('C14 %s: trailing garbage is a warning', async (kind, compress) => {
  const first = compress(FIRST)
  const input = Buffer.concat([first, Buffer.from('garbage')])

  for (const size of SIZES) {
    const { text, problems } = await decoded(kind, input, size)

    expect(text).toBe(FIRST.toString('latin1'))
    expect(problems.map(({ severity, offset }) => [severity, offset])).toEqual([['warning', first.length]])
  }
})

test.each(FORMATS)('C14 %s: damage is an error and never an exception', async (kind, compress) => {
  const input = Buffer.from(compress(FIRST))
  input.fill(0xff, 10, 18)

  const { problems } = await decoded(kind, input, 64)

  expect(problems.map(({ severity }) => severity)).toEqual(['error'])
})

test('C14 gzip: a wrong checksum is an error', async () => {
  const input = Buffer.from(gzipSync(SECOND))
  input.writeUInt32LE(crc32(SECOND) ^ 1, input.length - 8)

  const { text, problems } = await decoded('gzip', input, 5)

  expect(text).toBe(SECOND.toString('latin1'))
  expect(problems).toHaveLength(1)
})

test('C14 gzip: optional header fields are passed over', async () => {
  const plain = gzipSync(SECOND)
  const header = Buffer.from([0x1f, 0x8b, 8, 4 | 8 | 16 | 2, 0, 0, 0, 0, 0, 3])
  const fields = Buffer.from('\x03\0abcname\0comment\0\x12\x34', 'latin1')
  const input = Buffer.concat([header, fields, plain.subarray(10)])

  expect(await decoded('gzip', input, 4)).toEqual({ text: SECOND.toString('latin1'), problems: [] })
})

test.each(FORMATS)(
  'C15 %s: a bomb is streamed in bounded blocks and stopped at the ratio limit',
  async (kind, compress) => {
    const bomb = compress(Buffer.alloc(64 * 1024 * 1024))
    let bytes = 0
    let largestBlock = 0
    const problems: DecompressionProblem[] = []

    for await (const block of decompress(kind, [bomb], (problem) => problems.push(problem), {
      maxRatio: null,
    })) {
      bytes += block.length
      largestBlock = Math.max(largestBlock, block.length)
    }
    const limited = await decoded(kind, bomb, 1024, 100)

    expect(bytes).toBe(64 * 1024 * 1024)
    expect(largestBlock).toBeLessThanOrEqual(1024 * 1024)
    expect(problems).toEqual([])
    expect(limited.problems[0]?.message).toContain('100 times')
    expect(limited.text.length).toBeLessThan(4 * 1024 * 1024)
  },
)

test.each(FORMATS)('%s: the source is closed when the reader stops early', async (kind, compress) => {
  let isClosed = false
  const input = compress(FIRST)
  function* source(): Generator<Uint8Array, void, void> {
    try {
      for (let i = 0; i < input.length; i += 100) yield input.subarray(i, i + 100)
    } finally {
      isClosed = true
    }
  }

  for await (const block of decompress(kind, source(), () => undefined)) {
    expect(block.length).toBeGreaterThan(0)
    break
  }

  expect(isClosed).toBe(true)
})
