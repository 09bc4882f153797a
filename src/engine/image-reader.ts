import type { AlertDefinition } from '../model/alert-definition.ts'
import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../model/indicator.ts'
import type { Indicator } from '../model/indicator.ts'
import { NO_ID, NO_TIME } from '../model/rule-set.ts'
import type { IndicatorAccounting } from '../model/rule-set.ts'
import type { TimeTicks } from '../model/time.ts'
import type { CompileOptions } from './compile-rules.ts'
import { decodeDefinitions } from './definition-section.ts'
import {
  commonSection,
  FILTER_SECTION,
  FIRST_TEXT_STRUCTURE,
  FUNCTION_COUNT,
  OPTION_REJECT_NON_EQUALS_HASH,
  RUN_WORDS,
  STRUCTURES,
  TYPE_IP,
} from './image-layout.ts'
import type { CommonSection } from './image-layout.ts'
import { ImageSections } from './image-sections.ts'
import type { Scrutiny } from './image-sections.ts'
import { ImageStructures } from './image-structures.ts'
import { Postings } from './postings.ts'
import { runOf } from './runs.ts'
import type { ImageMemory } from './sieve/image-memory.ts'
import { stepAt } from './step-column.ts'
import type { StepColumn } from './step-column.ts'
import { hexOfKey, ipTextOfKey } from './value-key.ts'
import { verifyImage } from './verify-image.ts'

/** Indicators `from` up to `to` of one definition, type and detection function (indexes into their lists). */
export interface IndicatorRun {
  readonly from: number
  readonly to: number
  readonly definition: number
  readonly type: number
  readonly detectionFunction: number
}

/** A verified, read-only index image. Its bytes may be shared between threads and must not change while it is open. */
export class IndexImage {
  readonly bytes: Uint8Array
  /** 16 hex digits that change with every compiled rule and option: the checksum. */
  readonly digest: string
  readonly accounting: IndicatorAccounting
  readonly options: Pick<CompileOptions, 'nonEqualsHash'>
  /** In canonical order (semantics 8), disabled ones included. */
  readonly definitions: readonly AlertDefinition[]
  /** Compiled indicators; their ids are 0 up to this, in canonical order. */
  readonly indicatorCount: number
  /** Views for the matcher. */
  readonly structures: ImageStructures
  /** The kernel's memory that the bytes stand in, or null. */
  readonly memory: ImageMemory | null
  /** What the sieve asks; see `sieve/filter-plan.ts`. */
  readonly filters: Uint8Array
  /** From patterns to ids, and back. */
  readonly postings: Postings
  readonly #runs: Uint32Array
  readonly #expiresAt: StepColumn<BigInt64Array>
  readonly #createdAt: StepColumn<BigInt64Array>
  readonly #serverId: StepColumn<Float64Array>

