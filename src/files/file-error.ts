/** Words for the reasons of the operating system that people meet; others show their code. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'permission denied'],
  ['EPERM', 'not permitted'],
  ['ENOENT', 'no such file or folder'],
  ['ENOTDIR', 'a part of the path is no folder'],
  ['EISDIR', 'is a folder'],
  ['ELOOP', 'symbolic links lead in a circle'],
  ['ENAMETOOLONG', 'the name is too long'],
  ['ENOSPC', 'no space left on the device'],
  ['EDQUOT', 'the disk quota is used up'],
  ['EFBIG', 'the file would be larger than allowed'],
  ['EROFS', 'the file system is read-only'],
  ['EIO', 'the device reports an input/output error'],
  ['EMFILE', 'too many open files'],
  ['ENFILE', 'too many open files'],
  ['EEXIST', 'exists already'],
  ['ENXIO', 'is a socket'],
  ['EXDEV', 'lies on another device'],
])

/** The disk refused something: which file, what was tried, and why. The message names all three. */
export class FileError extends Error {
  override readonly name = 'FileError'
  /** The file as the user named it. */
  readonly path: string
  /** The system's code, such as `ENOSPC`, or our own word where we refused. */
  readonly code: string
  /** One imperative sentence, or null. */
  readonly fix: string | null

  constructor(path: string, message: string, details: FileErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.path = path
    this.code = details.code
    this.fix = details.fix ?? null
  }
}

/** What a FileError says beside its message. */
export interface FileErrorDetails {
  readonly code: string
  readonly fix?: string
  readonly cause?: unknown
}

/** Wraps what `node:fs` threw: `cannot write report.html (8,123 bytes needed): no space left on the device`. */
export function fileErrorFrom(cause: unknown, action: string, path: string, note = ''): FileError {
  const code = codeOf(cause)
  return new FileError(path, `cannot ${action} ${path}${note}: ${reasonOf(code)}`, { code, cause })
}

/** The system's code of a thrown value, or `unknown`. */
export function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : 'unknown'
}

/** The reason in words where we have them, else the code. */
export function reasonOf(code: string): string {
  return REASONS.get(code) ?? code
}
