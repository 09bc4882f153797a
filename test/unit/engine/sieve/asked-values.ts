import { PortableSieve } from '../../../../src/engine/sieve/portable-sieve.ts'
import type { KeyTable } from '../../../../src/model/key-table.ts'
import { INDICATOR_TYPES } from '../../../../src/model/indicator.ts'

/** What a sieve asks a matcher about that never matches, as `Type text`, and what it says then. */
function askedBy(table: KeyTable, record: string): { readonly asked: string[]; readonly may: boolean } {
  const asked: string[] = []
  const opened = PortableSieve.open(table, {
    hasMatch(typeIndex, bytes, start, end) {
      asked.push(`${INDICATOR_TYPES[typeIndex]} ${Buffer.from(bytes.subarray(start, end)).toString()}`)
      return false
    },
  })
  if ('off' in opened) throw new Error(opened.off)
  const bytes = Buffer.from(record, 'utf8')
  const may = opened.sieve.mayMatch(bytes, 0, bytes.length)
  return { asked, may }
}

/** The same as one text: `maybe` where the sieve passes the record, else what it asked about. */
export function verdict(table: KeyTable, record: string): string {
  const { asked, may } = askedBy(table, record)
  return may ? 'maybe' : asked.join(' | ')
}
