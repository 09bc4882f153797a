import type { IndicatorColumns } from '../../src/model/rule-set.ts'
import type { IndicatorColumnsBuilder } from '../../src/rules/indicator-columns-builder.ts'

/** The columns of a builder in the order of reading, each row a group of its own. */
export function columnsAsRead(
  columns: IndicatorColumnsBuilder,
  same: Uint8Array | null = null,
): IndicatorColumns {
  const order = Uint32Array.from({ length: columns.count }, (_, row) => row)
  const words = columns.words.slice(0, columns.wordEnd)
  const start = columns.valueStart.slice(0, columns.count + 1)
  const groups = Array.from(order, (row) => ({
    from: row,
    to: row + 1,
    definition: columns.definition[row] ?? 0,
    type: columns.type[row] ?? 0,
    detectionFunction: columns.detectionFunction[row] ?? 0,
  }))
  return columns.build({ order, values: { words, start, same }, groups })
}
