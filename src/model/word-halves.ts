// Where the halves of 64 bits stand in a typed array of 32-bit numbers over the same memory: that depends on the machine.
const IS_LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1

export const LOW_HALF: 0 | 1 = IS_LITTLE_ENDIAN ? 0 : 1
export const HIGH_HALF: 0 | 1 = IS_LITTLE_ENDIAN ? 1 : 0
