import { dirname, isAbsolute, join, relative } from 'node:path'
import { FileError, codeOf, fileErrorFrom } from './file-error.ts'
import { Lock } from './lock.ts'
import { nodeProcessFacts, type ProcessFacts } from './process-facts.ts'
import { openLines, sealAfter, sealLines, type LinesEnd } from './sealed-lines.ts'
import { nodeStateIo } from './node-state-io.ts'
import { STATE_CODES, StateError } from './state-error.ts'
import type { StateHandle, StateIo } from './state-io.ts'

const JOURNAL = 'journal.ndjson'
/** The journal before this one: for people who look for what happened. */
const PREVIOUS_JOURNAL = 'journal-previous.ndjson'
const CLAIMS = 'claims.ndjson'
const NEW_SUFFIX = '.new'
const BACKUP_PREFIX = 'backup-'
const KEY = /^[0-9a-f]{16,64}$/
/** Permission bits of everybody but the owner, and their right to write. */
const OTHERS = 0o077
const OTHERS_WRITE = 0o022
/** A plan of a full tenant takes some 10 MB; much more is no journal of ours. */
const FILE_BYTES_LIMIT = 256 * 2 ** 20
const REBUILD = 'Start it anew with `dryfire apply --reset-state`; the damaged files are kept as a backup.'

/** Where the state of a tenant lies, and who may have it. */
export interface StateFolderOptions {
  /** Absolute; the tenant's folder lies in it. */
  readonly base: string
  /** Lower-case hex: which tenant of which service. */
  readonly key: string
  readonly io?: StateIo
  readonly facts?: ProcessFacts
  /** Take the lock from another host. */
  readonly breakLock?: boolean
  /** Working copies: folders that the state must not lie in, since they are copied, committed and shared. */
  readonly outside?: readonly string[]
}

/**
 * What is kept between runs about one tenant: the journal of the last apply, and the Names that are ours. Nothing is
 * written that is not durable when the call returns. Whoever writes holds the lock.
 */
export class StateFolder {
  readonly path: string
  readonly #io: StateIo
  readonly #key: string
  readonly #facts: ProcessFacts
  readonly #breakLock: boolean
  #lock: Lock | null = null
  #end: LinesEnd | null = null
  #isTorn = false
  #handle: StateHandle | null = null
  /** The first failure to append: what is on the disk is then known to the next run only. */
  #failure: { readonly cause: unknown } | null = null

  private constructor(path: string, options: StateFolderOptions) {
    this.path = path
    this.#key = options.key
    this.#io = options.io ?? nodeStateIo
    this.#facts = options.facts ?? nodeProcessFacts()
    this.#breakLock = options.breakLock ?? false
  }

  /** Finds or makes the folder, 0700; throws a StateError when somebody else could have written to it. */
  static open(options: StateFolderOptions): StateFolder {
    const { base, key, io = nodeStateIo, outside = [] } = options
    if (!KEY.test(key) || !isAbsolute(base)) throw new Error(`no state folder for ${base} and ${key}`)
    const path = join(base, key)
    for (const copy of outside) refuseInside(path, copy)
    try {
      makeFolders(io, path)
      checkFolder(io, base, OTHERS_WRITE)
      checkFolder(io, path, OTHERS)
    } catch (cause) {
      throw withFix(asFileError(cause, 'use', path))
    }
    return new StateFolder(path, options)
  }

