import { DOMAIN_TEXT_LIMIT } from '../model/indicator.ts'
import type { IdList } from './id-list.ts'
import type { KeySet } from './key-set.ts'
import type { TextSet } from './text-set.ts'
import { readHexKey, readIpKey } from './value-key.ts'

/** Finds the patterns that a canonical text equals. */
export interface EqualsIndex {
  hasMatch(bytes: Uint8Array, start: number, end: number): boolean
  /** Appends the patterns, numbered as in the whole image. */
  match(bytes: Uint8Array, start: number, end: number, out: IdList): void
}

const DIGITS_PER_WORD = 8

/** Equals on digests of one type. */
export class DigestEquals implements EqualsIndex {
  readonly #set: KeySet
  readonly #base: number
  readonly #key: Uint32Array

  constructor(set: KeySet, base: number, keyWords: number) {
    this.#set = set
    this.#base = base
    this.#key = new Uint32Array(keyWords)
  }

  hasMatch(bytes: Uint8Array, start: number, end: number): boolean {
    return this.#find(bytes, start, end) >= 0
  }

  match(bytes: Uint8Array, start: number, end: number, out: IdList): void {
    const pattern = this.#find(bytes, start, end)
    if (pattern >= 0) out.push(this.#base + pattern)
  }

  #find(bytes: Uint8Array, start: number, end: number): number {
    const key = this.#key
    if (end - start !== key.length * DIGITS_PER_WORD) return -1
    // Of most values the first digits already say that nobody seeks them.
    if (!readHexKey(bytes, start, start + DIGITS_PER_WORD, key, 0, 1)) return -1
    const first = this.#set.firstOf(key[0]!) // digests have a word at least
    if (first < 0) return -1
    return readHexKey(bytes, start, end, key, 0, key.length) ? this.#set.findFrom(first, key) : -1
  }
}

/** Equals on addresses: one set per width. */
export class AddressEquals implements EqualsIndex {
  readonly #v4: KeySet
  readonly #v6: KeySet
  readonly #v4Base: number
  readonly #v6Base: number
  readonly #isEmpty: boolean
  readonly #key = new Uint32Array(4)

  constructor(v4: KeySet, v4Base: number, v6: KeySet, v6Base: number) {
    this.#v4 = v4
    this.#v6 = v6
    this.#v4Base = v4Base
    this.#v6Base = v6Base
    this.#isEmpty = v4.patternCount === 0 && v6.patternCount === 0
  }

  hasMatch(bytes: Uint8Array, start: number, end: number): boolean {
    return this.#find(bytes, start, end) >= 0
  }

  match(bytes: Uint8Array, start: number, end: number, out: IdList): void {
    const pattern = this.#find(bytes, start, end)
    if (pattern >= 0) out.push(pattern)
  }

  #find(bytes: Uint8Array, start: number, end: number): number {
    if (this.#isEmpty) return -1
    const words = readIpKey(bytes, start, end, this.#key, 0)
    if (words === 0) return -1
    const found = words === 1 ? this.#v4.find(this.#key) : this.#v6.find(this.#key)
    return found < 0 ? -1 : found + (words === 1 ? this.#v4Base : this.#v6Base)
  }
}

/** Equals on names; with `subdomains`, a name also equals every parent of itself. */
export class DomainEquals implements EqualsIndex {
  readonly #set: TextSet
  readonly #base: number
  readonly #withParents: boolean

  constructor(set: TextSet, base: number, mode: 'exact' | 'subdomains') {
    this.#set = set
    this.#base = base
    this.#withParents = mode === 'subdomains'
  }

  hasMatch(bytes: Uint8Array, start: number, end: number): boolean {
    if (!this.#withParents) return this.#set.find(bytes, start, end) >= 0
    for (let from = this.#firstParent(bytes, start, end); from < end; from = nextLabel(bytes, from, end)) {
      if (this.#set.find(bytes, from, end) >= 0) return true
    }
    return false
  }

  match(bytes: Uint8Array, start: number, end: number, out: IdList): void {
    if (!this.#withParents) {
      const pattern = this.#set.find(bytes, start, end)
      if (pattern >= 0) out.push(this.#base + pattern)
      return
    }
    for (let from = this.#firstParent(bytes, start, end); from < end; from = nextLabel(bytes, from, end)) {
      const pattern = this.#set.find(bytes, from, end)
      if (pattern >= 0) out.push(this.#base + pattern)
    }
  }

  /** Where the longest parent begins that is not longer than any value can be: a hostile name of megabytes costs no more. */
  #firstParent(bytes: Uint8Array, start: number, end: number): number {
    const from = Math.max(start, end - DOMAIN_TEXT_LIMIT)
    return from === start || bytes[from - 1] === DOT ? from : nextLabel(bytes, from, end)
  }
}

function nextLabel(bytes: Uint8Array, from: number, end: number): number {
  let at = from
  while (at < end && bytes[at] !== DOT) at += 1
  return at + 1
}

const DOT = 0x2e
