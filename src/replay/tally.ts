import type { IndexImage } from '../engine/image-reader.ts'
import type { Role } from '../model/field-map.ts'
import type { TimeTicks } from '../model/time.ts'
import type { DetectionDraft } from './scan-task.ts'

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

  constructor(image: IndexImage, now: TimeTicks) {
    this.#image = image
    this.#now = now
  }

  add(draft: DetectionDraft, { device, deviceName, time }: TalliedEvent): void {
    this.total += 1
    if (time === null) this.untimed += 1
    if (draft.matches.every((match) => this.#isExpiredToday(match.indicator))) this.fromExpiredToday += 1
    this.#addToDevice(device, deviceName)
    this.#addToDefinition(draft.definition, device, time)
    this.#addToIndicators(draft)
  }

  #isExpiredToday(indicator: number): boolean {
    const expiresAt = this.#image.expiresAt(indicator)
    return expiresAt !== null && expiresAt <= this.#now
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

  #addToIndicators(draft: DetectionDraft): void {
    const seen = new Set<number>()
    for (const { indicator, observable } of draft.matches) {
      let tally = this.byIndicator.get(indicator)
      if (tally === undefined) {
        tally = { detections: 0, fields: new Map() }
        this.byIndicator.set(indicator, tally)
      }
      if (!seen.has(indicator)) tally.detections += 1
      seen.add(indicator)
      const field = observable.field.replaceAll(/\[\d+\]/g, '[]')
      const key = `${observable.role} ${field}`
      const tallied = tally.fields.get(key)
      if (tallied === undefined) tally.fields.set(key, { field, role: observable.role, matches: 1 })
      else tallied.matches += 1
    }
  }
}
