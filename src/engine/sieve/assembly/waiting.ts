import {
  DNS_RESULTS_KIND,
  DOMAIN_KIND,
  HASH_LIST_KIND,
  IP_KIND,
  MD5_KIND,
  SHA1_KIND,
  SHA256_KIND,
  URL_KIND,
} from './kinds.ts'
import { end, line, openValue, reopen, survives } from './record.ts'
import { WAITING, WAITING_COUNTS, slot } from './slot.ts'
import { askInPlace } from './value.ts'

/**
 * Plain strings that wait to be asked about, in a list for each of eight kinds: which kind comes next in a record is hard to
 * guess, and what is done for one kind is nearly the same every time. An entry has 16 bytes:
 *
 *   u32 address behind its quote | u32 end of its record | u32 index of its line | pad
 */
const ENTRY_BYTES: usize = 16
const LIST_LIMIT: u32 = 1024
const LIST_BYTES: usize = 16384

/** True where the strings of a key wait: it has one kind, and that is no document. */
@inline
export function mayWait(kinds: u32): bool {
  return kinds <= DNS_RESULTS_KIND && popcnt(kinds) == 1
}

/** Enters the string at `at` into the list of its kind where `times` is 1, and nothing, without a branch, where it is 0. */
@inline
export function wait(kind: u32, at: usize, times: u32): void {
  const counter = counterOf(kind)
  const count = load<u32>(counter)
  const entry = firstOf(kind) + (<usize>count) * ENTRY_BYTES
  store<u32>(entry, <u32>at)
  store<u32>(entry, <u32>end, 4)
  store<u32>(entry, line, 8)
  store<u32>(counter, count + times)
  if (count + 1 == LIST_LIMIT) askWaiting()
}

/** Asks about all that waits. The record at hand stays open, but what is doubt now ends no reading. */
export function askWaiting(): void {
  const lastEnd = end
  const lastLine = line
  const lastSurvives = survives
  askList(SHA1_KIND)
  askList(SHA256_KIND)
  askList(MD5_KIND)
  askList(HASH_LIST_KIND)
  askList(IP_KIND)
  askList(DOMAIN_KIND)
  askList(URL_KIND)
  askList(DNS_RESULTS_KIND)
  reopen(lastEnd, lastLine, lastSurvives)
}

/** Inline, so that no loop asks which kind its list has. */
@inline
function askList(kind: u32): void {
  const behind = takeAll(kind)
  for (let at = firstOf(kind); at < behind; at += ENTRY_BYTES) askInPlace(kind, opened(at), false)
}

/** The first entry of a list. */
@inline
function firstOf(kind: u32): usize {
  return slot + WAITING + <usize>ctz(kind) * LIST_BYTES
}

/** Where a list's number of entries stands. */
@inline
function counterOf(kind: u32): usize {
  return slot + WAITING_COUNTS + (<usize>ctz(kind) << 2)
}

/** Empties a list and returns the address behind its last entry. */
@inline
function takeAll(kind: u32): usize {
  const counter = counterOf(kind)
  const count = <usize>load<u32>(counter)
  store<u32>(counter, 0)
  return firstOf(kind) + count * ENTRY_BYTES
}

/** Opens the window of an entry's record and returns where its string begins. */
@inline
function opened(entry: usize): usize {
  openValue(<usize>load<u32>(entry, 4), load<u32>(entry, 8))
  return <usize>load<u32>(entry)
}
