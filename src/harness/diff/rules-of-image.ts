import { compileRules } from '../../engine/compile-rules.ts'
import type { IndicatorRun } from '../../engine/image-reader.ts'
import { IndexImage } from '../../engine/image-reader.ts'
import { ImageFormatError } from '../../engine/image-format-error.ts'
import type { AlertDefinition } from '../../model/alert-definition.ts'
import { compareUtf8 } from '../../model/compare-utf8.ts'
import type { IndicatorColumns, RuleSet } from '../../model/rule-set.ts'
import { NO_ID, NO_TIME } from '../../model/rule-set.ts'

/** Which of the two rule sets: A, what was, or B, what will be. */
export type Side = 0 | 1

/** The rules as they were. */
export const SIDE_A: Side = 0
/** The rules as they will be. */
export const SIDE_B: Side = 1

/** The rules that an image holds: what was compiled, in canonical order. */
export function rulesOfImage(image: IndexImage): RuleSet {
  return rulesOfParts(partsOf(image))
}

/**
 * One image of both rule sets, so that one pass over the logs matches both. A definition stands in it once per side, and its
 * Id says which: `SIDE_A` or `SIDE_B`. Throws an `ImageFormatError` where an image holds two definitions of one Name.
 */
export function mergeImages(a: IndexImage, b: IndexImage): IndexImage {
  const sides = [a, b].map((image, side) =>
    partsOf(image).map((part) => ({ ...part, definition: { ...part.definition, Id: side } })),
  )
  const parts = sides
    .flat()
    .toSorted(
      (left, right) =>
        compareUtf8(left.definition.Name, right.definition.Name) || left.definition.Id - right.definition.Id,
    )
  const isReject = [a, b].every((image) => image.options.nonEqualsHash === 'reject')
  return IndexImage.open(
    compileRules(rulesOfParts(parts), { nonEqualsHash: isReject ? 'reject' : 'allow' }).image,
  )
}

/** A definition with the runs of its indicators. */
interface Part {
  readonly definition: AlertDefinition
  readonly image: IndexImage
  readonly runs: readonly IndicatorRun[]
}

function partsOf(image: IndexImage): readonly Part[] {
  refuseRepeatedNames(image)
  const runs = Map.groupBy(image.runs(), (run) => run.definition)
  return image.definitions.map((definition, index) => ({ definition, image, runs: runs.get(index) ?? [] }))
}

/** Our own compiler never writes such an image, and a diff by Name would be silently wrong. */
function refuseRepeatedNames({ definitions }: IndexImage): void {
  const names = new Set<string>()
  for (const { Name } of definitions) {
    if (names.has(Name))
      throw new ImageFormatError('bad-definitions', 0, `expected each Name once, found "${Name}" twice`)
    names.add(Name)
  }
}

function rulesOfParts(parts: readonly Part[]): RuleSet {
  return {
    definitions: parts.map((part) => part.definition),
    indicators: columnsOf(parts),
    opaque: [],
    sources: [],
    warnings: [],
  }
}

function columnsOf(parts: readonly Part[]): IndicatorColumns {
  const count = parts.flatMap((part) => part.runs).reduce((sum, run) => sum + run.to - run.from, 0)
  const definition = new Uint32Array(count)
  const type = new Uint8Array(count)
  const detectionFunction = new Uint8Array(count)
  const expiresAt = new BigInt64Array(count)
  const createdAt = new BigInt64Array(count)
  const id = new Float64Array(count)
  const valueOffset = new Uint32Array(count + 1)
  const values = new ByteText()
  let row = 0
  for (const [index, { image, runs }] of parts.entries()) {
    for (const run of runs) {
      for (let indicator = run.from; indicator < run.to; indicator += 1) {
        const { Id, Value, ExpiresAt, CreatedAt } = image.indicator(indicator)
        definition[row] = index
        type[row] = run.type
        detectionFunction[row] = run.detectionFunction
        expiresAt[row] = ExpiresAt ?? NO_TIME
        createdAt[row] = CreatedAt ?? NO_TIME
        id[row] = Id ?? NO_ID
        row += 1
        valueOffset[row] = values.append(Value)
      }
    }
  }
  const nowhere = new Uint32Array(count)
  return {
    count,
    definition,
    type,
    detectionFunction,
    valueOffset,
    valueBytes: values.bytes(),
    expiresAt,
    createdAt,
    enabled: new Uint8Array(count).fill(1),
    id,
    sourceFile: nowhere,
    sourceLine: nowhere,
    sourceColumn: nowhere,
  }
}

/** A growing buffer of ASCII. */
class ByteText {
  #bytes = new Uint8Array(65_536)
  #length = 0

  /** Returns the length afterwards. */
  append(text: string): number {
    const end = this.#length + text.length
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(end, this.#bytes.length * 2))
      larger.set(this.#bytes)
      this.#bytes = larger
    }
    for (let i = 0; i < text.length; i += 1) this.#bytes[this.#length + i] = text.charCodeAt(i)
    this.#length = end
    return end
  }

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }
}
