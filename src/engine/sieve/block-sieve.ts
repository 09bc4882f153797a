/** What the kernel said of the lines, or of the rows of a delimited file, in a stretch of its block. */
export interface LineScan {
  /** Whole lines or rows that it looked at. */
  readonly lineCount: number
  /** Where each of them begins, and in the entry behind the last one where the first other one does; from the stretch's start. */
  readonly lineStart: Uint32Array
  /** Line feeds before each of them, in the same order; null where every record is one line. */
  readonly feedsBefore: Uint32Array | null
  /** Lines to look at: in the first entries the indices of survivors and of lines that are no records, ascending. */
  readonly stops: Uint32Array
  readonly stopCount: number
}

/** A sieve that looks at many records at once, where they stand in its block. */
export interface BlockSieve {
  /** Bytes to be scanned stand here. Only its owner writes to it. */
  readonly block: Uint8Array
  /**
   * Looks at the whole records in `block[start, end)`, a limited number of them, and adds what plain ones hold to
   * `observed`. Not plain is a record longer than `maxBytes`, and what is none by the law of its format. A record begins
   * at `start`. The arrays of the answer are overwritten by the next call.
   */
  scanLines(start: number, end: number, maxBytes: number): LineScan
}
