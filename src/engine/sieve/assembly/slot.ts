/**
 * One scanner's own memory. All scanners of a process share one memory, and each has a slot in it; filters are shared
 * and only read. There is no static data: a module that is instantiated late would write its data segments again.
 *
 * Offsets from the slot's first byte, which lies on 64 KiB. `kernel-layout.ts` repeats those that JavaScript uses.
 */
export const VECTORS: usize = 128 // 4 of 16 bytes, see scan.ts
export const MASKS: usize = 64 // 16 bytes of ones, 16 of zeros: a window over them keeps the first n bytes
export const WAITING_COUNTS: usize = 256 // 8 u32: entries of each list
export const IN_DOCUMENT: usize = 512 // 256 bytes: 1 for characters of mapped keys, and for what spells quotes and escapes in a document
export const HEX_VALUE: usize = 768 // 256 bytes: value of a hex digit, 255 for others
export const URL_CLASS: usize = 1024 // 256 bytes, see host.ts
export const DOMAIN_CLASS: usize = 1280 // 256 bytes
export const ZEEK_WORDS: usize = 1536 // 16 bytes of the word for no value, 16 of that for an empty one
export const KEY_HEADS: usize = 2048 // 1,024 u16: first key of a hash, plus 1
export const KEYS: usize = 4096 // 1,024 keys of 16 bytes, see keys.ts
export const OBSERVED: usize = 20480 // 1,024 f64: occurrences per key
export const ADDRESS: usize = 28672 // 16 bytes of an address
export const ADDRESS_TEXT: usize = 28736 // 39 bytes of its canonical text
export const TEXT: usize = 28928 // a host in small letters
export const QUEUE_KEY: usize = 33280 // 1,024 u64
export const QUEUE_LINE: usize = 41472 // 1,024 u32
export const QUEUE_PASSED: usize = 45568 // 1,024 u32
export const KEY_TEXT: usize = 49664 // 64 KiB: texts of the keys, each behind a quote and padded to 16
export const POSITIONS: usize = 116288 // 16,384 u32
export const LINE_START: usize = 181888 // 32,769 u32
export const LINE_FLAG: usize = 313088 // 32,768 bytes, and 16 behind them
export const STOPS: usize = 345920 // 32,768 u32
export const TAILS: usize = 477056 // 8 KiB, see tails.ts
export const QUEUE_WORD: usize = 485312 // 1,024 u64
export const INPUT: usize = 524288 // 1 MiB of lines, with at least 64 readable bytes on either side
export const RECORD: usize = 1638400 // 1 MiB, the same for a record by itself
export const DOCUMENT: usize = 2752576 // 64 KiB of a cell's text, the same again
export const CELL_ENDS: usize = 2818176 // 24,592 u32, see rows.ts
export const ROW_ENDS: usize = 2916544 // 16,385 pairs of u32
export const LINE_FEEDS: usize = 3047680 // 32,769 u32
export const COLUMNS: usize = 3178816 // 1,025 mapped columns of 16 bytes, see columns.ts
export const WAITING: usize = 3195264 // 8 lists of 1,024 entries of 16 bytes, see waiting.ts

/** On the first page of the memory, where no slot and no image stands: the lanes of a checksum. */
export const CHECK_LANES: usize = 4096
/** On the first page as well: 256 u32, the nodes on the way to a text, and as many, the root's child by byte. */
export const TRIE_PATH: usize = 8192
export const ROOT_CHILDREN: usize = 9216

export const TEXT_LIMIT: usize = 4096
export const QUEUE_LIMIT: u32 = 1024
export const LINE_LIMIT: u32 = 32768
export const DOCUMENT_LIMIT: usize = 65536

/** The slot's address, and that of the filters. */
export let slot: usize = 0
export let filters: usize = 0
/** True where a name also equals every parent of itself. */
export let withParents: bool = false

export function useSlot(slotAddress: usize, filtersAddress: usize, parentsEqual: bool): void {
  slot = slotAddress
  filters = filtersAddress
  withParents = parentsEqual
}
