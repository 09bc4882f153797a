import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { REPOSITORY_ROOT } from './source-files.ts'

/** A file of AssemblyScript: its path from the repository's root, and what it holds. */
export interface AssemblyFile {
  readonly name: string
  readonly text: string
}

/** What the linter says, without the colours that the environment may ask for, and whether it found anything. */
export interface LintResult {
  readonly isClean: boolean
  readonly output: string
}

const LINTER = join(REPOSITORY_ROOT, 'node_modules/oxlint/bin/oxlint')
const RULES = join(REPOSITORY_ROOT, 'test/lint/assembly.oxlintrc.json')
/** A decorator of a function, which TypeScript does not have, alone on its line. */
const DECORATOR = /^@\w+$/gm

/** Lints AssemblyScript by the rules of `test/lint`. The linter sees copies without decorators, line for line the same. */
export async function lintAssembly(files: readonly AssemblyFile[]): Promise<LintResult> {
  const folder = mkdtempSync(join(tmpdir(), 'dryfire-lint-'))
  try {
    for (const { name, text } of files) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text.replaceAll(DECORATOR, ''))
    }
    return await runLinter(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function runLinter(cwd: string): Promise<LintResult> {
  const words = [LINTER, '-c', RULES, '--deny-warnings', '.']
  return new Promise((resolve) => {
    execFile(process.execPath, words, { cwd }, (error, stdout, stderr) => {
      resolve({ isClean: error === null, output: stripVTControlCharacters(stdout + stderr) })
    })
  })
}
