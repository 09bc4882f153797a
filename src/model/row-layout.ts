/** What a header says of the rows below it. */
export interface RowLayout {
  /** The byte between cells. */
  readonly separator: number
  readonly columns: readonly string[]
  /** What else the header of a Zeek log says. Its rows know no quotation; rows of CSV have none of this. */
  readonly zeek?: ZeekLayout
}

/** How cells of a Zeek log are written. */
export interface ZeekLayout {
  /** The byte between members of a set or a vector. */
  readonly setSeparator: number
  /** What stands for an empty value and for none, one character per byte. At most `ZEEK_FIELD_BYTES` each. */
  readonly emptyField: string
  readonly unsetField: string
  /** Name of the log, without the header's word for none. */
  readonly path: string | null
  /** Types of the columns; empty where the header names none. */
  readonly types: readonly string[]
  /** Why rows below this header cannot be read, or null when they can. */
  readonly fault: string | null
}

/** Most bytes of the words for an empty value and for none. */
export const ZEEK_FIELD_BYTES = 16

/** Says whether the cells of a column are sets or vectors. */
export function isZeekList({ types }: ZeekLayout, column: number): boolean {
  return LIST_TYPE.test(types[column] ?? '')
}

const LIST_TYPE = /^(?:set|vector|table)\b/

/** Says whether rows below a header can be read: it names columns, and has no fault. */
export function hasReadableRows({ columns, zeek }: RowLayout): boolean {
  return zeek === undefined || (zeek.fault === null && columns.length > 0)
}
