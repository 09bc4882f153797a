import type { IndexImage } from '../engine/image-reader.ts'
import type { Role } from '../model/field-map.ts'
import type { TimeTicks } from '../model/time.ts'
import type { Observable } from '../model/observable.ts'
import type { DetectionDraft, MatchDraft } from './scan-task.ts'

interface FieldTally {
  readonly field: string
  readonly role: Role
  matches: number
}

/** Counts of one indicator. */
export interface IndicatorTally {
  detections: number
  /** By `role field`. */
  readonly fields: Map<string, FieldTally>
}

interface DeviceTally {
  name: string | null
  detections: number
}

/** Counts of one definition; times null where no event has one. */
export interface DefinitionTally {
  detections: number
  readonly devices: Set<string>
  firstTime: TimeTicks | null
  lastTime: TimeTicks | null
}

/** What of an event is counted. */
interface TalliedEvent {
  /** What alerts are grouped by. */
  readonly device: string
  /** What the event calls the device. */
  readonly deviceName: string | null
  readonly time: TimeTicks | null
}

/** Running counts over detections, for the summary. */
export class Tally {
  readonly byIndicator: Map<number, IndicatorTally> = new Map()
  readonly byDefinition: Map<number, DefinitionTally> = new Map()
  readonly byDevice: Map<string, DeviceTally> = new Map()
  total = 0
  untimed = 0
  fromExpiredToday = 0
  readonly #image: IndexImage
  readonly #now: TimeTicks
  readonly #keys = new FieldKeys()

  constructor(image: IndexImage, now: TimeTicks) {
    this.#image = image
    this.#now = now
  }

  add(draft: DetectionDraft, { device, deviceName, time }: TalliedEvent): void {
    this.total += 1
    if (time === null) this.untimed += 1
    if (this.#areExpiredToday(draft.matches)) this.fromExpiredToday += 1
    this.#addToDevice(device, deviceName)
    this.#addToDefinition(draft.definition, device, time)
    this.#addToIndicators(draft)
  }

  #areExpiredToday(matches: readonly MatchDraft[]): boolean {
    for (const { indicator } of matches) {
      const expiresAt = this.#image.expiresAt(indicator)
      if (expiresAt === null || expiresAt > this.#now) return false
    }
    return true
  }

  #addToDevice(device: string, name: string | null): void {
    const tally = this.byDevice.get(device)
    if (tally === undefined) {
      this.byDevice.set(device, { name, detections: 1 })
      return
    }
    tally.name ??= name
    tally.detections += 1
  }

  #addToDefinition(definition: number, device: string, time: TimeTicks | null): void {
    let tally = this.byDefinition.get(definition)
    if (tally === undefined) {
      tally = { detections: 0, devices: new Set(), firstTime: null, lastTime: null }
      this.byDefinition.set(definition, tally)
    }
    tally.detections += 1
    tally.devices.add(device)
    if (time === null) return
    if (tally.firstTime === null || time < tally.firstTime) tally.firstTime = time
    if (tally.lastTime === null || time > tally.lastTime) tally.lastTime = time
  }

  #addToIndicators({ matches }: DetectionDraft): void {
    for (let i = 0; i < matches.length; i += 1) {
      const { indicator, observable } = matches[i]! // i < length
      let tally = this.byIndicator.get(indicator)
      if (tally === undefined) {
        tally = { detections: 0, fields: new Map() }
        this.byIndicator.set(indicator, tally)
      }
      // Matches are in the order of their indicators.
      if (i === 0 || matches[i - 1]!.indicator !== indicator) tally.detections += 1
      const key = this.#keys.of(observable)
      const tallied = tally.fields.get(key)
      if (tallied !== undefined) tallied.matches += 1
      else
        tally.fields.set(key, { field: withoutIndices(observable.field), role: observable.role, matches: 1 })
    }
  }
}

/** Fields whose keys are kept; a hostile log may bring millions. */
const KEPT_KEYS = 4096

/** Keys of fields by role and path without indices: made once per field, since all hits of a noisy rule share a few. */
class FieldKeys {
  readonly #byRole = new Map<Role, Map<string, string>>()

  of({ role, field }: Pick<Observable, 'role' | 'field'>): string {
    let keys = this.#byRole.get(role)
    if (keys === undefined) {
      keys = new Map()
      this.#byRole.set(role, keys)
    }
    const known = keys.get(field)
    if (known !== undefined) return known
    const key = `${role} ${withoutIndices(field)}`
    if (keys.size < KEPT_KEYS) keys.set(field, key)
    return key
  }
}

function withoutIndices(field: string): string {
  return field.replaceAll(/\[\d+\]/g, '[]')
}
