import { firstLanes, LANES, resultOf } from '../checksum.ts'
import type { SectionProofs } from '../section-proofs.ts'
import type { HashSeed } from '../key-hash.ts'
import type { PostingFacts, PostingSections } from '../posting-sections.ts'
import type { TextList } from '../text-list.ts'
import type { AutomatonNodes, TrieNodes } from '../trie-nodes.ts'
import { enterOdds } from './block-mixer.ts'
import { compileKernel, instantiateKernel, type Kernel } from './kernel.ts'
import { CHECK_LANES_OFFSET, PAGE_BYTES } from './kernel-layout.ts'
import { type ImageSpace, imageSpaceOf } from './image-space.ts'
import { provePostings } from './prove-postings.ts'
import type { WasmMemory, WasmModule } from './web-assembly.ts'

/** Bytes that the kernel looks at in one call: between calls the platform may put faster code in the place of slow. */
const PIECE_BYTES = 262_144
/** Buckets of keys, for the same reason. */
const PIECE_BUCKETS = 256
/** Behind the lanes and the odd numbers: one block. */
const HEAD_OFFSET = 256

/**
 * A memory of the kernel's with room for an image: it is read into there, proven there by the kernel, and shared with all
 * threads together with the filters that it holds.
 */
export class ImageMemory implements SectionProofs {
  readonly module: WasmModule
  readonly memory: WasmMemory
  /** The image's place; whoever reads it writes here. */
  readonly bytes: Uint8Array<SharedArrayBuffer>
  readonly #kernel: Kernel

  private constructor(module: WasmModule, { memory, bytes }: ImageSpace) {
    this.module = module
    this.memory = memory
    this.bytes = bytes
    this.#kernel = instantiateKernel(module, memory)
  }

  /** Room for an image of so many bytes, or null where there is no kernel or no such memory. */
  static reserve(byteLength: number): ImageMemory | null {
    const space = imageSpaceOf(byteLength)
    return space === null ? null : ImageMemory.over(space)
  }

  /** The memory that a space is part of, or null where there is no kernel. */
  static over(space: ImageSpace): ImageMemory | null {
    const module = compileKernel()
    return module === null ? null : new ImageMemory(module, space)
  }

  checksumOf(words: Uint32Array, skipped: number): ReturnType<typeof resultOf> {
    const lanes = enterOdds(this.memory.buffer)
    lanes.set(firstLanes())
    // The block that holds the checksum is mixed from a copy without it, which stands behind the lanes.
    const head = new Uint32Array(this.memory.buffer, CHECK_LANES_OFFSET + HEAD_OFFSET, LANES)
    head.set(words.subarray(0, LANES))
    head.fill(0, skipped, skipped + 2)
    this.#kernel.mixBlocks(head.byteOffset, head.byteOffset + head.byteLength)
    const end = words.byteOffset + words.byteLength
    for (let at = words.byteOffset + head.byteLength; at < end; at += PIECE_BYTES)
      this.#kernel.mixBlocks(at, Math.min(end, at + PIECE_BYTES))
    return resultOf(lanes)
  }

  isKeySet(directory: Uint32Array, keys: Uint32Array, keyWords: number): boolean {
    const bucketCount = directory.length - 1
    const count = keys.length / keyWords
    for (let from = 0; from < bucketCount; from += PIECE_BUCKETS) {
      const to = Math.min(bucketCount, from + PIECE_BUCKETS)
      const { byteOffset } = directory
      if (this.#kernel.areBuckets(byteOffset, from, to, bucketCount, keys.byteOffset, count, keyWords) === 0)
        return false
    }
    return true
  }

  doAscend({ byteOffset, length }: Uint32Array, last: number): boolean {
    return this.#kernel.ascends(byteOffset, length, last) !== 0
  }

  lengthsOf({ count, offset }: Pick<TextList, 'count' | 'offset'>, limit: number): number {
    return this.#kernel.lengthsOf(offset.byteOffset, count, limit)
  }

  arePrintable({ byteOffset, length }: Uint8Array): boolean {
    for (let at = 0; at < length; at += PIECE_BYTES) {
      const end = Math.min(length, at + PIECE_BYTES)
      if (this.#kernel.arePrintable(byteOffset + at, byteOffset + end) === 0) return false
    }
    return true
  }

  areTextsInBuckets(directory: Uint32Array, { offset, bytes }: TextList, { low, high }: HashSeed): boolean {
    const { byteOffset, length } = directory
    return (
      this.#kernel.textsInBuckets(byteOffset, length - 1, offset.byteOffset, bytes.byteOffset, low, high) !==
      0
    )
  }

  isTrie(nodes: TrieNodes, texts: TextList, step: 1 | -1): boolean {
    const { firstChild, label, pattern } = nodes
    return (
      this.#kernel.isTrie(
        firstChild.byteOffset,
        label.byteOffset,
        pattern.byteOffset,
        label.length,
        texts.offset.byteOffset,
        texts.bytes.byteOffset,
        texts.count,
        step === 1 ? 0 : 1,
      ) !== 0
    )
  }

  areLinks({ firstChild, label, pattern, fail, output }: AutomatonNodes): boolean {
    return (
      this.#kernel.areLinks(
        firstChild.byteOffset,
        label.byteOffset,
        pattern.byteOffset,
        label.length,
        fail.byteOffset,
        output.byteOffset,
      ) !== 0
    )
  }

  arePostings(sections: PostingSections, facts: PostingFacts): boolean {
    const waiting = this.#scratch(Math.ceil(facts.indicatorCount / 32) * 4)
    return waiting !== null && provePostings(this.#kernel, sections, facts, waiting)
  }

  /** So many bytes behind all others, or null where there are none left. */
  #scratch(byteLength: number): Uint8Array | null {
    try {
      const address = this.memory.grow(Math.ceil(byteLength / PAGE_BYTES)) * PAGE_BYTES
      return new Uint8Array(this.memory.buffer, address, byteLength)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      return null
    }
  }
}