  private constructor(
    sections: ImageSections,
    structures: ImageStructures,
    definitions: readonly AlertDefinition[],
    memory: ImageMemory | null,
  ) {
    this.memory = memory
    const u32 = (name: CommonSection): Uint32Array => sections.u32(commonSection(name))
    this.bytes = sections.bytes
    this.digest = hexWord(sections.header('checksumHigh')) + hexWord(sections.header('checksumLow'))
    this.indicatorCount = sections.header('indicatorCount')
    this.accounting = {
      read: sections.header('read'),
      compiled: this.indicatorCount,
      duplicate: sections.header('duplicate'),
      disabled: sections.header('disabled'),
      opaque: sections.header('opaque'),
      rejected: sections.header('rejected'),
    }
    const isReject = (sections.header('options') & OPTION_REJECT_NON_EQUALS_HASH) !== 0
    this.options = { nonEqualsHash: isReject ? 'reject' : 'allow' }
    this.definitions = definitions
    this.structures = structures
    this.filters = sections.u8(FILTER_SECTION)
    this.postings = Postings.open(
      { firstId: u32('firstId'), posting: u32('posting'), overflow: u32('overflow') },
      structures.bases,
    )
    this.#runs = u32('runs')
    this.#expiresAt = {
      start: u32('expiresAtStart'),
      value: sections.i64(commonSection('expiresAtValue')),
    }
    this.#createdAt = {
      start: u32('createdAtStart'),
      value: sections.i64(commonSection('createdAtValue')),
    }
    this.#serverId = { start: u32('serverIdStart'), value: sections.f64(commonSection('serverIdValue')) }
  }

  /**
   * Verifies the bytes once and whole, or throws an `ImageFormatError`. Bytes that start unaligned are copied. `memory` is the
   * kernel's, where they stand in it: then the kernel proves most of them.
   */
  static open(bytes: Uint8Array, memory: ImageMemory | null = null): IndexImage {
    return IndexImage.#open(bytes, 'full', memory)
  }

  /**
   * Opens bytes that `open` has verified in this process and that nobody has changed since: for the other threads,
   * so that only one of them pays for the proof. On other bytes its behaviour is undefined.
   */
  static adopt(bytes: Uint8Array): IndexImage {
    return IndexImage.#open(bytes, 'trusted', null)
  }

  static #open(bytes: Uint8Array, scrutiny: Scrutiny, memory: ImageMemory | null): IndexImage {
    const sections = ImageSections.open(bytes, scrutiny, memory)
    const structures = ImageStructures.open(sections)
    const section = commonSection('definitions')
    const definitions = decodeDefinitions(sections.u8(section), sections.offsetOf(section))
    if (scrutiny === 'full') verifyImage(sections, structures, definitions.length, memory)
    return new IndexImage(sections, structures, definitions, memory)
  }

  /** Index into `definitions` of the definition that an indicator is bound to. */
  definitionOf(indicator: number): number {
    return this.#runs[runOf(this.#runs, indicator) + 1] ?? 0
  }

  /** Stretches of ids that share definition, type and detection function, in order; they cover all ids. */
  runs(): readonly IndicatorRun[] {
    const runs: IndicatorRun[] = []
    for (let at = 0; at < this.#runs.length; at += RUN_WORDS) {
      const kind = this.#runs[at + 2]! // whole runs, as verified
      runs.push({
        from: this.#runs[at]!,
        to: this.#runs[at + RUN_WORDS] ?? this.indicatorCount,
        definition: this.#runs[at + 1]!,
        type: Math.floor(kind / FUNCTION_COUNT),
        detectionFunction: kind % FUNCTION_COUNT,
      })
    }
    return runs
  }

  /** The indicator as people read it. Allocates: for reports, not for matching. */
  indicator(id: number): Indicator {
    if (!(id >= 0 && id < this.indicatorCount)) {
      throw new RangeError(`expected an indicator below ${this.indicatorCount}, found ${id}`)
    }
    const kind = this.#runs[runOf(this.#runs, id) + 2]!
    return {
      Id: this.#idOf(id),
      Type: INDICATOR_TYPES[Math.floor(kind / FUNCTION_COUNT)]!,
      DetectionFunction: DETECTION_FUNCTIONS[kind % FUNCTION_COUNT]!,
      Value: this.#valueOf(this.postings.patternOf(id)),
      ExpiresAt: this.expiresAt(id),
      CreatedAt: this.createdAt(id),
    }
  }

  /** When the indicator stops being active; null for never. */
  expiresAt(id: number): TimeTicks | null {
    return timeAt(this.#expiresAt, id)
  }

  /** How many of the indicators from `from` up to `to` have expired by then. */
  countExpired(from: number, to: number, now: TimeTicks): number {
    const { start, value } = this.#expiresAt
    let count = 0
    for (let at = from, step = stepAt(start, from); at < to; step += 1) {
      const end = Math.min(to, start[step + 1] ?? to)
      const expiresAt = value[step] ?? NO_TIME
      if (expiresAt !== NO_TIME && expiresAt <= now) count += end - at
      at = end
    }
    return count
  }

  /** When the indicator was created; null where the rules do not say. */
  createdAt(id: number): TimeTicks | null {
    return timeAt(this.#createdAt, id)
  }

  #idOf(id: number): number | null {
    const value = this.#serverId.value[stepAt(this.#serverId.start, id)] ?? NO_ID
    return value === NO_ID ? null : value
  }

  #valueOf(pattern: number): string {
    const structure = this.structures.structureOfPattern(pattern)
    const local = pattern - this.structures.baseOf(structure)
    if (structure >= FIRST_TEXT_STRUCTURE) {
      const { offset, bytes } = this.structures.texts(structure)
      return String.fromCharCode(...bytes.subarray(offset[local], offset[local + 1]))
    }
    const { keyWords, type } = STRUCTURES[structure]!
    const keys = this.structures.keys(structure)
    return type === TYPE_IP
      ? ipTextOfKey(keys, local * keyWords, keyWords)
      : hexOfKey(keys, local * keyWords, keyWords)
  }
}

function timeAt(column: StepColumn<BigInt64Array>, id: number): TimeTicks | null {
  const value = column.value[stepAt(column.start, id)] ?? NO_TIME
  return value === NO_TIME ? null : value
}

function hexWord(word: number): string {
  return word.toString(16).padStart(8, '0')
}
