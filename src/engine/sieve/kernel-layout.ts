/**
 * Where things stand in a scanner's slot of the kernel's memory, for the part that JavaScript reads and writes;
 * `assembly/slot.ts` has all of them and must agree.
 */
export const PAGE_BYTES = 65_536
/** Pages of one slot. */
export const SLOT_PAGES = 51

/** On the memory's first page: lanes of a checksum. */
export const CHECK_LANES_OFFSET = 4096

export const IN_DOCUMENT_OFFSET = 512
/** Words for no value and for an empty one in a Zeek log, 16 bytes each. */
export const ZEEK_WORDS_OFFSET = 1536
export const OBSERVED_OFFSET = 20_480
export const KEY_TEXT_OFFSET = 49_664
export const LINE_START_OFFSET = 181_888
export const STOPS_OFFSET = 345_920
/** A block of lines. */
export const INPUT_OFFSET = 524_288
/** A record by itself: it may come while a block of lines is being read. */
export const RECORD_OFFSET = 1_638_400
/** Line feeds before each row of the last scan. */
export const LINE_FEEDS_OFFSET = 3_047_680
/** Mapped columns: u32 column, counter, kinds, and 1 for a list of a Zeek log. */
export const COLUMNS_OFFSET = 3_178_816

export const KEY_LIMIT = 1024
/** Most mapped columns of a delimited file, and most columns. */
export const MAPPED_COLUMN_LIMIT = 1024
export const COLUMN_LIMIT = 8191
/** Room for the texts of all keys. */
export const KEY_TEXT_BYTES = 65_536
/** Most lines that one call looks at. */
export const LINE_LIMIT = 32_768
/** Most bytes of either, and room for 64 readable ones on both sides. */
export const INPUT_BYTES = 1_048_576
