import type { Severity } from './alert-definition.ts'
import type { Role } from './field-map.ts'
import type { DetectionFunction, IndicatorType } from './indicator.ts'
import type { DefinitionSummary, IndicatorSummary } from './match.ts'
import type { IndicatorAccounting } from './rule-set.ts'

/** What `replay --json` prints (DESIGN 4.3). Everything but `timing` is the same for every worker count, chunk size and kernel. */
export interface ReplaySummary {
  readonly schemaVersion: 1
  readonly toolVersion: string
  /** The semantics in force, times as text, the window as `24h`. */
  readonly semantics: Readonly<Record<string, string | readonly string[] | number | null>>
  /** Hex digest of the rules as compiled; equal rule sets have equal digests. */
  readonly rulesDigest: string
  readonly rules: RulesSummary
  readonly input: InputSummary
  /** Per mapped key: how often a value stood under it (semantics 9), and the types it counts for. */
  readonly observed: readonly ObservedKey[]
  readonly detections: DetectionTotals
  readonly alerts: AlertTotals
  readonly iocs: IndicatorVerdicts
  readonly accounting: Accounting
  /** True when the run was interrupted or stopped at a limit: what is shown is complete up to there. */
  readonly partial: boolean
  readonly timing: Timing
}

/** What was looked for. */
export interface RulesSummary {
  readonly definitions: number
  readonly enabledDefinitions: number
  readonly indicators: IndicatorAccounting
  /** Indicators that a fixed clock finds expired; 0 with `--as-of event`. */
  readonly expired: number
}

/** What was read, and what of it could not be. */
export interface InputSummary {
  readonly files: readonly InputFile[]
  /** Decompressed bytes. */
  readonly bytes: number
  readonly records: number
  readonly examined: number
  readonly quarantined: number
  /** Records with a detection whose bytes were not all UTF-8. */
  readonly repaired: number
  readonly skippedBytes: number
  /** First quarantined records, at most 20; the full list goes to `--quarantine FILE`. */
  readonly quarantine: readonly QuarantinedRecord[]
  readonly problems: readonly InputProblem[]
}

/** One input that was read, to its end or not. Bytes are decompressed ones. */
export interface InputFile {
  readonly source: string
  readonly format: string | null
  readonly compression: 'none' | 'gzip' | 'zstd'
  readonly bytes: number
  readonly records: number
  readonly quarantined: number
}

/** A record that was not looked at, and why. */
export interface QuarantinedRecord {
  readonly source: string
  readonly record: number
  readonly line: number
  /** First byte in the decompressed stream and length without the terminator. */
  readonly byteOffset: number
  readonly bytes: number
  readonly reason: string
}

/** An input that could not be read, or not to its end. */
export interface InputProblem {
  readonly source: string
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly fix: string | null
}

/** How many values stood under one mapped key; `*` for all strings where the field map names none. */
export interface ObservedKey {
  readonly key: string
  readonly types: readonly IndicatorType[]
  readonly values: number
}

/** Counts of (event, definition) pairs, copies left out, and of what makes them uncertain. */
export interface DetectionTotals {
  readonly total: number
  /** Left out as copies of an earlier one (semantics 8). */
  readonly suppressed: number
  /** From events without a parseable time. */
  readonly untimed: number
  /** From indicators that are expired at the time of the run. */
  readonly fromExpiredToday: number
  /** Values of a wrong type and texts that are no names, in records with detections. */
  readonly wrongType: number
  readonly notAName: number
}

/** The alerts that would fire, counted in four ways. */
export interface AlertTotals {
  readonly total: number
  readonly byDefinition: readonly DefinitionVerdict[]
  readonly byIoc: readonly IndicatorHits[]
  readonly bySeverity: Readonly<Record<Severity, number>>
  readonly byDevice: readonly DeviceVerdict[]
}

/** What one definition does on these logs; times are the events' own, null where no event has one. */
export interface DefinitionVerdict {
  readonly definition: DefinitionSummary
  readonly alerts: number
  readonly detections: number
  readonly devices: number
  readonly firstTime: string | null
  readonly lastTime: string | null
  readonly iocsFired: number
  /** Compiled and not expired under a fixed clock. */
  readonly iocs: number
}

/** An indicator that fires, and where it was seen. */
export interface IndicatorHits {
  readonly definitionName: string
  readonly ioc: IndicatorSummary
  readonly detections: number
  /** The fields it was seen through, most frequent first. */
  readonly fields: readonly { readonly field: string; readonly role: Role; readonly matches: number }[]
}

/** A device with alerts. Ordered by alerts, then detections, then `device`. */
export interface DeviceVerdict {
  /** What alerts are grouped by: the id, else the name, else the source (semantics 8). */
  readonly device: string
  /** The name in the device's first detection that has one. */
  readonly deviceName: string | null
  readonly alerts: number
  readonly detections: number
}

/** How many indicators fire, are silent (values of their type were seen) or blind (none was). */
export interface IndicatorVerdicts {
  readonly fired: number
  readonly silent: number
  readonly blind: number
  /** Silent and blind indicators by definition and type, each with at most `shown` examples. */
  readonly quiet: readonly QuietGroup[]
}

/** Indicators of one definition and type that do not fire. */
export interface QuietGroup {
  readonly definitionName: string
  readonly type: IndicatorType
  readonly verdict: 'silent' | 'blind'
  readonly count: number
  /** Values of the type that the log showed. */
  readonly valuesSeen: number
  readonly examples: readonly { readonly DetectionFunction: DetectionFunction; readonly Value: string }[]
}

/** The identities of semantics 10, each side as a number; asserted in every run. */
export interface Accounting {
  readonly bytes: {
    readonly total: number
    readonly examined: number
    readonly quarantined: number
    readonly skipped: number
  }
  readonly records: { readonly total: number; readonly examined: number; readonly quarantined: number }
  readonly iocs: IndicatorAccounting & { readonly expired: number }
}

/** The only part of a summary that may differ between two runs on the same input. */
export interface Timing {
  readonly milliseconds: number
  readonly bytesPerSecond: number
  readonly workers: number
  readonly kernel: 'wasm' | 'portable' | 'off'
  /** Why the kernel that was asked for did not run, or not in front of every input; else null. */
  readonly kernelNote: string | null
  /** Records that reached the exact matcher. */
  readonly survivors: number
}
