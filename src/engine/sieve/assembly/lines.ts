import { LINE_FLAG, STOPS, slot } from './slot.ts'

/** What `LINE_FLAG` says of a line or row that is none or no plain one: a survivor is 1. */
export const ODD_LINE: u8 = 2

/** What the last call of `scanLines` or `scanRows` found. */
export let lineCount: u32 = 0
export let stopCount: u32 = 0

export function beginLines(): void {
  lineCount = 0
}

@inline
export function nextLine(): void {
  lineCount += 1
}

/** Writes the indices of all lines that have a flag to STOPS. */
export function listStops(): void {
  stopCount = 0
  const flags = slot + LINE_FLAG
  const stops = slot + STOPS
  const count = <usize>lineCount
  for (let i: usize = 0; i < count; i += 16) {
    let bits = <u32>i8x16.bitmask(i8x16.ne(v128.load(flags + i), i8x16.splat(0)))
    while (bits != 0) {
      const index = i + <usize>ctz(bits)
      if (index < count) {
        store<u32>(stops + ((<usize>stopCount) << 2), <u32>index)
        stopCount++
      }
      bits &= bits - 1
    }
  }
}
