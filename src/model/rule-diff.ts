import type { AlertDefinition, DefinitionAttribute } from './alert-definition.ts'
import type { EventReference } from './detection.ts'
import type { DetectionFunction, IndicatorType } from './indicator.ts'
import type { Match } from './match.ts'
import type { Accounting, InputSummary, ReplaySummary, Timing } from './replay-summary.ts'
import type { IndicatorAccounting } from './rule-set.ts'

/** What `diff --json` prints: how two rule sets differ, and how they differ on logs. Everything but `timing` is repeatable. */
export interface RuleDiff {
  readonly schemaVersion: 1
  readonly toolVersion: string
  readonly a: DiffedRules
  readonly b: DiffedRules
  readonly structure: StructureDiff
  /** Null where no logs were given. */
  readonly behaviour: BehaviourDiff | null
}

/** One of the two rule sets. */
export interface DiffedRules {
  /** As the user named it. */
  readonly reference: string
  /** Hex digest of the rules as compiled. */
  readonly rulesDigest: string
  readonly definitions: number
  readonly enabledDefinitions: number
  readonly indicators: IndicatorAccounting
}

/**
 * How the rules themselves differ. Definitions are the same by Name, IOCs by (Type, canonical Value, DetectionFunction, Name of
 * the definition) as a multiset. Ids and CreatedAt are the service's own and are not compared.
 */
export interface StructureDiff {
  /** `compiled` where a side is an image, which holds neither disabled IOCs nor copies: they are left out on both sides. */
  readonly comparedAs: 'written' | 'compiled'
  /** `changed`: in their own attributes. before = removed + changed + unchanged, after = added + changed + unchanged. */
  readonly definitions: StructureTotals
  readonly iocs: StructureTotals
  /** IOCs that are kept and not understood, by the same identity, in their own words. Null where a side is an image, which holds only their number. */
  readonly opaque: StructureTotals | null
  /** Definitions that differ, in themselves or in their IOCs, by Name. */
  readonly byDefinition: readonly DefinitionDiff[]
}

/** How many things were added, removed and changed, and how many are the same. */
export interface StructureTotals {
  readonly added: number
  readonly removed: number
  readonly changed: number
  readonly unchanged: number
}

/** A definition that differs. */
export interface DefinitionDiff {
  readonly Name: string
  /** Null where the definition is added. */
  readonly before: AlertDefinition | null
  /** Null where the definition is removed. */
  readonly after: AlertDefinition | null
  /** Attributes that differ; none where it is added or removed, or only its IOCs differ. */
  readonly changed: readonly DefinitionAttribute[]
  readonly iocs: SortedDiffs<IndicatorDiff>
  /** Null as in `StructureDiff`. */
  readonly opaque: SortedDiffs<OpaqueDiff> | null
}

/** IOCs of one definition by what became of them. */
export interface SortedDiffs<Diff extends OpaqueDiff> {
  readonly added: IndicatorDiffs<Diff>
  readonly removed: IndicatorDiffs<Diff>
  readonly changed: IndicatorDiffs<Diff>
  readonly unchanged: number
}

/** IOCs of one definition that differ in one way. */
export interface IndicatorDiffs<Diff extends OpaqueDiff> {
  readonly count: number
  /** The first ones in canonical order, at most `LISTED_INDICATORS_LIMIT`. */
  readonly listed: readonly Diff[]
}

/** IOCs that one list of a diff names; its count is complete. */
export const LISTED_INDICATORS_LIMIT = 1000

/** An IOC that is not understood and differs; its words stand as the service gave them. */
export interface OpaqueDiff {
  readonly Type: string
  readonly DetectionFunction: string
  readonly Value: string
  /** Null where the IOC is added. */
  readonly before: IndicatorState | null
  /** Null where the IOC is removed. */
  readonly after: IndicatorState | null
}

/** An IOC that differs. */
export interface IndicatorDiff extends OpaqueDiff {
  readonly Type: IndicatorType
  readonly DetectionFunction: DetectionFunction
}

/** What of an IOC may change while it stays the same IOC. */
export interface IndicatorState {
  readonly ExpiresAt: string | null
  readonly Enabled: boolean
}

/** How two rule sets differ on the same logs, read once. */
export interface BehaviourDiff {
  readonly semantics: ReplaySummary['semantics']
  readonly alerts: ChangeTotals
  readonly detections: ChangeTotals
  /** Detections of either side that were left out as copies of an earlier one. */
  readonly suppressed: number
  /** Definitions with a change, by Name. */
  readonly byDefinition: readonly DefinitionChanges[]
  /** Devices with a change, those with the most changed alerts first. */
  readonly byDevice: readonly DeviceChanges[]
  /** Days (UTC) with a change; null, last: events without a readable time. An alert counts on the day it begins. */
  readonly byDay: readonly DayChanges[]
  readonly input: InputSummary
  readonly accounting: Pick<Accounting, 'bytes' | 'records'>
  readonly partial: boolean
  readonly timing: Timing
}

/** Gained: B alone has it. Lost: A alone has it. Relabelled: both have it, under another Severity, Title or Category. */
export interface ChangeCounts {
  readonly gained: number
  readonly lost: number
  readonly relabelled: number
}

/** Changes and the totals they lie between: before - lost = after - gained. */
export interface ChangeTotals extends ChangeCounts {
  readonly before: number
  readonly after: number
}

/** What a definition makes an alert look like. */
export type AlertLabel = Pick<AlertDefinition, 'Title' | 'Severity' | 'Category'>

/** How one definition differs on the logs. */
export interface DefinitionChanges {
  readonly Name: string
  /** Null where that side has no such definition. */
  readonly before: AlertLabel | null
  readonly after: AlertLabel | null
  readonly alerts: ChangeTotals
  readonly detections: ChangeTotals
  /** Devices with a changed detection. */
  readonly devices: number
  /** The first few of each kind. */
  readonly examples: readonly DetectionChange[]
}

/** How one device differs. */
export interface DeviceChanges {
  /** What alerts are grouped by (semantics 8). */
  readonly device: string
  /** The name in its first changed detection that has one. */
  readonly deviceName: string | null
  readonly alerts: ChangeCounts
  readonly detections: ChangeCounts
}

/** How one day differs. */
export interface DayChanges {
  /** `2026-11-02`, or null. */
  readonly day: string | null
  readonly alerts: ChangeCounts
  readonly detections: ChangeCounts
}

/** What became of a detection on the way from A to B. */
export type ChangeKind = keyof ChangeCounts

/** One (event, definition) that differs: a line of the changes stream. Property order is the order of output. */
export interface DetectionChange {
  readonly schemaVersion: 1
  readonly change: ChangeKind
  readonly definition: {
    readonly Name: string
    readonly before: AlertLabel | null
    readonly after: AlertLabel | null
  }
  readonly event: EventReference
  readonly matchCount: number
  /** Those of A where it is lost, else those of B; at most 100, and 3 in an example. */
  readonly matches: readonly Match[]
}
