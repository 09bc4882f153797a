import { getDomain } from 'tldts'
import { IdList } from '../../engine/id-list.ts'
import {
  FUNCTION_CONTAINS,
  FUNCTION_END_WITH,
  FUNCTION_EQUALS,
  STRUCTURES,
  TYPE_DOMAIN,
  TYPE_IP,
} from '../../engine/image-layout.ts'
import type { IndexImage } from '../../engine/image-reader.ts'
import { hexOfKey } from '../../engine/value-key.ts'
import { ipBytes } from '../../canonical/ip.ts'
import type { IndicatorType } from '../../model/indicator.ts'
import { DETECTION_FUNCTIONS, HASH_DIGITS, INDICATOR_TYPES } from '../../model/indicator.ts'
import { PLACE_OF } from './difference.ts'
import type { ByteRange, Distance, PatternPlace } from './edit-distance.ts'
import { bytesPresent, countMissing, editDistance, nearEdits } from './edit-distance.ts'
import type { NearIndicator } from './nearest-list.ts'
import { NearestList } from './nearest-list.ts'

/** Indicators shown per observable. */
export const NEAREST_LIMIT = 5
/** A fragment below this many characters stands somewhere in nearly every value, which tells nothing. */
const TELLING_FRAGMENT = 4
/** Leading bits that make two addresses neighbours: a /24, and the part of an IPv6 address that names a site. */
const NEIGHBOUR_BITS = { 4: 24, 16: 48 } as const

/** How many indicator values of a type a search compares. */
export function patternCountOf(image: IndexImage, type: number): number {
  return STRUCTURES.reduce(
    (sum, structure, i) => (structure.type === type ? sum + image.structures.patternCount(i) : sum),
    0,
  )
}

/**
 * The indicators of the observable's type that come nearest to it without matching, nearest first, equal ones by id.
 * Compares every value of the type once, with cheap tests before the edit distance.
 */
export function findNearest(
  image: IndexImage,
  observable: { readonly type: IndicatorType; readonly value: string },
  excluded: ReadonlySet<number>,
): readonly NearIndicator[] {
  const type = INDICATOR_TYPES.indexOf(observable.type)
  const search = new Search(image, observable.value, excluded)
  STRUCTURES.forEach((structure, i) => {
    if (structure.type !== type || image.structures.patternCount(i) === 0) return
    if (structure.keyWords === 0) search.compareTexts(i)
    else if (type === TYPE_IP) search.compareAddresses(i)
    else search.compareDigests(i)
  })
  return search.nearest.list
}

class Search {
  readonly nearest: NearestList
  readonly #image: IndexImage
  readonly #value: string
  readonly #text: ByteRange
  readonly #present: number
  readonly #distance: Distance = { edits: 0, end: 0 }

  constructor(image: IndexImage, value: string, excluded: ReadonlySet<number>) {
    this.#image = image
    this.#value = value
    const bytes = new TextEncoder().encode(value)
    this.#text = { bytes, start: 0, end: bytes.length }
    this.#present = bytesPresent(this.#text)
    this.nearest = new NearestList(NEAREST_LIMIT, (pattern, kind, score) =>
      this.#indicatorsOf(pattern)
        .filter((indicator) => !excluded.has(indicator))
        .map((indicator) => ({ indicator, kind, score })),
    )
  }

