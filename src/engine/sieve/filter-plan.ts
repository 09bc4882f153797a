import { DOMAIN_TEXT_LIMIT } from '../../model/indicator.ts'
import { damaged } from '../image-format-error.ts'
import { verifyDirectory } from '../key-set.ts'
import type { SectionProofs } from '../section-proofs.ts'
import type { TextList } from '../text-list.ts'
import { type FilterPatterns, patternCount } from './filter-patterns.ts'

/**
 * What the kernel asks instead of the image, in one block of bytes that may lie anywhere on 64 bytes (offsets from its start):
 *
 *   u32  seed low, high | bloom offset, words | directory offset, buckets | tags offset | pad
 *   pad to 64, then 15 affix filters by type and function: u32 bitset offset, shift, gram, classes
 *   at 512, each on 64 bytes: bloom u64[words] | directory u32[buckets + 1] | tags u16[patterns + 8] | bitsets
 *
 * Every pattern is one 64-bit key: a digest's first bytes, or a hash. Key k sets three bits of a Bloom word, and its
 * tag, 16 bits of it, stands in its bucket: 12.8 + 16 + 4 bits a pattern, and no digest.
 */
export interface FilterPlan {
  readonly keyCount: number
  /** The block's first `FILTERS_START` bytes. */
  readonly header: Uint32Array
  /** Of the whole block. */
  readonly bytes: number
  /** The parts behind the header, in order; between them is zero. */
  readonly parts: readonly FilterPart[]
}

interface FilterPart {
  readonly offset: number
  readonly bytes: number
}

export const FILTERS_START = 512
/** Word of the header at which the affix filters begin, and words of each. */
export const AFFIX_WORD = 16
export const AFFIX_WORDS = 4
export const AFFIX_FUNCTION_COUNT = 3
const BLOOM_WORDS_PER_KEY = 0.2
const KEYS_PER_BUCKET = 8
/** A vector of tags is read at once. */
const TAG_PADDING = 8
/** Bits of an affix bitset per pattern, and the limits of its size as powers of two: the largest fits a second-level cache. */
const AFFIX_BITS = 16
const AFFIX_LEAST = 10
const AFFIX_MOST = 20
const LONGEST_GRAM = 8

/** Lengths of grams: that of a pattern is the longest that is not longer than it. */
export const CLASS_LENGTHS: readonly number[] = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32]

/** Index into `CLASS_LENGTHS` for a pattern of so many bytes. */
export function affixClassOf(length: number): number {
  let index = CLASS_LENGTHS.length - 1
  while (index > 0 && CLASS_LENGTHS[index]! > length) index -= 1
  return index
}

/** Where everything stands in the filters for these patterns. It follows from their numbers and lengths alone. */
export function planFilters(patterns: FilterPatterns, proofs: SectionProofs | null = null): FilterPlan {
  const keyCount = patternCount(patterns)
  const header = new Uint32Array(FILTERS_START / 4)
  const parts: FilterPart[] = []
  let end = FILTERS_START
  const place = (bytes: number, padding = 0): number => {
    const offset = end
    parts.push({ offset, bytes })
    end = align(offset + bytes + padding)
    return offset
  }
  const words = Math.max(1, Math.ceil(keyCount * BLOOM_WORDS_PER_KEY))
  const buckets = Math.max(1, Math.ceil(keyCount / KEYS_PER_BUCKET))
  header[0] = patterns.seed.low
  header[1] = patterns.seed.high
  header[2] = place(words * 8)
  header[3] = words
  header[4] = place((buckets + 1) * 4)
  header[5] = buckets
  header[6] = place(keyCount * 2, TAG_PADDING * 2)
  patterns.affixes.forEach((texts, i) => {
    if (texts.count === 0) return
    const power = 32 - Math.clz32(texts.count * AFFIX_BITS - 1) // of the least power of two with so many bits
    const bits = Math.min(AFFIX_MOST, Math.max(AFFIX_LEAST, power))
    const { shortest, classes } = lengthsOf(texts, proofs)
    header.set(
      [place(2 ** bits / 8), 64 - bits, Math.min(LONGEST_GRAM, shortest), classes],
      AFFIX_WORD + i * AFFIX_WORDS,
    )
  })
  return { keyCount, header, bytes: end, parts }
}

