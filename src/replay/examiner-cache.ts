import type { IndexImage } from '../engine/image-reader.ts'
import { RecordExaminer } from './record-examiner.ts'
import type { ScanSettings } from './scan-settings.ts'
import type { ScanTask } from './scan-task.ts'

/** Keeps the examiner of the last source, since opening one costs as much as scanning a megabyte and sources come in many tasks. */
export class ExaminerCache {
  readonly #image: IndexImage
  readonly #settings: ScanSettings
  #source = -1
  #examiner: RecordExaminer | null = null

  constructor(image: IndexImage, settings: ScanSettings) {
    this.#image = image
    this.#settings = settings
  }

  /** The examiner for a task. A source without a field map is never planned. */
  for(task: ScanTask): RecordExaminer {
    if (this.#examiner === null || this.#source !== task.source) {
      this.#examiner = RecordExaminer.open(this.#image, this.#settings, task.classification)
      this.#source = task.source
    }
    if (this.#examiner === null) throw new Error('no field map is known for this format')
    return this.#examiner
  }
}
