import { accessSync, constants, statSync } from 'node:fs'
import type { BigIntStats } from 'node:fs'
import { resolve } from 'node:path'
import type { InputProblem } from '../model/replay-summary.ts'
import { STDIN_PATH } from './byte-source.ts'
import { expandGlob, isGlob } from './expand-glob.ts'
import { codeOf, reasonOf } from './file-error.ts'
import { listFolder, realIdentity, shownName } from './list-folder.ts'

/** One source to read: what to call it and where it lies. */
export interface ListedInput {
  /** As the user gave it; below a folder the folder as given, `/` and the relative path; standard input is `-`. */
  readonly name: string
  readonly path: string
  /** Null for standard input and FIFOs. */
  readonly size: number | null
}

/** Sources to read, and what could not be listed. */
export interface InputList {
  readonly inputs: readonly ListedInput[]
  readonly problems: readonly InputProblem[]
}

/** How names of files are read. */
export interface ListOptions {
  /** Folder that relative paths start from. */
  readonly cwd: string
}

/**
 * Turns what the user named (files, folders, globs, `-`) into the sources to read, in that order (semantics 8).
 * What cannot be read is named as an error and the rest goes on; the same real file a second time is left out with a warning.
 */
export function listInputs(paths: readonly string[], options: ListOptions): InputList {
  const listing = new Listing(options.cwd)
  for (const path of paths) listing.add(path)
  return listing
}

class Listing implements InputList {
  readonly inputs: ListedInput[] = []
  readonly problems: InputProblem[] = []
  readonly #cwd: string
  /** Real identity to the name under which it is read. */
  readonly #seen = new Map<string, string>()

  constructor(cwd: string) {
    this.#cwd = cwd
  }

  add(name: string): void {
    if (name === STDIN_PATH) {
      if (this.#isFirst(STDIN_PATH, name)) this.inputs.push({ name, path: STDIN_PATH, size: null })
      return
    }
    // Resolved, an empty name would be the working folder and all that lies in it.
    if (name === '')
      return this.#report(name, 'error', 'an empty text names no file', 'name a file or a folder')
    const stats = statOf(resolve(this.#cwd, name))
    if (typeof stats === 'string' && isGlob(name)) this.#addGlob(name)
    else this.#addNamed(name, stats)
  }

  #addGlob(pattern: string): void {
    const paths = expandGlob(pattern, this.#cwd)
    if (paths.length === 0)
      this.#report(
        pattern,
        'error',
        'no file matches the pattern',
        'check the pattern and the working folder',
      )
    for (const path of paths) this.#addNamed(path, statOf(resolve(this.#cwd, path)))
  }

  #addNamed(name: string, stats: BigIntStats | string): void {
    const path = resolve(this.#cwd, name)
    if (typeof stats === 'string') {
      this.#report(name, 'error', `cannot be read: ${reasonOf(stats)}`)
      return
    }
    if (stats.isDirectory()) this.#addFolder(name, path)
    else this.#addFile(name, path, stats)
  }

  #addFolder(name: string, path: string): void {
    const { files, problems } = listFolder(path, name)
    for (const problem of problems) this.problems.push(problem)
    if (files.length === 0 && problems.length === 0)
      this.#report(name, 'warning', 'the folder holds no file to read')
    for (const file of files) {
      const shown = shownName(name, file.relative)
      if (file.stats.isFIFO())
        this.#report(shown, 'warning', 'is a FIFO inside a folder and is not read', 'name it to read it')
      else this.#addFile(shown, file.path, file.stats)
    }
  }

  #addFile(name: string, path: string, stats: BigIntStats): void {
    if (!stats.isFile() && !stats.isFIFO()) {
      this.#report(name, 'error', 'is a device or socket, which is never read', 'use - for standard input')
      return
    }
    const refusal = refusedAccess(path)
    if (refusal !== null) {
      this.#report(name, 'error', `cannot be read: ${reasonOf(refusal)}`)
      return
    }
    if (!this.#isFirst(realIdentity(stats), name)) return
    this.inputs.push({ name, path, size: stats.isFile() ? Number(stats.size) : null })
  }

  #isFirst(identity: string, name: string): boolean {
    const first = this.#seen.get(identity)
    if (first === undefined) this.#seen.set(identity, name)
    else this.#report(name, 'warning', `is the same file as ${first} and is read once`)
    return first === undefined
  }

  #report(
    source: string,
    severity: InputProblem['severity'],
    message: string,
    fix: string | null = null,
  ): void {
    this.problems.push({ source, severity, message, fix })
  }
}

/** The stats of what a path leads to, or the system's code of why not. */
function statOf(path: string): BigIntStats | string {
  try {
    return statSync(path, { bigint: true })
  } catch (cause) {
    return codeOf(cause)
  }
}

function refusedAccess(path: string): string | null {
  try {
    accessSync(path, constants.R_OK)
    return null
  } catch (cause) {
    return codeOf(cause)
  }
}
