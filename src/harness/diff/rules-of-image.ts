import type { IndexImage } from '../../engine/image-reader.ts'
import { ImageFormatError } from '../../engine/image-format-error.ts'
import type { IndicatorColumns, RuleSet } from '../../model/rule-set.ts'
import { NO_ID, NO_TIME } from '../../model/rule-set.ts'

/**
 * The rules that an image holds: what was compiled, in canonical order.
 * Throws an `ImageFormatError` where it holds two definitions of one Name.
 */
export function rulesOfImage(image: IndexImage): RuleSet {
  refuseRepeatedNames(image)
  return {
    definitions: image.definitions,
    indicators: columnsOf(image),
    opaque: [],
    sources: [],
    warnings: [],
  }
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

function columnsOf(image: IndexImage): IndicatorColumns {
  const count = image.indicatorCount
  const definition = new Uint32Array(count)
  const type = new Uint8Array(count)
  const detectionFunction = new Uint8Array(count)
  const expiresAt = new BigInt64Array(count)
  const createdAt = new BigInt64Array(count)
  const id = new Float64Array(count)
  const valueOffset = new Uint32Array(count + 1)
  const values = new ByteText()
  // A forged image may hold its runs out of order; rows of one definition must stand together.
  const runs = image.runs().toSorted((a, b) => a.definition - b.definition)
  let row = 0
  for (const run of runs) {
    for (let indicator = run.from; indicator < run.to; indicator += 1) {
      const { Id, Value, ExpiresAt, CreatedAt } = image.indicator(indicator)
      definition[row] = run.definition
      type[row] = run.type
      detectionFunction[row] = run.detectionFunction
      expiresAt[row] = ExpiresAt ?? NO_TIME
      createdAt[row] = CreatedAt ?? NO_TIME
      id[row] = Id ?? NO_ID
      row += 1
      valueOffset[row] = values.append(Value)
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
