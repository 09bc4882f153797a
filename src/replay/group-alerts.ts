import type { TimeTicks } from '../model/time.ts'
import { TICKS_PER_MS } from '../model/time.ts'
import { compareUtf8 } from '../model/compare-utf8.ts'

/** One window of one definition on one device. Members are numbers of detections in output order. */
export interface AlertGroup {
  readonly definition: number
  readonly device: string
  /** First member by (time, output position), then the others in that order; never empty. */
  readonly members: readonly number[]
}

/**
 * Collects detections and groups them into alerts (semantics 8). Columns, because a noisy rule makes millions.
 * Times are kept as whole milliseconds and the rest in ticks: doubles sort twenty times faster than bigints.
 */
export class AlertGrouper {
  /** By definition and device. */
  readonly #members = new Map<number, Map<string, number[]>>()
  #timeMs: Float64Array = new Float64Array(1024)
  #timeTicks: Uint16Array = new Uint16Array(1024)
  #count = 0

  /** Adds the next detection in output order; `time` null: untimed. Returns its number, from 0. */
  add(definition: number, device: string, time: TimeTicks | null): number {
    if (this.#count === this.#timeMs.length) this.#grow()
    const member = this.#count
    this.#count += 1
    const ms = time === null ? Number.POSITIVE_INFINITY : floorToMs(time)
    this.#timeMs[member] = ms
    this.#timeTicks[member] = time === null ? 0 : Number(time - BigInt(ms) * TICKS_PER_MS)
    let byDevice = this.#members.get(definition)
    if (byDevice === undefined) {
      byDevice = new Map()
      this.#members.set(definition, byDevice)
    }
    const members = byDevice.get(device)
    if (members === undefined) byDevice.set(device, [member])
    else members.push(member)
    return member
  }

  /** Ordered by (definition, device key in UTF-8 byte order, window start), untimed last. */
  groups(window: TimeTicks): readonly AlertGroup[] {
    return [...this.#members]
      .sort(([a], [b]) => a - b)
      .flatMap(([definition, byDevice]) =>
        [...byDevice]
          .sort(([a], [b]) => compareUtf8(a, b))
          .flatMap(([device, list]) =>
            this.#windowsOf(list, window).map((members) => ({ definition, device, members })),
          ),
      )
  }

  /** Sorts the members. */
  #windowsOf(members: number[], window: TimeTicks): readonly (readonly number[])[] {
    if (members.length > 1) members.sort((a, b) => this.#compare(a, b))
    const windows: (readonly number[])[] = []
    let from = 0
    while (from < members.length) {
      let to = from + 1
      while (to < members.length && this.#isWithin(members[from]!, members[to]!, window)) to += 1 // from, to < length
      windows.push(members.slice(from, to))
      from = to
    }
    return windows
  }

  #compare(a: number, b: number): number {
    const ms = this.#timeMs
    if (ms[a] !== ms[b]) return ms[a]! < ms[b]! ? -1 : 1 // a, b < count
    return this.#timeTicks[a]! - this.#timeTicks[b]! || a - b
  }

  /** Is the later member before anchor + window? All untimed members belong together, and to no timed one. */
  #isWithin(anchor: number, later: number, window: TimeTicks): boolean {
    const isTimed = this.#timeMs[later] !== Number.POSITIVE_INFINITY
    if (this.#timeMs[anchor] === Number.POSITIVE_INFINITY) return true
    return isTimed && this.#ticksOf(later) < this.#ticksOf(anchor) + window
  }

  #ticksOf(member: number): TimeTicks {
    return BigInt(this.#timeMs[member]!) * TICKS_PER_MS + BigInt(this.#timeTicks[member]!) // member < count
  }

  #grow(): void {
    const timeMs = new Float64Array(this.#timeMs.length * 2)
    timeMs.set(this.#timeMs)
    this.#timeMs = timeMs
    const timeTicks = new Uint16Array(this.#timeTicks.length * 2)
    timeTicks.set(this.#timeTicks)
    this.#timeTicks = timeTicks
  }
}

/** Whole milliseconds; a double holds those of all years that are written with four digits. */
function floorToMs(time: TimeTicks): number {
  const ms = time / TICKS_PER_MS
  return Number(time < 0n && ms * TICKS_PER_MS !== time ? ms - 1n : ms)
}
