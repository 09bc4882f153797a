import { closeSync, constants, fchmodSync, fsyncSync, lstatSync, openSync, renameSync, rmSync } from 'node:fs'
import { FileError } from './file-error.ts'
import { checkOutputTarget, syncFolderOf, writeError, writeFully } from './output-target.ts'

/** Bytes gathered before a write: large enough that system calls do not show in a profile. */
const BUFFER_BYTES = 262_144
const PRIVATE_MODE = 0o600
/** Where an output stands until it is whole, and stays when the run was interrupted. */
export const PARTIAL_SUFFIX = '.partial'

/** A file that is written from its start to its end and gets its name only when it is whole. */
export interface OutputFile {
  readonly path: string
  readonly bytesWritten: number
  /** Appends bytes, or text as UTF-8. */
  write(chunk: string | Uint8Array): void
  /** Writes what is left, makes it durable and gives the file its name. */
  commit(): void
  /** Writes what is left as far as possible and leaves `FILE.partial`. Never throws; does nothing after `commit`. */
  abandon(): void
}

/** Opens `FILE.partial` for writing; folders, links, devices and missing folders are refused with a FileError. */
export function openOutputFile(path: string): OutputFile {
  const mode = checkOutputTarget(path)
  const partial = path + PARTIAL_SUFFIX
  try {
    // What an interrupted run left is removed, not opened: it may be a link or a file with a second name.
    if (lstatSync(partial, { throwIfNoEntry: false })?.isDirectory() === true)
      throw new FileError(path, `cannot write ${path}: ${partial} is a folder`, { code: 'EISDIR' })
    rmSync(partial, { force: true })
    const fd = openSync(partial, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, PRIVATE_MODE)
    return new PartialFile(path, fd, mode)
  } catch (cause) {
    throw writeError(cause, path, 0)
  }
}

class PartialFile implements OutputFile {
  readonly path: string
  readonly #mode: number
  readonly #buffer = new Uint8Array(BUFFER_BYTES)
  #fd: number | null
  #buffered = 0
  #flushed = 0

  constructor(path: string, fd: number, mode: number) {
    this.path = path
    this.#fd = fd
    this.#mode = mode
  }

  get bytesWritten(): number {
    return this.#flushed + this.#buffered
  }

  write(chunk: string | Uint8Array): void {
    this.#openFd() // an error at once, not only when the buffer is full
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    if (this.#buffered + bytes.length > BUFFER_BYTES) this.#flush()
    if (bytes.length > BUFFER_BYTES) {
      this.#writeOut(bytes)
    } else {
      this.#buffer.set(bytes, this.#buffered)
      this.#buffered += bytes.length
    }
  }

  commit(): void {
    this.#flush()
    const fd = this.#openFd()
    try {
      fchmodSync(fd, this.#mode)
      fsyncSync(fd)
      this.#fd = null
      closeSync(fd)
      renameSync(this.path + PARTIAL_SUFFIX, this.path)
    } catch (cause) {
      throw writeError(cause, this.path, this.#flushed)
    }
    syncFolderOf(this.path)
  }

  abandon(): void {
    const fd = this.#fd
    if (fd === null) return
    try {
      this.#flush()
      fchmodSync(fd, this.#mode)
    } catch {
      // Already stopping: what is on the disk stays there, and the caller reports the first cause.
    }
    this.#fd = null
    closeSync(fd)
  }

  #flush(): void {
    const pending = this.#buffer.subarray(0, this.#buffered)
    this.#buffered = 0
    this.#writeOut(pending)
  }

  #writeOut(bytes: Uint8Array): void {
    const fd = this.#openFd()
    try {
      writeFully(fd, bytes)
    } catch (cause) {
      throw writeError(cause, this.path, this.#flushed + bytes.length)
    }
    this.#flushed += bytes.length
  }

  #openFd(): number {
    if (this.#fd === null)
      throw new FileError(this.path, `${this.path} is closed already`, { code: 'closed' })
    return this.#fd
  }
}
