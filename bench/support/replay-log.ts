import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defenderEvents } from './datasets.ts'
import { indicatorCsv, indicatorSet, type BenchIndicator } from './indicators.ts'
import { compileList } from './rule-files.ts'

/** A generated log and the image for it, on disk, with the count of lines that hit. */
export interface ReplayLog {
  readonly log: string
  readonly image: string
  readonly bytes: number
  readonly lines: number
  readonly hits: number
  readonly indicators: readonly BenchIndicator[]
  remove(): void
}

/** The events stand in the log as often as `copies` says: starting threads is paid once, not per gigabyte. */
export function writeReplayLog(size: {
  readonly indicators: number
  readonly lines: number
  readonly copies: number
}): ReplayLog {
  const indicators = indicatorSet(size.indicators, 7)
  const events = defenderEvents({ lineCount: size.lines, seed: 11, indicators })
  const folder = mkdtempSync(join(tmpdir(), 'dryfire-bench-'))
  const log = join(folder, 'events.ndjson')
  const image = join(folder, 'rules.dfx')
  for (let copy = 0; copy < size.copies; copy += 1) appendFileSync(log, events.bytes)
  writeFileSync(image, compileList(indicatorCsv(indicators)))
  return {
    log,
    image,
    bytes: events.bytes.length * size.copies,
    lines: size.lines * size.copies,
    hits: events.hitLineCount * size.copies,
    indicators,
    remove: () => rmSync(folder, { recursive: true }),
  }
}
