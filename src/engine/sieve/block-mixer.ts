import { HIGH_ODD, LANES, LOW_ODD, type BlockMixer } from '../checksum.ts'
import { copyBytes } from './copy-bytes.ts'
import { compileKernel, instantiateKernel } from './kernel.ts'
import { CHECK_LANES_OFFSET, PAGE_BYTES } from './kernel-layout.ts'
import { sharedMemory } from './web-assembly.ts'

/** Words that are carried into the memory at a time; they stay in the second-level cache. */
const PIECE_WORDS = 65_536

/** Mixes words into a checksum in a small memory of the kernel's, or null where there is none. */
export function openBlockMixer(): BlockMixer | null {
  const module = compileKernel()
  if (module === null) return null
  const memory = sharedMemory(1 + (PIECE_WORDS * 4) / PAGE_BYTES)
  const kernel = instantiateKernel(module, memory)
  const inMemory = enterOdds(memory.buffer)
  const piece = new Uint8Array(memory.buffer, PAGE_BYTES)
  return (words, start, end, lanes) => {
    inMemory.set(lanes)
    for (let at = start; at < end; at += PIECE_WORDS) {
      const part = words.subarray(at, Math.min(end, at + PIECE_WORDS))
      copyBytes(part, piece)
      kernel.mixBlocks(PAGE_BYTES, PAGE_BYTES + part.byteLength)
    }
    lanes.set(inMemory)
  }
}

/** Writes behind the place of the lanes what the kernel multiplies with, and gives that place. */
export function enterOdds(memory: SharedArrayBuffer): Int32Array {
  const odds = new Int32Array(memory, CHECK_LANES_OFFSET + 2 * LANES * 4, 8)
  odds.fill(LOW_ODD, 0, 4)
  odds.fill(HIGH_ODD, 4)
  return new Int32Array(memory, CHECK_LANES_OFFSET, 2 * LANES)
}
