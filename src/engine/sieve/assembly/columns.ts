import { QUOTE, byteAt, holds } from './bytes.ts'
import { askDigestList, askDigestText } from './digest.ts'
import { readDocument, readQuotedDocument } from './document.ts'
import { askDnsResults, askDomainText, askUrlText } from './host.ts'
import { askIpText } from './ip.ts'
import {
  DNS_RESULTS_KIND,
  DOMAIN_KIND,
  HASH_LIST_KIND,
  IP_KIND,
  JSON_KIND,
  MD5,
  MD5_KIND,
  SHA1,
  SHA1_KIND,
  SHA256,
  SHA256_KIND,
  URL_KIND,
} from './kinds.ts'
import { doubt, openCell, survives } from './record.ts'
import { COLUMNS, OBSERVED, slot } from './slot.ts'

/** A mapped column: u32 its number | u32 its counter | u32 kinds | u32 1 for a list of a Zeek log. Behind the last one stands a number beyond all. */
export const COLUMN_BYTES: usize = 16

/**
 * Counts and reads the mapped cells of a row. Its cell c ends where entry c + 1 of `ends` says and begins behind entry c;
 * the last one ends at `rowEnd`, before a carriage return.
 */
export function readColumns(ends: usize, width: usize, rowEnd: usize): void {
  let entry = slot + COLUMNS
  let column = <usize>load<u32>(entry)
  while (column < width) {
    const from = <usize>load<u32>(ends + (column << 2)) + 1
    const to = column + 1 == width ? rowEnd : <usize>load<u32>(ends + (column << 2), 4)
    if (from < to && (to - from > 2 || !isQuotesOnly(from, to))) {
      const counter = slot + OBSERVED + (<usize>load<u32>(entry, 4) << 3)
      store<f64>(counter, load<f64>(counter) + 1)
      if (!survives) readCell(load<u32>(entry, 8), from, to)
    }
    entry += COLUMN_BYTES
    column = <usize>load<u32>(entry)
  }
}

/** Two quotes, or one that opens a cell at the end of everything: one or two bytes. */
function isQuotesOnly(from: usize, to: usize): bool {
  return byteAt(from) == QUOTE && byteAt(to - 1) == QUOTE
}

/** Takes one pair of quotes off; where there are others, `readText` and documents see to them. */
function readCell(kinds: u32, from: usize, to: usize): void {
  const isDocument = (kinds & JSON_KIND) != 0
  if (byteAt(from) != QUOTE) {
    if (!isDocument) readText(kinds, from, to)
    else if (holds(from, to, QUOTE)) readDocument(kinds, from, to)
    else if (kinds != JSON_KIND) readText(kinds & ~JSON_KIND, from, to)
  } else if (to - from < 2 || byteAt(to - 1) != QUOTE) doubt()
  else if (!isDocument) readText(kinds, from + 1, to - 1)
  else if (holds(from + 1, to - 1, QUOTE)) readQuotedDocument(kinds, from + 1, to - 1)
  else if (kinds != JSON_KIND) readText(kinds & ~JSON_KIND, from + 1, to - 1)
}

/** Asks about one text for each kind that its column has, documents aside. A quote in it is doubt, unless it cannot change the answer. */
export function readText(kinds: u32, from: usize, to: usize): void {
  if ((kinds & SHA1_KIND) != 0) askDigestText(SHA1, 40, from, to)
  if ((kinds & SHA256_KIND) != 0) askDigestText(SHA256, 64, from, to)
  if ((kinds & MD5_KIND) != 0) askDigestText(MD5, 32, from, to)
  if (kinds < HASH_LIST_KIND) return
  if ((kinds & IP_KIND) != 0) askIpText(from, to)
  if ((kinds & DOMAIN_KIND) != 0) askDomainText(from, to)
  if ((kinds & URL_KIND) != 0) askUrlText(from, to)
  if ((kinds & (HASH_LIST_KIND | DNS_RESULTS_KIND)) == 0) return
  if (holds(from, to, QUOTE)) {
    doubt()
    return
  }
  openCell(from, to)
  if ((kinds & HASH_LIST_KIND) != 0) askDigestList(from, false)
  if ((kinds & DNS_RESULTS_KIND) != 0) askDnsResults(from, false)
}
