import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { ProcessFacts } from './process-facts.ts'
import { STATE_CODES, StateError } from './state-error.ts'
import type { StateIo } from './state-io.ts'

const LOCK_NAME = 'lock'
/** Names of locks in the making and of locks taken down; a crash may leave one. */
const SPARE_PREFIX = 'lock-'
/** Someone else may be as fast as we are, but not for ever. */
const ROUNDS = 8
const LOCK_BYTES_LIMIT = 4096

/** Who holds a lock: enough to tell a process from a later one with the same number. */
interface LockOwner {
  readonly pid: number
  readonly bootId: string
  readonly startedAt: string
  readonly host: string
}

/** Where a lock is to be had. */
export interface LockPlace {
  readonly io: StateIo
  readonly folder: string
  readonly facts: ProcessFacts
  /** Take it from another host, of which nobody here knows whether it still runs; never from a live process here. */
  readonly breakLock: boolean
}

/** One process works on a tenant's state at a time, on this host (sync 14). */
export class Lock {
  readonly #place: LockPlace
  readonly #text: string

  private constructor(place: LockPlace, text: string) {
    this.#place = place
    this.#text = text
  }

  /** Takes the lock, over a dead owner's if need be; throws a StateError that names a live one. */
  static acquire(place: LockPlace): Lock {
    const { folder, facts } = place
    const path = join(folder, LOCK_NAME)
    // The random part tells two locks of one process apart.
    const owner = { ...ourselves(facts), token: randomBytes(8).toString('hex') }
    const text = `${JSON.stringify(owner)}\n`
    for (let round = 0; round < ROUNDS; round++) {
      if (placeWhole(place, path, text)) {
        removeSpares(place)
        return new Lock(place, text)
      }
      takeDown(place, path)
    }
    throw new StateError(
      STATE_CODES.locked,
      `the lock ${path} changes hands all the time`,
      'Wait until the other runs have ended, then try again.',
    )
  }

  /** Throws a StateError when the lock is no longer ours: somebody broke it. */
  check(): void {
    const path = join(this.#place.folder, LOCK_NAME)
    if (readLock(this.#place.io, path) === this.#text) return
    throw new StateError(
      STATE_CODES.lockLost,
      `the lock ${path} was broken by another run`,
      'Let the other run end, then apply with --resume.',
    )
  }

  /** Gives the lock back; does nothing when it is no longer ours. */
  release(): void {
    const { io, folder } = this.#place
    const path = join(folder, LOCK_NAME)
    if (readLock(io, path) === this.#text) io.remove(path)
  }
}

/** Puts the lock in place with all of its text at once: a crash leaves a whole lock or none. */
function placeWhole({ io, folder, facts }: LockPlace, path: string, text: string): boolean {
  const spare = join(folder, spareName(facts))
  const handle = io.create(spare)
  try {
    io.write(handle, new TextEncoder().encode(text))
    io.sync(handle)
  } finally {
    io.close(handle)
  }
  const isOurs = io.link(spare, path)
  io.remove(spare)
  if (isOurs) io.syncFolder(folder)
  return isOurs
}

/** Removes a lock whose owner is dead, or whose owner we were told to ignore; throws when the owner lives. */
function takeDown(place: LockPlace, path: string): void {
  const { io, folder, facts } = place
  const judged = readLock(io, path)
  if (judged === null) return // released meanwhile
  refuseLive(place, path, judged)
  // Renaming is the test and the act in one: of two who judged the same lock dead, one takes it down.
  const spare = join(folder, spareName(facts))
  if (readLock(io, path) !== judged) return
  io.rename(path, spare)
  if (readLock(io, spare) !== judged) io.link(spare, path) // it changed hands between: give it back
  io.remove(spare)
}

function refuseLive({ facts, breakLock }: LockPlace, path: string, text: string): void {
  const owner = parseOwner(text)
  if (owner === null) {
    if (breakLock) return
    throw new StateError(
      STATE_CODES.lockDamaged,
      `the lock ${path} is damaged; nobody can tell who holds it`,
      'Make sure that no other run is working on this tenant, then use --break-lock.',
    )
  }
  if (owner.host !== facts.host) {
    if (breakLock) return
    throw new StateError(
      STATE_CODES.lockedElsewhere,
      `${path} is held by process ${owner.pid} on another host, ${owner.host}`,
      'Make sure that it has ended there, then use --break-lock.',
    )
  }
  const isLive = owner.bootId === facts.bootId && facts.startOf(owner.pid) === owner.startedAt
  if (!isLive) return
  throw new StateError(
    STATE_CODES.locked,
    `${path} is held by process ${owner.pid}, which is running`,
    'Wait until it has ended.',
  )
}

function parseOwner(text: string): LockOwner | null {
  let found: unknown
  try {
    found = JSON.parse(text)
  } catch {
    return null
  }
  if (typeof found !== 'object' || found === null) return null
  if (!('pid' in found && 'bootId' in found && 'startedAt' in found && 'host' in found)) return null
  const { pid, bootId, startedAt, host } = found
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return null
  if (typeof bootId !== 'string' || typeof startedAt !== 'string' || typeof host !== 'string') return null
  return { pid, bootId, startedAt, host }
}

/** The lock's text; null when there is none. */
function readLock(io: StateIo, path: string): string | null {
  const entry = io.look(path)
  if (entry === null) return null
  if (entry.kind !== 'file' || entry.bytes > LOCK_BYTES_LIMIT) return ''
  return new TextDecoder().decode(io.read(path))
}

/** What crashed runs left; those of living processes are still in use. */
function removeSpares({ io, folder, facts }: LockPlace): void {
  for (const name of io.list(folder)) {
    if (!name.startsWith(SPARE_PREFIX)) continue
    const pid = Number(name.slice(SPARE_PREFIX.length).split('-')[0])
    if (pid === facts.pid || facts.startOf(pid) === null) io.remove(join(folder, name))
  }
}

function spareName(facts: ProcessFacts): string {
  return `${SPARE_PREFIX}${facts.pid}-${randomBytes(8).toString('hex')}`
}

function ourselves(facts: ProcessFacts): LockOwner {
  const { pid, bootId, host } = facts
  return { pid, bootId, startedAt: facts.startOf(pid) ?? '', host }
}
