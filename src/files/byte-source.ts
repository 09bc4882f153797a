import {
  closeSync,
  constants,
  createReadStream,
  fstatSync,
  openSync,
  read,
  readSync,
  statSync,
} from 'node:fs'
import type { BigIntStats } from 'node:fs'
import { promisify } from 'node:util'
import { codeOf, FileError, fileErrorFrom, reasonOf } from './file-error.ts'

const readBlock = promisify(read)

/** The path that stands for standard input. */
export const STDIN_PATH = '-'

/** Bytes of one input, before any decompression. */
export interface ByteSource {
  /** As the user named it; standard input is `-`. */
  readonly name: string
  /** Bytes at the time of opening; null for streams. */
  readonly size: number | null
  /** Only a `file` can be read at positions; a `stream` can be read once, from its start. */
  readonly kind: 'file' | 'stream'
  /** Fills `into` from `position` and returns the bytes read; fewer than asked only at the end. Regular files only. */
  readAt(into: Uint8Array, position: number): number
  /**
   * Gives the bytes in order, each block of 1 to `blockBytes` bytes, fresh and owned by the caller.
   * A file is read up to its size at opening, so that an appended log gives the same bytes however it is read.
   */
  chunks(blockBytes: number): AsyncIterable<Uint8Array>
  /** Says what happened to a regular file since it was opened (grew, truncated, changed, replaced, removed), or null. */
  verifyUnchanged(): string | null
  close(): void
}

/** Opens a regular file, a FIFO or standard input (`-`); folders and other devices are refused with a FileError. */
export function openByteSource(path: string, name: string = path): ByteSource {
  if (path === STDIN_PATH) {
    refuseFolderOnStdin(name)
    return new StreamSource(name, () => process.stdin)
  }
  const stats = statOrThrow(path, name)
  if (stats.isFIFO()) return fifoSource(path, name)
  assertRegular(stats, name)
  return FileSource.open(path, name)
}

const STDIN_FD = 0

/** Node gives an empty stream for a folder (`< logs/`), which would look like an empty log. */
function refuseFolderOnStdin(name: string): void {
  let stats: BigIntStats
  try {
    stats = fstatSync(STDIN_FD, { bigint: true })
  } catch {
    return // closed: reading says so
  }
  if (stats.isDirectory()) assertRegular(stats, name)
}

class FileSource implements ByteSource {
  readonly kind = 'file'
  readonly name: string
  readonly size: number
  readonly #path: string
  readonly #fd: number
  readonly #opened: BigIntStats

  private constructor(path: string, name: string, fd: number, opened: BigIntStats) {
    this.name = name
    this.size = Number(opened.size)
    this.#path = path
    this.#fd = fd
    this.#opened = opened
  }

  static open(path: string, name: string): ByteSource {
    const fd = openOrThrow(path, name)
    const { opened, isPseudo } = statOpened(fd, name)
    if (opened.isFile() && !isPseudo) return new FileSource(path, name, fd, opened)
    closeSync(fd)
    assertRegular(opened, name)
    // Files of /proc and the like say 0 bytes and hold some: only reading on tells where they end.
    return new StreamSource(name, (blockBytes) => createReadStream(path, { highWaterMark: blockBytes }))
  }

  readAt(into: Uint8Array, position: number): number {
    let filled = 0
    while (filled < into.length) {
      const count = this.#readOnce(into, filled, position + filled)
      if (count === 0) break
      filled += count
    }
    return filled
  }

  async *chunks(blockBytes: number): AsyncIterable<Uint8Array> {
    let position = 0
    while (position < this.size) {
      const block = new Uint8Array(Math.min(blockBytes, this.size - position))
      const { bytesRead } = await readBlock(this.#fd, block, 0, block.length, position).catch(
        (cause: unknown) => {
          throw fileErrorFrom(cause, 'read', this.name)
        },
      )
      if (bytesRead === 0) return
      position += bytesRead
      yield block.subarray(0, bytesRead)
    }
  }

