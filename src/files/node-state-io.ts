import {
  closeSync,
  constants,
  fsyncSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  type Stats,
} from 'node:fs'
import { join } from 'node:path'
import { codeOf } from './file-error.ts'
import { syncFolderOf, writeFully } from './output-target.ts'
import type { StateEntry, StateHandle, StateIo } from './state-io.ts'

const FOLDER_MODE = 0o700
const FILE_MODE = 0o600
const PERMISSION_BITS = 0o777

/** The disk itself. No name is ever followed through a symbolic link. */
export const nodeStateIo: StateIo = {
  uid: process.getuid?.() ?? null,
  look(path) {
    const stats = lstatSync(path, { throwIfNoEntry: false })
    return stats === undefined ? null : entryOf(stats)
  },
  makeFolder(path) {
    try {
      mkdirSync(path, { mode: FOLDER_MODE })
    } catch (cause) {
      if (codeOf(cause) !== 'EEXIST') throw cause
    }
  },
  list(path) {
    return readdirSync(path).toSorted()
  },
  read(path) {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW)
    try {
      return readFileSync(fd)
    } finally {
      closeSync(fd)
    }
  },
  create(path) {
    return handleOf(openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, FILE_MODE))
  },
  append(path) {
    return handleOf(openSync(path, constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW))
  },
  write: writeFully,
  truncate: ftruncateSync,
  sync: fsyncSync,
  close: closeSync,
  rename: renameSync,
  link(from, to) {
    try {
      linkSync(from, to)
      return true
    } catch (cause) {
      if (codeOf(cause) === 'EEXIST') return false
      throw cause
    }
  },
  remove(path) {
    rmSync(path, { force: true })
  },
  syncFolder(path) {
    syncFolderOf(join(path, 'entry'))
  },
}

function entryOf(stats: Stats): StateEntry {
  return {
    kind: stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other',
    uid: process.getuid === undefined ? null : stats.uid,
    mode: stats.mode & PERMISSION_BITS,
    bytes: stats.size,
  }
}

function handleOf(fd: number): StateHandle {
  return fd as StateHandle
}
