/** What JavaScript calls. Every other file is a part of the method; README.md says why it is there. */
import { enterAffixes } from './affix.ts'
import { mixBlocks } from './checksum.ts'
import { enterHostClasses } from './host.ts'
import { digestKey, ipv4Key, ipv6Key, textKey } from './hash.ts'
import { enterKey } from './keys.ts'
import { lineCount, stopCount } from './lines.ts'
import { dealKeys, fillPart, openParts } from './parts.ts'
import { enterLayout, enterZeek, scanRow, scanRows } from './rows.ts'
import { enterVectors, scanLines, scanRecord } from './scan.ts'
import { TAIL_BYTES } from './tails.ts'
import {
  areBuckets,
  areLinks,
  areMet,
  arePrintable,
  ascends,
  awaitIds,
  isTrie,
  lengthsOf,
  listedIds,
  meetListed,
  meetRange,
  textsInBuckets,
} from './verify.ts'
import { ADDRESS, HEX_VALUE, MASKS, POSITIONS, TAILS, slot, useSlot } from './slot.ts'

export {
  dealKeys,
  enterAffixes,
  enterKey,
  enterLayout,
  enterZeek,
  fillPart,
  openParts,
  scanLines,
  scanRecord,
  scanRow,
  scanRows,
}
export { areBuckets, areLinks, areMet, arePrintable, ascends, isTrie, lengthsOf, textsInBuckets }
export { awaitIds, listedIds, meetListed, meetRange, mixBlocks }

/** Chooses the slot and the filters that everything else works with, and whether a name equals its parents. */
export function open(slotAddress: usize, filtersAddress: usize, withParents: bool): void {
  useSlot(slotAddress, filtersAddress, withParents)
}

/** Makes a slot ready for other keys. */
export function prepare(): void {
  memory.fill(slot, 0, POSITIONS)
  memory.fill(slot + TAILS, 0, TAIL_BYTES)
  memory.fill(slot + MASKS, 0xff, 16)
  memory.fill(slot + HEX_VALUE, 0xff, 256)
  for (let digit: usize = 0; digit < 10; digit++) store<u8>(slot + HEX_VALUE + 0x30 + digit, <u8>digit)
  for (let digit: usize = 10; digit < 16; digit++) {
    store<u8>(slot + HEX_VALUE + 0x57 + digit, <u8>digit)
    store<u8>(slot + HEX_VALUE + 0x37 + digit, <u8>digit)
  }
  enterHostClasses()
  enterVectors()
}

export function linesFound(): u32 {
  return lineCount
}

export function stopsFound(): u32 {
  return stopCount
}

/** Writes the keys of `count` binary values of `words` u32 each, numbers that four bytes spell; type 3 is an address. */
export function enterBinary(values: usize, count: u32, words: u32, type: u32, out: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const value = values + ((i * <usize>words) << 2)
    store<u64>(out + (i << 3), binaryKey(value, words, type))
  }
}

function binaryKey(value: usize, words: u32, type: u32): u64 {
  if (type != 3) return digestKey(eightBytes(value), type)
  if (words == 1) return ipv4Key(bswap<u32>(load<u32>(value)))
  store<u64>(slot + ADDRESS, eightBytes(value))
  store<u64>(slot + ADDRESS, eightBytes(value + 8), 8)
  return ipv6Key(slot + ADDRESS)
}

/** The bytes that two words spell, low byte first. */
@inline
function eightBytes(words: usize): u64 {
  const bytes = v128.load64_zero(words)
  return i64x2.extract_lane(i8x16.shuffle(bytes, bytes, 3, 2, 1, 0, 7, 6, 5, 4, 3, 2, 1, 0, 7, 6, 5, 4), 0)
}

/** Writes the keys of `count` names; see `enterAffixes` for the form. */
export function enterNames(bytes: usize, offsets: usize, count: u32, out: usize): void {
  const base = load<u32>(offsets)
  for (let i: usize = 0; i < <usize>count; i++) {
    const from = load<u32>(offsets + (i << 2))
    const to = load<u32>(offsets + (i << 2), 4)
    store<u64>(out + (i << 3), textKey(bytes + <usize>(from - base), <usize>(to - from), 0))
  }
}
