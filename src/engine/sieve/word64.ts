/**
 * An unsigned number of 64 bits that is changed in place: `bigint` would allocate at every step. Both halves are kept as
 * signed or unsigned 32-bit numbers; readers that compare them take `>>> 0`.
 */
export class Word64 {
  low = 0
  high = 0

  set(high: number, low: number): this {
    this.high = high
    this.low = low
    return this
  }

  xor(high: number, low: number): this {
    this.high ^= high
    this.low ^= low
    return this
  }

  /** Modulo 2^64. */
  add(high: number, low: number): this {
    const sum = (this.low >>> 0) + (low >>> 0)
    this.low = sum >>> 0
    this.high = (this.high + high + (sum > 0xffffffff ? 1 : 0)) | 0
    return this
  }

  /** Modulo 2^64. */
  multiply(high: number, low: number): this {
    this.high = (highProduct(this.low, low) + Math.imul(this.low, high) + Math.imul(this.high, low)) | 0
    this.low = Math.imul(this.low, low)
    return this
  }

  /** `x ^ x >> 32`. */
  foldBy32(): this {
    this.low ^= this.high
    return this
  }

  /** `x ^ x >> 29`. */
  foldBy29(): this {
    this.low ^= (this.low >>> 29) | (this.high << 3)
    this.high ^= this.high >>> 29
    return this
  }
}

/** The upper half of the product of two unsigned 32-bit numbers. */
export function highProduct(left: number, right: number): number {
  const leftLow = left & 0xffff
  const leftHigh = left >>> 16
  const rightLow = right & 0xffff
  const rightHigh = right >>> 16
  const middle = leftHigh * rightLow + ((leftLow * rightLow) >>> 16) // all sums stay below 2^32
  const cross = leftLow * rightHigh + (middle & 0xffff)
  return (leftHigh * rightHigh + (middle >>> 16) + (cross >>> 16)) >>> 0
}
