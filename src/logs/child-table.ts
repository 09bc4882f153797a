// Asked for every key of a record under a node that somebody wants, so this file follows the rules for hot code.
import { NO_NODE } from './scan-json.ts'

/** A key under a node, and the node that it leads to. */
export interface ChildKey {
  readonly parent: number
  readonly id: number
  readonly bytes: Uint8Array
}

/** Numbers per child: parent, node, offset of its key's bytes, length. */
const STRIDE = 4

/**
 * Finds the node of a key under a node without making strings. Open addressing: `#slots` holds indices of children plus
 * one, 0 where nothing stands, and at least three quarters are free. All of it lies in three arrays: where few records
 * are read in full, each of them finds the caches cold.
 */
export class ChildTable {
  readonly #children: Int32Array
  readonly #keyBytes: Uint8Array
  readonly #slots: Uint32Array
  readonly #shift: number

  constructor(children: readonly ChildKey[]) {
    let bits = 4
    while (1 << bits < children.length * 4) bits += 1
    this.#children = new Int32Array(children.length * STRIDE)
    this.#keyBytes = Buffer.concat(children.map(({ bytes }) => bytes))
    this.#slots = new Uint32Array(1 << bits)
    this.#shift = 32 - bits
    let offset = 0
    for (const [index, { parent, id, bytes }] of children.entries()) {
      this.#children.set([parent, id, offset, bytes.length], index * STRIDE)
      offset += bytes.length
      let slot = this.#slotOf(parent, bytes, 0, bytes.length)
      while (this.#slots[slot] !== 0) slot = this.#next(slot)
      this.#slots[slot] = index + 1
    }
  }

  /** The node of the key `bytes[start, end)` under `parent`, or `NO_NODE`. */
  find(parent: number, bytes: Uint8Array, start: number, end: number): number {
    const slots = this.#slots
    const children = this.#children
    let slot = this.#slotOf(parent, bytes, start, end)
    for (let index = slots[slot]!; index !== 0; index = slots[slot]!) {
      const child = (index - 1) * STRIDE // slots hold indices of children, plus one
      if (children[child] === parent && children[child + 3] === end - start) {
        if (this.#isKey(children[child + 2]!, bytes, start, end)) return children[child + 1]!
      }
      slot = this.#next(slot)
    }
    return NO_NODE
  }

  #isKey(offset: number, bytes: Uint8Array, start: number, end: number): boolean {
    const keys = this.#keyBytes
    for (let i = start, at = offset; i < end; i += 1, at += 1) if (keys[at] !== bytes[i]) return false
    return true
  }

  /** Length, first, middle and last byte tell most keys of a record apart. */
  #slotOf(parent: number, bytes: Uint8Array, start: number, end: number): number {
    const length = end - start
    let hash = Math.imul(parent + 1, 0x85ebca6b) ^ length
    if (length > 0) {
      const middle = bytes[start + (length >> 1)]! // start + length / 2 < end
      hash ^= (bytes[start]! << 8) ^ (middle << 16) ^ (bytes[end - 1]! << 24)
    }
    hash = Math.imul(hash ^ (hash >>> 15), 0x9e3779b1)
    return hash >>> this.#shift
  }

  #next(slot: number): number {
    return (slot + 1) & (this.#slots.length - 1)
  }
}