  /** Takes the lock; throws a StateError that names the holder. */
  lock(): void {
    const place = { io: this.#io, folder: this.path, facts: this.#facts, breakLock: this.#breakLock }
    this.#act('lock', this.path, () => {
      this.#lock = Lock.acquire(place)
    })
  }

  /** Gives the lock back and closes what is open. */
  unlock(): void {
    const lock = this.#lock
    this.#lock = null
    this.#act('unlock', this.path, () => {
      this.#closeJournal()
      lock?.release()
    })
  }

  /** The entries of the journal as JSON texts, or null when there is none. Throws a StateError when it is damaged. */
  readJournal(): readonly string[] | null {
    const lines = this.#readLines(JOURNAL, 'journal')
    if (lines === null) return null
    this.#end = lines.end
    this.#isTorn = lines.isTorn
    return lines.entries
  }

  /** Begins a new journal, whole or not at all; the one before is kept under another name. */
  startJournal(entries: readonly string[]): void {
    const { bytes, end } = sealLines({ kind: 'journal', key: this.#key }, entries)
    this.#act('write', join(this.path, JOURNAL), () => {
      this.#held().check()
      this.#closeJournal()
      this.#writeNew(JOURNAL, bytes)
      const path = join(this.path, JOURNAL)
      if (this.#io.look(path) !== null) this.#io.rename(path, join(this.path, PREVIOUS_JOURNAL))
      this.#io.rename(path + NEW_SUFFIX, path)
      this.#io.syncFolder(this.path)
    })
    this.#end = end
    this.#isTorn = false
  }

  /** Appends one entry, durable when this returns. After a failure nothing more is appended. */
  append(entry: string): void {
    if (this.#failure !== null) throw this.#failure.cause
    const end = this.#end
    if (end === null) throw new Error('the journal was neither read nor started')
    const next = sealAfter(end, [entry])
    try {
      this.#held().check()
      const handle = this.#openJournal(end)
      this.#io.write(handle, next.bytes)
      this.#io.sync(handle)
    } catch (cause) {
      this.#failure = { cause: asFileError(cause, 'write', join(this.path, JOURNAL)) }
      throw this.#failure.cause
    }
    this.#end = next.end
  }

  /** The Names that were created or adopted from here; none when there is no such file. */
  readClaims(): readonly string[] {
    const lines = this.#readLines(CLAIMS, 'claims')
    if (lines === null) return []
    const names: unknown = lines.entries.length === 1 ? JSON.parse(lines.entries[0] ?? '') : null
    // This file is replaced as a whole: nothing about it is ever half written.
    if (lines.isTorn || !isNames(names)) throw this.#damaged(CLAIMS, STATE_CODES.damaged, 'it is incomplete')
    return names
  }

  writeClaims(names: readonly string[]): void {
    const { bytes } = sealLines({ kind: 'claims', key: this.#key }, [JSON.stringify(names)])
    this.#act('write', join(this.path, CLAIMS), () => {
      this.#held().check()
      this.#writeNew(CLAIMS, bytes)
      this.#io.rename(join(this.path, CLAIMS + NEW_SUFFIX), join(this.path, CLAIMS))
      this.#io.syncFolder(this.path)
    })
  }

  /** Moves journal and claims into a backup folder, whatever they hold; returns its path, or null when there was nothing. */
  setAside(): string | null {
    return this.#act('set aside', this.path, () => {
      this.#held().check()
      this.#closeJournal()
      this.#end = null
      const names = this.#io.list(this.path)
      const present = [JOURNAL, CLAIMS].filter((name) => names.includes(name))
      if (present.length === 0) return null
      let number = 1
      while (names.includes(BACKUP_PREFIX + number)) number++
      const backup = join(this.path, BACKUP_PREFIX + number)
      this.#io.makeFolder(backup)
      for (const name of present) this.#io.rename(join(this.path, name), join(backup, name))
      this.#io.syncFolder(backup)
      this.#io.syncFolder(this.path)
      return backup
    })
  }

  #readLines(
    name: string,
    kind: 'journal' | 'claims',
  ): { readonly entries: readonly string[]; readonly end: LinesEnd; readonly isTorn: boolean } | null {
    const path = join(this.path, name)
    const bytes = this.#act('read', path, () => {
      const entry = this.#io.look(path)
      if (entry === null) return null
      if (entry.kind !== 'file') throw this.#damaged(name, STATE_CODES.damaged, 'it is no file')
      if (entry.uid !== this.#io.uid) throw this.#damaged(name, STATE_CODES.notOurs, 'another user owns it')
      if ((entry.mode & OTHERS) !== 0)
        throw this.#damaged(name, STATE_CODES.tooOpen, 'other users may read or write it')
      if (entry.bytes > FILE_BYTES_LIMIT)
        throw this.#damaged(name, STATE_CODES.tooLarge, `it has ${entry.bytes} bytes`)
      return this.#io.read(path)
    })
    if (bytes === null) return null
    const lines = openLines(bytes, { kind, key: this.#key })
    if (!lines.ok) throw this.#damaged(name, lines.code, lines.reason)
    return lines
  }

  #damaged(name: string, code: string, reason: string): StateError {
    return new StateError(code, `${join(this.path, name)} cannot be trusted: ${reason}`, REBUILD)
  }

  #held(): Lock {
    if (this.#lock === null) throw new Error('the state folder is not locked')
    return this.#lock
  }

  /** The journal, open at the end of its last whole line. */
  #openJournal(end: LinesEnd): StateHandle {
    if (this.#handle !== null) return this.#handle
    const handle = this.#io.append(join(this.path, JOURNAL))
    this.#handle = handle
    if (this.#isTorn) {
      this.#io.truncate(handle, end.bytes)
      this.#io.sync(handle)
      this.#isTorn = false
    }
    return handle
  }

  #closeJournal(): void {
    const handle = this.#handle
    this.#handle = null
    if (handle !== null) this.#io.close(handle)
  }

  /** Writes the next version of a file beside it, durable. */
  #writeNew(name: string, bytes: Uint8Array): void {
    const path = join(this.path, name + NEW_SUFFIX)
    this.#io.remove(path) // of a run that crashed
    const handle = this.#io.create(path)
    try {
      this.#io.write(handle, bytes)
      this.#io.sync(handle)
    } finally {
      this.#io.close(handle)
    }
  }

  #act<Result>(action: string, path: string, operation: () => Result): Result {
    try {
      return operation()
    } catch (cause) {
      throw asFileError(cause, action, path)
    }
  }
}

