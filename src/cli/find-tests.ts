import { readFileSync, statSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { fileErrorFrom } from '../files/file-error.ts'
import { listInputs } from '../files/list-inputs.ts'
import type { ListedInput } from '../files/list-inputs.ts'
import { isRuleFileName } from '../files/list-rule-files.ts'
import type { Diagnostic } from '../model/diagnostic.ts'

const TEST_FILE = /\.test\.(?:ya?ml|json)$/i
const NAMED_FILE = /\.(?:ya?ml|json)$/i

/** A file that may hold tests. */
export interface TestFileSource {
  readonly name: string
  readonly path: string
  readonly bytes: Uint8Array
  /** `inline`: a rule file, whose tests stand under its definitions. */
  readonly kind: 'tests' | 'inline'
  /** The folder that was named and holds rule files, which are then the rules of its tests; null: none was. */
  readonly folder: string | null
}

/** What lies below the paths that were named. */
export interface FoundTests {
  readonly sources: readonly TestFileSource[]
  /** Folders with rule files and rule files that were named themselves: the rules of tests that stand elsewhere. */
  readonly namedRules: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
}

/** The files below the paths that may hold tests, in the order of paths and names; what cannot be read is a diagnostic. */
export function findTests(paths: readonly string[]): FoundTests {
  const sources: TestFileSource[] = []
  const diagnostics: Diagnostic[] = []
  const namedRules: string[] = []
  const seen = new Set<string>()
  for (const path of paths) {
    const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
    const listed = listInputs([path], { cwd: process.cwd() })
    for (const { source, severity, message, fix } of listed.problems)
      if (severity === 'error') diagnostics.push(unreadable(`${source}: ${message}`, fix))
    const folder = isFolder && listed.inputs.some(({ name }) => isRuleFileName(name)) ? path : null
    if (folder !== null) namedRules.push(folder)
    else if (!isFolder)
      namedRules.push(...listed.inputs.map(({ name }) => name).filter((name) => isRuleFileName(name)))
    for (const input of listed.inputs) {
      const kind = kindOf(input, isFolder)
      if (kind === null || seen.has(input.path) || input.path === '-') continue
      seen.add(input.path)
      const bytes = readOrNull(input, diagnostics)
      if (bytes !== null) sources.push({ ...input, bytes, kind, folder })
    }
  }
  return { sources, namedRules, diagnostics }
}

function kindOf({ name }: ListedInput, isFolder: boolean): TestFileSource['kind'] | null {
  if (isRuleFileName(name)) return 'inline'
  return TEST_FILE.test(name) || (!isFolder && NAMED_FILE.test(name)) ? 'tests' : null
}

/** Larger than any rule document may be; reading it would only show that. */
const READ_BYTES_LIMIT = 256 * 2 ** 20

function readOrNull({ name, path, size }: ListedInput, diagnostics: Diagnostic[]): Uint8Array | null {
  if (size === null || size > READ_BYTES_LIMIT) {
    const reason =
      size === null ? 'is a FIFO, which is not read' : `has ${size} bytes, more than a test may have`
    diagnostics.push(unreadable(`${name}: ${reason}`, null))
    return null
  }
  try {
    return readFileSync(path)
  } catch (cause) {
    diagnostics.push(unreadable(fileErrorFrom(cause, 'read', name).message, null))
    return null
  }
}

function unreadable(message: string, fix: string | null): Diagnostic {
  return { code: 'TEST000', severity: 'error', message, fix, span: null, related: [] }
}

/** The nearest folder upwards from a file that holds rule files, as shown to the user; null: none up to the working folder. */
export function nearestRuleFolder(path: string): string | null {
  const root = process.cwd()
  for (let at = dirname(resolve(path)); ; at = dirname(at)) {
    const listed = listInputs([at], { cwd: root })
    if (listed.inputs.some(({ name }) => isRuleFileName(name))) return relative(root, at) || '.'
    if (at === root || dirname(at) === at) return null
  }
}
