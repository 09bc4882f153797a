import type { Painter } from './paint.ts'
import { formatCountOf } from '../model/count-text.ts'

/** What every part of the summary needs to lay itself out. */
export interface SummaryLayout {
  readonly width: number
  readonly paint: Painter
}

/** The line that says how many of a list were left out, or none. */
export function moreLine(count: number, noun: string): readonly string[] {
  return count > 0 ? [`  … ${formatCountOf(count, `more ${noun}`)}`] : []
}
