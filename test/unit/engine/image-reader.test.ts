import { describe, expect, test } from 'vitest'
import { compileRules } from '../../../src/engine/compile-rules.ts'
import { ImageFormatError } from '../../../src/engine/image-format-error.ts'
import { HEADER, IMAGE_VERSION } from '../../../src/engine/image-layout.ts'
import { IndexImage } from '../../../src/engine/image-reader.ts'
import { sealImage } from '../../../src/engine/image-writer.ts'
import { Matcher, typeIndexOf } from '../../../src/engine/matcher.ts'
import { buildRuleSet, definitionNamed } from '../../support/rule-set-builder.ts'
import type { RuleRow } from '../../support/rule-set-builder.ts'
import { sharedCopy } from '../../support/text-lists.ts'

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

  expect(() => image.indicator(4)).toThrow(RangeError)
  expect(() => image.indicator(-1)).toThrow(RangeError)
  expect(() => image.indicator(Number.NaN)).toThrow(RangeError)
})

test('the digest is 16 hex digits that follow the content', () => {
  const digests = [ROWS, ROWS, ROWS.slice(1)].map((rows) => IndexImage.open(imageOf(rows)).digest)

  expect(digests[0]).toMatch(/^[0-9a-f]{16}$/)
  expect(digests[1]).toBe(digests[0])
  expect(digests[2]).not.toBe(digests[0])
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

  test('when its accounting does not add up', () => {
    const image = withHeader('read', 99)
    sealImage(image)

    expect(failureOf(image)).toEqual({ code: 'bad-header', offset: HEADER.read * 4 })
  })

  test('and the message says what to do', () => {
    expect(() => IndexImage.open(withHeader('version', 3))).toThrow(
      'expected image version 2, found 3; compile the rules again',
    )
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
