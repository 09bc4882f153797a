import type { KeyTable } from '../../model/key-table.ts'
import { QUOTE } from '../../canonical/ascii.ts'
import type { Kernel } from './kernel.ts'
import { IN_DOCUMENT_OFFSET, KEY_LIMIT, KEY_TEXT_BYTES, KEY_TEXT_OFFSET } from './kernel-layout.ts'
import { kindSet } from './value-probe.ts'

/** Characters that spell quotes and further escapes in a document that a string holds. */
const DOCUMENT_CHARACTERS = '"\\u0123456789abcdefABCDEF'

/** Why the kernel has no room for keys behind the first so many, or null when it has. */
export function whyTooManyKeys({ keys }: KeyTable, first: number): string | null {
  if (first + keys.length > KEY_LIMIT) return `more than ${KEY_LIMIT} keys are mapped`
  const bytes = keys.reduce((sum, key) => sum + roomFor(key.bytes), 0)
  return bytes > KEY_TEXT_BYTES ? `the mapped keys together are longer than ${KEY_TEXT_BYTES} bytes` : null
}

/** Enters the keys that are searched for into the slot at `slot`; their counters begin with number `first`. */
export function enterKeys(kernel: Kernel, { keys }: KeyTable, slot: Uint8Array, first: number): void {
  let offset = 1
  keys.forEach(({ bytes, kinds, isNested }, index) => {
    slot[KEY_TEXT_OFFSET + offset - 1] = QUOTE
    slot.set(bytes, KEY_TEXT_OFFSET + offset)
    kernel.enterKey(first + index, offset, bytes.length, kindSet(kinds), isNested ? 1 : 0)
    offset += roomFor(bytes)
    for (const byte of bytes) slot[IN_DOCUMENT_OFFSET + byte] = 1
  })
  for (const character of DOCUMENT_CHARACTERS) slot[IN_DOCUMENT_OFFSET + character.charCodeAt(0)] = 1
}

/** A key stands behind a quote, and is compared sixteen bytes at a time. */
function roomFor(key: Uint8Array): number {
  return Math.ceil((key.length + 2) / 16) * 16 + 16
}
