import { expect, test } from 'vitest'
import { IMAGE_BYTES_LIMIT, SECTIONS } from '../../../src/engine/image-layout.ts'
import { writeImage } from '../../../src/engine/image-writer.ts'

const FIELDS = {
  seedLow: 0,
  seedHigh: 0,
  options: 0,
  indicatorCount: 0,
  patternCount: 0,
  read: 0,
  duplicate: 0,
  disabled: 0,
  opaque: 0,
  rejected: 0,
}

test('an image of more than 4 GiB is refused before memory is taken for it', () => {
  // Says that it is large, and has no bytes.
  const large = { buffer: new ArrayBuffer(0), byteOffset: 0, byteLength: 2 ** 32 }

  expect(() => writeImage(FIELDS, new Map([[SECTIONS.length - 1, large]]))).toThrow(
    expect.objectContaining({
      name: 'CompileError',
      code: 'limit',
      message: expect.stringMatching(
        new RegExp(
          `^expected an image of at most ${IMAGE_BYTES_LIMIT} bytes, found 42949\\d+; split the rules$`,
        ),
      ),
    }),
  )
})
