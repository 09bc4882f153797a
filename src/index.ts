/**
 * Rules in, logs replayed, the alerts that would fire: `parseRules`, `compileRules`, `replay`, and the parts between.
 * Section numbers in doc comments are those of the project's semantics.
 */
export type { AlertDefinition, Category, Severity } from './model/alert-definition.ts'
export { CATEGORIES, DEFINITION_TEXT_LIMITS, SEVERITIES } from './model/alert-definition.ts'
export type { Alert, Detection, EventReference } from './model/detection.ts'
export type { Diagnostic, RelatedPlace, SourceSpan } from './model/diagnostic.ts'
export type { EnvelopePaths, FieldEntry, FieldMap, ObservableKind, Role } from './model/field-map.ts'
export type { DetectionFunction, Indicator, IndicatorType } from './model/indicator.ts'
export { DETECTION_FUNCTIONS, INDICATOR_TYPES } from './model/indicator.ts'
export type { DefinitionSummary, IndicatorSummary, Match } from './model/match.ts'
export type { Observable } from './model/observable.ts'
export type { InputProblem, QuarantinedRecord, ReplaySummary } from './model/replay-summary.ts'
export type { IndicatorAccounting, IndicatorColumns, RuleSet } from './model/rule-set.ts'
export type { Semantics } from './model/semantics.ts'
export { DEFAULT_SEMANTICS } from './model/semantics.ts'
export type { TimeTicks } from './model/time.ts'
export { formatTime, parseTime } from './model/time.ts'

export type { CanonicalValue, ValueProblem } from './canonical/value.ts'
export { canonicalIndicatorValue } from './canonical/value.ts'

export type { ParseOptions, ParseResult, RuleFile, RuleReader } from './rules/parse-rules.ts'
export { parseRules } from './rules/parse-rules.ts'
export { lintRules } from './rules/lint-rules.ts'
export { indicatorAt } from './rules/indicator-at.ts'

export type { CompiledRules, CompileOptions } from './engine/compile-rules.ts'
export { compileRules } from './engine/compile-rules.ts'
export { CompileError } from './engine/compile-error.ts'
export { ImageFormatError } from './engine/image-format-error.ts'
export type { IndicatorRun } from './engine/image-reader.ts'
export { IndexImage } from './engine/image-reader.ts'
export type { MatcherOptions } from './engine/matcher.ts'
export { Matcher } from './engine/matcher.ts'
export { openMatcher } from './engine/open-matcher.ts'

export { parseFieldMap, printFieldMap } from './logs/user-map.ts'

export { WorkersFailedError } from './replay/executor.ts'
export type { ReplayOptions, ReplayProgress, ReplayResult } from './replay/replay.ts'
export { replay } from './replay/replay.ts'
export type { ReplayFilters } from './replay/scan-settings.ts'

export { diagnosticText } from './report/diagnostic-text.ts'
export { summaryText } from './report/summary-text.ts'