  verifyUnchanged(): string | null {
    const now = fstatSync(this.#fd, { bigint: true })
    const before = this.#opened
    if (now.size > before.size) return `grew from ${before.size} to ${now.size} bytes while it was read`
    if (now.size < before.size)
      return `was truncated from ${before.size} to ${now.size} bytes while it was read`
    if (now.mtimeNs !== before.mtimeNs) return 'was changed while it was read'
    const named = statSync(this.#path, { bigint: true, throwIfNoEntry: false })
    if (named === undefined) return 'was removed or renamed while it was read'
    if (named.ino !== before.ino || named.dev !== before.dev)
      return 'was replaced by another file while it was read'
    return null
  }

  close(): void {
    closeSync(this.#fd)
  }

  #readOnce(into: Uint8Array, offset: number, position: number): number {
    try {
      return readSync(this.#fd, into, offset, into.length - offset, position)
    } catch (cause) {
      throw fileErrorFrom(cause, 'read', this.name)
    }
  }
}

interface ReadableBytes extends AsyncIterable<unknown> {
  destroy(): unknown
}

class StreamSource implements ByteSource {
  readonly kind = 'stream'
  readonly size = null
  readonly name: string
  readonly #start: (blockBytes: number) => ReadableBytes
  #stream: ReadableBytes | null = null
  readonly #unblock: () => void
  #isClosed = false

  constructor(name: string, start: (blockBytes: number) => ReadableBytes, unblock: () => void = () => {}) {
    this.name = name
    this.#start = start
    this.#unblock = unblock
  }

  readAt(): number {
    throw new FileError(this.name, `cannot read ${this.name} at a position: it is a stream`, {
      code: 'stream',
    })
  }

  async *chunks(blockBytes: number): AsyncIterable<Uint8Array> {
    if (this.#stream !== null)
      throw new FileError(this.name, `cannot read ${this.name} twice: it is a stream`, { code: 'stream' })
    this.#stream = this.#start(blockBytes)
    try {
      for await (const chunk of this.#stream) {
        if (!(chunk instanceof Uint8Array))
          throw new TypeError('a byte stream gave something that is no bytes')
        for (let start = 0; start < chunk.length; start += blockBytes)
          yield chunk.subarray(start, start + blockBytes)
      }
    } catch (cause) {
      if (this.#isClosed) return
      throw codeOf(cause) === 'unknown' ? cause : fileErrorFrom(cause, 'read', this.name)
    }
  }

  verifyUnchanged(): null {
    return null
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    if (this.#stream !== null) this.#unblock()
    this.#stream?.destroy()
  }
}

/** The FIFO is opened only when it is read, and not on this thread: opening waits for a writer. */
function fifoSource(path: string, name: string): ByteSource {
  const start = (blockBytes: number): ReadableBytes => createReadStream(path, { highWaterMark: blockBytes })
  return new StreamSource(name, start, () => actAsWriter(path))
}

/** An opening that still waits for a writer would keep the process from ending: we are the writer, for a moment. */
function actAsWriter(path: string): void {
  try {
    closeSync(openSync(path, constants.O_WRONLY | (constants.O_NONBLOCK ?? 0)))
  } catch {
    // Nobody waits for a writer, or the FIFO is gone.
  }
}

/** Some files of /proc can be opened and not read: they are closed again and refused. */
function statOpened(fd: number, name: string): { readonly opened: BigIntStats; readonly isPseudo: boolean } {
  try {
    const opened = fstatSync(fd, { bigint: true })
    const isEmpty = opened.isFile() && opened.size === 0n
    return { opened, isPseudo: isEmpty && readSync(fd, new Uint8Array(1), 0, 1, 0) > 0 }
  } catch (cause) {
    closeSync(fd)
    throw fileErrorFrom(cause, 'read', name)
  }
}

function statOrThrow(path: string, name: string): BigIntStats {
  try {
    return statSync(path, { bigint: true })
  } catch (cause) {
    throw fileErrorFrom(cause, 'read', name)
  }
}

/** O_NONBLOCK, so that a FIFO put in the file's place since the stat cannot make us wait for ever. */
function openOrThrow(path: string, name: string): number {
  try {
    return openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (cause) {
    throw fileErrorFrom(cause, 'read', name)
  }
}

function assertRegular(stats: BigIntStats, name: string): void {
  if (stats.isFile()) return
  const what = stats.isDirectory() ? reasonOf('EISDIR') : 'is a device or socket, not a file'
  throw new FileError(name, `cannot read ${name}: ${what}`, {
    code: stats.isDirectory() ? 'EISDIR' : 'device',
  })
}
