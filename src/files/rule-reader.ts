import { FileError } from './file-error.ts'
import type { ListedRuleFile } from './list-rule-files.ts'
import { readSibling } from './read-sibling.ts'

/** Reasons for which a file that rules name is as good as absent. */
const ABSENT_CODES: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'outside', 'name', 'device'])

/** Gives rule files the contents of the lists they name, by the names under which they were listed. */
export interface RuleFileReader {
  /** The bytes of the named file; null where it does not exist or lies outside the rule folder. Throws a FileError for other failures. */
  readonly readSibling: (ruleFile: string, relativePath: string) => Uint8Array | null
}

/** Makes the reader for listed rule files; a rule file that is not among them has no siblings. */
export function ruleFileReader(files: readonly Pick<ListedRuleFile, 'name' | 'path'>[]): RuleFileReader {
  const paths = new Map(files.map(({ name, path }) => [name, path]))
  return {
    readSibling(ruleFile, relativePath) {
      const path = paths.get(ruleFile)
      if (path === undefined) return null
      try {
        return readSibling(path, relativePath)
      } catch (error) {
        if (error instanceof FileError && ABSENT_CODES.has(error.code)) return null
        throw error
      }
    },
  }
}
