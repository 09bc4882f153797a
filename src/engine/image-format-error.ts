/** Why an image is refused. Stable: programs compare them. */
export type ImageFormatCode =
  | 'big-endian-host'
  | 'truncated'
  | 'trailing-bytes'
  | 'bad-magic'
  | 'wrong-byte-order'
  | 'older-version'
  | 'newer-version'
  | 'bad-checksum'
  | 'bad-header'
  | 'bad-section'
  | 'bad-structure'
  | 'bad-definitions'

/** An image that cannot be trusted; `offset` is the byte where it went wrong, as nearly as it is known. */
export class ImageFormatError extends Error {
  readonly code: ImageFormatCode
  readonly offset: number

  constructor(code: ImageFormatCode, offset: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ImageFormatError'
    this.code = code
    this.offset = offset
  }
}

/** The error for a section whose content breaks the layout's promises. */
export function damaged(offset: number, expected: string, found: string): ImageFormatError {
  return new ImageFormatError('bad-structure', offset, `expected ${expected}, found ${found}`)
}
