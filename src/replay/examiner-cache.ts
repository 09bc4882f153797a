import type { IndexImage } from '../engine/image-reader.ts'
import { type SharedSieve, type SieveSlot, openSlot } from '../engine/sieve/sieve-memory.ts'
import { RecordExaminer } from './record-examiner.ts'
import type { ScanSettings } from './scan-settings.ts'
import type { ScanTask } from './scan-task.ts'

/** Keeps the examiner of the last source, since opening one costs as much as scanning a megabyte and sources come in many tasks. */
export class ExaminerCache {
  readonly #image: IndexImage
  readonly #settings: ScanSettings
  #source = -1
  #examiner: RecordExaminer | null = null
  /** One for all examiners of this thread, since only the last one is in use. */
  readonly #slot: SieveSlot | null

  constructor(image: IndexImage, settings: ScanSettings, sieve: SharedSieve | null) {
    this.#image = image
    this.#settings = settings
    const slot = sieve === null ? null : openSlot(sieve)
    this.#slot = slot === null || 'off' in slot ? null : slot
  }

  /** The examiner for a task. A source without a field map is never planned. */
  for(task: ScanTask): RecordExaminer {
    if (this.#examiner === null || this.#source !== task.source) {
      this.#examiner = RecordExaminer.open(this.#image, this.#settings, task.classification, this.#slot)
      this.#source = task.source
    }
    if (this.#examiner === null) throw new Error('no field map is known for this format')
    return this.#examiner
  }
}
