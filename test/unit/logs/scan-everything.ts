import { decodeJsonString, decodeUtf8 } from '../../../src/logs/decode-string.ts'
import { JsonScanner, NO_NODE, type ScanPlace, type ScanSink } from '../../../src/logs/scan-json.ts'

/** What a scan reports when every path is asked for. */
export interface Everything {
  readonly strings: readonly { readonly field: string; readonly text: string }[]
  /** Values that are no strings: the keys that lead to them, and their characters; null for an object. */
  readonly others: readonly { readonly keys: readonly string[]; readonly scalar: string | null }[]
}

/** Scans bytes with a sink that asks for every path; `isNested`: as JSON inside a string. */
export function scanEverything(bytes: Uint8Array, isNested = false): Everything {
  const sink = new EveryPath()
  new JsonScanner().scan(bytes, 0, bytes.length, 0, isNested ? 0 : NO_NODE, sink)
  return sink
}

class EveryPath implements ScanSink, Everything {
  readonly strings: { field: string; text: string }[] = []
  readonly others: { keys: readonly string[]; scalar: string | null }[] = []
  readonly #paths: (readonly string[])[] = [[]]

  childOf(node: number, bytes: Uint8Array, start: number, end: number, hasEscapes: boolean): number {
    const key = decodeJsonString(bytes, start, end, hasEscapes)
    return this.#paths.push([...this.#keysOf(node), key]) - 1
  }

  string(
    node: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    hasEscapes: boolean,
    place: ScanPlace,
  ): void {
    const text = decodeJsonString(bytes, start, end, hasEscapes)
    this.strings.push({ field: this.#fieldOf(node, place), text })
  }

  scalar(node: number, bytes: Uint8Array, start: number, end: number): void {
    const scalar = decodeUtf8(bytes, start, end)
    this.others.push({ keys: this.#keysOf(node), scalar })
  }

  object(node: number): void {
    this.others.push({ keys: this.#keysOf(node), scalar: null })
  }

  #fieldOf(node: number, place: ScanPlace): string {
    const steps: (string | number)[] = []
    for (let level = 0; level < place.depth; level += 1) {
      const keyNode = place.keyNodeAt(level)
      if (keyNode !== NO_NODE) steps.push(this.#keysOf(keyNode).at(-1) ?? '')
      if (place.indexAt(level) !== -1) steps.push(place.indexAt(level))
    }
    if (place.isKeyed) steps.push(this.#keysOf(node).at(-1) ?? '')
    return printSteps(steps)
  }

  #keysOf(node: number): readonly string[] {
    return this.#paths[node] ?? []
  }
}

/** Keys joined by dots, array elements as `[i]`. */
export function printSteps(steps: readonly (string | number)[]): string {
  return steps
    .map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`))
    .join('')
}
