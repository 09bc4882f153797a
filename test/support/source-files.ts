import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

/** A TypeScript file of the product with what it imports. */
export interface SourceFile {
  /** Path below `src`, with `/`. */
  readonly path: string
  /** The text without comments; strings are kept. */
  readonly code: string
  readonly imports: readonly SourceImport[]
}

interface SourceImport {
  readonly specifier: string
  /** Path below `src` for relative imports, else null. */
  readonly target: string | null
}

export const REPOSITORY_ROOT: string = resolve(import.meta.dirname, '../..')

/** AssemblyScript has its own compiler and is no part of the modules. */
const NOT_TYPESCRIPT = ['engine/sieve/assembly/', 'rules/ingest/assembly/']

/** Reads every TypeScript file under `src`. */
export function readSourceFiles(root: string = join(REPOSITORY_ROOT, 'src')): readonly SourceFile[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts') && !NOT_TYPESCRIPT.some((folder) => path.startsWith(folder)))
    .sort()
    .map((path) => parseSourceFile(path, readFileSync(join(root, path), 'utf8')))
}

/** Finds the imports of a text: static, re-exporting, for side effects, and dynamic. */
export function parseSourceFile(path: string, text: string): SourceFile {
  const code = withoutComments(text)
  const patterns = [
    /\b(?:import|export)\b[^'"`;()]*?\bfrom\s*(['"])([^'"\n]+)\1/g,
    /(?<![.\w])import\s*(['"])([^'"\n]+)\1/g,
    /(?<![.\w])import\s*\(\s*(['"`])([^'"`\n]+)\1/g,
  ]
  const specifiers = patterns.flatMap((pattern) => [...code.matchAll(pattern)].map((match) => match[2] ?? ''))
  return {
    path,
    code,
    imports: specifiers.map((specifier) => ({ specifier, target: targetOf(path, specifier) })),
  }
}

/** The code without the contents of plain strings: words in messages are no use of a global. */
export function withoutStrings(code: string): string {
  return code.replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''")
}

/** Lists one cycle of files as a path that ends where it begins, or null. */
export function findCycle(files: readonly SourceFile[]): readonly string[] | null {
  const targets = new Map(files.map((file) => [file.path, file.imports.map((found) => found.target)]))
  const finished = new Set<string>()
  const walk = (path: string, trail: readonly string[]): readonly string[] | null => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path]
    if (finished.has(path)) return null
    for (const target of targets.get(path) ?? []) {
      const cycle = target === null ? null : walk(target, [...trail, path])
      if (cycle !== null) return cycle
    }
    finished.add(path)
    return null
  }
  for (const file of files) {
    const cycle = walk(file.path, [])
    if (cycle !== null) return cycle
  }
  return null
}

function withoutComments(text: string): string {
  return text.replace(
    /('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[^])*`)|\/\*[^]*?\*\/|(?<!\\)\/\/[^\n]*/g,
    (_, string: string | undefined) => string ?? ' ',
  )
}

function targetOf(path: string, specifier: string): string | null {
  if (!specifier.startsWith('.')) return null
  return relative('/src', resolve('/src', dirname(path), specifier)).replaceAll('\\', '/')
}