/** What the disk refused becomes a FileError that names the path; everything else stays what it is. */
function asFileError(cause: unknown, action: string, path: string): unknown {
  const isOfSystem =
    !(cause instanceof StateError || cause instanceof FileError) && codeOf(cause) !== 'unknown'
  return isOfSystem ? fileErrorFrom(cause, action, path) : cause
}

function withFix(error: unknown): unknown {
  if (!(error instanceof FileError)) return error
  const { path, message, code, cause } = error
  return new FileError(path, message, {
    code,
    cause,
    fix: 'set XDG_STATE_HOME to a folder of yours that can be written',
  })
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string')
}

function refuseInside(path: string, copy: string): void {
  const below = relative(copy, path)
  if (below.startsWith('..') || isAbsolute(below)) return
  throw new StateError(
    STATE_CODES.inWorkingCopy,
    `the state folder ${path} lies in the working copy ${copy}`,
    'Set XDG_STATE_HOME to a folder outside of it.',
  )
}

function makeFolders(io: StateIo, path: string): void {
  if (io.look(path) !== null) return
  const above = dirname(path)
  if (above !== path) makeFolders(io, above)
  io.makeFolder(path)
  if (io.look(above) !== null) io.syncFolder(above)
}

function checkFolder(io: StateIo, path: string, forbidden: number): void {
  const entry = io.look(path)
  if (entry?.kind !== 'folder')
    throw new StateError(STATE_CODES.notFolder, `${path} is no folder of ours`, 'Move it away.')
  if (entry.uid !== io.uid)
    throw new StateError(
      STATE_CODES.notOurs,
      `another user owns ${path}`,
      'Set XDG_STATE_HOME to a folder of yours.',
    )
  if (process.platform !== 'win32' && (entry.mode & forbidden) !== 0)
    throw new StateError(
      STATE_CODES.tooOpen,
      `other users may ${forbidden === OTHERS ? 'read or ' : ''}write ${path}`,
      `Look at what is there, then run chmod go-${forbidden === OTHERS ? 'rwx' : 'w'} on it.`,
    )
}
