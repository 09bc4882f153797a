import type { RuleFile, RuleReader } from '../rules/parse-rules.ts'
import { listSourceName } from '../rules/ioc-list-path.ts'

const NEWLINE = 0x0a
/** A longer line is not shown, as in every other diagnostic. */
const SHOWN_BYTES = 20_000

/** The lines of rule files and of the lists they name, for findings that show theirs. */
export class SourceLines {
  readonly #bytes = new Map<string, Uint8Array>()
  /** Per file, the last line that was found: findings come in the order of places. */
  readonly #places = new Map<string, { readonly line: number; readonly offset: number }>()

  constructor(files: readonly RuleFile[]) {
    for (const { name, bytes } of files) this.#bytes.set(name, bytes)
  }

  /** The same reader, with what it gives remembered. */
  watching(reader: RuleReader): RuleReader {
    return {
      readSibling: (ruleFile, relativePath) => {
        const bytes = reader.readSibling(ruleFile, relativePath)
        if (bytes !== null) this.#bytes.set(listSourceName(ruleFile, relativePath), bytes)
        return bytes
      },
    }
  }

  /** The text of a 1-based line without its end; empty where there is none. */
  textOf(file: string, line: number): string {
    const bytes = this.#bytes.get(file)
    const start = bytes === undefined ? null : this.#startOf(file, bytes, line)
    if (bytes === undefined || start === null) return ''
    const feed = bytes.indexOf(NEWLINE, start)
    const end = feed < 0 ? bytes.length : feed
    if (end - start > SHOWN_BYTES) return ''
    return new TextDecoder().decode(bytes.subarray(start, end)).replace(/\r$/, '')
  }

  #startOf(file: string, bytes: Uint8Array, line: number): number | null {
    const known = this.#places.get(file)
    let at = known !== undefined && known.line <= line ? known : { line: 1, offset: 0 }
    while (at.line < line) {
      const feed = bytes.indexOf(NEWLINE, at.offset)
      if (feed < 0) return null
      at = { line: at.line + 1, offset: feed + 1 }
    }
    this.#places.set(file, at)
    return at.offset
  }
}
