import { BACKSLASH, QUOTE, byteAt, isBlank } from './bytes.ts'
import { LINE_FLAG, slot } from './slot.ts'

/** The window that the record at hand may be read in, and what is known of it. Every loop ends at `end`. */
export let start: usize = 0
export let end: usize = 0
/** Index of the record among those of this call. */
export let line: u32 = 0
/** True once doubt or a value makes it a survivor: then its keys are only counted. */
export let survives: bool = false
/** True once a field that holds JSON in a string was seen in it. */
export let inDocument: bool = false
/** Up to here the escapes of documents were looked at; a second look would say the same. */
export let watchedTo: usize = 0
/** Bytes of arrays that may still be read in it. */
export let arrayBytesLeft: isize = 0

export function openRecord(from: usize, to: usize, index: u32): void {
  start = from
  end = to
  line = index
  survives = false
  inDocument = false
  watchedTo = from
  arrayBytesLeft = <isize>(to - from)
}

/** Begins a row: its cells are read one by one, each in a window of its own. */
export function openRow(index: u32): void {
  line = index
  survives = false
}

/** Opens the window of one cell's text. */
export function openCell(from: usize, to: usize): void {
  start = from
  end = to
}

/** The same for a document that a cell holds: its keys stand in it as in a record, but its strings may hold documents. */
export function openDocument(from: usize, to: usize): void {
  openCell(from, to)
  inDocument = true
  watchedTo = from
  arrayBytesLeft = <isize>(to - from)
}

/** Opens the window of a value that waited, in a record that may be closed by now. */
@inline
export function openValue(to: usize, index: u32): void {
  end = to
  line = index
}

/** Opens the record again that was at hand before. */
export function reopen(to: usize, index: u32, isSurvivor: bool): void {
  openValue(to, index)
  survives = isSurvivor
}

/** Lets the record through. */
export function doubt(): void {
  survives = true
  store<u8>(slot + LINE_FLAG + line, 1)
}

export function beginDocument(): void {
  inDocument = true
}

export function watchTo(address: usize): void {
  watchedTo = address
}

/** Takes from the budget for arrays; false when it is used up. */
export function spendOnArrays(bytes: usize): bool {
  arrayBytesLeft -= <isize>bytes
  return arrayBytesLeft >= 0
}

/** The first address at or after `at` that holds no blank, or `end`. */
@inline
export function skipBlanks(at: usize): usize {
  let i = at
  while (i < end && isBlank(byteAt(i))) i++
  return i
}

/** The address of the quote that only blanks part from `at`, or 0 where none stands within the window. */
@inline
export function quoteBefore(at: usize): usize {
  let i = at - 1
  if (byteAt(i) == QUOTE && i > start) return i // nearly always
  while (i > start && isBlank(byteAt(i))) i--
  return i > start && byteAt(i) == QUOTE ? i : 0
}

/** Says whether a string of the given spelling ends at `at`, by its quote or because nothing follows. */
@inline
export function isStringEnd(at: usize, isNested: bool): bool {
  if (at >= end || byteAt(at) == QUOTE) return true
  return isNested && byteAt(at) == BACKSLASH && at + 1 < end && byteAt(at + 1) == QUOTE
}
