import type { IndexImage } from '../../engine/image-reader.ts'
import type { RuleSet } from '../../model/rule-set.ts'

/** Which of the two rule sets: A, what was, or B, what will be. */
export type SideNumber = 0 | 1

/** The rules as they were. */
export const SIDE_A: SideNumber = 0
/** The rules as they will be. */
export const SIDE_B: SideNumber = 1

/** One rule set of a diff. */
export interface DiffSide {
  /** As the user named it. */
  readonly reference: string
  readonly image: IndexImage
  /** What the image was compiled from; null where only the image is at hand. */
  readonly rules: RuleSet | null
}
