/**
 * From a pattern to the indicators that hold it, and back.
 *
 *   firstId:  u32[structureCount]   the id of a structure's first pattern, where its i-th pattern has the id firstId + i
 *                                   and no other; or LISTED
 *   posting:  u32[]                 by pattern of the listed structures: an id, or OVERFLOW_FLAG | index into overflow
 *   overflow: u32[]                 at that index a count (at least 2), then as many ids, ascending; lists stand in
 *                                   the order of their patterns, without gaps
 *
 * Ids are in the order of values, and so are the patterns of most structures: a feed of one definition needs no list.
 */
export interface PostingSections {
  readonly firstId: Uint32Array
  readonly posting: Uint32Array
  readonly overflow: Uint32Array
}

/** What `verifyPostings` holds the postings against. */
export interface PostingFacts {
  /** First pattern of each structure, then the pattern count; verified. */
  readonly structureBase: Uint32Array
  readonly indicatorCount: number
  /** Says into which kind of structure ids belong: from `from` up to `to` all into that one. */
  readonly runs: readonly { readonly from: number; readonly to: number; readonly kind: number }[]
  /** The kind of ids that each structure takes, above 0. */
  readonly kindOf: (structure: number) => number
  /** Where the sections stand in the image. */
  readonly offsets: { readonly firstId: number; readonly posting: number; readonly overflow: number }
}
