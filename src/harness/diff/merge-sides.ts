import { compileRules } from '../../engine/compile-rules.ts'
import { IndexImage } from '../../engine/image-reader.ts'
import { compareUtf8 } from '../../model/compare-utf8.ts'
import type { IndicatorColumns, RuleSet } from '../../model/rule-set.ts'
import { NO_ID, NO_TIME } from '../../model/rule-set.ts'
import type { DefinitionRows } from './definition-rows.ts'
import { definitionRows } from './definition-rows.ts'
import type { DiffSide } from './diff-side.ts'
import { rulesOfImage } from './rules-of-image.ts'

/**
 * One image of both rule sets, so that one pass over the logs matches both. A definition stands in it once per side, and its
 * Id says which: `SIDE_A` or `SIDE_B`. Throws an `ImageFormatError` where an image holds two definitions of one Name.
 */
export function mergeSides(a: DiffSide, b: DiffSide): IndexImage {
  const isReject = [a, b].every(({ image }) => image.options.nonEqualsHash === 'reject')
  const [rulesA, rulesB] = [a, b].map(({ image, rules }) => {
    // What its own image rejects must not come back in the merged one, which allows as much as either.
    const isSame = isReject || image.options.nonEqualsHash === 'allow'
    return rules !== null && isSame ? rules : rulesOfImage(image)
  })
  const parts = [rulesA, rulesB].flatMap((rules, side) => (rules === undefined ? [] : partsOf(rules, side)))
  parts.sort(
    (left, right) =>
      compareUtf8(left.definition.Name, right.definition.Name) ||
      (left.definition.Id ?? 0) - (right.definition.Id ?? 0),
  )
  const merged: RuleSet = {
    definitions: parts.map((part) => part.definition),
    indicators: columnsOf(parts),
    opaque: [],
    sources: [],
    warnings: [],
  }
  const { image } = compileRules(merged, { nonEqualsHash: isReject ? 'reject' : 'allow' })
  return IndexImage.open(image)
}

/** A definition of one side, numbered by it, with its rows. */
interface Part extends DefinitionRows {
  readonly columns: IndicatorColumns
}

function partsOf(rules: RuleSet, side: number): readonly Part[] {
  return definitionRows(rules).map(({ definition, rows }) => ({
    definition: { ...definition, Id: side },
    rows,
    columns: rules.indicators,
  }))
}

/** Copies whole stretches of rows: lists of millions are merged without looking at one of them. */
function columnsOf(parts: readonly Part[]): IndicatorColumns {
  const count = parts.reduce((sum, { rows }) => sum + rows.to - rows.from, 0)
  const byteCount = parts.reduce((sum, part) => sum + bytesOf(part).length, 0)
  const definition = new Uint32Array(count)
  const type = new Uint8Array(count)
  const detectionFunction = new Uint8Array(count)
  const valueOffset = new Uint32Array(count + 1)
  const valueBytes = new Uint8Array(byteCount)
  const expiresAt = new BigInt64Array(count).fill(NO_TIME)
  const createdAt = new BigInt64Array(count).fill(NO_TIME)
  const id = new Float64Array(count).fill(NO_ID)
  const enabled = new Uint8Array(count)
  let row = 0
  let byte = 0
  for (const [index, part] of parts.entries()) {
    const { columns } = part
    const { from, to } = part.rows
    definition.fill(index, row, row + to - from)
    type.set(columns.type.subarray(from, to), row)
    detectionFunction.set(columns.detectionFunction.subarray(from, to), row)
    enabled.set(columns.enabled.subarray(from, to), row)
    if (columns.expiresAt !== null) expiresAt.set(columns.expiresAt.subarray(from, to), row)
    if (columns.createdAt !== null) createdAt.set(columns.createdAt.subarray(from, to), row)
    if (columns.id !== null) id.set(columns.id.subarray(from, to), row)
    const values = bytesOf(part)
    valueBytes.set(values, byte)
    const shift = byte - (columns.valueOffset[from] ?? 0)
    for (let at = from; at < to; at += 1) {
      row += 1
      valueOffset[row] = (columns.valueOffset[at + 1] ?? 0) + shift
    }
    byte += values.length
  }
  const nowhere = new Uint32Array(count)
  return {
    count,
    definition,
    type,
    detectionFunction,
    valueOffset,
    valueBytes,
    expiresAt,
    createdAt,
    enabled,
    id,
    sourceFile: nowhere,
    sourceLine: nowhere,
    sourceColumn: nowhere,
  }
}

function bytesOf({ columns, rows }: Part): Uint8Array {
  return columns.valueBytes.subarray(columns.valueOffset[rows.from], columns.valueOffset[rows.to])
}