/** The shortest text, longer ones than all grams taken for equal, and a bit for every class of length that occurs. */
function lengthsOf(
  texts: TextList,
  proofs: SectionProofs | null,
): { readonly shortest: number; readonly classes: number } {
  const seen = proofs?.lengthsOf(texts, DOMAIN_TEXT_LIMIT) ?? seenLengths(texts)
  let classes = 0
  for (let length = 32; length > 0; length -= 1)
    if ((seen & (1 << (length - 1))) !== 0) classes |= 1 << affixClassOf(length)
  return { shortest: 32 - Math.clz32(seen & -seen), classes }
}

/** Bit n - 1 for every text of n bytes, and bit 31 for all from 32 on. */
function seenLengths({ count, offset }: TextList): number {
  let seen = 0
  for (let i = 0; i < count; i += 1) {
    const length = offset[i + 1]! - offset[i]! // i < count; there is one offset more
    seen |= 1 << (Math.min(length, 32) - 1)
  }
  return seen
}

/**
 * Throws unless a block of filters can be asked without reading beyond it. That it knows every pattern is not proven: whoever
 * seals an image with filters that know fewer loses his own hits, and nothing else.
 */
export function verifyFilters(
  filters: Uint8Array,
  patterns: FilterPatterns,
  offset: number,
  proofs: SectionProofs | null = null,
): void {
  const { header, bytes, parts, keyCount } = planFilters(patterns, proofs)
  if (filters.length !== bytes) throw damaged(offset, `${bytes} bytes of filters`, `${filters.length}`)
  const words = new Uint32Array(filters.buffer, filters.byteOffset, bytes / 4)
  for (let i = 0; i < header.length; i += 1) {
    if (words[i] !== header[i])
      throw damaged(offset + i * 4, `${header[i]} in the filters' plan`, `${words[i]}`)
  }
  parts.forEach((part, i) => {
    const next = parts[i + 1]?.offset ?? bytes
    for (let at = part.offset + part.bytes; at < next; at += 1)
      if (filters[at] !== 0) throw damaged(offset + at, 'zero between filters', `${filters[at]}`)
  })
  const [, directory] = parts
  if (directory === undefined) return
  const first = directory.offset / 4
  const buckets = directory.bytes / 4 - 1
  const tags = words.subarray(first, first + buckets + 1)
  verifyTagDirectory(tags, keyCount, offset + directory.offset, proofs)
}

function verifyTagDirectory(
  directory: Uint32Array,
  keyCount: number,
  offset: number,
  proofs: SectionProofs | null,
): void {
  if (keyCount > 0) verifyDirectory(directory, directory.length - 1, keyCount, offset, proofs)
  else if (directory.some((end) => end !== 0)) throw damaged(offset, 'no tags', 'some')
}

/** What a type and function takes of the filters, in bytes: its keys, and for affixes a bitset. */
export function filterBytesOf(
  { header, keyCount, parts }: FilterPlan,
  patterns: number,
  affix: number,
): number {
  const [bloom, directory, tags] = parts
  const shared = (bloom?.bytes ?? 0) + (directory?.bytes ?? 0) + (tags?.bytes ?? 0)
  const shift = affix < 0 ? 0 : (header[AFFIX_WORD + affix * AFFIX_WORDS + 1] ?? 0)
  return Math.round((shared * patterns) / Math.max(1, keyCount)) + (shift === 0 ? 0 : 2 ** (64 - shift) / 8)
}

function align(offset: number): number {
  return Math.ceil(offset / 64) * 64
}
