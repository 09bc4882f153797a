import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import type { Stats } from 'node:fs'
import { getuid } from 'node:process'
import { RemoteError } from './remote-error.ts'
import { Secret } from './secret.ts'
import { shownWord } from './shown-text.ts'

/** A secret is a line; a larger file is the wrong one. */
const LIMIT_BYTES = 4_096
/** Permissions of group and others. */
const FOREIGN_BITS = 0o077

/** Reads a secret from a file that is ours alone: regular, no link, owned by us, mode 0600 or less (sync 15). The newline at its end is cut. */
export function readSecretFile(path: string): Secret {
  const fd = openSecret(path)
  try {
    const reason = reasonToRefuse(fstatSync(fd))
    if (reason !== null) throw refusal(path, reason)
    const bytes = Buffer.alloc(LIMIT_BYTES + 1)
    const length = readSync(fd, bytes, 0, bytes.length, 0)
    if (length > LIMIT_BYTES) throw refusal(path, `has more than ${LIMIT_BYTES} bytes`)
    return new Secret(textOf(path, bytes.subarray(0, length)).replace(/\r?\n$/, ''))
  } finally {
    closeSync(fd)
  }
}

/** O_NOFOLLOW, so that nobody's link decides what is read; O_NONBLOCK, so that a FIFO does not hang us. */
function openSecret(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
    throw refusal(path, code === 'ELOOP' ? 'is a link' : `cannot be opened (${code})`)
  }
}

function reasonToRefuse(stats: Stats): string | null {
  if (!stats.isFile()) return 'is no regular file'
  if (stats.size > LIMIT_BYTES) return `has more than ${LIMIT_BYTES} bytes`
  if (getuid === undefined) return null
  if (stats.uid !== getuid()) return 'belongs to another user'
  const mode = (stats.mode & 0o777).toString(8)
  return (stats.mode & FOREIGN_BITS) === 0 ? null : `can be used by others (mode ${mode})`
}

function textOf(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw refusal(path, 'is not UTF-8')
  }
}

function refusal(path: string, reason: string): RemoteError {
  return new RemoteError(
    'usage',
    'SYNC124',
    `the secret file ${shownWord(path)} ${reason}`,
    'put the secret alone into a file of yours and run chmod 600 on it',
  )
}
