import { dirname, join } from 'node:path'
import type { StateEntry, StateHandle, StateIo } from '../../src/files/state-io.ts'

interface Node {
  kind: 'file' | 'folder' | 'other'
  uid: number
  mode: number
  data: Uint8Array
  /** What survives a crash. */
  synced: Uint8Array
}

/** What a crash leaves of what was not synced: nothing, half of it, or all. */
export type CrashLoss = 'everything' | 'half' | 'nothing'

export const MEMORY_UID = 1000

/**
 * A disk in memory that forgets at a crash what was not synced, names in folders included. `around` is called before
 * and after every operation that changes something: a test fails or kills there.
 */
export class MemoryStateIo implements StateIo {
  uid: number | null = MEMORY_UID
  around: (moment: 'before' | 'after', operation: string) => void = () => undefined
  operations = 0
  readonly #nodes = new Map<string, Node>([['/', folder()]])
  #durable = new Map<string, Node>(this.#nodes)
  readonly #handles = new Map<StateHandle, Node>()
  #nextHandle = 3

  look(path: string): StateEntry | null {
    const node = this.#nodes.get(path)
    return node === undefined
      ? null
      : { kind: node.kind, uid: node.uid, mode: node.mode, bytes: node.data.length }
  }

  makeFolder(path: string): void {
    this.#act('makeFolder', () => {
      if (!this.#nodes.has(path)) this.#nodes.set(path, folder())
    })
  }

  list(path: string): readonly string[] {
    const names = [...this.#nodes.keys()].filter((name) => dirname(name) === path && name !== path)
    return names.map((name) => name.slice(join(path, '/').length)).toSorted()
  }

  read(path: string): Uint8Array {
    return this.#node(path).data.slice()
  }

  create(path: string): StateHandle {
    return this.#act('create', () => {
      if (this.#nodes.has(path)) throw systemError('EEXIST')
      const node: Node = { ...folder(), kind: 'file', mode: 0o600 }
      this.#nodes.set(path, node)
      return this.#open(node)
    })
  }

  append(path: string): StateHandle {
    return this.#act('append', () => this.#open(this.#node(path)))
  }

  write(handle: StateHandle, bytes: Uint8Array): void {
    const node = this.#file(handle)
    this.#act('write', () => {
      node.data = joined(node.data, bytes)
    })
  }

  /** What a full disk does: some of the bytes are there. */
  writeHalf(handle: StateHandle, bytes: Uint8Array): void {
    const node = this.#file(handle)
    node.data = joined(node.data, bytes.subarray(0, bytes.length >> 1))
  }

  truncate(handle: StateHandle, bytes: number): void {
    const node = this.#file(handle)
    this.#act('truncate', () => {
      node.data = node.data.slice(0, bytes)
    })
  }

  sync(handle: StateHandle): void {
    const node = this.#file(handle)
    this.#act('sync', () => {
      node.synced = node.data
    })
  }

  close(handle: StateHandle): void {
    this.#act('close', () => {
      this.#handles.delete(handle)
    })
  }

  rename(from: string, to: string): void {
    this.#act('rename', () => {
      const node = this.#node(from)
      const inside = [...this.#nodes].filter(([path]) => path.startsWith(`${from}/`))
      this.#nodes.delete(from)
      this.#nodes.set(to, node)
      for (const [path, child] of inside) {
        this.#nodes.delete(path)
        this.#nodes.set(to + path.slice(from.length), child)
      }
    })
  }

  link(from: string, to: string): boolean {
    return this.#act('link', () => {
      if (this.#nodes.has(to)) return false
      this.#nodes.set(to, this.#node(from))
      return true
    })
  }

  remove(path: string): void {
    if (!this.#nodes.has(path)) return
    this.#act('remove', () => {
      this.#nodes.delete(path)
    })
  }

  syncFolder(path: string): void {
    this.#act('syncFolder', () => {
      const isInside = (name: string): boolean => dirname(name) === path && name !== path
      const others = [...this.#durable].filter(([name]) => !isInside(name))
      this.#durable = new Map([...others, ...[...this.#nodes].filter(([name]) => isInside(name))])
    })
  }

  /** The power fails: what was not synced is lost as told, and nobody holds anything open. */
  crash(loss: CrashLoss): void {
    this.#handles.clear()
    if (loss === 'everything') {
      this.#nodes.clear()
      for (const [path, node] of this.#durable) this.#nodes.set(path, node)
    }
    for (const node of this.#nodes.values()) {
      const kept = loss === 'everything' ? 0 : loss === 'half' ? 0.5 : 1
      const unsynced = node.data.length - node.synced.length
      if (unsynced > 0) node.data = node.data.slice(0, node.synced.length + Math.ceil(unsynced * kept))
      else node.data = loss === 'everything' ? node.synced : node.data
      node.synced = node.data
    }
    this.#durable = new Map(this.#nodes)
  }

  /** Changes a file or folder behind the back of whoever uses the disk. */
  tamper(path: string, change: Partial<Pick<Node, 'uid' | 'mode' | 'data' | 'kind'>>): void {
    Object.assign(this.#node(path), change)
  }

  #node(path: string): Node {
    const node = this.#nodes.get(path)
    if (node === undefined) throw systemError('ENOENT')
    return node
  }

  #open(node: Node): StateHandle {
    const handle = this.#nextHandle++ as StateHandle
    this.#handles.set(handle, node)
    return handle
  }

  #file(handle: StateHandle): Node {
    const node = this.#handles.get(handle)
    if (node === undefined) throw systemError('EBADF')
    return node
  }

  #act<Result>(operation: string, act: () => Result): Result {
    this.operations++
    this.around('before', operation)
    const result = act()
    this.around('after', operation)
    return result
  }
}

/** An error as the system throws it. */
export function systemError(code: string): Error {
  return Object.assign(new Error(code), { code })
}

function folder(): Node {
  const nothing = new Uint8Array()
  return { kind: 'folder', uid: MEMORY_UID, mode: 0o700, data: nothing, synced: nothing }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length)
  all.set(a)
  all.set(b, a.length)
  return all
}
