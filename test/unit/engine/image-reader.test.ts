import { describe, expect, test } from 'vitest'
import { compileRules } from '../../../src/engine/compile-rules.ts'
import { ImageFormatError } from '../../../src/engine/image-format-error.ts'
import {
  alignSection,
  HEADER,
  HEADER_BYTES,
  HEADER_WORDS,
  IMAGE_VERSION,
  SECTIONS,
  TABLE_BYTES,
} from '../../../src/engine/image-layout.ts'
import { IndexImage } from '../../../src/engine/image-reader.ts'
import { Matcher, typeIndexOf } from '../../../src/engine/matcher.ts'
import { NO_TIME } from '../../../src/model/rule-set.ts'
import { buildRuleSet, definitionNamed } from '../../support/rule-set-builder.ts'
import type { RuleRow } from '../../support/rule-set-builder.ts'
import { sharedCopy } from '../../support/text-lists.ts'
import { sealImage } from '../../support/reseal.ts'

const ROWS: readonly RuleRow[] = [
  { definition: 'beta', Type: 'Sha1', Value: 'ab'.repeat(20), ExpiresAt: 500n, CreatedAt: 20n, Id: 12 },
  { definition: 'alpha', Type: 'IpAddress', Value: '2001:db8::1' },
  { definition: 'alpha', Type: 'IpAddress', Value: '192.0.2.1', Id: 3 },
  { definition: 'alpha', Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.evil.example' },
]

function imageOf(rows: readonly RuleRow[] = ROWS): Uint8Array {
  return compileRules(buildRuleSet(rows)).image
}

function failureOf(bytes: Uint8Array): Pick<ImageFormatError, 'code' | 'offset'> | null {
  try {
    IndexImage.open(bytes)
    return null
  } catch (error) {
    if (!(error instanceof ImageFormatError)) throw error
    return { code: error.code, offset: error.offset }
  }
}

function messageOf(bytes: Uint8Array): string {
  try {
    IndexImage.open(bytes)
    return ''
  } catch (error) {
    return error instanceof ImageFormatError ? `${error.name}: ${error.message}` : String(error)
  }
}

/** Sealed again, so that only what was changed is wrong. */
function sealed(image: Uint8Array): Uint8Array {
  sealImage(image)
  return image
}

function withHeader(field: keyof typeof HEADER, value: number): Uint8Array {
  const image = imageOf()
  new Uint32Array(image.buffer)[HEADER[field]] = value
  return image
}

test('an image gives back every indicator as it went in, in canonical order', () => {
  const image = IndexImage.open(imageOf())

  const indicators = Array.from({ length: image.indicatorCount }, (_, id) => image.indicator(id))

  const none = { Id: null, ExpiresAt: null, CreatedAt: null }
  expect(indicators).toEqual([
    { ...none, Id: 3, Type: 'IpAddress', DetectionFunction: 'Equals', Value: '192.0.2.1' },
    { ...none, Type: 'IpAddress', DetectionFunction: 'Equals', Value: '2001:db8::1' },
    { ...none, Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.evil.example' },
    {
      Id: 12,
      Type: 'Sha1',
      DetectionFunction: 'Equals',
      Value: 'ab'.repeat(20),
      ExpiresAt: 500n,
      CreatedAt: 20n,
    },
  ])
})

test('an image names the definition of every indicator and keeps definitions without any', () => {
  const image = IndexImage.open(
    compileRules(buildRuleSet(ROWS, { emptyDefinitions: ['gamma'], disabledDefinitions: ['gamma'] })).image,
  )

  expect(image.definitions).toEqual([
    definitionNamed('alpha'),
    definitionNamed('beta'),
    definitionNamed('gamma', false),
  ])
  expect([0, 1, 2, 3].map((id) => image.definitionOf(id))).toEqual([0, 0, 0, 1])
})

test('an image refuses to show an indicator that it does not have', () => {
  const image = IndexImage.open(imageOf())

  expect(() => image.indicator(4)).toThrow(new RangeError('expected an indicator below 4, found 4'))
  expect(() => image.indicator(-1)).toThrow(new RangeError('expected an indicator below 4, found -1'))
  expect(() => image.indicator(Number.NaN)).toThrow(RangeError)
})

test('an image names the stretches of ids of one definition, type and function, and where they end', () => {
  const image = IndexImage.open(imageOf())

  const runs = image.runs().map((run) => [run.from, run.to, run.definition, run.type, run.detectionFunction])

  const [sha1, ip, domain] = [typeIndexOf('Sha1'), typeIndexOf('IpAddress'), typeIndexOf('DomainName')]
  expect(runs).toEqual([
    [0, 2, 0, ip, 0],
    [2, 3, 0, domain, 2],
    [3, 4, 1, sha1, 0],
  ])
  expect(IndexImage.open(imageOf([])).runs()).toEqual([])
})

test('an image gives every hash type, function and kind of address back as it was written', () => {
  const values: readonly RuleRow[] = [
    { Type: 'Sha1', Value: '01'.repeat(20) },
    { Type: 'Sha256', Value: '23'.repeat(32) },
    { Type: 'Md5', Value: '45'.repeat(16) },
    { Type: 'Md5', Value: '46'.repeat(16) },
    { Type: 'Md5', DetectionFunction: 'StartWith', Value: 'abc' },
    { Type: 'IpAddress', Value: '192.0.2.1' },
    { Type: 'IpAddress', Value: '::1' },
    { Type: 'IpAddress', Value: '::2' },
    { Type: 'DomainName', Value: 'b.example' },
    { Type: 'DomainName', Value: 'a.example' },
    { Type: 'DomainName', DetectionFunction: 'EndWith', Value: 'xyz' },
    { Type: 'DomainName', DetectionFunction: 'Contains', Value: 'abc' },
  ]

  const image = IndexImage.open(imageOf(values))

  const back = Array.from({ length: image.indicatorCount }, (_, id) => image.indicator(id))
  expect(back).toHaveLength(values.length)
  for (const { Type, DetectionFunction = 'Equals', Value } of values)
    expect(back).toContainEqual(expect.objectContaining({ Type, DetectionFunction, Value }))
})

test('an image counts the indicators of a stretch that have expired, those of that very tick included', () => {
  const times = [undefined, 5n, 5n, 9n, undefined, 7n]
  const rows = times.map((ExpiresAt, i) => ({
    Type: 'DomainName' as const,
    Value: `h${i}.example`,
    ...(ExpiresAt === undefined ? {} : { ExpiresAt }),
  }))
  const image = IndexImage.open(imageOf(rows))

  expect([4n, 5n, 6n, 7n, 9n].map((now) => image.countExpired(0, 6, now))).toEqual([0, 2, 2, 3, 4])
  expect([0, 1, 2, 3, 4].map((from) => image.countExpired(from, 5, 9n))).toEqual([3, 3, 2, 1, 0])
  expect([0, 1, 2, 3, 6].map((to) => image.countExpired(0, to, 9n))).toEqual([0, 0, 1, 2, 4])
  expect(image.countExpired(2, 2, 9n)).toBe(0)
  expect(image.countExpired(0, 6, NO_TIME)).toBe(4)
  expect(IndexImage.open(imageOf()).countExpired(0, 4, 500n)).toBe(1)
})

test('an image says when each indicator expires and was created, and null where it never does', () => {
  const image = IndexImage.open(imageOf())

  expect([0, 1, 2, 3].map((id) => image.expiresAt(id))).toEqual([null, null, null, 500n])
  expect([0, 1, 2, 3].map((id) => image.createdAt(id))).toEqual([null, null, null, 20n])
})

test('an image keeps what its compiler counted and was asked for', () => {
  const rules = buildRuleSet([...ROWS, { ...ROWS[0]!, Id: 99 }, { ...ROWS[1]!, Enabled: false }])
  const compiled = compileRules(rules, { nonEqualsHash: 'reject', read: 20 })

  const image = IndexImage.open(compiled.image)

  expect(image.accounting).toEqual({
    read: 20,
    compiled: 4,
    duplicate: 1,
    disabled: 1,
    opaque: 0,
    rejected: 14,
  })
  expect(image.accounting).toEqual(compiled.accounting)
  expect(image.options).toEqual({ nonEqualsHash: 'reject' })
  expect(IndexImage.open(imageOf()).options).toEqual({ nonEqualsHash: 'allow' })
})

test('the digest is 16 hex digits that follow the content', () => {
  const digests = [ROWS, ROWS, ROWS.slice(1)].map((rows) => IndexImage.open(imageOf(rows)).digest)

  expect(digests[0]).toMatch(/^[0-9a-f]{16}$/)
  expect(digests[1]).toBe(digests[0])
  expect(digests[2]).not.toBe(digests[0])
})

test('the digest has 16 digits whatever the first of each half', () => {
  const digests = Array.from(
    { length: 40 },
    (_, i) => IndexImage.open(imageOf([{ Type: 'DomainName', Value: `h${i}.example` }])).digest,
  )

  expect(digests.filter((digest) => !/^[0-9a-f]{16}$/.test(digest))).toEqual([])
  expect(digests.some((digest) => digest[0] === '0')).toBe(true)
  expect(digests.some((digest) => digest[8] === '0')).toBe(true)
})

test('the bytes of an image stay the same until its version changes', () => {
  expect(IMAGE_VERSION).toBe(2)
  expect(IndexImage.open(imageOf()).digest).toBe('200c1c2a1f0e03c7')
})

test('an image opens from a slice of a larger buffer that starts anywhere', () => {
  const buffer = Buffer.concat([Buffer.from('xyz'), imageOf()])

  const image = IndexImage.open(buffer.subarray(3))

  expect(image.indicator(2).Value).toBe('.evil.example')
})

test('an image without indicators opens and matches nothing', () => {
  const image = IndexImage.open(imageOf([]))

  expect(image.indicatorCount).toBe(0)
  expect(image.definitions).toEqual([])
  expect(Matcher.open(image).matchText(typeIndexOf('IpAddress'), '192.0.2.1')).toEqual([])
})

test('adopted bytes answer like opened ones', () => {
  const bytes = sharedCopy(imageOf())
  IndexImage.open(bytes)

  const image = IndexImage.adopt(bytes)

  expect(image.bytes.buffer).toBe(bytes.buffer)
  expect(Matcher.open(image).matchText(typeIndexOf('DomainName'), 'x.evil.example')).toEqual([2])
})

describe('an image is refused with the code and the offset of what is wrong (D08)', () => {
  test('when it is another kind of file', () => {
    expect(failureOf(new TextEncoder().encode('{"alertDefinitions":[]}'))).toEqual({
      code: 'bad-magic',
      offset: 0,
    })
    expect(failureOf(withHeader('magic', 0x1b584644))).toEqual({ code: 'bad-magic', offset: 3 })
  })

  test('when it is empty or shorter than a header', () => {
    expect(failureOf(new Uint8Array(0))).toEqual({ code: 'truncated', offset: 0 })
    expect(failureOf(imageOf().slice(0, 100))).toEqual({ code: 'truncated', offset: 100 })
  })

  test('when it was written in the other byte order', () => {
    expect(failureOf(withHeader('byteOrder', 0x0d0c0b0a))).toEqual({ code: 'wrong-byte-order', offset: 4 })
  })

  test('when its version is older or newer', () => {
    expect(failureOf(withHeader('version', 0))).toEqual({ code: 'older-version', offset: 8 })
    expect(failureOf(withHeader('version', 3))).toEqual({ code: 'newer-version', offset: 8 })
  })

  test('when bytes were changed', () => {
    expect(failureOf(withHeader('indicatorCount', 5))).toEqual({
      code: 'bad-checksum',
      offset: HEADER.checksumLow * 4,
    })
  })

  test('when one half of its checksum is another', () => {
    for (const field of ['checksumLow', 'checksumHigh'] as const) {
      const image = imageOf()
      const words = new Uint32Array(image.buffer)
      words[HEADER[field]] = words[HEADER[field]]! ^ 1

      expect(failureOf(image)).toEqual({ code: 'bad-checksum', offset: HEADER.checksumLow * 4 })
    }
  })

  test('when it has another number of sections, or ends with their table', () => {
    const first = alignSection(HEADER_BYTES + TABLE_BYTES)
    const empty = withHeader('totalBytes', first).slice(0, first)

    expect(failureOf(sealed(withHeader('sectionCount', 3)))).toEqual({
      code: 'bad-section',
      offset: HEADER.sectionCount * 4,
    })
    expect(failureOf(sealed(empty))).toEqual({ code: 'bad-section', offset: HEADER_BYTES })
  })

  test('when its accounting does not add up', () => {
    const image = withHeader('read', 99)
    sealImage(image)

    expect(failureOf(image)).toEqual({ code: 'bad-header', offset: HEADER.read * 4 })
  })

  test('when its size is no size, smaller than a table of sections, or smaller than the file', () => {
    const image = imageOf()
    const longer = new Uint8Array(image.length + 64)
    longer.set(image)

    for (const size of [0, 64, image.length - 1]) {
      expect(failureOf(sealed(withHeader('totalBytes', size)))).toEqual({
        code: 'bad-header',
        offset: HEADER.totalBytes * 4,
      })
    }
    expect(failureOf(longer)).toEqual({ code: 'trailing-bytes', offset: image.length })
    expect(failureOf(image.subarray(0, image.length - 64))).toEqual({
      code: 'truncated',
      offset: image.length - 64,
    })
  })

  test('when its sections overlap, leave a gap, are cut or do not fill it', () => {
    const image = imageOf()
    const withTable = (word: number, change: number): Uint8Array => {
      const copy = image.slice()
      const words = new Uint32Array(copy.buffer)
      words[HEADER_WORDS + word] = words[HEADER_WORDS + word]! + change
      return sealed(copy)
    }
    const longer = new Uint8Array(image.length + 64)
    longer.set(image)
    new Uint32Array(longer.buffer)[HEADER.totalBytes] = longer.length

    // The first two sections: definitions, of bytes, and runs, of words.
    for (const [word, change] of [
      [0, 64],
      [2, 64],
      [2, -64],
      [3, 1],
    ] as const) {
      expect(failureOf(withTable(word, change))).toEqual({
        code: 'bad-section',
        offset: (HEADER_WORDS + (word & ~1)) * 4,
      })
    }
    expect(messageOf(withTable(0, 64))).toMatch(
      /expected section definitions at 832 in whole elements, found \d+ bytes at 896$/,
    )
    expect(failureOf(sealed(longer))).toEqual({ code: 'bad-section', offset: HEADER_BYTES })
  })

  test('and the message says what was expected and what to do', () => {
    const image = imageOf()
    const longer = new Uint8Array(image.length + 64)
    longer.set(image)
    new Uint32Array(longer.buffer)[HEADER.totalBytes] = longer.length
    const first = alignSection(HEADER_BYTES + TABLE_BYTES)

    expect([
      messageOf(withHeader('version', 3)),
      messageOf(withHeader('magic', 0)),
      messageOf(withHeader('byteOrder', 0x0d0c0b0a)),
      messageOf(withHeader('byteOrder', 0xabc)),
      messageOf(withHeader('indicatorCount', 5)),
      messageOf(new Uint8Array(0)),
      messageOf(image.subarray(0, 100)),
      messageOf(image.subarray(0, HEADER_BYTES)),
      messageOf(sealed(withHeader('totalBytes', 64))),
      messageOf(image.subarray(0, image.length - 64)),
      messageOf(sealed(withHeader('sectionCount', 3))),
      messageOf(sealed(longer)),
      messageOf(new Uint8Array([...image, 0])),
    ]).toEqual([
      'ImageFormatError: expected image version 2, found 3; compile the rules again',
      'ImageFormatError: expected an index image, found another kind of file',
      'ImageFormatError: expected a little-endian image, found a big-endian one; compile the rules on a little-endian machine',
      'ImageFormatError: expected a little-endian image, found abc; compile the rules on a little-endian machine',
      'ImageFormatError: expected bytes that fit their checksum, found altered ones; compile the rules again',
      'ImageFormatError: expected 128 bytes, found 0',
      'ImageFormatError: expected 128 bytes, found 100',
      `ImageFormatError: expected ${image.length} bytes, found 128`,
      `ImageFormatError: expected a size in blocks of 64 bytes, at least ${first}, found 64`,
      `ImageFormatError: expected ${image.length} bytes, found ${image.length - 64}`,
      `ImageFormatError: expected ${SECTIONS.length} sections, found 3`,
      `ImageFormatError: expected sections that end at ${longer.length}, found ${image.length}`,
      `ImageFormatError: expected ${image.length} bytes, found ${image.length + 1}`,
    ])
  })
})

test('an image that claims more sections or a larger size than it has is refused before allocation (D12)', () => {
  const sections = withHeader('sectionCount', 0xffffffff)
  const size = withHeader('totalBytes', 0xffffffc0)
  sealImage(sections)
  sealImage(size)

  expect(failureOf(sections)?.code).toBe('bad-section')
  expect(failureOf(size)?.code).toBe('truncated')
})

test('an image gives names back under the ids of their rows, whichever buckets they are in', () => {
  const names = Array.from({ length: 60 }, (_, i) => `h${i + 10}.example`)
  const image = IndexImage.open(imageOf(names.map((Value) => ({ Type: 'DomainName', Value }))))

  expect(names.map((_, id) => image.indicator(id).Value)).toEqual(names)
})

test('an image gives each of several names back where two definitions share one of them', () => {
  const rows = [
    ['alpha', 'b.example'],
    ['alpha', 'c.example'],
    ['beta', 'a.example'],
    ['beta', 'b.example'],
  ].map(([definition, Value]): RuleRow => ({ definition: definition!, Type: 'DomainName', Value: Value! }))

  const image = IndexImage.open(imageOf(rows))

  expect(rows.map((_, id) => image.indicator(id).Value)).toEqual(rows.map(({ Value }) => Value))
})