  /** Digests as hex words: only replaced digits count where the lengths agree, else a few missing or added ones. */
  compareDigests(structure: number): void {
    const { keyWords, type } = STRUCTURES[structure]!
    const typeName = INDICATOR_TYPES[type]!
    const digits = typeName === 'IpAddress' || typeName === 'DomainName' ? 0 : HASH_DIGITS[typeName]
    const keys = this.#image.structures.keys(structure)
    const base = this.#image.structures.baseOf(structure)
    const count = this.#image.structures.patternCount(structure)
    const isWhole = this.#value.length === digits
    if (Math.abs(this.#value.length - digits) > nearEdits(digits)) return
    const head = keyOf(this.#value.slice(0, 8), 1)[0] ?? 0
    const tail = keyOf(this.#value.slice(-8), 1)[0] ?? 0
    const wanted = isWhole ? keyOf(this.#value, keyWords) : null
    for (let local = 0; local < count; local += 1) {
      if (wanted !== null) {
        const edits = differingDigits(keys, local * keyWords, wanted)
        if (edits <= 3) this.nearest.offer(base + local, 'spelling', edits * 2)
        continue
      }
      // A digest that lost or won a few digits keeps its first digits or its last ones.
      const first = local * keyWords // local < count
      if (digitsApart(keys[first]! ^ head) > 3 && digitsApart(keys[first + keyWords - 1]! ^ tail) > 3)
        continue
      const hex = new TextEncoder().encode(hexOfKey(keys, local * keyWords, keyWords))
      const edits = editDistance(
        { bytes: hex, start: 0, end: hex.length },
        this.#text,
        'whole',
        3,
        this.#distance,
      )
      if (edits <= 3) this.nearest.offer(base + local, 'wrong-length', edits * 2)
    }
  }

  compareAddresses(structure: number): void {
    const { keyWords } = STRUCTURES[structure]!
    const address = ipBytes(this.#value)
    if (address.length !== keyWords * 4) return
    const keys = this.#image.structures.keys(structure)
    const base = this.#image.structures.baseOf(structure)
    const count = this.#image.structures.patternCount(structure)
    const wanted = keyWordsOf(address)
    const least = keyWords === 1 ? NEIGHBOUR_BITS[4] : NEIGHBOUR_BITS[16]
    for (let local = 0; local < count; local += 1) {
      const bits = commonBits(keys, local * keyWords, wanted)
      if (bits >= least) {
        const apart = (keyWords * 32 - bits) / (keyWords * 32 - least)
        this.nearest.offer(base + local, 'neighbour', 2 + apart)
      } else if (differingParts(keys, local * keyWords, wanted) === 1) {
        this.nearest.offer(base + local, 'neighbour', 4)
      }
    }
  }

  compareTexts(structure: number): void {
    const { type, detectionFunction } = STRUCTURES[structure]!
    const { offset, bytes, count } = this.#image.structures.texts(structure)
    const base = this.#image.structures.baseOf(structure)
    const registrable =
      type === TYPE_DOMAIN && detectionFunction === FUNCTION_EQUALS ? registrableOf(this.#value) : null
    for (let local = 0; local < count; local += 1) {
      const pattern = { bytes, start: offset[local]!, end: offset[local + 1]! } // count + 1 offsets
      if (detectionFunction === FUNCTION_EQUALS) this.#compareName(base + local, pattern, registrable)
      else this.#compareFragment(base + local, pattern, type, detectionFunction)
    }
  }

  #compareName(id: number, pattern: ByteRange, registrable: ByteRange | null): void {
    const text = this.#text
    if (endsAtLabel(text, pattern)) return this.nearest.offer(id, 'subdomain', 0)
    if (endsAtLabel(pattern, text)) return this.nearest.offer(id, 'parent-domain', 1)
    const edits = this.#editsTo(pattern, 'whole')
    if (edits > 0) return this.nearest.offer(id, 'spelling', edits * 2)
    if (registrable !== null && endsAtLabel(pattern, registrable))
      this.nearest.offer(id, 'same-domain', 6 + lengthOf(pattern) / 1024)
  }

  #compareFragment(id: number, pattern: ByteRange, type: number, detectionFunction: number): void {
    const text = this.#text
    const length = lengthOf(pattern)
    if (type === TYPE_DOMAIN && detectionFunction === FUNCTION_END_WITH) {
      if (pattern.bytes[pattern.start] === DOT && length - 1 === lengthOf(text) && endsWith(pattern, text))
        return this.nearest.offer(id, 'apex', 0)
      // Only reached where the label mode kept it from matching; else it is among the excluded ones.
      if (endsWith(text, pattern)) return this.nearest.offer(id, 'not-at-label', 0)
    }
    if (length >= TELLING_FRAGMENT && detectionFunction !== FUNCTION_CONTAINS && contains(text, pattern))
      return this.nearest.offer(id, 'other-place', 1)
    const edits = this.#editsTo(pattern, FRAGMENT_PLACES[detectionFunction]!)
    if (edits > 0) this.nearest.offer(id, 'spelling', edits * 2 + 1)
  }

  /** Edits from a pattern to the text where that is near, else 0. Most pairs already fail on the bytes they hold. */
  #editsTo(pattern: ByteRange, place: PatternPlace): number {
    const limit = nearEdits(lengthOf(pattern))
    if (limit === 0 || lengthOf(pattern) - lengthOf(this.#text) > limit) return 0
    if (place === 'whole' && lengthOf(this.#text) - lengthOf(pattern) > limit) return 0
    const present = bytesPresent(pattern)
    if (countMissing(present, this.#present) > limit) return 0
    if (place === 'whole' && countMissing(this.#present, present) > limit) return 0
    const edits = editDistance(pattern, this.#text, place, limit, this.#distance)
    return edits > limit ? 0 : edits
  }

  #indicatorsOf(pattern: number): readonly number[] {
    const ids = new IdList()
    this.#image.postings.append(pattern, ids)
    return ids.toArray()
  }
}

const DOT = 0x2e

/** By index into `DETECTION_FUNCTIONS`. */
const FRAGMENT_PLACES: readonly PatternPlace[] = DETECTION_FUNCTIONS.map((name) => PLACE_OF[name])

function lengthOf(range: ByteRange): number {
  return range.end - range.start
}

function endsWith(text: ByteRange, suffix: ByteRange): boolean {
  const length = lengthOf(suffix)
  if (length > lengthOf(text)) return false
  for (let i = 1; i <= length; i += 1) {
    if (text.bytes[text.end - i] !== suffix.bytes[suffix.end - i]) return false
  }
  return true
}

/** True when the text ends with a dot and then the suffix. */
function endsAtLabel(text: ByteRange, suffix: ByteRange): boolean {
  const border = text.end - lengthOf(suffix) - 1
  return border >= text.start && text.bytes[border] === DOT && endsWith(text, suffix)
}

function contains(text: ByteRange, fragment: ByteRange): boolean {
  const length = lengthOf(fragment)
  const first = fragment.bytes[fragment.start]
  for (let at = text.start; at + length <= text.end; at += 1) {
    if (text.bytes[at] !== first) continue
    let i = 1
    while (i < length && text.bytes[at + i] === fragment.bytes[fragment.start + i]) i += 1
    if (i === length) return true
  }
  return false
}

/** The part of a name that somebody registered; null for the name itself, since its subdomains are found anyway. */
function registrableOf(name: string): ByteRange | null {
  const domain = getDomain(name, { allowPrivateDomains: true, validateHostname: false })
  if (domain === null || domain === name) return null
  const bytes = new TextEncoder().encode(domain)
  return { bytes, start: 0, end: bytes.length }
}

/** Hex text as key words, as images hold them. */
function keyOf(hex: string, words: number): Uint32Array {
  const bytes = Uint8Array.from({ length: words * 4 }, (_, i) =>
    Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16),
  )
  return keyWordsOf(bytes)
}

function keyWordsOf(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return Uint32Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(i * 4))
}

/** Hex digits in which two words differ. */
function digitsApart(difference: number): number {
  let folded = difference | (difference >>> 1)
  folded |= folded >>> 2
  folded &= 0x11111111
  return Math.imul(folded, 0x11111111) >>> 28
}

function differingDigits(keys: Uint32Array, first: number, wanted: Uint32Array): number {
  let edits = 0
  for (let word = 0; word < wanted.length && edits <= 3; word += 1) {
    const difference = keys[first + word]! ^ wanted[word]! // whole keys
    // The fold counts up to 8 digits in four bits, which is what a word has.
    if (difference !== 0) edits += digitsApart(difference)
  }
  return edits
}

/** Leading bits that two addresses share. */
function commonBits(keys: Uint32Array, first: number, wanted: Uint32Array): number {
  for (let word = 0; word < wanted.length; word += 1) {
    const difference = keys[first + word]! ^ wanted[word]! // whole keys
    if (difference !== 0) return word * 32 + Math.clz32(difference)
  }
  return wanted.length * 32
}

/** Parts of an address as written (octets, or groups of two octets) in which two addresses differ. */
function differingParts(keys: Uint32Array, first: number, wanted: Uint32Array): number {
  const mask = wanted.length === 1 ? 0xff : 0xffff
  const step = wanted.length === 1 ? 8 : 16
  let parts = 0
  for (let word = 0; word < wanted.length; word += 1) {
    const difference = keys[first + word]! ^ wanted[word]! // whole keys
    if (difference === 0) continue
    for (let shift = 0; shift < 32; shift += step) if (((difference >>> shift) & mask) !== 0) parts += 1
  }
  return parts
}
