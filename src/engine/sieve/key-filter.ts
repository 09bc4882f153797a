import type { MappedKey } from '../../model/key-table.ts'
import { BACKSLASH, COLON, HEX_VALUE, NO_DIGIT, QUOTE } from '../../canonical/ascii.ts'
import { isBlank } from './json-bytes.ts'

/**
 * A shift-or filter: three patterns of six byte classes each, searched for at once.
 *
 *   lane 0, a key        ????  "  [: or blank]        ???? are the last four bytes of any mapped key
 *   lane 1, nested key   ??? \ "  [: blank or \]      the same inside a string that holds JSON, or ? \ \ \ " in one
 *                                                  that such a document holds in turn
 *   lane 2, escape       \ u 0 0  [0-7] hex           an escaped ASCII character
 *
 * Bit `3 * position + lane` of `byteTable[byte]` is 0 where the byte may stand at the position. The state is shifted
 * by three, so that the lanes do not meet and a fresh 0 enters each: `state = (state << 3) | byteTable[byte]`, and a
 * lane has just ended where its bit of `KEY_FILTER_ENDS` is 0. Classes of all keys are joined by position, which lets
 * through mixtures; the caller compares whole keys.
 *
 * `pairTable` takes two bytes in one step: `state = (state << 6) | pairTable[pair]`. The bits above the last position
 * are 0 in the byte table, so that the end of a lane at the first byte of the pair is still to be seen three bits
 * further up; `KEY_FILTER_PAIR_ENDS` has both places.
 */
export interface KeyFilter {
  /** 256 entries. */
  readonly byteTable: Int32Array
  /** 65,536 entries, by what a `Uint16Array` of this machine reads. */
  readonly pairTable: Int32Array
}

/** Length of each pattern in bytes, including the byte behind the key's quote. */
const PATTERN_BYTES = 6

const LANE_COUNT = 3
const LAST_POSITION = LANE_COUNT * (PATTERN_BYTES - 1)

/** The bits of a state that are 0 where a lane has just seen its whole pattern. */
export const KEY_ENDED: number = 1 << LAST_POSITION
export const NESTED_KEY_ENDED: number = 1 << (LAST_POSITION + 1)
export const ESCAPE_ENDED: number = 1 << (LAST_POSITION + 2)
export const KEY_FILTER_ENDS: number = KEY_ENDED | NESTED_KEY_ENDED | ESCAPE_ENDED
export const KEY_FILTER_PAIR_ENDS: number = KEY_FILTER_ENDS | (KEY_FILTER_ENDS << LANE_COUNT)

/** The state before the first byte: everything before it is taken for a fit, so that the record's start is no case. */
export const KEY_FILTER_START = 0

/** Pairs that `skipPairs` takes at a time. */
export const BLOCK_PAIRS = 4

/**
 * Runs the filter over `pairs[from, to)` in blocks and returns the start of the first block in which a lane ends, or
 * `to`. `resume[0]` is the state before `from` and becomes the state before the place returned. Precondition: `to` is
 * at most `pairs.length`, and `to - from` is a multiple of `BLOCK_PAIRS`.
 *
 * A function by itself, with nothing else alive in its loop: within the scan the same loop ran at half the speed.
 */
export function skipPairs(
  filter: Int32Array,
  pairs: Uint16Array,
  from: number,
  to: number,
  resume: Int32Array,
): number {
  let state = resume[0]!
  for (let i = from; i < to; i += BLOCK_PAIRS) {
    const state0 = (state << 6) | filter[pairs[i]!]! // i + 3 < to; a pair is under 65,536, the table's length
    const state1 = (state0 << 6) | filter[pairs[i + 1]!]!
    const state2 = (state1 << 6) | filter[pairs[i + 2]!]!
    const state3 = (state2 << 6) | filter[pairs[i + 3]!]!
    if ((state0 & state1 & state2 & state3 & KEY_FILTER_PAIR_ENDS) !== KEY_FILTER_PAIR_ENDS) {
      resume[0] = state
      return i
    }
    state = state3
  }
  resume[0] = state
  return to
}

/** Builds the tables for the keys. */
export function buildKeyFilter(keys: readonly MappedKey[]): KeyFilter {
  const table = new Int32Array(256).fill((1 << (LANE_COUNT * PATTERN_BYTES)) - 1)
  const allow = (lane: number, position: number, byte: number): void => {
    table[byte] = table[byte]! & ~(1 << (LANE_COUNT * position + lane)) // byte < 256
  }
  const allowWhere = (lane: number, position: number, claim: (byte: number) => boolean): void => {
    for (let byte = 0; byte < 256; byte += 1) if (claim(byte)) allow(lane, position, byte)
  }
  const allowTail = (lane: number, length: number, key: Uint8Array): void => {
    for (let position = 0; position < length; position += 1) {
      const offset = key.length - length + position
      if (offset >= 0) allow(lane, position, key[offset]!)
      else if (offset === -1) allow(lane, position, QUOTE)
      else allowWhere(lane, position, () => true)
    }
  }

  for (const key of keys) {
    allowTail(0, 4, key.bytes)
    if (key.isNested) {
      allowTail(1, 3, key.bytes)
      allow(1, 0, key.bytes.at(-1) ?? 0) // a document within the document spells quotes as \\\"
    }
  }
  allow(0, 4, QUOTE)
  allowWhere(0, 5, (byte) => byte === COLON || isBlank(byte))
  allow(1, 1, BACKSLASH)
  allow(1, 2, BACKSLASH)
  allow(1, 3, BACKSLASH)
  allow(1, 4, QUOTE)
  allowWhere(1, 5, (byte) => byte === COLON || byte === BACKSLASH || isBlank(byte))

  allow(2, 0, BACKSLASH)
  allow(2, 1, 0x75) // 'u'
  allow(2, 2, 0x30) // '0'
  allow(2, 3, 0x30)
  allowWhere(2, 4, (byte) => byte >= 0x30 && byte <= 0x37)
  allowWhere(2, 5, (byte) => HEX_VALUE[byte] !== NO_DIGIT)
  return { byteTable: table, pairTable: pairTableOf(table) }
}

/** One step for every two bytes, in the byte order of this machine. */
function pairTableOf(byteTable: Int32Array): Int32Array {
  const pairTable = new Int32Array(0x1_0000)
  const bytes = new Uint8Array(2)
  const pair = new Uint16Array(bytes.buffer)
  for (let first = 0; first < 256; first += 1) {
    for (let second = 0; second < 256; second += 1) {
      bytes[0] = first
      bytes[1] = second
      pairTable[pair[0]!] = (byteTable[first]! << LANE_COUNT) | byteTable[second]!
    }
  }
  return pairTable
}
