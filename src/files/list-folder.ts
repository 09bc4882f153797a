import { readdirSync, statSync } from 'node:fs'
import type { BigIntStats } from 'node:fs'
import { join } from 'node:path'
import { compareUtf8 } from '../model/compare-utf8.ts'
import type { InputProblem } from '../model/replay-summary.ts'
import { codeOf, reasonOf } from './file-error.ts'

/** One file below a folder. */
export interface FolderFile {
  /** Path below the folder, parts joined by `/`. */
  readonly relative: string
  readonly path: string
  readonly stats: BigIntStats
}

/** Folders below folders are followed this deep; deeper ones are named as a problem. */
const DEPTH_LIMIT = 64

/**
 * Lists the files below a folder by relative path in UTF-8 byte order, symbolic links followed, hidden names skipped.
 * A folder that was entered already, for example through a link to its parent, is not entered again.
 */
export function listFolder(
  path: string,
  name: string,
): { readonly files: readonly FolderFile[]; readonly problems: readonly InputProblem[] } {
  const walk = new FolderWalk(name)
  walk.enter(path, '', 0)
  return { files: walk.files.sort((a, b) => compareUtf8(a.relative, b.relative)), problems: walk.problems }
}

/** Identity of a file or folder whatever its name. */
export function realIdentity(stats: BigIntStats): string {
  return `${stats.dev}:${stats.ino}`
}

/** Joins the name that the user gave with a relative path, for display. */
export function shownName(folder: string, relative: string): string {
  return folder.endsWith('/') ? folder + relative : `${folder}/${relative}`
}

class FolderWalk {
  readonly files: FolderFile[] = []
  readonly problems: InputProblem[] = []
  readonly #name: string
  readonly #entered = new Set<string>()

  constructor(name: string) {
    this.#name = name
  }

  enter(path: string, relative: string, depth: number): void {
    if (depth > DEPTH_LIMIT) return this.#report(relative, `lies more than ${DEPTH_LIMIT} folders deep`)
    const names = this.#namesIn(path, relative)
    for (const entry of names) {
      if (entry.startsWith('.')) continue
      this.#visit(join(path, entry), relative === '' ? entry : `${relative}/${entry}`, depth)
    }
  }

  #namesIn(path: string, relative: string): readonly string[] {
    try {
      const identity = realIdentity(statSync(path, { bigint: true }))
      if (this.#entered.has(identity)) return []
      this.#entered.add(identity)
      return readdirSync(path).sort(compareUtf8)
    } catch (cause) {
      this.#report(relative, `cannot be read: ${reasonOf(codeOf(cause))}`)
      return []
    }
  }

  #visit(path: string, relative: string, depth: number): void {
    let stats: BigIntStats
    try {
      stats = statSync(path, { bigint: true })
    } catch (cause) {
      this.#report(relative, `cannot be read: ${reasonOf(codeOf(cause))}`)
      return
    }
    if (stats.isDirectory()) this.enter(path, relative, depth + 1)
    else this.files.push({ relative, path, stats })
  }

  #report(relative: string, message: string): void {
    const source = relative === '' ? this.#name : shownName(this.#name, relative)
    this.problems.push({ source, severity: 'error', message, fix: null })
  }
}
