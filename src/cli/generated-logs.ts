import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileErrorFrom } from '../files/file-error.ts'
import { openOutputFile } from '../files/output-file.ts'
import { generateTelemetry, startCount } from '../harness/generate/generate-telemetry.ts'
import { TestRules } from '../harness/test-rules.ts'
import type { RuleSet } from '../model/rule-set.ts'
import type { Semantics } from '../model/semantics.ts'

/** One hit among so many events. */
const EVENTS_PER_HIT = 1000
const SEED = 1

/** A log in a folder of its own, for as long as it is needed. */
export interface GeneratedLogs {
  readonly path: string
  remove(): void
}

/** What the log is made for. */
export interface GeneratedLogsOptions {
  readonly semantics: Semantics
  readonly events: number
  readonly signal: AbortSignal
  /** Called with the events that are written. */
  readonly onProgress: (events: number) => void
}

/** Writes made-up telemetry with a few hits of the rules to the system's folder for such files; always the same for the same rules. */
export async function writeGeneratedLogs(
  rules: RuleSet,
  options: GeneratedLogsOptions,
): Promise<GeneratedLogs> {
  const { semantics, events, signal } = options
  const folder = temporaryFolder()
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  const path = join(folder, 'generated.ndjson')
  try {
    const count = startCount()
    const file = openOutputFile(path)
    const hits = Math.ceil(events / EVENTS_PER_HIT)
    const wanted = {
      rules: TestRules.compile(rules),
      semantics: { ...semantics, fields: 'mapped' as const },
      format: 'defender-storage' as const,
      fieldMap: null,
      events,
      hits,
      seed: SEED,
    }
    for (const part of generateTelemetry(wanted, count)) {
      file.write(part)
      options.onProgress(count.events)
      await new Promise((turn) => setImmediate(turn)) // signals
      if (signal.aborted) break
    }
    file.commit()
    return { path, remove }
  } catch (error) {
    remove()
    throw error
  }
}

function temporaryFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'dryfire-bench-'))
  } catch (cause) {
    throw fileErrorFrom(cause, 'write', tmpdir())
  }
}
