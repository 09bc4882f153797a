import { HASH_DIGITS } from '../../src/model/indicator.ts'
import type { IndicatorType } from '../../src/model/indicator.ts'
import { naiveIp } from '../support/naive-canonical.ts'
import type { FuzzRule } from './fuzz-case.ts'
import type { FuzzRandom } from './fuzz-random.ts'
import type { FuzzWorld } from './fuzz-rules.ts'
import { drawOctet } from './fuzz-rules.ts'

const HEX = '0123456789abcdef'
/** What names are made of, a byte of UTF-8 and NUL among it: the matcher takes any bytes. */
const NAME_SIGNS = 'abcelvix012-_..\u00fc\0'
const DOT = 0x2e
const TEXT_LIMIT = 4096

/**
 * Canonical observables of a round, one after the other in one buffer:
 *
 *   bytes[start(i), end(i)), of the type `INDICATOR_TYPES[types[i]]`
 *
 * Filled anew for each round, so that the loop allocates nothing per text.
 */
export class TextBatch {
  readonly bytes: Uint8Array
  readonly offsets: Uint32Array
  readonly types: Uint8Array
  count = 0
  readonly #decoder: Buffer

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity * 64 + TEXT_LIMIT)
    this.offsets = new Uint32Array(capacity + 1)
    this.types = new Uint8Array(capacity)
    this.#decoder = Buffer.from(this.bytes.buffer)
  }

  get isFull(): boolean {
    return this.count === this.types.length || this.bytes.length - this.end < TEXT_LIMIT
  }

  /** Where the next text begins. */
  get end(): number {
    return this.offsets[this.count] ?? 0
  }

  clear(): void {
    this.count = 0
  }

  /** Takes `bytes[this.end, end)`, already written, as the next text. */
  accept(type: number, end: number): void {
    this.types[this.count] = type
    this.count += 1
    this.offsets[this.count] = end
  }

  textAt(index: number): string {
    return this.#decoder.toString('latin1', this.offsets[index] ?? 0, this.offsets[index + 1] ?? 0)
  }
}

/** A type of a round with the texts that its observables are made of. */
interface Sources {
  readonly type: IndicatorType
  readonly typeIndex: number
  readonly values: readonly Uint8Array[]
  readonly needles: readonly Uint8Array[]
}

/** Makes observables out of the values and rules of one round: hits, near misses and what lies between. */
export class TextMaker {
  readonly #random: FuzzRandom
  readonly #sources: readonly Sources[]

  constructor(
    random: FuzzRandom,
    typeNames: readonly IndicatorType[],
    world: FuzzWorld,
    rules: readonly FuzzRule[],
  ) {
    this.#random = random
    this.#sources = [...world].map(([type, values]) => ({
      type,
      typeIndex: typeNames.indexOf(type),
      values: values.map(bytesOf),
      needles: [...values, ...rules.flatMap(([own, , value]) => (own === type ? [value] : []))].map(bytesOf),
    }))
  }

  makeAll(batch: TextBatch): void {
    batch.clear()
    while (!batch.isFull) this.#add(batch)
  }

  #add(batch: TextBatch): void {
    const source = this.#random.pick(this.#sources)
    const start = batch.end
    const end =
      source.type === 'DomainName'
        ? this.#name(source, batch.bytes, start)
        : source.type === 'IpAddress'
          ? this.#address(source, batch.bytes, start)
          : this.#hash(source, batch.bytes, start, HASH_DIGITS[source.type])
    batch.accept(source.typeIndex, end)
  }

  #name({ needles }: Sources, out: Uint8Array, start: number): number {
    const random = this.#random
    let at = start
    const pieces = 1 + random.below(3)
    for (let i = 0; i < pieces; i += 1) {
      if (random.oneIn(3)) at = this.#signs(out, at, 1 + random.below(3))
      else if (random.oneIn(4)) out[at++] = DOT
      at = this.#part(random.pick(needles), out, at)
    }
    if (random.oneIn(4)) at = this.#signs(out, at, 1)
    if (random.oneIn(4) && at > start) out[start + random.below(at - start)] = this.#sign()
    at = Math.min(at, start + TEXT_LIMIT)
    while (at > start && out[at - 1] === DOT) at -= 1 // canonical names end in no dot
    return at
  }

  /** Mostly the whole needle, else without a byte at one of its ends. */
  #part(needle: Uint8Array, out: Uint8Array, at: number): number {
    const cut = this.#random.below(8)
    const from = cut === 0 ? 1 : 0
    const to = cut === 1 ? needle.length - 1 : needle.length
    for (let i = from; i < to; i += 1) out[at++] = needle[i]! // to <= needle.length
    return at
  }

  #signs(out: Uint8Array, start: number, count: number): number {
    for (let at = start; at < start + count; at += 1) out[at] = this.#sign()
    return start + count
  }

  #sign(): number {
    return NAME_SIGNS.charCodeAt(this.#random.below(NAME_SIGNS.length))
  }

  /** A whole digest with a needle somewhere in it, often at an end, perhaps off by one digit. */
  #hash({ needles, values }: Sources, out: Uint8Array, start: number, digits: number): number {
    const random = this.#random
    const ground = random.pick(values)
    for (let i = 0; i < digits; i += 1) out[start + i] = ground[i] ?? 0x30
    for (let rounds = random.below(3); rounds > 0; rounds -= 1) {
      const needle = random.pick(needles)
      const room = digits - needle.length
      const where = random.below(3)
      const from = where === 0 ? 0 : where === 1 ? room : random.below(room + 1)
      for (let i = 0; i < needle.length; i += 1) out[start + from + i] = needle[i]! // i < needle.length
    }
    if (random.oneIn(2)) out[start + random.below(digits)] = HEX.charCodeAt(random.below(16))
    return start + digits
  }

  #address({ values }: Sources, out: Uint8Array, start: number): number {
    const random = this.#random
    const text = asText(random.pick(values))
    const near = text.includes(':') ? nearAddress(random, text) : nearFourParts(random, text)
    for (let i = 0; i < near.length; i += 1) out[start + i] = near.charCodeAt(i)
    return start + near.length
  }
}

/** An IPv4 address that differs in up to two parts. */
function nearFourParts(random: FuzzRandom, text: string): string {
  const parts = text.split('.')
  for (let changes = random.below(3); changes > 0; changes -= 1)
    parts[random.below(4)] = String(drawOctet(random))
  return parts.join('.')
}

/** An IPv6 address with one character changed, put in or left out, in canonical form. */
function nearAddress(random: FuzzRandom, text: string): string {
  if (random.oneIn(4)) return text
  const at = random.below(text.length)
  const sign = HEX[random.below(16)] ?? '0'
  const after = random.below(2)
  return naiveIp(text.slice(0, at) + sign + text.slice(at + after)) ?? text
}

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, 'latin1')
}

function asText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}
