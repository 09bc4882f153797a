/** What JavaScript calls. Every other file is a part of the method; README.md says why it is there. */
import { dealValues, useBuckets } from './deal.ts'
import { bytesRead, hasTimes, isOdd, readLines, readRows, rowCount, tallyRows, textBytes, useHeader } from './rows.ts'
import { sortValues, useValues } from './sort.ts'

export { dealValues, readLines, readRows, sortValues, tallyRows, useBuckets, useHeader, useValues }

export function rowsRead(): u32 {
  return rowCount
}

/** Bytes of the input that the rows took, line ends included. */
export function inputRead(): u32 {
  return bytesRead
}

/** Whether a row that is not plain stopped the reading. */
export function isStoppedByRow(): bool {
  return isOdd
}

/** Whether one of the rows has a time of expiry. */
export function timesRead(): bool {
  return hasTimes
}

/** Characters of the rows' canonical values. */
export function textRead(): u32 {
  return textBytes
}
