/** Where everything stands in the kernel's memory. `../ingest-kernel.ts` says the same to JavaScript; a test compares them. */

/** Ranges of the current row's cells: two addresses each, the start and the end. */
export const CELLS: usize = 0x400
/** More cells than a list has columns are counted only. */
export const CELL_LIMIT: u32 = 8

/** How rows with digests begin; see `heads.ts`. */
export const HEADS: usize = 0x800

/** The text of the list. Vectors are read up to 63 bytes past its end, and a word before its start. */
export const INPUT: usize = 0x1_0000

/** Columns of the rows that were read, `ROW_LIMIT` entries each. */
export const TYPE: usize = 0x6_0000
export const FUNCTION: usize = 0x6_4000
export const ENABLED: usize = 0x6_8000
export const VALUE_END: usize = 0x7_0000
export const COLUMN: usize = 0x8_0000
export const EXPIRES_AT: usize = 0xa_0000
export const ROW_LIMIT: u32 = 0x4000

/** By type, function and first byte of the value: u32 rows, u32 words of their values, of all calls together. */
export const TALLY: usize = 0x9_0000

/** Values of the rows, each on a multiple of four bytes. */
export const VALUES: usize = 0xc_0000

/** In a memory where values are sorted: counters of `radix.ts`, 16 KiB for each of eleven levels. */
export const COUNTERS: usize = 0x1_0000
