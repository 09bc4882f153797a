/** What the file system says about a name, its link not followed. */
export interface StateEntry {
  readonly kind: 'file' | 'folder' | 'other'
  /** Null where the system has no owners. */
  readonly uid: number | null
  /** Permission bits. */
  readonly mode: number
  readonly bytes: number
}

/** An open file; only the io that gave it knows what it is. */
export type StateHandle = number & { readonly brand: 'StateHandle' }

/**
 * Every operation on the disk that the state folder uses, one call each, so that a test can fail or end the process
 * before and after any of them. Errors are thrown as the system gives them.
 */
export interface StateIo {
  /** Our own user; null where the system has none. */
  readonly uid: number | null
  look(path: string): StateEntry | null
  /** Creates one folder, 0700; nothing when it exists. */
  makeFolder(path: string): void
  list(path: string): readonly string[]
  read(path: string): Uint8Array
  /** A new file, 0600; throws EEXIST when the name is taken. */
  create(path: string): StateHandle
  /** An existing file, written at its end. */
  append(path: string): StateHandle
  /** Writes all of the bytes. */
  write(handle: StateHandle, bytes: Uint8Array): void
  truncate(handle: StateHandle, bytes: number): void
  sync(handle: StateHandle): void
  close(handle: StateHandle): void
  rename(from: string, to: string): void
  /** A second name for a file; false when that name is taken. */
  link(from: string, to: string): boolean
  /** Nothing when there is no such name. */
  remove(path: string): void
  /** Makes names in a folder durable. */
  syncFolder(path: string): void
}
